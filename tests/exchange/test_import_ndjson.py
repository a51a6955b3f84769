"""Importing NDJSON: exactly once, in any order, and counted like comments that were posted here."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.exchange.actions.import_ndjson import import_ndjson
from service.exchange.rules.ndjson import LineWrong
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.kernel.ids import StoryId
from service.threads import page
from service.threads.rules.asked import Asked
from tests.site import site_settings

pytestmark = pytest.mark.anyio

THREADS = Path(__file__).resolve().parents[3] / "shared" / "data" / "reddit_threads.jsonl"


def line(name: str, parent: str | None = None, **more: Any) -> bytes:
    given = {
        "thread": "t1",
        "id": name,
        "parent": parent,
        "author": "ann",
        "created_at": "2015-08-17T07:45:39Z",
        "score": 1,
        "text": f"Text of {name}.",
    }
    return json.dumps({**given, **more}).encode()


async def test_second_import_adds_nothing_and_later_ones_find_their_parents(db: Database, clock: FixedClock) -> None:
    first = await import_ndjson(db, clock, [line("b", "a"), line("a")], "main", dry_run=False)
    again = await import_ndjson(db, clock, [line("b", "a"), line("a")], "main", dry_run=False)
    more = await import_ndjson(db, clock, [line("c", "b")], "main", dry_run=False)
    assert (first.added, first.known, first.stories_added, first.deepest) == (2, 0, 1, 1)
    assert (again.added, again.known, again.stories_added) == (0, 2, 0)
    assert (more.added, more.orphans, more.deepest) == (1, [], 2)
    async with db.read() as conn:
        rows = await conn.fetch("SELECT body, depth, reply_count, direct_reply_count FROM comments ORDER BY depth")
    assert [tuple(row) for row in rows] == [
        ("Text of a.", 0, 2, 1),
        ("Text of b.", 1, 1, 1),
        ("Text of c.", 2, 0, 0),
    ]


async def test_dry_run_counts_and_stores_nothing(db: Database, clock: FixedClock) -> None:
    result = await import_ndjson(db, clock, [line("a"), line("b", "a")], "main", dry_run=True)
    async with db.read() as conn:
        stored = await conn.fetchval("SELECT count(*) FROM comments")
        stories = await conn.fetchval("SELECT count(*) FROM stories")
    assert (result.added, stored, stories) == (2, 0, 0)


async def test_orphans_and_circles_become_roots_and_are_told(db: Database, clock: FixedClock) -> None:
    result = await import_ndjson(db, clock, [line("a", "gone"), line("x", "y"), line("y", "x")], "main", dry_run=False)
    assert result.added == 3
    assert sorted(note.id for note in result.orphans) == ["a", "y"]


async def test_wrong_line_is_named_and_nothing_is_stored(db: Database, clock: FixedClock) -> None:
    with pytest.raises(LineWrong, match="line 2: "):
        await import_ndjson(db, clock, [line("a"), b'{"thread": 1}'], "main", dry_run=False)
    async with db.read() as conn:
        assert await conn.fetchval("SELECT count(*) FROM comments") == 0


async def test_deleted_texts_and_scores_are_kept_as_what_they_are(db: Database, clock: FixedClock) -> None:
    lines = [line("a", text="[deleted]", author=None), line("b", "a", score=-7), line("c", score=12)]
    await import_ndjson(db, clock, lines, "main", dry_run=False)
    async with db.read() as conn:
        rows = await conn.fetch(
            "SELECT status, votes_up, votes_down, author_id IS NULL FROM comments ORDER BY votes_up"
        )
        count = await conn.fetchval("SELECT comment_count FROM stories")
    assert {tuple(row) for row in rows} == {
        ("deleted", 1, 0, True),
        ("published", 0, 7, False),
        ("published", 12, 0, False),
    }
    assert count == 2


@pytest.mark.skipif(not THREADS.exists(), reason="the recorded threads lie outside the project and are not here")
async def test_recorded_threads_come_out_with_every_parent_right(db: Database, clock: FixedClock) -> None:
    with THREADS.open("rb") as lines:
        result = await import_ndjson(db, clock, lines, "main", dry_run=False)
    assert (result.added, result.stories, result.deepest, result.orphans) == (1481, 5, 11, [])
    with THREADS.open("rb") as lines:
        again = await import_ndjson(db, clock, lines, "main", dry_run=False)
    assert (again.added, again.known) == (0, 1481)

    wanted = {row["id"]: row for row in map(json.loads, THREADS.read_text(encoding="utf-8").splitlines())}
    async with db.read() as conn:
        stored = await conn.fetch("SELECT source_id, comment_id FROM imported_comments")
        source_of = {row["comment_id"]: row["source_id"] for row in stored}
        settings = site_settings("postgresql://unused", None)
        met: dict[str, str | None] = {}
        for story in sorted({row["thread"] for row in wanted.values()}):
            await _walk(conn, settings, StoryId(story), clock, source_of, met)
    # A page shows everything but what was deleted and has nothing published below it.
    missing = {name for name in wanted if name not in met}
    assert all(wanted[name]["text"] in ("[deleted]", "[removed]") for name in missing)
    assert all(wanted[name]["parent"] == parent for name, parent in met.items())


async def _walk(
    conn: Any, settings: Any, story: StoryId, clock: FixedClock, source_of: dict[Any, str], met: dict[str, str | None]
) -> None:
    """Every comment of the story as readers get to it: pages of roots, and replies behind their cursors."""
    cursor = None
    while True:
        found = await page.thread_page(conn, settings, story, Asked(sort="oldest", cursor=cursor), clock.now())
        waiting = [*found.comments]
        while waiting:
            comment = waiting.pop()
            name = source_of[comment.id]
            assert name not in met, "a comment was met twice"
            met[name] = source_of[comment.parent_id] if comment.parent_id else None
            waiting += comment.replies
            on = comment.replies_cursor
            while on is not None:
                replies, _ = await page.replies_page(conn, comment.id, 20, 3, on)
                waiting += replies.comments
                on = replies.next_cursor
        cursor = found.next_cursor
        if cursor is None:
            return
