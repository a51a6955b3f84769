"""Promise: deploys are unnoticed. What reaches a server that was just told to stop is answered."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from service.infra.clock import monotonic
from tests.app.commands.program import until
from tests.faults.processes import Process, serving
from tests.site import site_settings

_REQUEST = b"GET /health/live HTTP/1.1\r\nHost: news.example\r\n\r\n"


@pytest.fixture
def server(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[tuple[Process, socket.socket]]:
    """A server, and a connection that it has accepted."""
    settings = msgspec.structs.replace(site_settings(database_url, redis_url), limits="on")
    with serving(tmp_path / "serve.log", settings) as (process, url):
        files = Path(f"/proc/{process.popen.pid}/fd")
        before = len(list(files.iterdir()))
        with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=10) as connection:
            until(lambda: len(list(files.iterdir())) > before)
            yield process, connection


def answer_of(connection: socket.socket) -> bytes:
    connection.sendall(_REQUEST)
    return connection.recv(65536)


def stops_listening(url_port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", url_port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("used_before", [False, True])
def test_a_request_on_a_connection_that_was_there_is_answered_as_its_last(
    server: tuple[Process, socket.socket], used_before: bool
) -> None:
    process, connection = server
    if used_before:
        assert b" 200 " in answer_of(connection).partition(b"\r\n")[0]
    process.popen.send_signal(signal.SIGTERM)
    until(lambda: stops_listening(connection.getpeername()[1]))

    answer = answer_of(connection)
    assert b" 200 " in answer.partition(b"\r\n")[0]
    assert b"connection: close" in answer.lower()
    assert connection.recv(1) == b""
    assert process.popen.wait(10) == 0


def test_idle_connections_hold_up_a_stop_for_a_moment_only(server: tuple[Process, socket.socket]) -> None:
    process, connection = server
    begun = monotonic()
    assert process.stop() == 0
    assert monotonic() - begun < 4
    assert connection.recv(1) == b""
