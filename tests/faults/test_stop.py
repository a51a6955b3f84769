"""Promise: deploys are unnoticed. What reaches a server that was just told to stop is answered.

A connection is known to be accepted when it was answered, or when one that came after it was.
"""

import contextlib
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.app.commands.program import until
from tests.builders import STORY
from tests.faults.processes import Process, serving
from tests.servers import empty_database, run_async
from tests.site import Site, site_settings

# Long enough for a slow machine to send what each test sends after the signal.
PATIENT = {"idle_at_stop_s": 60.0, "shutdown_s": 60.0, "body_read_s": 60.0}
LIVE = b"GET /health/live HTTP/1.1\r\nHost: news.example\r\n\r\n"
CUT_OFF = "timeout graceful shutdown exceeded"


class Server:
    """A serving process, and connections to it."""

    def __init__(self, process: Process, site: Site) -> None:
        self.process, self.site = process, site
        self.address = ("127.0.0.1", int(site.url.rsplit(":", 1)[1]))

    @contextlib.contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(self.address, timeout=20) as connection:
            yield connection

    def tell_to_stop(self) -> None:
        """Returns when nobody new is let in any more: from then on it is stopping."""
        self.process.popen.send_signal(signal.SIGTERM)
        until(self._refuses)

    def _refuses(self) -> bool:
        try:
            socket.create_connection(self.address, timeout=1).close()
        except OSError:
            return True
        return False

    def has_stopped(self) -> None:
        assert self.process.popen.wait(30) == 0
        assert CUT_OFF not in self.process.log.read_text()


@contextlib.contextmanager
def server(database_url: str, redis_url: str, folder: Path, limits: dict[str, float]) -> Iterator[Server]:
    settings = msgspec.structs.replace(site_settings(database_url, redis_url), limits="on")
    try:
        with serving(folder / "serve.log", settings, limits=limits) as (process, url):
            yield Server(process, Site(url, settings))
    finally:
        run_async(lambda: empty_database(database_url))


@pytest.fixture
def patient(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server that waits for longer than any test takes, where it waits at all."""
    with server(database_url, redis_url, tmp_path, PATIENT) as running:
        yield running


def answer_on(connection: socket.socket) -> bytes:
    """The next answer, whole; an AssertionError when the connection ends before that."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < (int(lengths[0].partition(b":")[2]) if lengths else 0):
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    assert received, "the connection was closed in the middle"
    return received


def is_last(answer: bytes) -> bool:
    return b"connection: close" in answer.lower().partition(b"\r\n\r\n")[0]


def test_a_connection_that_was_used_has_its_next_request_answered_as_its_last(patient: Server) -> None:
    with patient.connected() as connection:
        connection.sendall(LIVE)
        assert not is_last(answer_on(connection))
        patient.tell_to_stop()
        connection.sendall(LIVE)
        answer = answer_on(connection)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert is_last(answer)
        assert connection.recv(1) == b""
    patient.has_stopped()


def test_a_connection_that_was_only_opened_has_its_first_request_answered(patient: Server) -> None:
    with patient.connected() as unused, patient.connected() as later:
        later.sendall(LIVE)
        answer_on(later)
        patient.tell_to_stop()
        unused.sendall(LIVE)
        answer = answer_on(unused)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert is_last(answer)
        later.close()
    patient.has_stopped()


def test_a_write_that_is_on_its_way_is_done_and_answered(patient: Server) -> None:
    body = json.dumps(STORY).encode()
    head = (
        "PUT /v1/admin/stories/story-at-the-stop HTTP/1.1\r\nHost: news.example\r\n"
        f"Authorization: Bearer {patient.site.token('editor')}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with patient.connected() as connection:
        connection.sendall(head.encode())
        # It asks for the body: the request is being answered.
        assert answer_on(connection).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body[:10])
        patient.tell_to_stop()
        connection.sendall(body[10:])
        answer = answer_on(connection)
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert is_last(answer)
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["title"] == STORY["title"]
    patient.has_stopped()


def test_idle_connections_hold_up_a_stop_for_a_moment_only(database_url: str, redis_url: str, tmp_path: Path) -> None:
    with (
        server(database_url, redis_url, tmp_path, {"shutdown_s": 60.0}) as running,
        running.connected() as unused,
        running.connected() as used,
    ):
        used.sendall(LIVE)
        answer_on(used)
        running.tell_to_stop()
        # Long before its patience ends, and without being cut off.
        running.has_stopped()
        assert (unused.recv(1), used.recv(1)) == (b"", b"")
