"""A reader reports a comment: enough reports bring it before the moderators, or hide it until one has seen it."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.comments import store
from service.comments.actions.announce import announce, append_event
from service.comments.actions.screening import count_shadow
from service.comments.payloads import NewReport, Report
from service.comments.problems import CommentUnknown
from service.comments.rules import reporting
from service.comments.rules.lifecycle import Status
from service.comments.rules.reporting import OpenReport
from service.comments.store import LockedComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import ReaderId
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, refuse
from service.reasons import store as reasons
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules


async def report(
    tools: Tools,
    reader: Reader,
    comment_id: UUID,
    given: NewReport,
    now: datetime,
    rules: Rules = DEFAULT_RULES,
) -> tuple[Report, bool]:
    """The reader's report of a published comment, and whether it is new: each reader's first one counts, and stays.

    A new one stands in the comment's and both readers' counts and, where it is due, in a queue, all in the transaction
    that keeps it. Which queue, the rules say: `reported` while the comment stays, `held` where it is hidden. What a
    moderator let stand has answered the reports before it, so only new ones bring it back.
    """
    reporter_id = await known_reader(tools.db, reader, tools.clock)
    async with tools.db.read() as conn:
        target = await store.target(conn, comment_id)
        if target is None or target.status != Status.PUBLISHED or target.state == "hidden":
            raise CommentUnknown
        standing = await standing_of(conn, tools.settings, reader, target.story_id, now)
    if refusal := refuse(Action.REPORT, standing, now) or reporting.refuse_report(target.author_id, reporter_id):
        raise refusal

    async def work(conn: Connection) -> tuple[Report, bool, int | None]:
        comment = await store.lock(conn, target.story_id, comment_id)
        if comment is None or comment.status != Status.PUBLISHED:
            raise CommentUnknown
        is_new, version = await _keep(conn, tools, comment, reporter_id, given, rules, now)
        kept = await store.own_report(conn, comment.story_id, comment.id, reporter_id)
        if kept is None:
            raise LookupError("a report vanished within its own transaction")
        return Report(comment.id, kept.reason, kept.note, kept.reported_at), is_new, version

    kept, is_new, version = await tools.db.in_transaction(work)
    if is_new:
        announce(tools, target.story_id, version)
    return kept, is_new


async def _keep(
    conn: Connection,
    tools: Tools,
    comment: LockedComment,
    reporter_id: ReaderId,
    given: NewReport,
    rules: Rules,
    now: datetime,
) -> tuple[bool, int | None]:
    """Whether the report is new, and the thread's version where it hid the comment."""
    note, report_id = reporting.clean_note(given.note), tools.clock.new_id()
    if not await store.add_report(conn, comment, report_id, reporter_id, given.reason, note, now):
        return False, None
    reports = await store.open_reports(conn, comment.story_id, comment.id)
    weighed = reporting.weigh(reports, comment.revision, rules.reports)
    if weighed.hides and await reasons.granted(conn, comment.story_id, comment.id, comment.revision):
        # What an appeal brought back no rule hides again.
        weighed = msgspec.structs.replace(weighed, hides=False)
    # Before the queue, which is filtered by what was noticed.
    if signal := reporting.report_signal(weighed, rules.reports, rules.version):
        await store.add_signal(conn, comment, msgspec.to_builtins(signal), now)
        count_shadow([signal])
    status = comment.status
    await append_event(conn, tools, "comment.reported", comment.story_id, comment.id, None, status, status, now)
    if weighed.hides:
        return True, await _hide(conn, tools, comment, reports, now)
    if weighed.brings_to_review:
        urgency = reporting.report_urgency(reports, comment.reply_count)
        await review_queue.enqueue(conn, comment.story_id, comment.id, Queue.REPORTED, comment.site, now, urgency)
    return True, None


async def _hide(
    conn: Connection, tools: Tools, comment: LockedComment, reports: list[OpenReport], now: datetime
) -> int:
    """Takes the comment off its page until a moderator has seen it; the thread's version after that.

    It waits in one queue: in `held` in place of `reported`, for as long as it has waited there, or, where somebody
    asked for a second pair of eyes, goes on waiting for those.
    """
    version = await store.move(conn, comment, Status.HELD)
    waited = await review_queue.resolve(conn, comment.story_id, comment.id, {Queue.REPORTED})
    waiting = await review_queue.of_comment(conn, comment.story_id, comment.id)
    if not any(item.queue == Queue.ESCALATED for item in waiting):
        since = min((item.waiting_since for item in waited), default=now)
        urgency = reporting.report_urgency(reports, comment.reply_count)
        await review_queue.enqueue(conn, comment.story_id, comment.id, Queue.HELD, comment.site, since, urgency)
    await append_event(
        conn, tools, "comment.held", comment.story_id, comment.id, version, comment.status, Status.HELD, now
    )
    return version
