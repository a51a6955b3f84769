"""What lists of restrictions, appeals and notices cost: a page reads a page, at any size."""

from copy import copy
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.appeals import store as appeals
from service.infra.clock import FixedClock
from service.infra.sql import Query
from service.notices import store as notices
from service.reasons import store as reasons
from tests.review_queue.rows import a_reader, a_story, plan_of, rows_read

pytestmark = pytest.mark.anyio

MANY = 4_000
_LIMIT = 21
# A row of a page is joined to a handful of others by their keys.
_ROWS_MAX = _LIMIT * 14


def anew(query: Query[Any]) -> Query[Any]:
    """The same statement under a name of its own: the session that all tests share prepares each once."""
    again = copy(query)
    again.name += f"_{uuid4().hex}"
    again.text += f" /* {again.name} */"
    return again


@pytest.fixture
async def crowd(conn: asyncpg.Connection, clock: FixedClock) -> UUID:
    """A reader of whom much was decided, among others; their id. Each rejection is appealed, each comment told of."""
    story_id, now = await a_story(conn, clock), clock.now()
    reader = await a_reader(conn, clock, "Ann")
    await conn.execute(
        """INSERT INTO readers (id, name, first_seen_at)
           SELECT md5('r' || n)::uuid, 'R', $1 FROM generate_series(1, 40) n""",
        now,
    )
    await conn.execute(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           SELECT $1, md5('c' || n)::uuid, CASE WHEN n % 2 = 0 THEN $2::uuid ELSE md5('r' || 1 + n % 40)::uuid END,
                  'Words', '<p>Words</p>', 'rejected', $3 FROM generate_series(1, $4::integer) n""",
        story_id, reader, now, MANY,
    )  # fmt: skip
    for sql in _ROWS:
        await conn.execute(sql, now)
    await conn.execute(
        """INSERT INTO reports (story_id, comment_id, reporter_id, id, revision, reason, reported_at)
           SELECT story_id, id, $1, md5('p' || id::text)::uuid, 1, 'spam',
                  $2::timestamptz + make_interval(secs => row_number() OVER ()) FROM comments WHERE author_id <> $1""",
        reader,
        now,
    )
    for table in ("readers", "comments", "decisions", "restrictions", "appeals", "notices", "reports"):
        await conn.execute(f"ANALYZE {table}")
    return reader


_ROWS = (
    """INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status,
                              new_status, reason, decided_by, decided_at)
       SELECT md5('d' || id::text)::uuid, story_id, id, 1, author_id, 1, 'reject', 'published', 'rejected', 'spam',
              'mo-1', $1 FROM comments""",
    """INSERT INTO appeals (id, restriction_id, reader_id, story_id, comment_id, site, text, made_at)
       SELECT md5('a' || id::text)::uuid, id, reader_id, story_id, comment_id, 'main', 'No.', $1
         FROM restrictions""",
    """INSERT INTO notices (id, token_digest, story_id, site, comment_id, revision, legal_ground, explanation,
                            received_at, decisions_then)
       SELECT md5('n' || id::text)::uuid, '', story_id, 'main', id, 1, 'Law.', 'Why.', $1, 0 FROM comments""",
)


@pytest.mark.parametrize("offset", [0, 2000])
async def test_a_reader_reads_a_page_of_what_was_decided(conn: asyncpg.Connection, crowd: UUID, offset: int) -> None:
    before = await conn.fetchval("SELECT id FROM restrictions ORDER BY id DESC OFFSET $1 LIMIT 1", offset)
    plan = await plan_of(
        conn, anew(reasons.OF_READER), "force_custom_plan", reader_id=crowd, before=before, most=_LIMIT
    )
    assert plan["Actual Rows"] == _LIMIT
    assert rows_read(plan) <= _ROWS_MAX


@pytest.mark.parametrize("offset", [0, 900])
async def test_a_reader_reads_a_page_of_answers_to_reports(conn: asyncpg.Connection, crowd: UUID, offset: int) -> None:
    row = await conn.fetchrow("SELECT reported_at, id FROM reports ORDER BY reported_at DESC OFFSET $1 LIMIT 1", offset)
    assert row is not None
    before_at, before_id = (row["reported_at"], row["id"]) if offset else (None, None)
    plan = await plan_of(
        conn, anew(reasons.OWN_REPORTS), "force_custom_plan",
        reader_id=crowd, before_at=before_at, before_id=before_id, most=_LIMIT,
    )  # fmt: skip
    assert plan["Actual Rows"] == _LIMIT
    assert rows_read(plan) <= _ROWS_MAX


FILTERS: list[dict[str, Any]] = [
    {},
    {"sites": ["main"]},
    {"on_comment": True},
    {"sites": ["main", "sport"], "on_comment": True},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
async def test_a_moderator_reads_and_claims_a_page_of_appeals(
    conn: asyncpg.Connection, crowd: UUID, clock: FixedClock, filters: dict[str, Any]
) -> None:
    place = await conn.fetchval("SELECT id FROM appeals ORDER BY id OFFSET 2000 LIMIT 1")
    given = {"sites": None, "on_comment": None, **filters}
    for order in ("oldest", "newest"):
        plan = await plan_of(
            conn, anew(appeals.PAGES[order]), "force_custom_plan",
            status="open", place=place, author_id=None, held_by=None, now=clock.now(), most=_LIMIT, **given,
        )  # fmt: skip
        assert plan["Actual Rows"] == _LIMIT
        assert rows_read(plan) <= _ROWS_MAX
    claim = await plan_of(
        conn, anew(appeals.CLAIM_NEXT), "force_custom_plan",
        moderator="mo-2", now=clock.now(), until=clock.now(), most=_LIMIT, **given,
    )  # fmt: skip
    assert rows_read(claim) <= _ROWS_MAX


@pytest.mark.parametrize("sites", [None, ["main"]], ids=str)
async def test_a_moderator_reads_a_page_of_notices(
    conn: asyncpg.Connection, crowd: UUID, sites: list[str] | None
) -> None:
    place = await conn.fetchval("SELECT id FROM notices ORDER BY id OFFSET 2000 LIMIT 1")
    plan = await plan_of(
        conn, anew(notices.PAGE), "force_custom_plan", sites=sites, comment_id=None, before=place, most=_LIMIT
    )
    assert plan["Actual Rows"] == _LIMIT
    assert rows_read(plan) <= _ROWS_MAX
