"""Ready pages in memory: encoded and compressed bytes, kept as long as nothing changed.

A page is kept under its story, order, filter and cursor, together with the thread's version that it shows. A change on
a story tells every process the new version (`told`), and from then on no page of an older one is answered; pages of
other stories stay. Messages can be lost, so a story's version is also asked for when nobody confirmed it for a while:
seldom while the broadcast is healthy, often while it is not. One fill at a time runs for each page, and a fill that was
overtaken by a change is answered but not kept. Memory is bounded in bytes; pages that anybody can ask for in any
number, behind cursors, filters and sizes, have a share of their own, so that walking them cannot push out the first
pages that everyone reads.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

import msgspec
from prometheus_client import Counter, Gauge, Histogram

from service.infra.clock import monotonic
from service.kernel.problems import Unavailable

Answer = TypeVar("Answer")

# How long a story's version counts without being confirmed.
AGE_HEALTHY_S: Final = 15.0
AGE_ALONE_S: Final = 2.0
# After that a page is made anew even if nothing was written: an order by age, a closing time.
LIFETIME_S: Final = 60.0
# While the database is away, stale pages are answered and it is asked this often.
ASK_AGAIN_S: Final = 1.0
# A page's place among those to keep, and the count of hits, are brought up to date this often.
_USED_AGAIN_S: Final = 1.0
_ASIDE_SHARE: Final = 0.25
_STORIES_MAX: Final = 50_000

_LOOKUPS = Counter("comments_page_cache_lookups_total", "Page lookups", ["result"])
_HITS, _MISSES, _STALE = (_LOOKUPS.labels(result) for result in ("hit", "miss", "stale"))
_FILL_S = Histogram(
    "comments_page_fill_seconds", "Seconds to make a page", buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
)
_BYTES = Gauge("comments_page_cache_bytes", "Bytes held by ready pages")


# The version of a thread that the cache forgot: no page is of that one.
_FORGOTTEN: Final = -2


class _StoryState(msgspec.Struct):
    version: int
    confirmed_at: float
    ask_after: float = 0.0


class Page(msgspec.Struct, Generic[Answer]):
    """A page as it is sent: one answer for each content coding that was asked for so far."""

    version: int
    site: str
    etag: str
    body: bytes
    made_at: float
    not_modified: Answer
    # The thread that it belongs to, as the cache knows it; set when the page is kept.
    state: "_StoryState | None" = None
    # When it was last moved up among the pages to keep, and how often it was answered since.
    used_at: float = 0.0
    hits: int = 0
    codings: dict[str, Answer] = msgspec.field(default_factory=dict)
    size: int = 0


class _GivenUp(Exception):
    """Whoever made a page went away in the middle: a client that hung up, a deadline."""


class PageCache(Generic[Answer]):
    """Pages of one process; `budget_bytes` bounds them. `healthy` tells whether changes are being told."""

    def __init__(self, budget_bytes: int, healthy: Callable[[], bool], now: Callable[[], float] = monotonic) -> None:
        self._healthy, self.now = healthy, now
        self._budgets = {False: int(budget_bytes * (1 - _ASIDE_SHARE)), True: int(budget_bytes * _ASIDE_SHARE)}
        self._shelves: dict[bool, OrderedDict[Hashable, Page[Answer]]] = {False: OrderedDict(), True: OrderedDict()}
        self._sizes = {False: 0, True: 0}
        self._stories: OrderedDict[str, _StoryState] = OrderedDict()
        self._fills: dict[Hashable, asyncio.Future[Page[Answer]]] = {}

    def told(self, story_id: str, version: int) -> None:
        """The thread is at this version now; an older one than we know changes nothing."""
        state = self._stories.get(story_id)
        if state is None:
            return
        if version >= state.version:
            state.version, state.confirmed_at = version, self.now()

    def doubt(self) -> None:
        """Messages may have been lost: every version has to be confirmed before it counts again."""
        for state in self._stories.values():
            state.confirmed_at = -LIFETIME_S

    def fresh(self, key: Hashable, aside: bool) -> Page[Answer] | None:
        """The page if it may be answered without asking anybody. `aside` tells that it is none of those that everyone
        reads first."""
        page = self._shelves[aside].get(key)
        if page is None:
            return None
        state = page.state
        if state is None or page.version != state.version:
            return None
        now = self.now()
        age = AGE_HEALTHY_S if self._healthy() else AGE_ALONE_S
        if now - state.confirmed_at > age or now - page.made_at > LIFETIME_S:
            return None
        if now - page.used_at > _USED_AGAIN_S:
            page.used_at = now
            self._shelves[aside].move_to_end(key)
            # Counted together: a hit costs a few microseconds, and a counter's lock would be one of them.
            _HITS.inc(page.hits)
            page.hits = 0
        page.hits += 1
        return page

    async def page(
        self,
        story_id: str,
        key: Hashable,
        aside: bool,
        fill: Callable[[], Awaitable[Page[Answer]]],
        ask_version: Callable[[], Awaitable[int | None]],
    ) -> tuple[Page[Answer], bool]:
        """The page, and whether it is stale: made earlier and answered because the database is away.

        Whoever asks for a page that is being made waits for it. What `fill` raises is raised to all of them.
        """
        if (page := self.fresh(key, aside)) is not None:
            return page, False
        known = self._shelves[aside].get(key)
        state = self._stories.get(story_id)
        if known is not None and state is not None and state.ask_after > self.now():
            _STALE.inc()
            return known, True
        _MISSES.inc()
        try:
            return await self._made_once(story_id, key, aside, known, fill, ask_version), False
        except Unavailable:
            if known is None:
                raise
            if state is not None:
                state.ask_after = self.now() + ASK_AGAIN_S
            _STALE.inc()
            return known, True

    async def _made_once(
        self,
        story_id: str,
        key: Hashable,
        aside: bool,
        known: Page[Answer] | None,
        fill: Callable[[], Awaitable[Page[Answer]]],
        ask_version: Callable[[], Awaitable[int | None]],
    ) -> Page[Answer]:
        while (running := self._fills.get(key)) is not None:
            try:
                page = await asyncio.shield(running)
            except _GivenUp:
                continue  # One of those who waited makes it now.
            state = self._stories.get(story_id)
            # A change during that fill makes it too old for whoever came after the change.
            if state is None or page.version >= state.version:
                return page
        future: asyncio.Future[Page[Answer]] = asyncio.get_running_loop().create_future()
        self._fills[key] = future
        try:
            page = await self._confirmed(story_id, known, ask_version) or await self._filled(story_id, key, aside, fill)
        except BaseException as error:
            future.set_exception(error if isinstance(error, Exception) else _GivenUp())
            future.exception()  # Whoever waits has it; nobody waiting is no fault.
            raise
        else:
            future.set_result(page)
            return page
        finally:
            del self._fills[key]

    async def _confirmed(
        self, story_id: str, known: Page[Answer] | None, ask_version: Callable[[], Awaitable[int | None]]
    ) -> Page[Answer] | None:
        """The page that we have, if the database says that nothing changed since."""
        state = self._stories.get(story_id)
        if known is None or state is None or known.version != state.version:
            return None
        if self.now() - known.made_at > LIFETIME_S:
            return None
        version = await ask_version()
        if version != known.version:
            return None
        state.confirmed_at = self.now()
        return known

    async def _filled(
        self, story_id: str, key: Hashable, aside: bool, fill: Callable[[], Awaitable[Page[Answer]]]
    ) -> Page[Answer]:
        with _FILL_S.time():
            # The state has to be there before the fill begins, or a change during it would be told to nobody.
            state = self._stories.get(story_id)
            if state is None:
                state = self._stories[story_id] = _StoryState(-1, self.now())
                if len(self._stories) > _STORIES_MAX:
                    _, forgotten = self._stories.popitem(last=False)
                    # Nobody tells its pages of changes any more.
                    forgotten.version = _FORGOTTEN
            else:
                self._stories.move_to_end(story_id)
            page = await fill()
        if page.version >= state.version:
            state.version, state.confirmed_at, page.state = page.version, self.now(), state
            self._keep(key, aside, page)
        return page

    def _keep(self, key: Hashable, aside: bool, page: Page[Answer]) -> None:
        self._drop(key, aside)
        page.size = len(page.body) + 1_000
        self._shelves[aside][key] = page
        self._grew(aside, page.size)

    def grown(self, key: Hashable, aside: bool, page: Page[Answer], added_bytes: int) -> None:
        """Counts a coding that was added to a page, if the page is kept."""
        if self._shelves[aside].get(key) is page:
            page.size += added_bytes
            self._grew(aside, added_bytes)

    def _grew(self, aside: bool, added_bytes: int) -> None:
        self._sizes[aside] += added_bytes
        shelf = self._shelves[aside]
        while self._sizes[aside] > self._budgets[aside] and shelf:
            self._drop(next(iter(shelf)), aside)
        _BYTES.set(self._sizes[False] + self._sizes[True])

    def _drop(self, key: Hashable, aside: bool) -> None:
        if (page := self._shelves[aside].pop(key, None)) is not None:
            self._sizes[aside] -= page.size
