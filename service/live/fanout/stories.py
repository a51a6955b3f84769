"""The open pages of each story: one subscription for all of a story's pages in this process, and its version.

Live is a hint, PostgreSQL the truth. So that no page stays behind for long, whatever is lost on the way, a story's
version is compared with PostgreSQL for all of its pages at once: after each gap of the broadcast; every few seconds
while it is away; and now and then in any case. A change that was made known and whose message does not follow is
noticed without asking.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec
import structlog
from prometheus_client import Counter, Gauge

from service.infra.broadcast import Broadcast
from service.infra.tasks import end_tasks
from service.kernel import limits
from service.kernel.ids import StoryId
from service.kernel.problems import Unavailable
from service.live.fanout import frames
from service.live.fanout.page import Page
from service.stories.problems import StoryUnknown

# Versions of those of the stories that readers may see.
ReadVersions = Callable[[Sequence[StoryId]], Awaitable[dict[StoryId, int]]]

CHANGED_CHANNEL = "sc:changed"

_log = structlog.get_logger(__name__)
_STORIES = Gauge("live_stories", "Stories with open pages")
_MESSAGES = Counter("live_messages_total", "Messages handed to the pages of a story")
_BEHIND = Counter("live_behind_total", "Times that a story's pages had to be told that something was lost")


def channel_of(story_id: str) -> str:
    """The channel of a story's messages, which are events as `frames` makes them."""
    return f"sc:live:{story_id}"


class _Changed(msgspec.Struct, frozen=True):
    story: str
    version: int


_decode_changed = msgspec.json.Decoder(_Changed).decode


class _Thread:
    """A story that has open pages."""

    def __init__(self, story_id: StoryId) -> None:
        self.story_id = story_id
        self.pages: set[Page] = set()
        # The newest version that its pages were told of; None while nobody has asked PostgreSQL yet.
        self.version: int | None = None
        # Whether the story may have been hidden since.
        self.must_ask = False
        self.reading: asyncio.Task[int] | None = None
        # The newest version made known, and when it is checked whether its message came.
        self.changed = 0
        self.checking: asyncio.TimerHandle | None = None

    def hear(self, message: bytes) -> None:
        """Hands a message to every page; the encoding was done once, by who sent it."""
        _MESSAGES.inc()
        version = frames.version_of(message)
        if version is not None:
            self.version = max(self.version or 0, version)
        self.must_ask = self.must_ask or frames.tells_of_the_story(message)
        for page in self.pages:
            page.offer(message)

    def is_behind(self, version: int) -> bool:
        """Whether there was a change up to `version` that its pages do not know of."""
        return self.version is not None and self.version < version

    def tell_behind(self, version: int) -> None:
        """Has each page ask `/changes`, not all in the same moment."""
        _BEHIND.inc()
        self.version = version
        message, loop = frames.behind(version), asyncio.get_running_loop()
        spread_s = min(limits.live_spread_s, len(self.pages) * limits.live_spread_of_page_s)
        for page in self.pages:
            loop.call_later(random.uniform(0, spread_s), page.offer, message)


class StoryHub:
    """Hands what happens on a story to its open pages in this process."""

    def __init__(self, broadcast: Broadcast, read_versions: ReadVersions) -> None:
        self._broadcast = broadcast
        self._read_versions = read_versions
        self._threads: dict[str, _Thread] = {}
        self._gap = asyncio.Event()
        self._comparing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._broadcast.subscribe(CHANGED_CHANNEL, self._hear_changed, self._gap.set)
        self._comparing = asyncio.create_task(self._compare_forever(), name="live-compare")

    async def stop(self) -> None:
        self._broadcast.unsubscribe(CHANGED_CHANNEL, self._hear_changed)
        if self._comparing is not None:
            await end_tasks(self._comparing)

    def __len__(self) -> int:
        return len(self._threads)

    async def join(self, story_id: StoryId, page: Page) -> int:
        """From now on the page is told what happens; the story's version at this moment. StoryUnknown without one."""
        thread = self._threads.get(story_id) or self._begin(story_id)
        thread.pages.add(page)
        try:
            return await self._version_of(thread)
        except BaseException:
            self.leave(story_id, page)
            raise

    def leave(self, story_id: StoryId, page: Page) -> None:
        """The end of `join`; the last page of a story ends its subscription."""
        thread = self._threads.get(story_id)
        if thread is None:
            return
        thread.pages.discard(page)
        if not thread.pages:
            del self._threads[story_id]
            self._broadcast.unsubscribe(channel_of(story_id), thread.hear)
            if thread.checking is not None:
                thread.checking.cancel()
            _STORIES.dec()

    def _begin(self, story_id: StoryId) -> _Thread:
        thread = self._threads[story_id] = _Thread(story_id)
        self._broadcast.subscribe(channel_of(story_id), thread.hear)
        _STORIES.inc()
        return thread

    async def _version_of(self, thread: _Thread) -> int:
        # Kept right by the messages: a thousand pages that come back after a restart cost one query, not a thousand.
        if thread.version is not None and self._broadcast.healthy and not thread.must_ask:
            return thread.version
        if thread.reading is None:
            thread.reading = asyncio.create_task(self._read(thread))
            # Every page that waits may have left when it fails.
            thread.reading.add_done_callback(lambda task: task.cancelled() or task.exception())
        # One page that goes away must not take the answer from the others.
        return await asyncio.shield(thread.reading)

    async def _read(self, thread: _Thread) -> int:
        try:
            # From here on no message is missed, so what is read now can only be too new.
            await self._broadcast.confirmed(channel_of(thread.story_id), limits.redis_timeout_s)
            found = await self._read_versions([thread.story_id])
            if thread.story_id not in found:
                raise StoryUnknown(f"There is no story {thread.story_id}.")
            version = thread.version = max(found[thread.story_id], thread.version or 0)
            thread.must_ask = False
            return version
        finally:
            thread.reading = None

    # -- what may have been lost

    def _hear_changed(self, message: bytes) -> None:
        """A change was made known where it was made; the message itself comes from a worker, a moment later."""
        changed = _decode_changed(message)
        thread = self._threads.get(changed.story)
        if thread is None:
            return
        thread.changed = max(thread.changed, changed.version)
        if thread.is_behind(thread.changed) and thread.checking is None:
            loop = asyncio.get_running_loop()
            thread.checking = loop.call_later(limits.live_worker_s, self._check, thread)

    def _check(self, thread: _Thread) -> None:
        thread.checking = None
        if thread.is_behind(thread.changed):
            thread.tell_behind(thread.changed)

    async def _compare_forever(self) -> None:
        while True:
            pause_s = limits.live_compare_s if self._broadcast.healthy else limits.live_compare_alone_s
            try:
                async with asyncio.timeout(pause_s * random.uniform(0.8, 1.2)):
                    await self._gap.wait()
            except TimeoutError:
                pass
            self._gap.clear()
            try:
                await self._compare(tuple(self._threads.values()))
            except Unavailable as problem:
                _log.warning("Live pages could not be compared with the database", error=problem.cause)
            except Exception:  # noqa: BLE001 - Whatever it is, this task must outlive it.
                _log.exception("Live pages could not be compared with the database")

    async def _compare(self, threads: Sequence[_Thread]) -> None:
        for part in _parts(threads, limits.live_compare_stories_max):
            found = await self._read_versions([thread.story_id for thread in part])
            for thread in part:
                version = found.get(thread.story_id)
                if version is not None and thread.is_behind(version):
                    thread.tell_behind(version)


def _parts(threads: Sequence[_Thread], size: int) -> Iterable[Sequence[_Thread]]:
    return (threads[start : start + size] for start in range(0, len(threads), size))
