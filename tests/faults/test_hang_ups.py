"""Promise: callers who hang up in the middle cost nobody anything: no connection is lost, and no answer goes astray."""

import json
import random
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx2

from tests.builders import a_comment, a_story, post
from tests.site import Site

HANG_UPS = 400
CALLERS = 24
# Closing sends a reset at once, as a client that crashes does.
_RESET = struct.pack("ii", 1, 0)


def hang_up(site: Site, request: bytes, cut: int) -> None:
    """Sends a request, or the beginning of it, and goes away without waiting for the answer."""
    address = ("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
    with socket.create_connection(address, timeout=20) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.sendall(request[:cut])


def requests_of(site: Site, story: str, comment: str) -> list[bytes]:
    """One of each kind: ready, from the database, one's own, a write, a stream."""
    token = site.token("subscriber", "hasty")
    body = json.dumps({"body": "Gone before it is answered."})
    signed = f"Host: c\r\nAuthorization: Bearer {token}\r\n"
    write = (
        f"{signed}Idempotency-Key: KEY\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    return [
        text.encode()
        for text in (
            f"GET /v1/stories/{story}/comments HTTP/1.1\r\nHost: c\r\n\r\n",
            f"GET /v1/comments/{comment}/context HTTP/1.1\r\nHost: c\r\n\r\n",
            f"GET /v1/me HTTP/1.1\r\n{signed}\r\n",
            f"POST /v1/stories/{story}/comments HTTP/1.1\r\n{write}",
            f"GET /v1/stories/{story}/live HTTP/1.1\r\nHost: c\r\n\r\n",
        )
    ]


def test_after_hundreds_of_hang_ups_everybody_is_answered_with_their_own(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story)["id"]
    kinds = requests_of(site, story, comment)
    chance = random.Random(7)

    def one(number: int) -> None:
        request = kinds[number % len(kinds)].replace(b"KEY", str(uuid4()).encode())
        hang_up(site, request, len(request) if number % 3 else chance.randrange(1, len(request)))

    def asks(number: int) -> None:
        """What one reader is told, and that it is that reader's."""
        name = f"Reader {number}"
        with site.api("subscriber", f"reader-{number}", name=name) as reader:
            assert reader.get("/v1/me").raise_for_status().json()["name"] == name
            written = post(reader, story, f"By number {number}.")
            assert written.status_code == 201, written.text
            assert (written.json()["author"]["name"], written.json()["body"]) == (name, f"By number {number}.")
            read = reader.get(f"/v1/comments/{written.json()['id']}").raise_for_status().json()
            assert read["author"]["name"] == name

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(HANG_UPS)))
        list(pool.map(asks, range(CALLERS)))
    with httpx2.Client(base_url=site.url, timeout=20, trust_env=False) as anyone:
        assert anyone.get("/health/ready").json()["status"] == "ok"
        assert anyone.get(f"/v1/comments/{comment}/context").status_code == 200
