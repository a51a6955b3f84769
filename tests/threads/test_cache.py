"""Ready pages: made once, thrown away when the thread changed, never answered as fresh when they are not."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest
import zstandard

from service.app.front.hot import ready
from service.infra.broadcast import Broadcast
from service.infra.clock import FixedClock, id_at
from service.infra.postgres import Database
from service.kernel import cursor
from service.kernel.problems import NotFound, Unavailable
from service.threads.cache import AGE_ALONE_S, AGE_HEALTHY_S, ASK_AGAIN_S, LIFETIME_S, Page, PageCache
from service.threads.rules.asked import Asked, Place, asked_of
from service.threads.serving import ThreadPages
from tests.builders import a_comment, a_story
from tests.moderation.office import tools_on
from tests.site import Site
from tests.threads.rows import STORY as MADE_STORY
from tests.threads.rows import make_thread

STORY, KEY = "story-1", "story-1, newest"
Fill = Callable[[], Awaitable[Page[str]]]


class Desk:
    """A cache with a clock to move, a database that may be away, and a count of how often it was asked."""

    def __init__(self, budget_bytes: int = 1_000_000) -> None:
        self.now = 1_000.0
        self.is_healthy = True
        self.is_away = False
        self.version = 1
        self.fills = 0
        self.asked = 0
        # What a test lets happen while a page is being made.
        self.while_filling: Callable[[], Awaitable[None]] | None = None
        self.cache: PageCache[str] = PageCache(budget_bytes, lambda: self.is_healthy, lambda: self.now)

    async def get(
        self, key: str = KEY, *, story: str = STORY, deep: bool = False, size: int = 100
    ) -> tuple[Page[str], bool]:
        return await self.cache.page(story, key, deep, lambda: self._fill(size), self._ask_version)

    def is_ready(self, key: str = KEY, *, story: str = STORY, deep: bool = False) -> bool:
        return self.cache.fresh(key, deep) is not None

    async def _fill(self, size: int) -> Page[str]:
        self.fills += 1
        self._refuse_while_away()
        version = self.version
        if self.while_filling is not None:
            await self.while_filling()
        return Page(version, "main", f'"{version}"', b"x" * size, self.now, "not modified")

    async def _ask_version(self) -> int | None:
        self.asked += 1
        self._refuse_while_away()
        return self.version

    def _refuse_while_away(self) -> None:
        if self.is_away:
            raise Unavailable.retry("The database is away.")


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_fifty_who_ask_at_once_wait_for_one_fill(desk: Desk) -> None:
    desk.while_filling = lambda: asyncio.sleep(0.01)
    answers = await asyncio.gather(*(desk.get() for _ in range(50)))
    assert desk.fills == 1
    assert {id(page) for page, _ in answers} == {id(answers[0][0])}
    assert not any(stale for _, stale in answers)
    await desk.get()
    assert (desk.fills, desk.asked) == (1, 0)


async def test_what_a_fill_raises_is_raised_to_all_who_wait_and_the_next_one_tries_again(desk: Desk) -> None:
    async def fail() -> None:
        await asyncio.sleep(0.01)
        raise NotFound

    desk.while_filling = fail
    answers = await asyncio.gather(*(desk.get() for _ in range(5)), return_exceptions=True)
    assert desk.fills == 1
    assert all(isinstance(answer, NotFound) for answer in answers)
    desk.while_filling = None
    await desk.get()
    assert desk.fills == 2


async def test_a_maker_who_goes_away_leaves_the_page_to_one_of_those_who_wait(desk: Desk) -> None:
    desk.while_filling = lambda: asyncio.sleep(0.05)
    maker = asyncio.create_task(desk.get())
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(desk.get()) for _ in range(5)]
    await asyncio.sleep(0.01)
    maker.cancel()
    answers = await asyncio.gather(*waiting)
    assert [stale for _, stale in answers] == [False] * 5
    assert desk.fills == 2
    with pytest.raises(asyncio.CancelledError):
        await maker


async def test_a_waiter_who_goes_away_disturbs_nobody(desk: Desk) -> None:
    desk.while_filling = lambda: asyncio.sleep(0.02)
    maker, waiter = asyncio.create_task(desk.get()), asyncio.create_task(desk.get())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiter.cancel()
    page, stale = await maker
    assert (page.version, stale, desk.fills) == (1, False, 1)
    assert desk.is_ready()


async def test_a_fill_that_a_change_overtakes_is_answered_and_not_kept(desk: Desk) -> None:
    async def change() -> None:
        desk.version = 2
        desk.cache.told(STORY, 2)

    desk.while_filling = change
    page, stale = await desk.get()
    assert (page.version, stale) == (1, False)
    assert not desk.is_ready()
    desk.while_filling = None
    assert (await desk.get())[0].version == 2
    assert desk.is_ready()


async def test_who_comes_after_a_change_is_not_answered_by_a_fill_from_before(desk: Desk) -> None:
    changed = asyncio.Event()
    desk.while_filling = changed.wait  # type: ignore[assignment]
    early = asyncio.create_task(desk.get())
    await asyncio.sleep(0)
    desk.version = 2
    desk.cache.told(STORY, 2)
    late = asyncio.create_task(desk.get())
    await asyncio.sleep(0)
    changed.set()
    assert (await early)[0].version == 1
    assert (await late)[0].version == 2


async def test_a_change_throws_out_all_pages_of_its_story_and_no_others(desk: Desk) -> None:
    for story in ("story-1", "story-2"):
        for order in ("newest", "best"):
            await desk.get(f"{story}, {order}", story=story)
    desk.cache.told("story-1", 2)
    desk.cache.told("never heard of", 2)
    ready = [
        desk.is_ready(f"{story}, {order}", story=story)
        for story in ("story-1", "story-2")
        for order in ("newest", "best")
    ]
    assert ready == [False, False, True, True]


async def test_news_of_an_older_version_changes_nothing(desk: Desk) -> None:
    desk.version = 5
    await desk.get()
    desk.cache.told(STORY, 4)
    assert desk.is_ready()
    assert desk.fills == 1


@pytest.mark.parametrize(("is_healthy", "age_s"), [(True, AGE_HEALTHY_S), (False, AGE_ALONE_S)])
async def test_a_version_that_nobody_confirmed_is_asked_for_and_the_page_stays(
    desk: Desk, is_healthy: bool, age_s: float
) -> None:
    desk.is_healthy = is_healthy
    first, _ = await desk.get()
    desk.now += age_s
    assert desk.is_ready()
    desk.now += 0.1
    assert not desk.is_ready()
    again, stale = await desk.get()
    assert again is first
    assert (desk.fills, desk.asked, stale) == (1, 1, False)
    assert desk.is_ready()


async def test_after_doubt_each_page_is_compared_with_the_database_once(desk: Desk) -> None:
    first, _ = await desk.get()
    desk.cache.doubt()
    assert not desk.is_ready()
    assert (await desk.get())[0] is first
    assert (desk.fills, desk.asked) == (1, 1)
    assert desk.is_ready()
    desk.cache.doubt()
    desk.version = 2  # This time something was missed.
    assert (await desk.get())[0].version == 2
    assert (desk.fills, desk.asked) == (2, 2)


async def test_a_page_is_made_anew_after_its_lifetime_though_nothing_was_written(desk: Desk) -> None:
    await desk.get()
    for _ in range(5):
        desk.now += LIFETIME_S / 5
        desk.cache.told(STORY, 1)
    assert desk.is_ready()
    desk.now += 0.1
    assert not desk.is_ready()
    await desk.get()
    assert (desk.fills, desk.asked) == (2, 0)


async def test_an_old_page_is_answered_as_stale_while_the_database_is_away(desk: Desk) -> None:
    first, _ = await desk.get()
    desk.cache.told(STORY, 2)
    desk.is_away = True
    assert await desk.get() == (first, True)
    fills = desk.fills
    for _ in range(10):
        assert await desk.get() == (first, True)
    assert desk.fills == fills  # It is not asked by every reader.
    desk.now += ASK_AGAIN_S
    assert await desk.get() == (first, True)
    assert desk.fills == fills + 1
    desk.is_away, desk.version = False, 2
    desk.now += ASK_AGAIN_S
    page, stale = await desk.get()
    assert (page.version, stale) == (2, False)


async def test_without_an_old_page_an_absent_database_is_told(desk: Desk) -> None:
    desk.is_away = True
    with pytest.raises(Unavailable):
        await desk.get()


async def test_memory_is_bounded_and_the_pages_read_last_stay() -> None:
    desk = Desk(budget_bytes=40_000)  # 30,000 of them for first pages.
    for number in range(10):
        await desk.get(f"page {number}", size=4_000)
        desk.now += 1.1  # Its place is brought up to date once a second.
        desk.is_ready("page 0")
    ready = [number for number in range(10) if desk.is_ready(f"page {number}")]
    assert ready == [0, 5, 6, 7, 8, 9]


async def test_pages_behind_a_cursor_push_out_no_first_page() -> None:
    desk = Desk(budget_bytes=40_000)
    for number in range(6):
        await desk.get(f"first {number}", size=3_500)
    for number in range(50):
        await desk.get(f"deep {number}", deep=True, size=4_000)
    assert all(desk.is_ready(f"first {number}") for number in range(6))
    assert [number for number in range(50) if desk.is_ready(f"deep {number}", deep=True)] == [48, 49]


async def test_codings_count_too() -> None:
    desk = Desk(budget_bytes=40_000)
    for number in range(4):
        await desk.get(f"page {number}", size=4_000)
    page, _ = await desk.get("page 3")
    desk.cache.grown("page 3", False, page, 20_000)
    assert [number for number in range(4) if desk.is_ready(f"page {number}")] == [2, 3]
    desk.cache.grown("page 0", False, page, 30_000)  # A page that is not kept any more.
    assert desk.is_ready("page 3")


async def test_a_page_larger_than_all_memory_is_answered_and_not_kept() -> None:
    desk = Desk(budget_bytes=4_000)
    page, _ = await desk.get(size=10_000)
    assert len(page.body) == 10_000
    assert not desk.is_ready()


async def test_a_stale_page_says_so_and_nobody_keeps_it(db: Database, database_url: str, clock: FixedClock) -> None:
    async with db.transaction() as conn:
        await make_thread(conn, clock, [None, 0, None])
    lost = await Database.open(database_url, size=1)
    tools = msgspec.structs.replace(tools_on(db, clock), read_db=lost)
    pages = ThreadPages(tools, ready, "1")
    first = await pages.answer(MADE_STORY, Asked(), "br", None)
    etag = dict(first.headers)[b"etag"].decode()
    await lost.close()
    pages.doubt()
    for if_none_match in (None, etag):
        answer = await pages.answer(MADE_STORY, Asked(), "br", if_none_match)
        headers = dict(answer.headers)
        assert answer.status == 200
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"warning"] == b'110 - "Response is Stale"'
        assert b"content-encoding" not in headers
        assert answer.body == brotli.decompress(first.body)
    with pytest.raises(Unavailable):
        await pages.answer(MADE_STORY, Asked(sort="oldest"), "br", None)


async def test_what_time_changes_on_a_page_changes_its_tag(db: Database, clock: FixedClock) -> None:
    async with db.transaction() as conn:
        await make_thread(conn, clock, [None])
        await conn.execute(
            "UPDATE stories SET published_at = $1::timestamptz, closes_at = $1 + interval '100 h'", clock.now()
        )
    etags = set()
    for hours in (0, 73, 28):  # Newest first; the best first; closed.
        clock.move(hours=hours)
        answer = await ThreadPages(tools_on(db, clock), ready, "1").answer(MADE_STORY, Asked(), "br", None)
        etags.add(dict(answer.headers)[b"etag"])
    assert len(etags) == 3


@pytest.mark.parametrize("query", ["about=point-{}", "side=side-{}", "limit=2&about=p{}", "replies={}", "cursor={}"])
async def test_what_anybody_can_ask_for_in_any_number_pushes_no_first_page_out(
    db: Database, clock: FixedClock, query: str
) -> None:
    async with db.transaction() as conn:
        await make_thread(conn, clock, [None] * 40)
    tools = tools_on(db, clock)
    pages = ThreadPages(
        msgspec.structs.replace(
            tools, settings=msgspec.structs.replace(tools.settings, page_cache_bytes=200_000), broadcast=Healthy()
        ),
        ready,
        "1",
    )
    path = f"/v1/stories/{MADE_STORY}/comments"

    def is_hot(asked: bytes) -> bool:
        return pages.hot({"path": path, "query_string": asked}, {}) is not None

    first_pages = [b"", b"sort=newest", b"sort=best"]
    for asked in first_pages:
        await pages.answer(MADE_STORY, _asked(asked.decode()), "identity", None)
    cursors = [cursor.pack("roots:newest::", Place(id_at(clock.now(), number))) for number in range(60)]
    for number in range(60):
        given = query.format(cursors[number] if "cursor" in query else number % 10 if "replies" in query else number)
        await pages.answer(MADE_STORY, _asked(f"sort=newest&{given}"), "identity", None)
    assert is_hot(f"sort=newest&{given}".encode()), "what was read last is kept"
    assert all(is_hot(asked) for asked in first_pages)


async def test_hot_pages_are_found_by_what_was_asked_and_not_by_how_it_was_written(
    db: Database, clock: FixedClock
) -> None:
    async with db.transaction() as conn:
        await make_thread(conn, clock, [None])
    pages = ThreadPages(msgspec.structs.replace(tools_on(db, clock), broadcast=Healthy()), ready, "1")
    await pages.answer(MADE_STORY, Asked(sort="newest", limit=7), "identity", None)
    path = f"/v1/stories/{MADE_STORY}/comments"

    def hot(query: bytes, path: str = path, **headers: str) -> int | None:
        given = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        answer = pages.hot({"path": path, "query_string": query}, given)
        return None if answer is None else answer.status

    for _ in range(2):  # Looked for, and remembered.
        assert hot(b"sort=newest&limit=7") == 200
        assert hot(b"limit=7&sort=newest&utm_source=mail") == 200
        assert hot(b"limit=7&sort=newest", if_none_match="*") == 304
        assert hot(b"limit=7&sort=newest", if_none_match='"other"', accept_encoding="br") == 200
        for other in (b"sort=newest", b"limit=7", b"sort=newest&limit=07x", b"sort=\xff&limit=7", b"sort=no&limit=7"):
            assert hot(other) is None
        assert hot(b"sort=newest&limit=7", f"/v1/stories/{MADE_STORY}x/comments") is None
        assert hot(b"sort=newest&limit=7", f"{path}.html") is None
        assert hot(b"", "/v1/counts") is None
    pages.told(b'{"story": "%s", "version": 1000}' % MADE_STORY.encode())
    assert hot(b"sort=newest&limit=7") is None


class Healthy(Broadcast):
    """A broadcast whose messages arrive."""

    def __init__(self) -> None:
        super().__init__(None)

    @property
    def healthy(self) -> bool:
        return True


def _asked(query: str) -> Asked:
    return asked_of(dict(parse_qsl(query)))


# Over HTTP


def test_every_coding_holds_the_same_bytes_made_now_and_from_memory(site: Site) -> None:
    story = a_story(site)
    a_comment(site, story, "Some words. " * 50)
    path = f"/v1/stories/{story}/comments"
    decode: dict[str | None, Callable[[bytes], bytes]] = {
        "zstd": lambda sent: zstandard.ZstdDecompressor().decompressobj().decompress(sent),
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        None: bytes,
    }
    accepted = {
        "zstd": "gzip, deflate, br, zstd", "br": "gzip, br;q=0.5", "gzip": "gzip, br;q=0", None: "identity",
    }  # fmt: skip
    bodies = []
    with site.api() as api:
        for _ in range(2):
            for coding, accept in accepted.items():
                with api.stream("GET", path, headers={"Accept-Encoding": accept}) as answer:
                    sent = b"".join(answer.iter_raw())
                assert answer.headers.get("Content-Encoding") == coding
                assert int(answer.headers["Content-Length"]) == len(sent)
                assert "Accept-Encoding" in answer.headers["Vary"]
                assert answer.headers["Surrogate-Key"] == f"story-{story} site-main"
                assert answer.headers["Cache-Control"] == "public, max-age=5, stale-while-revalidate=30"
                bodies.append(decode[coding](sent))
    assert len(set(bodies)) == 1
    assert b"Some words." in bodies[0]


def test_every_shared_read_answers_304_to_whoever_has_it(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story)
    paths = [
        f"/v1/stories/{story}",
        f"/v1/stories/{story}/comments",
        f"/v1/stories/{story}/comments?sort=best&limit=5",
        f"/v1/stories/{story}/comments.html",
        f"/v1/stories/{story}/feed.atom",
        f"/v1/stories/{story}/changes?after=0",
        "/v1/sites/main/feed.atom",
        f"/v1/comments/{comment['id']}",
        f"/v1/comments/{comment['id']}/replies",
        f"/v1/comments/{comment['id']}/context",
        f"/v1/counts?story={story}",
    ]
    with site.api() as api:
        first = {path: api.get(path).raise_for_status() for path in paths}
        for path, answer in first.items():
            etag = answer.headers["ETag"]
            assert answer.headers["Cache-Control"].startswith("public, max-age="), path
            # What a CDN throws it out by.
            expected = {"/v1/sites/main/feed.atom": "site-main", f"/v1/counts?story={story}": f"counts story-{story}"}
            assert answer.headers["Surrogate-Key"] == expected.get(path, f"story-{story} site-main"), path
            same = api.get(path, headers={"If-None-Match": f'"another", {etag}'})
            assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag), path
            assert api.get(path, headers={"If-None-Match": '"another"'}).status_code == 200, path
        a_comment(site, story, "A reply.", by="bo", parent_id=comment["id"])
        for path, answer in first.items():
            changed = api.get(path, headers={"If-None-Match": answer.headers["ETag"]})
            assert changed.status_code == 200, path
            assert changed.content != answer.content, path


def test_the_keys_of_an_answer_stay_short_and_plain(site: Site) -> None:
    many = [f"{'s' * 40}-{number}" for number in range(100)]
    with site.api() as api:
        counts = api.get("/v1/counts", params={"story": many}).raise_for_status()
        feed = api.get("/v1/sites/\u65e5\u672c/feed.atom").raise_for_status()
    assert counts.headers["Surrogate-Key"] == "counts"
    assert "Surrogate-Key" not in feed.headers
