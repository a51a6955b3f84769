"""The example that a development service shows: whole, once, and with counts that hold."""

import asyncpg
import pytest

from service.app.example import EXAMPLE_STORY, load_example
from service.infra.clock import FixedClock
from service.infra.postgres import Database


@pytest.fixture
async def loaded(db: Database, clock: FixedClock) -> Database:
    await load_example(db, clock)
    return db


async def one(db: Database, query: str) -> asyncpg.Record:
    async with db.read() as conn:
        row = await conn.fetchrow(query)
    assert row is not None
    return row


async def test_discussion_is_long_and_deep_enough_to_show_something(loaded: Database) -> None:
    row = await one(
        loaded,
        "SELECT count(*) AS comments, max(depth) AS deepest, count(DISTINCT author_id) AS authors, "
        "count(about) AS with_anchor, count(DISTINCT side) AS sides FROM comments",
    )
    assert row["comments"] >= 30
    assert row["deepest"] >= 4
    assert row["authors"] >= 12
    assert row["sides"] == 2
    assert row["with_anchor"] >= 8


async def test_every_side_and_anchor_of_a_comment_is_one_of_the_story(loaded: Database) -> None:
    row = await one(
        loaded,
        "SELECT count(*) FROM comments c JOIN stories s ON s.id = c.story_id "
        "WHERE (c.side IS NOT NULL AND NOT s.sides @> jsonb_build_array(jsonb_build_object('id', c.side))) "
        "   OR (c.about IS NOT NULL AND NOT s.anchors @> jsonb_build_array(jsonb_build_object('id', c.about)))",
    )
    assert row["count"] == 0


async def test_the_story_is_the_one_that_others_name(loaded: Database) -> None:
    assert (await one(loaded, "SELECT id FROM stories"))["id"] == EXAMPLE_STORY


async def test_counts_are_those_of_the_rows(loaded: Database) -> None:
    row = await one(
        loaded,
        "SELECT s.comment_count, (SELECT count(*) FROM comments WHERE status = 'published') AS published, "
        "(SELECT sum(votes_up + votes_down) FROM comments) AS counted_votes, (SELECT count(*) FROM votes) AS votes "
        "FROM stories s",
    )
    assert row["comment_count"] == row["published"]
    assert row["counted_votes"] == row["votes"] > 300


async def test_one_comment_waits_for_a_moderator(loaded: Database) -> None:
    row = await one(
        loaded,
        "SELECT count(*) AS held, min(i.queue) AS queue FROM comments c "
        "LEFT JOIN review_items i ON i.comment_id = c.id WHERE c.status = 'held'",
    )
    assert tuple(row) == (1, "held")


async def test_loading_again_changes_nothing(loaded: Database, clock: FixedClock) -> None:
    query = "SELECT count(*) AS comments, max(changed_version) AS version, sum(votes_up) AS votes FROM comments"
    before = await one(loaded, query)
    await load_example(loaded, clock)
    assert await one(loaded, query) == before
