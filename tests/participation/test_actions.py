"""A reader's standing as it is read before each write: of one story, as of now, with what the token brings."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.accounts.rules.viewer import Reader, SubscriptionClaim, SubscriptionStatus
from service.entitlements import store as entitlements
from service.entitlements.rules import NOTHING_KNOWN, Known, SourceSetting
from service.infra.clock import FixedClock
from service.infra.config import Settings
from service.infra.sql import Connection
from service.kernel.ids import ReaderId, StoryId
from service.participation.actions import standing_of
from service.participation.rules.standing import Standing
from service.sanctions import actions as sanctions
from service.sanctions.rules import Kind
from service.stories.problems import StoryUnknown

HOUR = timedelta(hours=1)
SETTINGS = Settings(subscribe_url="https://news.example/subscribe")


def token(issued_at: datetime, status: SubscriptionStatus | None = None, until: datetime | None = None) -> Reader:
    claim = None if status is None else SubscriptionClaim(status, "yearly", until)
    return Reader("reader-1", "Zoë", None, issued_at, issued_at + HOUR, claim)


async def standing(
    conn: Connection, clock: FixedClock, reader: Reader, source: SourceSetting = "newest", story: str | None = None
) -> Standing:
    settings = Settings(entitlement_source=source, subscribe_url=SETTINGS.subscribe_url)
    return await standing_of(conn, settings, reader, None if story is None else StoryId(story), clock.now())


async def status(conn: Connection, clock: FixedClock, reader: Reader, source: SourceSetting = "newest") -> str:
    return (await standing(conn, clock, reader, source)).entitlement.status


async def a_story(conn: Connection, clock: FixedClock, story: str, *, site: str = "main", slow_mode_s: int = 0) -> None:
    await conn.execute(
        "INSERT INTO stories (id, site, title, slow_mode_s, created_at, updated_at)"
        " VALUES ($1, $2, 'A story', $3, $4, $4)",
        story,
        site,
        slow_mode_s,
        clock.now(),
    )


async def a_reader(conn: Connection, clock: FixedClock) -> ReaderId:
    reader_id = ReaderId(clock.new_id())
    await conn.execute(
        "INSERT INTO readers (id, subject, first_seen_at) VALUES ($1, 'reader-1', $2)", reader_id, clock.now()
    )
    return reader_id


async def a_comment(
    conn: Connection, clock: FixedClock, story: str, author: ReaderId, state: str = "published"
) -> None:
    await conn.execute(
        "INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)"
        " VALUES ($1, $2, $3, '', '', $4, $5)",
        story,
        clock.new_id(),
        author,
        state,
        clock.now(),
    )


async def row_versions(conn: Connection) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in await conn.fetch("SELECT source, as_of, ctid::text FROM entitlements ORDER BY source")
    ]


async def test_an_unknown_reader_has_what_the_token_says(conn: Connection, clock: FixedClock) -> None:
    found = await standing(conn, clock, token(clock.now(), "active"))
    assert (found.viewer, found.reader_id, found.sanctions, found.story) == ("reader", None, (), None)
    assert (found.entitlement.status, found.entitlement.source) == ("active", "token")
    assert found.links.subscribe_url == SETTINGS.subscribe_url
    assert (await standing(conn, clock, token(clock.now(), None), "webhook")).entitlement == NOTHING_KNOWN


async def test_a_tokens_claim_is_written_once_and_not_with_each_request(conn: Connection, clock: FixedClock) -> None:
    reader = token(clock.now(), "active")
    await status(conn, clock, reader)
    first = await row_versions(conn)
    assert [row[:2] for row in first] == [("token", clock.now())]
    for _ in range(3):
        clock.move(seconds=1)
        await status(conn, clock, reader)
    await status(conn, clock, token(reader.issued_at - HOUR, "paused"))
    assert await row_versions(conn) == first
    newer = token(clock.now(), "active")
    await status(conn, clock, newer)
    assert [row[:2] for row in await row_versions(conn)] == [("token", clock.now())]


async def test_nothing_is_written_where_tokens_do_not_count_or_say_nothing(conn: Connection, clock: FixedClock) -> None:
    assert await status(conn, clock, token(clock.now(), "active"), "webhook") == "none"
    assert await status(conn, clock, token(clock.now())) == "none"
    assert await row_versions(conn) == []


async def test_an_older_token_does_not_outvote_a_newer_one_seen_before(conn: Connection, clock: FixedClock) -> None:
    older, newer = token(clock.now() - HOUR, "active"), token(clock.now(), "refunded")
    assert await status(conn, clock, older) == "active"
    assert await status(conn, clock, newer) == "refunded"
    assert await status(conn, clock, older) == "refunded"
    silent = token(clock.move(minutes=1))
    assert await status(conn, clock, silent) == "none"
    assert [await status(conn, clock, each) for each in (older, newer)] == ["none", "none"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [("newest", ["canceled", "active"]), ("webhook", ["canceled"] * 2), ("token", ["active"] * 2)],
)
async def test_the_newer_of_token_and_webhook_counts(
    conn: Connection, clock: FixedClock, source: SourceSetting, expected: list[str]
) -> None:
    before, after = token(clock.now() - HOUR, "active"), token(clock.now() + timedelta(seconds=1), "active")
    await entitlements.keep_claim(conn, "reader-1", Known("webhook", "canceled", None, None, clock.now()))
    assert [await status(conn, clock, each, source) for each in (before, after)] == expected


async def test_a_subscription_lapses_by_itself(conn: Connection, clock: FixedClock) -> None:
    until = clock.now() + HOUR
    reader = token(clock.now(), "active", until)
    assert (await standing(conn, clock, reader)).entitlement.entitled
    clock.move(hours=1)
    lapsed = (await standing(conn, clock, reader)).entitlement
    assert (lapsed.entitled, lapsed.status, lapsed.valid_until) == (False, "expired", until)


async def test_only_sanctions_in_force_on_the_storys_site_count(conn: Connection, clock: FixedClock) -> None:
    reader_id = await a_reader(conn, clock)
    await a_story(conn, clock, "here", site="main")
    await a_story(conn, clock, "there", site="weekly")
    kinds: list[tuple[Kind, str | None, datetime | None]] = [
        ("warn", None, None),
        ("premoderate", "main", None),
        ("suspend", "weekly", clock.now() + HOUR),
    ]
    for kind, site, until in kinds:
        await sanctions.add(
            conn,
            clock,
            reader_id=reader_id,
            site=site,
            kind=kind,
            reason="spam",
            note=None,
            until=until,
            added_by="mod-1",
        )
    reader = token(clock.now())

    async def in_force(story: str | None) -> set[str]:
        found = await standing(conn, clock, reader, story=story)
        assert found.reader_id == reader_id
        return {sanction.kind for sanction in found.sanctions}

    assert await in_force("here") == {"warn", "premoderate"}
    assert await in_force("there") == {"warn", "suspend"}
    assert await in_force(None) == {"warn", "premoderate", "suspend"}
    clock.move(hours=1)
    assert await in_force("there") == {"warn"}
    await conn.execute("UPDATE sanctions SET lifted_at = $1 WHERE kind = 'warn'", clock.now())
    assert await in_force("there") == set()


async def test_the_last_comment_is_known_on_slow_stories_within_the_wait(conn: Connection, clock: FixedClock) -> None:
    reader_id, reader = await a_reader(conn, clock), token(clock.now())
    await a_story(conn, clock, "slow", slow_mode_s=60)
    await a_story(conn, clock, "other", slow_mode_s=60)
    await a_story(conn, clock, "quick")

    async def last(story: str) -> datetime | None:
        return (await standing(conn, clock, reader, story=story)).last_comment_at

    assert await last("slow") is None
    await a_comment(conn, clock, "slow", reader_id)
    await a_comment(conn, clock, "quick", reader_id)
    written_at = clock.now()
    clock.move(seconds=30)
    assert await last("slow") == written_at
    assert (await last("other"), await last("quick")) == (None, None)
    clock.move(seconds=29.9)
    assert await last("slow") == written_at
    clock.move(seconds=1)
    assert await last("slow") is None
    # Deleting one's comment does not shorten the wait.
    await a_comment(conn, clock, "slow", reader_id, "deleted")
    assert await last("slow") == clock.now()


async def test_a_story_that_is_not_registered_is_unknown(conn: Connection, clock: FixedClock) -> None:
    with pytest.raises(StoryUnknown):
        await standing(conn, clock, token(clock.now()), story="nowhere")
