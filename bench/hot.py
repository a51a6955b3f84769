"""What a hot page costs in Python, request after request in one process: the whole application beside a bare one.

No socket and no second process, so the figures hardly move between runs: microseconds of one core, the median of many
short turns that the two take by turns. Twice: through ASGI, as any server asks for it, and as our server does, from the
bytes of a request to the bytes of its answer, where a ready page is written without entering the application.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Any, cast

import asyncpg
from uvicorn.server import ServerState

from bench import data
from bench.servers import Servers, bench_settings, servers
from service.app.app import create_app
from service.app.front.asgi import App, Headers, Message, Receive, Scope, Send
from service.app.front.hot import lines_of
from service.app.front.protocol import BoundedHttp
from service.app.server import server_config

_PATH = "/v1/stories/hot/comments"
_BATCH = 100
_HEADERS: Headers = [
    (b"host", b"comments.example"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"origin", b"http://localhost:8000"),
    (b"sec-fetch-mode", b"cors"),
]


def measure(quick: bool) -> list[dict[str, Any]]:
    """A row for the page and one for a 304: what a bare application costs, and what ours adds."""
    with servers() as running:
        return asyncio.run(_measure(running, 20 if quick else 2_000))


async def _measure(running: Servers, turns: int) -> list[dict[str, Any]]:
    conn = await asyncpg.connect(running.database_url)
    try:
        await data.prepare(conn)
        await data.make_thread(conn, "hot", 50)
        await data.settle(conn)
    finally:
        await conn.close()
    app = create_app(bench_settings(running.database_url, running.redis_url))
    async with AsyncExitStack() as stack:
        await _start(app, stack)
        etag = dict((await _answered(app, []))[0]["headers"])[b"etag"]
        return [
            await _row(f"{what}, {how}", app, more, turns, ready)
            for what, more in (("a page", []), ("a 304", [(b"if-none-match", etag)]))
            for how, ready in (("through ASGI", _through_asgi), ("in our server", _in_server))
        ]


async def _start(app: App, stack: AsyncExitStack) -> None:
    """Opens what the application opens when it starts, and leaves its closing to the stack."""
    told: asyncio.Queue[Message] = asyncio.Queue()
    answers: asyncio.Queue[Message] = asyncio.Queue()

    async def run() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, told.get, answers.put)

    running = asyncio.create_task(run())

    async def stop() -> None:
        told.put_nowait({"type": "lifespan.shutdown"})
        await running

    told.put_nowait({"type": "lifespan.startup"})
    started = await answers.get()
    if started["type"] != "lifespan.startup.complete":
        raise RuntimeError(f"the application did not start: {started.get('message')}")
    stack.push_async_callback(stop)


# Seconds of one request, as the mean of a batch.
Turn = Callable[[], Awaitable[float]]


async def _row(what: str, app: App, more: Headers, turns: int, ready: Callable[[App, Headers], Turn]) -> dict[str, Any]:
    bare, ours = ready(_bare(*await _answered(app, more)), more), ready(app, more)
    pairs = [(await bare(), await ours()) for _ in range(turns)]
    return {
        "what": what,
        "bare_us": round(statistics.median(bare_s for bare_s, _ in pairs) * 1e6, 2),
        "ours_us": round(statistics.median(ours_s for _, ours_s in pairs) * 1e6, 2),
        "adds_us": round(statistics.median(ours_s - bare_s for bare_s, ours_s in pairs) * 1e6, 2),
    }


def _through_asgi(app: App, more: Headers) -> Turn:
    async def turn() -> float:
        # New ones each time, as a server's are.
        scopes = list(_scopes(_BATCH, more))
        started = perf_counter()
        for scope in scopes:
            await app(scope, _receive, _send)
        return (perf_counter() - started) / _BATCH

    return turn


def _in_server(app: App, more: Headers) -> Turn:
    config = server_config(app)
    config.load()
    state = ServerState()
    state.default_headers = [(b"date", b"Thu, 01 Jan 2026 00:00:00 GMT")]
    connection = _Connection()
    protocol = BoundedHttp(config, state, {})
    protocol.connection_made(cast(asyncio.Transport, connection))
    request = f"GET {_PATH}?sort=newest HTTP/1.1\r\n".encode() + lines_of([*_HEADERS, *more]) + b"\r\n"

    async def turn() -> float:
        started = perf_counter()
        for _ in range(_BATCH):
            answered = state.total_requests
            protocol.data_received(request)
            while state.total_requests == answered:  # noqa: ASYNC110  # A bare application's task gets its turn.
                await asyncio.sleep(0)
        return (perf_counter() - started) / _BATCH

    return turn


class _Connection:
    """A transport whose other end takes everything at once."""

    def write(self, data: bytes) -> None:
        """Gone."""

    def writelines(self, parts: Iterable[bytes]) -> None:
        """Gone."""

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str) -> Any:
        return ("127.0.0.1", 4711) if name in ("sockname", "peername") else None


async def _answered(app: App, more: Headers) -> tuple[Message, Message]:
    """A hot answer as it is sent: asked for twice, because the first one is made."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    for scope in _scopes(2, more):
        sent.clear()
        await app(scope, _receive, send)
    start, end = sent
    return start, end


def _bare(start: Message, end: Message) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send(end)

    return app


def _scopes(number: int, more: Headers) -> Iterator[Scope]:
    for _ in range(number):
        yield {
            "type": "http",
            "method": "GET",
            "path": _PATH.encode().decode(),
            "raw_path": _PATH.encode(),
            "query_string": b"sort=newest",
            "headers": [*_HEADERS, *more],
            "client": ("203.0.113.7", 4711),
        }


async def _receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    """Nobody listens."""
