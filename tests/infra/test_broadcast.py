import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from service.infra.broadcast import Broadcast
from service.infra.embedded.redis import EmbeddedRedis
from service.infra.redis import GuardedRedis
from service.kernel import limits
from tests.infra.test_redis import client_of, deaf_server


class Ear:
    """A handler that notes what it hears, and how often it was told of a gap."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.gaps = 0

    def hear(self, message: bytes) -> None:
        self.heard.append(message)

    def gap(self) -> None:
        self.gaps += 1


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Broadcast]:
    """The broadcast of one process."""
    async with client_of(url) as redis, Broadcast(redis) as broadcast:
        yield broadcast


@asynccontextmanager
async def processes(url: str, count: int) -> AsyncIterator[list[Broadcast]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(process(url)) for _ in range(count)]


async def until(happens: Callable[[], bool], timeout_s: float = 10.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not happens():
            await asyncio.sleep(0.005)


@pytest.fixture
def own_redis(run_folder: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that a test may stop."""
    with EmbeddedRedis(run_folder / "broadcast-redis") as server:
        yield server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses, so that an outage costs a test little."""
    monkeypatch.setattr(limits, "broadcast_ping_s", 0.05)
    monkeypatch.setattr(limits, "broadcast_silence_s", 0.2)
    monkeypatch.setattr(limits, "broadcast_pause_longest_s", 0.1)
    monkeypatch.setattr(limits, "redis_breaker_pause_s", 0.05)


async def test_a_message_reaches_its_own_process_at_once_and_only_once(redis_url: str) -> None:
    ear = Ear()
    async with process(redis_url) as broadcast:
        broadcast.subscribe("news", ear.hear)
        broadcast.subscribe("last", (last := Ear()).hear)
        assert await broadcast.confirmed("news", 2)
        assert await broadcast.confirmed("last", 2)
        broadcast.publish("news", b"1")
        assert ear.heard == [b"1"]

        async with process(redis_url) as other:
            other.publish("last", b"end")
            await until(lambda: last.heard == [b"end"])
        assert ear.heard == [b"1"]


async def test_a_message_reaches_every_other_process(redis_url: str) -> None:
    ears = [Ear() for _ in range(3)]
    async with processes(redis_url, 3) as broadcasts:
        for broadcast, ear in zip(broadcasts, ears, strict=True):
            broadcast.subscribe("news", ear.hear)
            assert await broadcast.confirmed("news", 2)
        for number in range(1200):  # More than one batch.
            broadcasts[0].publish("news", b"%d" % number)
        await until(lambda: all(len(ear.heard) == 1200 for ear in ears))
    assert all(ear.heard == [b"%d" % number for number in range(1200)] for ear in ears)


async def test_one_process_is_complete_without_redis() -> None:
    ear = Ear()
    async with Broadcast(None) as broadcast:
        broadcast.subscribe("news", ear.hear, ear.gap)
        broadcast.publish("news", b"1")
        assert ear.heard == [b"1"]
        assert not broadcast.healthy
        assert not await broadcast.confirmed("news", 2)


async def test_a_channel_ends_with_its_last_handler(redis_url: str) -> None:
    first, second = Ear(), Ear()
    async with processes(redis_url, 2) as (here, there):
        here.subscribe("news", first.hear)
        here.subscribe("news", second.hear)
        here.subscribe("news", second.hear)
        assert await here.confirmed("news", 2)
        here.unsubscribe("news", first.hear)
        here.publish("news", b"1")
        assert (first.heard, second.heard) == ([], [b"1"])

        here.unsubscribe("news", second.hear)
        here.unsubscribe("news", second.hear)
        assert here.channels == frozenset()
        redis = there._redis
        assert isinstance(redis, GuardedRedis)
        async with asyncio.timeout(2):
            while (await redis.execute_command("PUBSUB", "NUMSUB", "news"))[1]:
                await asyncio.sleep(0.005)


async def test_a_channel_left_and_joined_again_at_once_is_heard(redis_url: str) -> None:
    ear = Ear()
    async with processes(redis_url, 2) as (here, there):
        for _ in range(20):
            here.subscribe("news", ear.hear)
            await asyncio.sleep(0)
            here.unsubscribe("news", ear.hear)
            await asyncio.sleep(0)
        here.subscribe("news", ear.hear)
        assert await here.confirmed("news", 2)
        there.publish("news", b"1")
        await until(lambda: ear.heard == [b"1"])


async def test_a_handler_that_fails_harms_no_other() -> None:
    ear = Ear()

    def broken(_: bytes) -> None:
        raise LookupError

    async with Broadcast(None) as broadcast:
        broadcast.subscribe("news", broken)
        broadcast.subscribe("news", ear.hear)
        with capture_logs() as logs:
            broadcast.publish("news", b"1")
    assert ear.heard == [b"1"]
    assert [log["event"] for log in logs] == ["A broadcast handler failed"]


@pytest.mark.usefixtures("quick")
async def test_after_an_outage_messages_flow_and_everybody_is_told_of_the_gap(own_redis: EmbeddedRedis) -> None:
    here_ear, there_ear = Ear(), Ear()
    async with processes(own_redis.url, 2) as (here, there):
        here.subscribe("news", here_ear.hear, here_ear.gap)
        there.subscribe("news", there_ear.hear, there_ear.gap)
        assert await here.confirmed("news", 2)
        assert await there.confirmed("news", 2)
        gaps_before = there_ear.gaps

        own_redis.stop()
        with capture_logs():
            await until(lambda: not here.healthy and not there.healthy)
            here.publish("news", b"during")
            assert here_ear.heard == [b"during"]
            assert not await there.confirmed("news", 0.05)
            await asyncio.sleep(0.3)

        own_redis.start()
        await until(lambda: here.healthy and there.healthy)
        here.publish("news", b"after")
        await until(lambda: b"after" in there_ear.heard)
    assert there_ear.gaps > gaps_before


@pytest.mark.usefixtures("quick")
async def test_a_deaf_redis_is_noticed_and_nobody_waits_for_it() -> None:
    ear = Ear()
    with deaf_server() as url:
        async with process(url) as broadcast:
            broadcast.subscribe("news", ear.hear)
            with capture_logs():
                assert not await broadcast.confirmed("news", 0.3)
            assert not broadcast.healthy
            broadcast.publish("news", b"1")
            assert ear.heard == [b"1"]


async def test_dropped_messages_are_made_known_to_everybody(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "broadcast_waiting_max", 10)
    ear = Ear()
    async with process(redis_url) as there, client_of(redis_url) as redis:
        there.subscribe("news", ear.hear, ear.gap)
        assert await there.confirmed("news", 2)
        gaps_before = ear.gaps

        here = Broadcast(redis)  # It cannot send yet, as during an outage that only it has.
        for number in range(25):
            here.publish("news", b"%d" % number)
        async with here:
            await until(lambda: len(ear.heard) >= 10)
        assert ear.heard[0] == b"15"
        assert ear.gaps > gaps_before


async def test_a_hint_that_still_waits_is_not_sent_twice(own_redis: EmbeddedRedis) -> None:
    async with process(own_redis.url) as broadcast:
        own_redis.stop()
        for _ in range(1000):
            broadcast.publish("sc:nudge", b"")
        assert len(broadcast._waiting) == 1


async def test_a_hint_that_is_on_its_way_is_sent_again(redis_url: str) -> None:
    """Who hears the first may look before the second is true."""
    ear = Ear()
    async with processes(redis_url, 2) as (here, there):
        there.subscribe("news", ear.hear)
        assert await there.confirmed("news", 2)
        here.publish("news", b"look")
        async with asyncio.timeout(5):
            while not here._on_the_way:  # A batch takes less than a tick of a timer.
                await asyncio.sleep(0)
        here.publish("news", b"look")
        await until(lambda: ear.heard == [b"look", b"look"])


async def test_what_is_flushed_is_with_redis(redis_url: str) -> None:
    ear = Ear()
    async with processes(redis_url, 2) as (here, there):
        there.subscribe("news", ear.hear)
        assert await there.confirmed("news", 2)
        await until(lambda: here.healthy)
        for number in range(3 * limits.broadcast_batch_max):
            here.publish("news", b"%d" % number)
        assert await here.flushed(5)
        assert not here._waiting
        assert not here._on_the_way
        assert await here.flushed(5)


@pytest.mark.usefixtures("quick")
async def test_flushing_waits_for_no_redis_that_is_away(own_redis: EmbeddedRedis) -> None:
    async with process(own_redis.url) as broadcast:
        await until(lambda: broadcast.healthy)
        own_redis.stop()
        with capture_logs():
            broadcast.publish("news", b"1")
            assert not await broadcast.flushed(0.3)
            await until(lambda: not broadcast.healthy)
            assert not await broadcast.flushed(5)
            assert len(broadcast._waiting) == 1
        own_redis.start()
        await until(lambda: not broadcast._waiting and not broadcast._on_the_way)


async def test_the_buffer_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> None:
    monkeypatch.setattr(limits, "broadcast_waiting_bytes_max", 1000)
    async with client_of(redis_url) as redis:
        broadcast = Broadcast(redis)  # Not started: nothing is taken from the buffer.
        for number in range(10):
            broadcast.publish("news", b"%300d" % number)
    assert [message[-1:] for _, message in broadcast._waiting] == [b"7", b"8", b"9"]
