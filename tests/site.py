"""A whole service on a port of its own, as browsers and other programs meet it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn
import uvloop

from service.app import dev_tokens
from service.app.app import create_app
from service.app.server import server_config
from service.app.worker import run_worker
from service.infra.clock import SystemClock
from service.infra.config import Settings
from service.infra.stopping import begin_to_stop

WEBHOOK_SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0wMTIzNDU2Nzg5"
_START_S = 20.0
# Longer than its own patience with requests, connections to the database and streams.
_STOP_S = 60.0
# Loading the certificates of the machine anew for each client would be most of a test's time.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def site_settings(database_url: str, redis_url: str | None, **changes: Any) -> Settings:
    """A development service's settings, without rate limits unless they are asked for."""
    given: dict[str, Any] = {
        "development": True,
        "database_url": database_url,
        "redis_url": redis_url,
        "database_pool_size": 5,
        "reader_issuer": "https://login.example",
        "reader_audience": "comments",
        "reader_secret": "r" * 32,
        "staff_issuer": "https://staff.example",
        "staff_audience": "comments-staff",
        "staff_secret": "s" * 32,
        "webhook_secrets": (WEBHOOK_SECRET,),
        "subscribe_url": "https://news.example/subscribe",
        "login_url": "https://news.example/login",
        "limits": "off",
        "log_level": "warning",
    }
    return Settings(**{**given, **changes})


class Site:
    """Where the service is, and tokens that it accepts."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.url = url
        self.settings = settings

    def token(self, part: str, subject: str | None = None, **more: Any) -> str:
        """A token for one of the parts that `story-comments token` knows."""
        return dev_tokens.mint(part, self.settings, SystemClock().now(), subject=subject, **more)

    def api(self, part: str | None = None, subject: str | None = None, **more: Any) -> httpx2.Client:
        """A client that calls as this part; nobody without one."""
        headers = {"Authorization": f"Bearer {self.token(part, subject, **more)}"} if part else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False, verify=_NO_TLS)


@contextmanager
def running_site(settings: Settings, *, worker: bool = True) -> Iterator[Site]:
    """The service under its own server in a thread, its worker beside it; stopped like a real one.

    RuntimeError, saying where it stands, when it does not stop: it would go on writing into the next test's tables.
    """
    config = server_config(create_app(settings))
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = _Server(config)
    thread = threading.Thread(target=_serve, args=(server, listening, settings, worker), daemon=True)
    thread.start()
    try:
        if not server.is_up.wait(_START_S):
            raise RuntimeError("the service did not start in time")
        if not server.started:
            raise RuntimeError("the service could not start; its log says why")
        yield Site(f"http://127.0.0.1:{port}", settings)
    finally:
        server.should_exit = True
        thread.join(_STOP_S)
        listening.close()
        if thread.is_alive():
            raise RuntimeError(f"the service did not stop\n{_where(thread)}\n{server.tasks_at_work()}")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def tasks_at_work(self) -> str:
        """What its event loop still runs."""
        tasks = asyncio.all_tasks(self._loop) if self._loop is not None else set()
        return "\n".join(f"{task.get_name()}: {task.get_stack()[-1:]}" for task in tasks)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
        finally:
            self.is_up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        begin_to_stop()
        for connection in list(self.server_state.connections):
            # Whoever held it has had all answers, so that a moment's wait for another request would be in vain.
            if connection.cycle is None or connection.cycle.response_complete:  # type: ignore[union-attr]
                connection.transport.close()
        await super().shutdown(sockets)

    def install_signal_handlers(self) -> None:
        """A thread cannot have any."""


def _where(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)) if frame is not None else "it ended just now"


def _serve(server: _Server, listening: socket.socket, settings: Settings, worker: bool) -> None:
    async def both() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(run_worker(settings, stop)) if worker else None
        await server._serve(sockets=[listening])
        stop.set()
        if working is not None:
            await working

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(both())
