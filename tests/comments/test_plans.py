"""What a post reads to know texts like it: a few rows by index, however many texts there are."""

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from service.comments import store
from service.infra.clock import FixedClock, id_at
from tests.review_queue.rows import a_reader, a_story, rows_read

pytestmark = pytest.mark.anyio

_TEXTS = 4_000
_AUTHORS = 200


@pytest.fixture
async def many(conn: asyncpg.Connection, clock: FixedClock) -> asyncpg.Connection:
    """A spam wave: every text has one print in common, and half of them three; an ordinary author's are among them."""
    story_id = await a_story(conn, clock)
    authors = [await a_reader(conn, clock) for _ in range(_AUTHORS)]
    moments = [clock.now() - timedelta(seconds=_TEXTS - number) for number in range(_TEXTS)]
    await conn.executemany(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           VALUES ($1, $2, $3, 'Words', '', 'published', $4)""",
        [(story_id, id_at(at, n), authors[n % _AUTHORS], at) for n, at in enumerate(moments)],
    )
    await conn.executemany(
        "INSERT INTO screening_prints (print, written_at, story_id, comment_id) VALUES ($1, $2, $3, $4)",
        [
            (one, at, story_id, id_at(at, n))
            for n, at in enumerate(moments)
            for one in ([1, 2, 3] if n % 2 else [1, n + 10, n + 10_000_000])
        ],
    )
    for table in ("comments", "screening_prints", "readers", "stories"):
        await conn.execute(f"ANALYZE {table}")
    return conn


async def _context(conn: asyncpg.Connection, clock: FixedClock, prints: list[int], hours: int) -> dict[str, Any]:
    row = await conn.fetchrow("SELECT story_id, author_id FROM comments LIMIT 1")
    assert row is not None
    return {
        "story_id": row["story_id"],
        "parent_id": None,
        "author_id": row["author_id"],
        "key": "key",
        "prints": prints,
        "prints_since": clock.now() - timedelta(hours=hours),
    }


async def _plan(conn: asyncpg.Connection, values: dict[str, Any]) -> dict[str, Any]:
    """The plan as the service's connections make it, one for all values, with what it really read."""
    query = store._POSTING_CONTEXT
    await conn.execute("SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off")
    await conn.execute(f"PREPARE explained AS {query.text}")
    given = ", ".join(map(_literal, query.args(values)))
    text = await conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained ({given})")
    await conn.execute("DEALLOCATE explained; RESET plan_cache_mode")
    plan: dict[str, Any] = msgspec.json.decode(text)[0]["Plan"]
    return plan


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"'{{{','.join(map(str, value))}}}'" if isinstance(value, list) else f"'{value}'"


@pytest.mark.parametrize("prints", [[], [1], [1, 2, 3], [5, 6, 7]])
async def test_a_post_reads_a_few_texts_like_it(many: asyncpg.Connection, clock: FixedClock, prints: list[int]) -> None:
    read = rows_read(await _plan(many, await _context(many, clock, prints, hours=24)))
    # The author's latest bodies and ids, a story, so few readers that they are read whole; of each print a dozen, and a
    # dozen comments.
    assert read <= 10 + 20 + 4 + _AUTHORS + len(prints) * 12 + 12


async def test_the_most_alike_of_the_newest_come_back(many: asyncpg.Connection, clock: FixedClock) -> None:
    values = await _context(many, clock, [1, 2, 3], hours=24)
    context = await store._POSTING_CONTEXT.one(many, **values)
    assert len(context.alike) == 12
    newest = clock.now() - timedelta(seconds=30)
    assert all(comment_id > id_at(newest, 0) for comment_id, *_ in context.alike)
    assert len(context.recent_ids) == 20
    assert context.recent_ids == sorted(context.recent_ids, reverse=True)


async def test_texts_before_the_hours_are_not_looked_at(many: asyncpg.Connection, clock: FixedClock) -> None:
    values = await _context(many, clock, [1, 2, 3], hours=24) | {"prints_since": clock.now()}
    assert (await store._POSTING_CONTEXT.one(many, **values)).alike == []
