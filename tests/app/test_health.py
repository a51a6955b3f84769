"""Live says that the process answers; ready says whether requests should be sent to it, and what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from litestar import Litestar

from service.app import health
from service.app.front.asgi import App
from service.app.front.front import Front
from service.app.front.paths import RouteTable
from service.app.problem_responses import on_error
from service.infra.broadcast import Broadcast
from service.infra.clock import SystemClock, monotonic
from service.infra.embedded.redis import EmbeddedRedis
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.redis import open_redis
from service.infra.request_metrics import RequestMetrics
from service.infra.tools import Tools
from service.kernel.problems import TooManyRequests
from service.kernel.rate_limits import Action
from tests.app.probe import calling, settings


@asynccontextmanager
async def watched(
    db: Database, redis_url: str | None, **changes: Any
) -> AsyncIterator[tuple[httpx2.AsyncClient, Limiter]]:
    """The health routes on these servers, and the limiter that they look at."""
    redis = open_redis(redis_url)
    given = settings(**changes)
    limiter = Limiter.of(given, redis)
    app = Litestar(health.handlers, exception_handlers={Exception: on_error}, openapi_config=None, logging_config=None)
    app.state.tools = Tools(
        settings=given, clock=SystemClock(), db=db, read_db=db, limiter=limiter, broadcast=Broadcast(redis)
    )
    front = Front(cast(App, app), given, routes=RouteTable.of(app.routes), metrics=RequestMetrics())
    async with calling(front) as client:
        yield client, limiter
    await limiter.close()
    if redis is not None:
        await redis.aclose()


async def test_live_answers_whatever_is_away(db: Database) -> None:
    async with watched(db, "redis://127.0.0.1:1") as (client, _):
        answer = await client.get("/health/live")
    assert answer.json() == {"status": "ok"}
    assert answer.headers["cache-control"] == "no-store"


async def test_ready_with_everything_there(db: Database, redis_url: str) -> None:
    async with watched(db, redis_url) as (client, _):
        answer = await client.get("/health/ready")
    body = answer.json()
    assert answer.status_code == 200
    assert body["status"] == "ok"
    assert {name: check["status"] for name, check in body["checks"].items() if name != "limits"} == {
        "postgresql": "up",
        "redis": "up",
    }
    assert body["checks"]["limits"] == "shared"


async def test_ready_without_a_redis_configured_is_whole(db: Database) -> None:
    async with watched(db, None) as (client, _):
        body = (await client.get("/health/ready")).json()
    assert body["status"] == "ok"
    assert (body["checks"]["redis"]["status"], body["checks"]["limits"]) == ("none", "local")


async def test_ready_shows_limits_that_are_switched_off(db: Database, redis_url: str) -> None:
    async with watched(db, redis_url, limits="off", development=True) as (client, _):
        assert (await client.get("/health/ready")).json()["checks"]["limits"] == "off"


async def test_ready_is_degraded_while_redis_is_away_and_whole_again_when_it_is_back(
    db: Database, run_folder: Path
) -> None:
    with EmbeddedRedis(run_folder / "health") as server:
        async with watched(db, server.url) as (client, limiter):
            assert (await client.get("/health/ready")).json()["status"] == "ok"
            server.stop()
            started = monotonic()
            gone = await client.get("/health/ready")
            assert monotonic() - started < 1.5
            assert (gone.status_code, gone.json()["status"]) == (200, "degraded")
            assert gone.json()["checks"]["redis"]["status"] == "down"
            await knock(limiter)
            assert (await client.get("/health/ready")).json()["checks"]["limits"] == "local"
            server.start()

            async def is_whole() -> bool:
                await knock(limiter)
                return bool((await client.get("/health/ready")).json()["status"] == "ok")

            await until(is_whole)


async def knock(limiter: Limiter) -> None:
    try:
        await limiter.take(Action.VOTE, reader="ann")
    except TooManyRequests:
        await asyncio.sleep(0.05)


async def until(condition: Callable[[], Any], within_s: float = 15) -> None:
    ends = monotonic() + within_s
    while not await condition():
        assert monotonic() < ends, "the condition was not met in time"
        await asyncio.sleep(0.05)


async def test_ready_is_unavailable_while_postgresql_is_away(database_url: str, redis_url: str) -> None:
    db = await Database.open(database_url, size=1)
    await db.close()
    async with watched(db, redis_url) as (client, _):

        async def redis_is_up() -> bool:
            """It is asked for a quarter of a second, which a busy machine may take for a connection."""
            checks = (await client.get("/health/ready")).json()["checks"]
            return bool(checks["redis"]["status"] == "up")

        await until(redis_is_up)
        answer = await client.get("/health/ready")
    body = answer.json()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert (body["type"], body["checks"]["postgresql"]["status"]) == ("/problems/unavailable", "down")
    assert answer.headers["retry-after"] == "2"


async def test_ready_does_not_wait_for_a_database_that_is_full(database_url: str, redis_url: str) -> None:
    db = await Database.open(database_url, size=1)
    async with db.read(), watched(db, redis_url) as (client, _):
        started = monotonic()
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert monotonic() - started < 1.8
    await db.close()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_health_needs_no_token_and_takes_head(db: Database, redis_url: str, path: str) -> None:
    async with watched(db, redis_url) as (client, _):
        assert (await client.head(path)).status_code == 200
