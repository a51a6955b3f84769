"""The standing query against a real PostgreSQL."""

from typing import Any

from service.infra.clock import FixedClock
from service.kernel.ids import StoryId
from service.participation.store import standing_row


async def test_nobody_and_no_story_is_a_row_of_nothing(conn: Any, clock: FixedClock) -> None:
    row = await standing_row(conn, "who", None, clock.now())
    assert (row.reader_id, row.claims, row.sanctions, row.story_id, row.last_comment_at) == (None, [], [], None, None)


async def test_everything_stored_comes_in_one_row(conn: Any, clock: FixedClock) -> None:
    now = clock.now()
    await conn.execute(
        "INSERT INTO stories (id, site, title, slow_mode_s, created_at, updated_at)"
        " VALUES ('s', 'main', 't', 60, $1, $1)",
        now,
    )
    reader, sanction = clock.new_id(), clock.new_id()
    await conn.execute("INSERT INTO readers (id, subject, first_seen_at) VALUES ($1, 'sub', $2)", reader, now)
    await conn.execute(
        "INSERT INTO sanctions (id, reader_id, site, kind, reason, starts_at) VALUES ($1, $2, NULL, 'ban', 'spam', $3)",
        sanction,
        reader,
        now,
    )
    await conn.execute(
        "INSERT INTO entitlements (subject, source, status, as_of, status_since)"
        " VALUES ('sub', 'webhook', 'active', $1, $1)",
        now,
    )
    row = await standing_row(conn, "sub", StoryId("s"), now)
    assert row.reader_id == reader
    assert row.claims == [("webhook", "active", None, None, now, now, "")]
    assert row.sanctions == [(sanction, None, "ban", "spam", now, None, None, None, False)]
    assert (row.story_id, row.site, row.state, row.slow_mode_s) == ("s", "main", "open", 60)
    assert row.last_comment_at is None
