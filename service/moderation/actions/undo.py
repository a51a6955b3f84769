"""Takes a decision back, as a new decision: status, counts, queues, reports and records become what they were."""

from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec

from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import may
from service.accounts.rules.viewer import Staff
from service.comments import store as comments
from service.comments.actions.announce import announce
from service.comments.rules.lifecycle import Status, readers_see
from service.comments.store import LockedComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import DecisionId
from service.moderation import store
from service.moderation.actions.decide import locked
from service.moderation.actions.recording import Outcome, featured_now, featured_then, record
from service.moderation.rules import appealed, undoing
from service.moderation.rules.decisions import EFFECTS, Action, Facts, already_decided
from service.moderation.rules.undoing import Done, Resolved, Reversal
from service.moderation.store import Decision
from service.reasons.problems import DecisionUnknown
from service.review_queue import store as review_queue


async def undo(tools: Tools, staff: Staff, decision_id: UUID) -> Outcome:
    """Takes the decision back while it is the comment's last one; AlreadyDecided when something happened since."""
    now = tools.clock.now()
    outcome = await tools.db.in_transaction(lambda conn: undo_within(conn, tools, staff, decision_id, now))
    announce(tools, outcome.story_id, outcome.version)
    return outcome


async def undo_within(conn: Connection, tools: Tools, staff: Staff, decision_id: UUID, now: datetime) -> Outcome:
    """The same in the caller's transaction, who announces the outcome afterwards."""
    undone = await store.decision(conn, decision_id)
    if undone is None:
        raise DecisionUnknown("There is no such decision.")
    found = await locked(conn, staff, undone.comment_id)
    done = _done(undone, found.facts)
    if not may(staff, EFFECTS[done.action].permission):
        raise PermissionMissing(f"None of your roles allows you to take back a decision to {done.action}.")
    last = cast(Decision, found.last)  # There is one, since `undone` is one of the comment's.
    if refusal := appealed.refuse_undo(found.appeals, undone.id, found.facts):
        raise refusal
    if refusal := undoing.refuse_undo(done, last.number, found.facts):
        raise refusal

    comment, plan, undoing_id = found.comment, undoing.reversal(done, now), DecisionId(tools.clock.new_id())
    await store.answer_reports(
        conn,
        comment.story_id,
        comment.id,
        comment.author_id,
        comment.revision,
        answers=True,
        answer=plan.reports_become,
        undone=undone.id,
        decision_id=undoing_id,
        approved=plan.approved,
        now=now,
    )
    was_featured = await featured_now(conn, comment)
    version = await _change(conn, comment, undone, plan)
    resolved = await review_queue.resolve(conn, comment.story_id, comment.id, plan.leaves)
    for item in sorted(plan.puts_back, key=lambda item: item.queue):
        await review_queue.enqueue(
            conn, comment.story_id, comment.id, item.queue, comment.site, item.waiting_since, item.urgency
        )
    became = plan.to or found.facts.status
    decision = Decision(
        id=undoing_id,
        story_id=comment.story_id,
        comment_id=comment.id,
        number=last.number + 1,
        seen_revision=comment.revision,
        action="undo",
        old_status=comment.status,
        new_status=became,
        resolved=[
            {"queue": item.queue, "waiting_since": item.waiting_since, "urgency": item.urgency} for item in resolved
        ],
        was_featured=was_featured,
        reason=None,
        note=None,
        decided_by=staff.subject,
        decided_at=now,
        undoes=undone.id,
    )
    return await record(conn, tools, staff, comment, decision, act="decision.undone", topic=plan.topic, version=version)


async def _change(conn: Connection, comment: LockedComment, undone: Decision, plan: Reversal) -> int | None:
    """Changes the comment itself back; the thread's version after it, None where readers see no change."""
    version: int | None = None
    if plan.to is not None:
        moved = await comments.move(conn, comment, plan.to)
        version = moved if readers_see(comment.status, plan.to, comment.reply_count) else None
    then = featured_then(undone)
    if undone.action == Action.FEATURE or then.at is not None:
        version = await store.feature(conn, comment.story_id, comment.id, then.at, then.note)
    return version


def _done(decision: Decision, facts: Facts) -> Done:
    if decision.undoes is not None:
        raise already_decided(facts, "That decision took another one back; decide anew.")
    return Done(
        action=Action(decision.action),
        number=decision.number,
        old_status=Status(decision.old_status),
        new_status=Status(decision.new_status),
        resolved=msgspec.convert(decision.resolved, list[Resolved]),
    )
