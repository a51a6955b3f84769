"""Search in a real PostgreSQL: what is found, in which order, and that no search reads without a bound."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.postgres import prepare_connection
from service.kernel import limits
from service.records import store
from service.records.actions.search import Asked, Found, search
from service.records.store import LAST_ID, Walk
from tests.moderation.office import staff
from tests.review_queue.rows import a_reader, a_story, plan_of, rows_read
from tests.servers import PostgresAddress, copy_template

MANY = 25_000
_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def moderator(clock: FixedClock) -> Staff:
    return staff(clock, "mo-1")


async def a_text(
    conn: Any,
    clock: FixedClock,
    body: str,
    story: str = "story-1",
    *,
    status: str = "published",
    by: UUID | None = None,
) -> UUID:
    clock.move(seconds=1)
    comment_id = clock.new_id()
    await conn.execute(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           VALUES ($1, $2, $3, $4, $4, $5, $6)""",
        story, comment_id, by, body, status, clock.now(),
    )  # fmt: skip
    return comment_id


async def ids(conn: Any, by: Staff, limit: int = 100, **asked: Any) -> list[UUID]:
    found = await search(conn, by, Asked(**asked), None, limit)
    return [key.comment_id for key in found.keys]


async def test_words_phrases_beginnings_and_exclusions(
    conn: asyncpg.Connection, clock: FixedClock, moderator: Staff
) -> None:
    await a_story(conn, clock)
    law = await a_text(conn, clock, "The federal climate law was about time.")
    court = await a_text(conn, clock, "A climate court? The law is not federal.")
    shop = await a_text(conn, clock, "Don't visit https://shop.example/well-known, it's spam!")

    async def found(words: str) -> list[UUID]:
        return await ids(conn, moderator, words=words)

    assert await found("climate law") == await found("LAW Climate") == [court, law]
    assert await found('"climate law"') == [law]
    assert await found('"law climate"') == []
    assert await found("climate -court") == await found('climate -"climate court"') == [law]
    assert await found("fed*") == [court, law]
    assert await found("feder") == []
    assert await found("don't") == await found("shop.example") == [shop]
    assert await found("nothing of it") == []


async def test_a_language_finds_inflections_and_its_own_stories(
    conn: asyncpg.Connection, clock: FixedClock, moderator: Staff
) -> None:
    for story, language in (("german", "de"), ("english", "en"), ("unknown", None)):
        await a_story(conn, clock, story)
        await conn.execute("UPDATE stories SET language = $2 WHERE id = $1", story, language)
    houses = await a_text(conn, clock, "Die Häuser sind zu teuer.", "german")
    running = await a_text(conn, clock, "They were running.", "english")
    plain = await a_text(conn, clock, "Häuser, Häuser.", "unknown")
    assert await ids(conn, moderator, words="Haus", language="de") == [houses]
    assert await ids(conn, moderator, words="runs", language="en") == [running]
    assert await ids(conn, moderator, words="Haus") == []
    assert await ids(conn, moderator, words="Häuser") == [plain, houses]
    # Words that say nothing in the language are no search; as written they are words like others.
    assert await ids(conn, moderator, words="were", language="en") == []
    assert await ids(conn, moderator, words="were") == [running]
    assert await ids(conn, moderator, language="en") == [running]


async def test_a_story_that_changes_its_language_is_read_again(
    conn: asyncpg.Connection, clock: FixedClock, moderator: Staff
) -> None:
    await a_story(conn, clock)
    texts = [await a_text(conn, clock, f"Die Häuser, Nummer {number}.") for number in range(5)]
    await conn.execute("UPDATE stories SET language = 'de' WHERE id = 'story-1'")
    assert await ids(conn, moderator, words="Haus", language="de") == []
    assert [await store.reread(conn, 3) for _ in range(3)] == [3, 2, 0]
    assert await ids(conn, moderator, words="Haus", language="de") == texts[::-1]
    assert await conn.fetchval("SELECT count(*) FROM stories_to_reread") == 0


async def test_an_edited_comment_is_found_by_its_new_words_and_a_deleted_one_by_none(
    conn: asyncpg.Connection, clock: FixedClock, moderator: Staff
) -> None:
    await a_story(conn, clock)
    edited, deleted = await a_text(conn, clock, "Old words."), await a_text(conn, clock, "Other words.")
    await conn.execute("UPDATE comments SET body = 'New text.' WHERE id = $1", edited)
    await conn.execute("UPDATE comments SET status = 'deleted' WHERE id = $1", deleted)
    assert await ids(conn, moderator, words="old") == await ids(conn, moderator, words="other") == []
    assert await ids(conn, moderator, words="new") == [edited]
    assert await ids(conn, moderator, status="deleted") == [deleted]


async def test_filters_leave_what_they_name(conn: asyncpg.Connection, clock: FixedClock, moderator: Staff) -> None:
    await a_story(conn, clock)
    await a_story(conn, clock, "story-2", site="sport")
    ada, ben = await a_reader(conn, clock, "Ada"), await a_reader(conn, clock, "Ben")
    first = await a_text(conn, clock, "A word.", by=ada)
    held = await a_text(conn, clock, "A word.", by=ben, status="held")
    sport = await a_text(conn, clock, "A word.", "story-2", by=ada)
    await conn.execute(
        """INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
           VALUES ('story-1', $1, 1, 'hold', '[{"check": "word_list", "kind": "hate"}]', $2)""",
        held, clock.now(),
    )  # fmt: skip
    moment = await conn.fetchval("SELECT created_at FROM comments WHERE id = $1", held)
    for words in (None, "word"):
        assert await ids(conn, moderator, words=words) == [sport, held, first]
        assert await ids(conn, moderator, words=words, author=ada) == [sport, first]
        assert await ids(conn, moderator, words=words, author=ada, story="story-1") == [first]
        assert await ids(conn, moderator, words=words, story="story-1") == [held, first]
        assert await ids(conn, moderator, words=words, site="sport") == [sport]
        assert await ids(conn, moderator, words=words, status="held") == [held]
        assert await ids(conn, moderator, words=words, signal="hate") == [held]
        assert await ids(conn, moderator, words=words, signal="word_list", status="published") == []
        assert await ids(conn, moderator, words=words, before=moment) == [first]
        assert await ids(conn, moderator, words=words, after=moment) == [sport, held]
        assert await ids(conn, staff(clock, "mo-2", sites=frozenset({"sport"})), words=words) == [sport]
    with pytest.raises(PermissionMissing):
        await ids(conn, staff(clock, "mo-2", sites=frozenset({"sport"})), site="main")


@pytest.fixture(scope="module")
async def crowd(postgres: PostgresAddress, worker_name: str) -> AsyncIterator[asyncpg.Connection]:
    """A database with many comments: every one has two common words, never side by side, and a few have a rare one."""
    conn = await asyncpg.connect(await copy_template(postgres, f"search_{worker_name}"))
    await prepare_connection(conn)
    clock = FixedClock(_NOON)
    await a_story(conn, clock)
    await a_story(conn, clock, "story-2", site="sport")
    await a_reader(conn, clock)
    await conn.execute(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           SELECT CASE WHEN n % 4 = 0 THEN 'story-2' ELSE 'story-1' END,
                  (lpad(to_hex(1760000000000 + n * 1000), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12,
                  '0'))::uuid, (SELECT id FROM readers), 'common words are between ordinary others' || CASE WHEN n %
                  1000 = 0 THEN ' rare' ELSE '' END, '', CASE WHEN n = 7 THEN 'rejected' ELSE 'published' END,
                  to_timestamp(1760000000 + n)
             FROM generate_series(0, $1 - 1) AS n""",
        MANY,
    )
    for table in ("comments", "comment_texts", "stories"):
        await conn.execute(f"VACUUM ANALYZE {table}")
    yield conn
    await conn.close()


async def pages(conn: asyncpg.Connection, by: Staff, limit: int, **asked: Any) -> list[Found]:
    found, place = list[Found](), None
    while not found or place is not None:
        found.append(await search(conn, by, Asked(**asked), place, limit))
        place = found[-1].on_from
    return found


@pytest.mark.parametrize(
    ("asked", "how_many"),
    [
        ({"words": "rare"}, MANY // 1000),
        ({"words": "rare", "site": "sport"}, MANY // 1000),
        ({"words": "common ordinary", "status": "rejected"}, 1),
        ({"words": '"common ordinary"'}, 0),
        ({"words": "common -between"}, 0),
        ({"words": "common nobodywrotethis"}, 0),
        ({"words": "comm*", "status": "held"}, 0),
        ({"status": "rejected"}, 1),
        ({"status": "rejected", "story": "story-1"}, 1),
        ({"signal": "hate"}, 0),
    ],
    ids=str,
)
async def test_pages_go_on_to_the_end_and_show_everything_once(
    crowd: asyncpg.Connection, moderator: Staff, asked: dict[str, str], how_many: int
) -> None:
    found = await pages(crowd, moderator, 7, **asked)
    keys = [key.comment_id for page in found for key in page.keys]
    assert keys == sorted(set(keys), reverse=True)
    assert len(keys) == how_many
    assert len(found) <= MANY // limits.search_window + how_many // 7 + 2


async def test_a_common_word_is_paged_newest_first(crowd: asyncpg.Connection, moderator: Staff) -> None:
    newest = [row["id"] for row in await crowd.fetch("SELECT id FROM comments ORDER BY id DESC LIMIT 60")]
    searches: list[dict[str, Any]] = [{"words": "common"}, {"words": "comm* -rarely"}, {}]
    for asked in searches:
        first = await search(crowd, moderator, Asked(**asked), None, 30)
        second = await search(crowd, moderator, Asked(**asked), first.on_from, 30)
        assert [key.comment_id for key in [*first.keys, *second.keys]] == newest


@pytest.mark.parametrize("source", ["everything", "author", "story", "words"])
@pytest.mark.parametrize("query", [None, "'common'", "'common' <-> 'ordinary'"], ids=str)
async def test_a_walk_reads_its_page_or_its_window(crowd: asyncpg.Connection, source: str, query: str | None) -> None:
    author = await crowd.fetchval("SELECT id FROM readers")
    moments = {"after": _LONG_AGO, "before": _NOON}
    wanted: dict[str, Any] = {"first_id": UUID(int=0), "before_id": LAST_ID, "words": query, **moments}
    if source == "author":
        wanted["author_id"] = author
    if source == "story":
        wanted["story_id"] = "story-1"
    given = {field: getattr(Walk(**wanted), field) for field in Walk.__struct_fields__}
    if source == "words" and query is None:
        return
    window, most = 2_000, 20
    async with crowd.transaction():
        params = {**given, "window": window, "most": most}
        plan = await plan_of(crowd, store._WALK[source], "force_custom_plan", **params)
    full = query != "'common' <-> 'ordinary'"
    # Each comment that is seen is read with its words and, the first time, its story; the window bounds how many are.
    assert rows_read(plan) <= (10 * most if full else 4 * window), plan


async def test_common_words_are_counted_to_the_bound_and_no_further(crowd: asyncpg.Connection) -> None:
    async with crowd.transaction():
        await crowd.execute("SET LOCAL enable_seqscan = off")
        for loose in ("'common'", "'common' & 'ordinary'", "'comm':*"):
            params = {"loose": loose, "most": limits.search_few_max}
            plan = await plan_of(crowd, store._FOUND_UP_TO, "force_custom_plan", **params)
            assert rows_read(plan) <= limits.search_few_max + 1, plan
