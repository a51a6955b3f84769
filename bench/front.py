"""What the front costs each request, without a server and without a framework behind it.

Microseconds of one core, the best of five rounds: a hot page, which is all that such a page costs in Python, and what
everything else pays before and after its handler.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from service.app.front.asgi import App, Receive, Scope, Send
from service.app.front.front import Front
from service.app.front.hot import ready
from service.app.front.paths import RouteTable
from service.infra.config import Settings
from service.infra.embedded.redis import EmbeddedRedis
from service.infra.rate_limit import Limiter
from service.infra.redis import open_redis
from service.infra.request_metrics import RequestMetrics
from service.infra.telemetry import configure_logging
from service.kernel.rate_limits import Action, Key, Rate

_ROUNDS = 5
_BODY = b'{"body":"' + b"Hello world. " * 40 + b'","side":"critics"}'
# What a browser sends along.
_HEADERS = [
    (b"host", b"comments.example"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"accept-language", b"en-GB,en;q=0.9"),
    (b"origin", b"https://news.example"),
    (b"referer", b"https://news.example/"),
    (b"sec-fetch-mode", b"cors"),
    (b"sec-fetch-site", b"cross-site"),
]


def measure(quick: bool) -> list[dict[str, Any]]:
    """The front's cost by kind of request."""
    # What an access line costs depends on where it goes.
    configure_logging(readable=False, level="warning")
    requests = 500 if quick else 20_000
    front = _front(_answers)
    kinds: dict[str, tuple[App, Callable[[], Scope]]] = {
        "an answer alone": (_answers, lambda: _scope("GET", "/v1/stories/cold")),
        "a hot page": (front, lambda: _scope("GET", "/v1/stories/hot")),
        "a read": (front, lambda: _scope("GET", "/v1/stories/cold")),
        "a write": (front, lambda: _scope("POST", "/v1/stories/cold")),
        "an unknown address": (front, lambda: _scope("GET", "/nowhere")),
    }
    return [
        {"what": what, "us": round(asyncio.run(_cost(app, make, requests)), 2)} for what, (app, make) in kinds.items()
    ]


def measure_limits(quick: bool, folder: Path) -> list[dict[str, Any]]:
    """What a write's three limits cost, asked by one caller after another and by many at once."""
    with EmbeddedRedis(folder) as server:
        return asyncio.run(_limit_costs(server.url, 0.2 if quick else 2.0))


async def _limit_costs(url: str, seconds: float) -> list[dict[str, Any]]:
    redis = open_redis(url)
    keys = (Key.READER, Key.ADDRESS, Key.STORY)
    limiter = Limiter(redis, rates=[Rate(Action.POST_COMMENT, key, 500_000, 1, 500_000) for key in keys])
    rows = []
    for callers in (1, 16, 64):
        taken = 0
        started, ends = process_time(), asyncio.get_running_loop().time() + seconds

        async def call(reader: str, ends: float = ends) -> None:
            nonlocal taken
            while asyncio.get_running_loop().time() < ends:
                await limiter.take(Action.POST_COMMENT, reader=reader, address=reader, story="s")
                taken += 1

        await asyncio.gather(*(call(f"reader {number}") for number in range(callers)))
        spent = process_time() - started
        rows.append(
            {"callers": callers, "taken_per_s": round(taken / seconds), "us_each": round(spent / taken * 1e6, 1)}
        )
    await limiter.close()
    if redis is not None:
        await redis.aclose()
    return rows


def _front(app: App) -> Front:
    routes = RouteTable()
    routes.add("/v1/stories/{story}", ["GET", "POST"])
    page = ready(200, [(b"content-type", b"application/json"), (b"etag", b'"1"')], b"x" * 5_000, "/v1/stories/{story}")
    settings = Settings(database_url="none", allowed_origins=("https://news.example",))
    return Front(
        app,
        settings,
        routes=routes,
        metrics=RequestMetrics(),
        hot=lambda scope, _: page if scope["path"] == "/v1/stories/hot" else None,
    )


def _scope(method: str, path: str) -> Scope:
    more = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))] if method == "POST" else []
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"sort=best",
        "headers": [*_HEADERS, *more],
        "client": ("203.0.113.7", 4711),
    }


async def _cost(app: App, make: Callable[[], Scope], requests: int) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        scopes = [make() for _ in range(requests)]
        started = process_time()
        for scope in scopes:
            await app(scope, _receive, _send)
        best = min(best, (process_time() - started) / requests)
    return best * 1e6


async def _answers(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


async def _receive() -> Any:
    return {"type": "http.request", "body": _BODY, "more_body": False}


async def _send(message: Any) -> None:
    """Nobody listens."""
