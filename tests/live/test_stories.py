import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest
from structlog.testing import capture_logs

from service.infra.broadcast import Broadcast
from service.kernel import limits
from service.kernel.ids import StoryId
from service.kernel.problems import Unavailable
from service.live.fanout import frames
from service.live.fanout.page import Page
from service.live.fanout.stories import CHANGED_CHANNEL, StoryHub, channel_of
from service.stories.problems import StoryUnknown
from tests.infra.test_redis import client_of
from tests.live.streaming import until

STORY = StoryId("s1")


class Versions:
    """What PostgreSQL would answer, and how often it was asked."""

    def __init__(self, **versions: int) -> None:
        self.now = {StoryId(story): version for story, version in versions.items()}
        self.asked = 0
        self.away = False

    async def read(self, story_ids: Sequence[StoryId]) -> dict[StoryId, int]:
        self.asked += 1
        await asyncio.sleep(0.001)
        if self.away:
            raise Unavailable.retry("away")
        return {story: self.now[story] for story in story_ids if story in self.now}


@asynccontextmanager
async def hub_of(versions: Versions, redis_url: str | None = None) -> AsyncIterator[tuple[StoryHub, Broadcast]]:
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(client_of(redis_url)) if redis_url else None
        broadcast = await stack.enter_async_context(Broadcast(redis))
        hub = StoryHub(broadcast, versions.read)
        await hub.start()
        try:
            if redis is not None:
                await until(lambda: broadcast.healthy)
            yield hub, broadcast
        finally:
            await hub.stop()
        assert broadcast.channels <= {channel_of(story) for story in hub._threads}


def changed(version: int, story: str = STORY) -> bytes:
    return msgspec.json.encode({"story": story, "version": version})


def queued(page: Page) -> bytes:
    return b"".join(page._frames)


async def test_every_page_of_a_story_gets_its_messages_and_no_other_page() -> None:
    async with hub_of(Versions(s1=1, s2=1)) as (hub, broadcast):
        pages, other = [Page("a") for _ in range(3)], Page("a")
        for page in pages:
            assert await hub.join(STORY, page) == 1
        await hub.join(StoryId("s2"), other)
        message = frames.frame("counts", {}, 2)
        broadcast.publish(channel_of("s1"), message)
        assert [queued(page) for page in pages] == [message] * 3
        assert queued(other) == b""


async def test_the_last_page_of_a_story_ends_its_subscription() -> None:
    async with hub_of(Versions(s1=1)) as (hub, broadcast):
        first, second = Page("a"), Page("a")
        await hub.join(STORY, first)
        await hub.join(STORY, second)
        assert channel_of(STORY) in broadcast.channels
        hub.leave(STORY, first)
        hub.leave(STORY, first)
        assert channel_of(STORY) in broadcast.channels
        hub.leave(STORY, second)
        assert channel_of(STORY) not in broadcast.channels
        assert len(hub) == 0


async def test_an_unknown_story_leaves_nothing_behind() -> None:
    async with hub_of(Versions()) as (hub, broadcast):
        with pytest.raises(StoryUnknown):
            await hub.join(STORY, Page("a"))
        assert len(hub) == 0
        assert channel_of(STORY) not in broadcast.channels


async def test_without_the_database_a_page_is_refused_and_leaves_nothing_behind() -> None:
    versions = Versions(s1=1)
    versions.away = True
    async with hub_of(versions) as (hub, _):
        results = await asyncio.gather(*(hub.join(STORY, Page("a")) for _ in range(5)), return_exceptions=True)
        assert all(isinstance(result, Unavailable) for result in results)
        assert len(hub) == 0


async def test_pages_that_come_at_once_cost_one_query(redis_url: str) -> None:
    versions = Versions(s1=5)
    async with hub_of(versions, redis_url) as (hub, broadcast):
        assert set(await asyncio.gather(*(hub.join(STORY, Page("a")) for _ in range(200)))) == {5}
        assert versions.asked == 1
        broadcast.publish(channel_of(STORY), frames.frame("counts", {}, 6))
        assert await hub.join(STORY, Page("a")) == 6
        assert versions.asked == 1


async def test_a_page_that_goes_away_does_not_take_the_answer_from_the_others() -> None:
    async with hub_of(Versions(s1=5)) as (hub, _):
        going = asyncio.create_task(hub.join(STORY, Page("a")))
        staying = asyncio.create_task(hub.join(STORY, Page("a")))
        await asyncio.sleep(0)
        going.cancel()
        assert await staying == 5
        await asyncio.gather(going, return_exceptions=True)


async def test_a_story_that_changed_is_asked_for_again(redis_url: str) -> None:
    """It may have been hidden."""
    versions = Versions(s1=5)
    async with hub_of(versions, redis_url) as (hub, broadcast):
        await hub.join(STORY, Page("a"))
        broadcast.publish(channel_of(STORY), frames.frame("story.changed", {}, 6))
        del versions.now[STORY]
        with pytest.raises(StoryUnknown):
            await hub.join(STORY, Page("a"))


async def test_a_change_whose_message_does_not_follow_is_told_as_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_worker_s", 0.02)
    async with hub_of(Versions(s1=5)) as (hub, broadcast):
        page = Page("a")
        await hub.join(STORY, page)
        broadcast.publish(CHANGED_CHANNEL, changed(6))
        broadcast.publish(CHANGED_CHANNEL, changed(7))
        broadcast.publish(CHANGED_CHANNEL, changed(9, "another"))
        await until(lambda: queued(page) == frames.behind(7))


async def test_a_change_whose_message_follows_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_worker_s", 0.02)
    async with hub_of(Versions(s1=5)) as (hub, broadcast):
        page = Page("a")
        await hub.join(STORY, page)
        message = frames.frame("counts", {}, 6)
        broadcast.publish(CHANGED_CHANNEL, changed(6))
        broadcast.publish(channel_of(STORY), message)
        await asyncio.sleep(0.06)
        assert queued(page) == message


async def test_without_redis_changes_made_elsewhere_are_noticed_in_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "live_compare_alone_s", 0.01)
    versions = Versions(s1=5, s2=3)
    async with hub_of(versions) as (hub, _):
        page, other = Page("a"), Page("a")
        await hub.join(STORY, page)
        await hub.join(StoryId("s2"), other)
        versions.now[STORY] = 8
        await until(lambda: queued(page) == frames.behind(8))
        asked = versions.asked
        await until(lambda: versions.asked > asked + 2)
        assert queued(page) == frames.behind(8)  # Told once.
        assert queued(other) == b""


async def test_a_gap_of_the_broadcast_compares_at_once(redis_url: str) -> None:
    versions = Versions(s1=5)
    async with hub_of(versions, redis_url) as (hub, broadcast):
        page = Page("a")
        await hub.join(STORY, page)
        versions.now[STORY] = 6
        broadcast._tell_of_gap()
        await until(lambda: queued(page) == frames.behind(6))


async def test_the_comparison_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_compare_alone_s", 0.01)
    versions = Versions(s1=5)
    async with hub_of(versions) as (hub, _):
        page = Page("a")
        await hub.join(STORY, page)
        versions.now[STORY], versions.away = 6, True
        asked = versions.asked
        with capture_logs() as logs:
            await until(lambda: versions.asked > asked + 1)
        assert {log["log_level"] for log in logs} == {"warning"}
        versions.away = False
        await until(lambda: queued(page) == frames.behind(6))
