"""A reader reports a comment; one report, or a few, bring it before the moderators."""

from datetime import datetime
from uuid import UUID

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.comments import store
from service.comments.actions.announce import announce, append_event
from service.comments.payloads import NewReport, Report
from service.comments.problems import CommentUnknown
from service.comments.rules import reporting
from service.comments.rules.lifecycle import Status
from service.comments.store import LockedComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import ReaderId
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, refuse
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue


async def report(
    tools: Tools, reader: Reader, comment_id: UUID, given: NewReport, now: datetime
) -> tuple[Report, bool]:
    """The reader's report of a published comment, and whether it is new: each reader's first one counts, and stays.

    A new one stands in the comment's and both readers' counts and, where it is due, in the queue `reported`, all in the
    transaction that keeps it.
    """
    reporter_id = await known_reader(tools.db, reader, tools.clock)
    async with tools.db.read() as conn:
        target = await store.target(conn, comment_id)
        if target is None or target.status != Status.PUBLISHED or target.state == "hidden":
            raise CommentUnknown("There is no such comment.")
        standing = await standing_of(conn, tools.settings, reader, target.story_id, now)
    if refusal := refuse(Action.REPORT, standing, now) or reporting.refuse_report(target.author_id, reporter_id):
        raise refusal

    async def work(conn: Connection) -> tuple[Report, bool]:
        comment = await store.lock(conn, target.story_id, comment_id)
        if comment is None or comment.status != Status.PUBLISHED:
            raise CommentUnknown("The comment was removed meanwhile.")
        is_new = await _keep(conn, tools, comment, reporter_id, given, now)
        kept = await store.own_report(conn, comment.story_id, comment.id, reporter_id)
        if kept is None:
            raise LookupError("a report vanished within its own transaction")
        return Report(comment.id, kept.reason, kept.note, kept.reported_at), is_new

    kept, is_new = await tools.db.in_transaction(work)
    if is_new:
        announce(tools, target.story_id, None)
    return kept, is_new


async def _keep(
    conn: Connection, tools: Tools, comment: LockedComment, reporter_id: ReaderId, given: NewReport, now: datetime
) -> bool:
    note, report_id = reporting.clean_note(given.note), tools.clock.new_id()
    if not await store.add_report(conn, comment, report_id, reporter_id, given.reason, note, now):
        return False
    open_reasons = await store.open_report_reasons(conn, comment.story_id, comment.id)
    if reporting.needs_review(open_reasons):
        urgency = reporting.report_urgency(open_reasons, comment.reply_count)
        await review_queue.enqueue(conn, comment.story_id, comment.id, Queue.REPORTED, comment.site, now, urgency)
    status = comment.status
    await append_event(conn, tools, "comment.reported", comment.story_id, comment.id, None, status, status, now)
    return True
