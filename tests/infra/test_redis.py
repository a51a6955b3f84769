import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from redis.exceptions import ReadOnlyError, ResponseError

from service.infra.clock import monotonic
from service.infra.redis import Breaker, GuardedRedis, RedisAway, RedisError, open_redis
from service.kernel import limits


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[GuardedRedis]:
    client = open_redis(url)
    assert client is not None
    try:
        yield client
    finally:
        await client.aclose()


@contextmanager
def deaf_server() -> Iterator[str]:
    """A server that takes connections (the system does, for it) and never says anything; its address."""
    with tempfile.TemporaryDirectory(prefix="sc-") as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/deaf.sock")
        listening.listen(128)
        yield f"unix://{folder}/deaf.sock"


async def test_without_an_address_there_is_no_client() -> None:
    assert open_redis(None) is None
    assert open_redis("") is None


async def test_commands_and_pipelines_answer(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        assert await client.set("k", "1")
        pipeline = client.pipeline(transaction=False)
        pipeline.incr("k")
        pipeline.get("k")
        assert await pipeline.execute() == [2, b"2"]


async def test_a_call_of_a_server_that_is_away_fails_as_a_redis_error() -> None:
    async with client_of("redis://127.0.0.1:1/0") as client:
        with pytest.raises(RedisError):
            await client.get("k")


async def test_a_deaf_server_costs_one_caller_the_wait_and_the_others_nothing() -> None:
    with deaf_server() as url:
        async with client_of(url) as client:
            began = monotonic()
            with pytest.raises(RedisError):
                await client.get("k")
            assert limits.redis_timeout_s * 0.9 <= monotonic() - began < limits.redis_timeout_s * 4

            began = monotonic()
            for _ in range(100):
                with pytest.raises(RedisAway):
                    await client.get("k")
                with pytest.raises(RedisAway):
                    await _get_by_pipeline(client)
            assert monotonic() - began < limits.redis_timeout_s


async def test_an_answer_that_is_an_error_does_not_open_the_breaker(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        await client.set("text", "x")
        with pytest.raises(ResponseError):
            await client.incr("text")
        assert not client.breaker.open
        assert await client.get("text") == b"x"


async def test_a_server_that_became_a_replica_is_away(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        await client.execute_command("REPLICAOF", "127.0.0.1", "1")
        try:
            with pytest.raises(ReadOnlyError):
                await client.set("k", "1")
            assert client.breaker.open
            with pytest.raises(RedisAway):
                await client.set("k", "1")
        finally:
            async with client_of(redis_url) as other:
                await other.execute_command("REPLICAOF", "NO", "ONE")


async def test_a_cancelled_caller_leaves_the_next_one_a_working_connection(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        await client.set("k", "right")
        waiting = asyncio.create_task(client.execute_command("BLPOP", "nothing", "0.2"))
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert not client.breaker.open
        assert await client.get("k") == b"right"


async def _get_by_pipeline(client: GuardedRedis) -> list[Any]:
    pipeline = client.pipeline()
    pipeline.get("k")
    return await pipeline.execute()


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_breaker_lets_one_through_after_its_pause_and_all_after_a_success() -> None:
    seconds = Seconds()
    breaker = Breaker(1.0, seconds)
    breaker.enter()
    breaker.failed()
    with pytest.raises(RedisAway):
        breaker.enter()

    seconds.now += 1.0
    breaker.enter()  # This one tries for all.
    with pytest.raises(RedisAway):
        breaker.enter()

    breaker.succeeded()
    breaker.enter()
    breaker.enter()
    assert not breaker.open


def test_the_breaker_stays_open_when_the_one_that_tried_never_came_back() -> None:
    seconds = Seconds()
    breaker = Breaker(1.0, seconds)
    breaker.failed()
    seconds.now += 1.0
    breaker.enter()
    seconds.now += 1.0
    breaker.enter()  # The earlier one may have been cancelled; another finds out.
    assert breaker.open
