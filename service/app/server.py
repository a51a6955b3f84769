"""uvicorn as this service runs it: what a stop means, and what is left to the application."""

import asyncio
import contextlib
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from service.app.cli import CommandFailed
from service.app.front.protocol import BoundedHttp
from service.infra.config import Settings
from service.infra.stopping import begin_to_stop
from service.kernel import limits

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Open files that are not readers' connections: the database's, Redis's, the listening socket, logs.
_OWN_FILES = 128
_OPEN_FILES_WANTED = 65_536
# Objects more than there were at the last collection; collections of the young, and of the middle-aged, before one of
# the next older.
_COLLECT_AFTER = (10_000, 20, 20)


class Server(uvicorn.Server):
    """A server that ends when it is told to, and says when it has started.

    uvicorn raises a signal again after its shutdown, which would skip whatever stands around it; here a signal only
    asks for the stop, and `serve` returns. A second Ctrl-C stops without waiting for requests.
    """

    def __init__(self, config: uvicorn.Config, *, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started_hook = started

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:
            raise CommandFailed("the service could not start; the lines above say why") from error
        self._started_hook()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn waits until every connection is done, and a live stream never is: the streams are told first.
        begin_to_stop()
        await super().shutdown(sockets)


def settle_memory() -> None:
    """What was made until now stays until the end: the collector of cycles need not look through it again and again,
    and a request leaves few enough cycles behind for it to come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def server_config(app: Any) -> uvicorn.Config:
    """Access lines, client addresses, compression and logs are the application's own; uvicorn adds nothing of its."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # Longer than a proxy in front keeps idle connections, so that it never sends a request into a closing one.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=int(limits.shutdown_s),
        limit_concurrency=_raise_open_files() - _OWN_FILES,
    )


def _raise_open_files() -> int:
    """Allows as many open files as the system lets us; the number that is allowed now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return min(soft, _OPEN_FILES_WANTED) if soft != resource.RLIM_INFINITY else _OPEN_FILES_WANTED


def listen(settings: Settings) -> socket.socket:
    """The listening socket; CommandFailed, naming the setting to change, when it cannot be had."""
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise CommandFailed(f"COMMENTS_HOST {host!r} is not an address of this machine: {error.strerror}") from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        # Listening already, so that nobody else gets the port while the rest starts; who calls early waits.
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise CommandFailed(_why_not(error, host, port)) from error
    return listening


def _why_not(error: OSError, host: str, port: int) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program; stop that one, or choose another port with PORT"
    if error.errno == errno.EACCES:
        return f"port {port} is only for root; choose one above 1023 with PORT"
    return f"cannot listen on {host} port {port}: {error.strerror}"


def address_of(listening: socket.socket) -> str:
    """The URL at which a browser on this machine reaches the socket."""
    host, port = listening.getsockname()[:2]
    if host in ("127.0.0.1", "0.0.0.0", "::", "::1"):  # noqa: S104 - Compared, not bound.
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
