"""Is this process alive, and is it ready: two questions that orchestrators ask, and must not confuse.

*Live* looks at nothing outside: a process is not helped by a restart because the database is away. *Ready*
asks PostgreSQL and Redis, each within a budget. Without PostgreSQL the process takes no requests (503);
without Redis it is a smaller service and says so ("degraded"), but it stays in rotation.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get

from service.accounts.auth import public
from service.infra.clock import monotonic
from service.infra.tools import Tools, tools_of
from service.kernel import limits
from service.kernel.problems import Unavailable

_FRESH = {"Cache-Control": "no-store"}


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Check(msgspec.Struct, frozen=True):
    """One helper service: whether it answered in time, and how long that took. `none` where none is
    configured.
    """

    status: Literal["up", "down", "none"]
    duration_ms: float


class Checks(msgspec.Struct, frozen=True):
    postgresql: Check
    redis: Check
    # Where limits are counted: by all processes together, by each alone, or not at all (development).
    limits: Literal["shared", "local", "off"]


class Ready(msgspec.Struct, frozen=True):
    """Whether requests should be sent here, and what is missing."""

    status: Literal["ok", "degraded"]
    checks: Checks


@get("/health/live", guards=[public], tags=["Operating"], summary="The process answers")
async def live() -> Response[Live]:
    """Asked by whoever would restart this process. Looks at nothing outside of it."""
    return Response(Live(), headers=_FRESH)


@get(
    "/health/ready",
    guards=[public],
    tags=["Operating"],
    summary="Requests may be sent here",
)
async def ready(request: Request[Any, Any, Any]) -> Response[Ready]:
    """Asked by whoever sends requests here. 503 while PostgreSQL is away; `degraded` while Redis is."""
    tools = tools_of(request)
    postgresql, redis = await asyncio.gather(_timed(_postgresql(tools)), _timed(_redis(tools)))
    checks = Checks(postgresql, redis, tools.limiter.mode)
    if postgresql.status == "down":
        raise Unavailable(
            "PostgreSQL did not answer in time.",
            headers={"Retry-After": "2"},
            retry_after_s=2,
            checks=msgspec.to_builtins(checks),
        )
    degraded = redis.status == "down" or (checks.limits == "local" and redis.status != "none")
    return Response(Ready("degraded" if degraded else "ok", checks), headers=_FRESH)


handlers = [live, ready]

_State = Literal["up", "down", "none"]


async def _timed(asking: Awaitable[_State]) -> Check:
    started = monotonic()
    try:
        async with asyncio.timeout(limits.health_check_s):
            state = await asking
    except TimeoutError:
        state = "down"
    return Check(state, round((monotonic() - started) * 1000, 1))


async def _postgresql(tools: Tools) -> _State:
    try:
        await tools.db.ping()
    except Unavailable:
        return "down"
    return "up"


async def _redis(tools: Tools) -> _State:
    return await tools.limiter.state()
