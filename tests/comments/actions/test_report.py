"""A report and all that it changes, in one transaction."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from service.accounts.actions import forget_everybody, known_reader
from service.comments.actions.report import report
from service.comments.payloads import NewReport
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from service.kernel.ids import CommentId, StoryId
from service.kernel.problems import Problem
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from tests.moderation.office import subscriber, tools_on
from tests.review_queue.rows import a_comment, a_reader, a_story


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    forget_everybody(db)
    return tools_on(db, clock)


@pytest.fixture
async def comment_id(tools: Tools, clock: FixedClock) -> UUID:
    async with tools.db.read() as conn:
        author = await a_reader(conn, clock, "Ada", subject="ada")
        return await a_comment(conn, clock, await a_story(conn, clock), author, status="published")


async def _report(
    tools: Tools, comment_id: UUID, by: str = "ben", reason: Any = "abuse", note: str | None = None
) -> bool:
    reader = subscriber(tools.clock, by)
    return (await report(tools, reader, comment_id, NewReport(reason, note), tools.clock.now()))[1]


async def _row(tools: Tools, sql: str, *args: Any) -> dict[str, Any]:
    async with tools.db.read() as conn:
        row = await conn.fetchrow(sql, *args)
    assert row is not None
    return dict(row)


async def test_a_report_is_kept_counted_queued_and_told(tools: Tools, comment_id: UUID) -> None:
    assert await _report(tools, comment_id, note=" Look at the second line. ")
    kept = await _row(tools, "SELECT reason, note, revision, decided_at FROM reports")
    assert kept == {"reason": "abuse", "note": "Look at the second line.", "revision": 1, "decided_at": None}
    assert (await _row(tools, "SELECT report_count FROM comments"))["report_count"] == 1
    assert (await _row(tools, "SELECT reports_received AS n FROM readers WHERE subject = 'ada'"))["n"] == 1
    assert (await _row(tools, "SELECT reports_made AS n FROM readers WHERE subject = 'ben'"))["n"] == 1
    event = await _row(tools, "SELECT topic, version, payload FROM outbox_events")
    assert event == {
        "topic": "comment.reported",
        "version": None,
        "payload": {"comment_id": str(comment_id), "was": "published", "now": "published"},
    }
    async with tools.db.read() as conn:
        [item] = await review_queue.of_comment(conn, StoryId("story-1"), CommentId(comment_id))
        counts = await review_queue.counts(conn, None)
    assert (item.queue, item.site) == ("reported", "main")
    assert counts[Queue.REPORTED].count == 1


async def test_a_second_report_of_the_same_reader_changes_nothing(tools: Tools, comment_id: UUID) -> None:
    reader, now = subscriber(tools.clock, "ben"), tools.clock.now()
    first, is_new = await report(tools, reader, comment_id, NewReport("spam", "An advertisement."), now)
    again, is_new_again = await report(tools, reader, comment_id, NewReport("hate"), now)
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert (await _row(tools, "SELECT report_count FROM comments"))["report_count"] == 1
    assert (await _row(tools, "SELECT count(*) AS n FROM outbox_events"))["n"] == 1


async def test_graver_reports_move_the_comment_up(tools: Tools, comment_id: UUID, clock: FixedClock) -> None:
    await _report(tools, comment_id, reason="off_topic")
    waiting_since = clock.now()
    clock.move(hours=1)
    await _report(tools, comment_id, by="cleo", reason="hate")
    async with tools.db.read() as conn:
        [item] = await review_queue.of_comment(conn, StoryId("story-1"), CommentId(comment_id))
    assert item.waiting_since == waiting_since
    assert item.urgency == 600  # The gravest reason, and twice as many who complain.


@pytest.mark.parametrize("status", ["held", "rejected", "deleted", "erased"])
async def test_what_a_reader_does_not_see_cannot_be_reported(tools: Tools, comment_id: UUID, status: str) -> None:
    await _row(tools, "UPDATE comments SET status = $1 RETURNING id", status)
    with pytest.raises(Problem) as caught:
        await _report(tools, comment_id)
    assert caught.value.slug == "comment-unknown"


async def test_comments_of_a_hidden_story_cannot_be_reported(tools: Tools, comment_id: UUID) -> None:
    await _row(tools, "UPDATE stories SET state = 'hidden' RETURNING id")
    with pytest.raises(Problem) as caught:
        await _report(tools, comment_id)
    assert caught.value.slug == "comment-unknown"


async def test_an_author_cannot_report_the_own_comment(tools: Tools, comment_id: UUID) -> None:
    with pytest.raises(Problem) as caught:
        await _report(tools, comment_id, by="ada")
    assert caught.value.slug == "permission-missing"


async def test_only_who_may_take_part_reports(tools: Tools, comment_id: UUID, clock: FixedClock) -> None:
    reader = subscriber(clock, "ben")
    lapsed = type(reader)(reader.subject, reader.name, None, reader.issued_at, reader.expires_at, None)
    with pytest.raises(Problem) as caught:
        await report(tools, lapsed, comment_id, NewReport("spam"), clock.now())
    assert caught.value.slug == "subscription-required"


async def test_reports_that_come_at_once_are_all_counted_once(tools: Tools, comment_id: UUID) -> None:
    reporters = [f"reader-{number}" for number in range(8)]
    for reporter in reporters:
        await known_reader(tools.db, subscriber(tools.clock, reporter), tools.clock)
    new = await asyncio.gather(*(_report(tools, comment_id, by=reporter) for reporter in [*reporters, *reporters]))
    assert sum(new) == len(reporters)
    assert (await _row(tools, "SELECT report_count FROM comments"))["report_count"] == len(reporters)
    assert (await _row(tools, "SELECT reports_received AS n FROM readers WHERE subject = 'ada'"))["n"] == len(reporters)


async def test_two_who_report_each_other_do_not_wait_for_one_another_in_a_circle(
    tools: Tools, comment_id: UUID, clock: FixedClock
) -> None:
    ben = await known_reader(tools.db, subscriber(clock, "ben"), clock)
    pairs = []
    async with tools.db.read() as conn:
        ada = await conn.fetchval("SELECT id FROM readers WHERE subject = 'ada'")
        for number in range(10):
            story = await a_story(conn, clock, f"story-of-{number}")
            pairs.append(("ben", await a_comment(conn, clock, story, ada, status="published")))
            pairs.append(("ada", await a_comment(conn, clock, story, ben, status="published")))
    assert all(await asyncio.gather(*(_report(tools, comment, by=by) for by, comment in pairs)))
