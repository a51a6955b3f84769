"""A small application behind the real front: one route for each thing that a front must get right."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import httpx2
import msgspec
from litestar import Litestar, Request, Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from service.accounts.auth import public
from service.app import docs, metrics, problem_pages
from service.app.front.asgi import App
from service.app.front.front import Front
from service.app.front.hot import Hot
from service.app.front.paths import RouteTable
from service.app.openapi import openapi_config
from service.app.problem_responses import on_error
from service.app.server import Server, server_config
from service.infra.config import Settings
from service.infra.rate_limit import Limiter
from service.infra.request_metrics import RequestMetrics
from service.infra.tools import client_address
from service.kernel.problems import Problem
from service.kernel.rate_limits import Action, Key, Rate

SECRET_WORDS = "what-nobody-may-read"
AnyRequest = Request[Any, Any, Any]
FEW = (Rate(Action.VOTE, Key.ADDRESS, 3, 60, 3),)


class Part(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    size: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


class Thing(msgspec.Struct, forbid_unknown_fields=True):
    data: str
    parts: list[Part] = []


class GoneFishing(Problem):
    """Nobody is here."""

    slug, title, status = "gone-fishing", "Gone fishing", 409


@get("/v1/things/{thing:str}", guards=[public])
async def get_thing(thing: FromPath[str]) -> dict[str, str]:
    return {"thing": thing}


@delete("/v1/things/{thing:str}", guards=[public])
async def delete_thing(thing: FromPath[str]) -> None:
    return None


@post("/v1/things", guards=[public])
async def post_thing(data: JSONBody[Thing]) -> Thing:
    return data


@get("/v1/page", guards=[public])
async def get_page(limit: Annotated[int, QueryParameter(ge=1, le=100)]) -> dict[str, int]:
    return {"limit": limit}


@get("/v1/search", guards=[public])
async def search(q: FromQuery[str] = "") -> dict[str, str]:
    return {"q": q}


@get("/v1/boom", guards=[public])
async def boom() -> None:
    raise ValueError(SECRET_WORDS)


@get("/v1/problem", guards=[public])
async def problem() -> None:
    raise GoneFishing("Back at six.", headers={"Retry-After": "9"}, until="18:00")


@get("/v1/own-headers", guards=[public])
async def own_headers() -> Response[str]:
    headers = {"Content-Security-Policy": "default-src 'self'", "Vary": "Accept", "Referrer-Policy": "no-referrer"}
    return Response("page", media_type="text/html", headers=headers)


@get("/v1/slow", guards=[public])
async def slow() -> None:
    await asyncio.sleep(3600)


@get("/v1/half", guards=[public])
async def half() -> Stream:
    async def parts() -> AsyncIterator[bytes]:
        yield b"half of"
        raise ValueError(SECRET_WORDS)

    return Stream(parts(), media_type="text/plain")


@get("/v1/live", guards=[public])
async def live() -> Stream:
    async def parts() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"id: %d\n\n" % number
            await asyncio.sleep(0.05)

    return Stream(parts(), media_type="text/event-stream")


@get("/v1/who", guards=[public])
async def who(request: AnyRequest) -> dict[str, str]:
    scope = cast(dict[str, Any], request.scope)
    return {name: scope[name] for name in ("client_address", "client_network", "request_id", "method")}


@post("/v1/raw", guards=[public])
async def raw(request: AnyRequest) -> dict[str, int]:
    body = await request.body()
    return {"bytes": len(body)}


@post("/v1/limited", guards=[public])
async def limited(request: AnyRequest) -> dict[str, bool]:
    limiter: Limiter = request.app.state.limiter
    await limiter.take(Action.VOTE, address=client_address(request))
    return {"passed": True}


_HANDLERS = [
    get_thing, delete_thing, post_thing, get_page, search, boom, problem, own_headers, slow, half, live, who, raw,
    limited, *docs.handlers, *problem_pages.handlers, *metrics.development_handlers,
]  # fmt: skip


def settings(**changes: Any) -> Settings:
    return Settings(**{"database_url": "postgresql://nowhere", "log_level": "info", **changes})


def front(
    *, hot: Hot | None = None, figures: RequestMetrics | None = None, request_s: float = 15.0, **changes: Any
) -> Front:
    """The probe behind a front with these settings."""
    app = Litestar(
        _HANDLERS, exception_handlers={Exception: on_error}, openapi_config=openapi_config(), logging_config=None
    )
    app.state.limiter = Limiter(None, rates=FEW)
    figures = figures or RequestMetrics()
    return Front(
        cast(App, app),
        settings(**changes),
        routes=RouteTable.of(app.routes),
        metrics=figures,
        hot=hot,
        request_s=request_s,
    )


def calling(app: Front, peer: str = "203.0.113.77") -> httpx2.AsyncClient:
    """A client of the application without a network between, that seems to come from `peer`."""
    transport = httpx2.ASGITransport(cast(Any, app), client=(peer, 4711), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://comments.example")


@asynccontextmanager
async def running_server(app: Front) -> AsyncIterator[Server]:
    """The application behind the real server, on a port of its own."""
    server = Server(server_config(app), started=lambda: up.set())
    up = asyncio.Event()
    server.config.host, server.config.port = "127.0.0.1", 0
    # Without its signal handlers, which only a main thread may set.
    running = asyncio.create_task(server._serve())
    await asyncio.wait([running, asyncio.create_task(up.wait())], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield server
    finally:
        server.should_exit = True
        await running


def address_of(server: Server) -> tuple[str, int]:
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    return host, port


@asynccontextmanager
async def serving(app: Front) -> AsyncIterator[tuple[str, int]]:
    """The same, as the address alone."""
    async with running_server(app) as server:
        yield address_of(server)
