"""An outside service that stands in for a real one: it answers, refuses, stalls and lies as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from service.screening.outside.service import Text

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Asked(msgspec.Struct):
    """One request as it arrived; names of headers are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


class Peer:
    """Where it listens, what it was asked, and what it answers next."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b""
        self.stalls = False
        self.may_go_on = threading.Event()

    def answers(self, status: int, body: Any = b"", **headers: str) -> None:
        """From now on; a body that is not bytes is sent as JSON."""
        self.status, self.stalls = status, False
        self.body = body if isinstance(body, bytes) else msgspec.json.encode(body)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def running_peer() -> Iterator[Peer]:
    """A peer on a port of its own; what it holds back is let go at the end."""
    peer = Peer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(peer))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}/ask"
    try:
        yield peer
    finally:
        peer.may_go_on.set()
        server.shutdown()
        server.server_close()
        thread.join(20)


def a_text(body: str = "Some words.", **changes: Any) -> Text:
    """A text as services are told of it."""
    text = Text(
        comment_id="019ab000-0000-7000-8000-000000000001",
        revision=1,
        story_id="story-1",
        story_url="https://news.example/story-1",
        parent_id=None,
        author_id="019ab000-0000-7000-8000-00000000000a",
        body=body,
        side=None,
        about=None,
        network="198.51.100.0/24",
        written_at=NOON,
    )
    return msgspec.structs.replace(text, **changes)


def _handler(peer: Peer) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            peer.asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if peer.stalls:
                peer.may_go_on.wait(60)
                self.close_connection = True
                return
            self.send_response(peer.status)
            for name, value in peer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(peer.body)))
            self.end_headers()
            self.wfile.write(peer.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """What tests do is no news."""

    return Handler
