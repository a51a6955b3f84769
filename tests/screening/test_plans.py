"""What previews and counts of shadow parts read, however many comments there are."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.infra.clock import FixedClock, id_at
from service.screening import store
from tests.review_queue.rows import a_reader, a_story, plan_of, rows_read

_COMMENTS = 6_000


@pytest.fixture
async def many(conn: asyncpg.Connection, clock: FixedClock) -> asyncpg.Connection:
    """Comments of forty authors, a minute apart up to now, one in twenty with a note of a part in shadow."""
    story_id = await a_story(conn, clock)
    authors = [await a_reader(conn, clock) for _ in range(40)]
    moments = [clock.now() - timedelta(minutes=_COMMENTS - number) for number in range(_COMMENTS)]
    await conn.executemany(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           VALUES ($1, $2, $3, 'Words', '', 'published', $4)""",
        [(story_id, id_at(at, number), authors[number % 40], at) for number, at in enumerate(moments)],
    )
    note = [{"check": "shape", "kind": "note", "detail": "", "would": "hold"}]
    held = [{"check": "shape", "kind": "hold", "detail": ""}]
    await conn.executemany(
        "INSERT INTO screenings VALUES ($1, $2, 1, 'publish', $3, $4)",
        [(story_id, id_at(at, n), held if n % 20 else note, at) for n, at in enumerate(moments)],
    )
    for table in ("comments", "screenings"):
        await conn.execute(f"ANALYZE {table}")
    return conn


async def _read(conn: Any, query: Any, **params: Any) -> int:
    return rows_read(await plan_of(conn, query, "force_generic_plan", **params))


async def test_a_slice_of_the_sample_reads_its_own_comments_and_their_authors_latest(
    many: asyncpg.Connection, clock: FixedClock
) -> None:
    from_id = id_at(clock.now() - timedelta(days=30), 0)
    await many.execute(store.ALONG_INDEXES)
    read = await _read(many, store._SAMPLE, before_id=UUID(int=(1 << 128) - 1), from_id=from_id, most=50)
    # Each with at most a hundred, ten and twenty earlier ones of its author, and a story.
    assert read <= 50 * (1 + 100 + 10 + 20 + 1)


async def test_shadow_parts_are_counted_by_their_own_index(many: asyncpg.Connection, clock: FixedClock) -> None:
    read = await _read(many, store._SHADOW_COUNTS, since=clock.now() - timedelta(days=30), most=100)
    # The newest screenings with a note, and the comment of each; none of the others.
    assert read <= 100 * 2
    [counted] = await store.shadow_counts(many, clock.now() - timedelta(days=30), 100)
    assert (counted.check, counted.would, counted.comments, counted.published) == ("shape", "hold", 100, 100)


async def test_comments_are_counted_no_further_than_the_bound(many: asyncpg.Connection, clock: FixedClock) -> None:
    from_id = id_at(clock.now() - timedelta(days=30), 0)
    assert await store.count_comments(many, from_id, 1_000) == 1_000
    assert await store.count_comments(many, from_id, 1_000_000) == _COMMENTS
    assert await _read(many, store._COUNT_COMMENTS, from_id=from_id, most=1_000) <= 1_000
