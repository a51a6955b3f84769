"""A moderator rules on an appeal: the decision stands, or everything that it did is undone, in one transaction."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.rules.viewer import Staff
from service.appeals import rules, store
from service.appeals.problems import AppealUnknown
from service.appeals.rules import Outcome
from service.appeals.store import Appeal
from service.audit import store as audit
from service.comments import store as comments
from service.comments.actions.announce import announce
from service.comments.problems import CommentUnknown
from service.comments.rules.text import normal
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import CommentId, EventId, StoryId
from service.kernel.problems import InvalidRequest
from service.moderation.actions.decide import Order, decide_within
from service.moderation.actions.sanction import refuse_other_reach
from service.moderation.rules.decisions import Action
from service.outbox import store as outbox
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from service.sanctions import actions as sanctions
from service.sanctions import store as sanction_store
from service.sanctions.actions import Changed

_LIFTED = "An appeal was granted."


class _Done(msgspec.Struct, frozen=True):
    appeal: Appeal
    # The thread's version after it; None where readers see no change.
    version: int | None
    lifted: list[Changed]


async def rule(tools: Tools, staff: Staff, appeal_id: UUID, outcome: Outcome, reason: str, now: datetime) -> Appeal:
    """The appeal after the ruling. AppealUnknown, AlreadyRuled; AnotherModeratorNeeded for one's own decision;
    PermissionMissing for a site that is not theirs."""
    kept = normal(reason)
    if not kept:
        raise InvalidRequest.of("reason", "the author is told why; say it")
    done = await tools.db.in_transaction(lambda conn: _rule(conn, tools, staff, appeal_id, outcome, kept, now))
    if done.appeal.story_id is not None:
        announce(tools, done.appeal.story_id, done.version)
    for changed in done.lifted:
        sanctions.announce(tools.broadcast, changed)
    tools.broadcast.publish("sc:nudge", b"")
    return done.appeal


async def reached(conn: Connection, staff: Staff, appeal_id: UUID) -> Appeal:
    """The appeal; AppealUnknown, or PermissionMissing for one of a site that is not theirs."""
    found = await store.get(conn, appeal_id)
    if found is None:
        raise AppealUnknown("There is no such appeal.")
    refuse_other_reach(staff, found.site)
    return found


async def _rule(
    conn: Connection, tools: Tools, staff: Staff, appeal_id: UUID, outcome: Outcome, reason: str, now: datetime
) -> _Done:
    found = await reached(conn, staff, appeal_id)
    version, lifted = None, list[Changed]()
    if found.story_id is not None and found.comment_id is not None:
        version = await _rule_on_comment(conn, tools, staff, found, outcome, reason, now, lifted)
    else:
        await sanction_store.lock_reader(conn, found.reader_id)
        await _settle(conn, staff, appeal_id, outcome, reason, now)
        if outcome == "reversed" and found.sanction_id is not None:
            lifted.append(await _lift(conn, tools, staff, found, found.sanction_id))
    await _record(conn, tools, staff, found, outcome, reason, now)
    ruled = await store.get(conn, appeal_id)
    if ruled is None:
        raise LookupError("an appeal vanished within its own transaction")
    return _Done(ruled, version, lifted)


async def _rule_on_comment(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    found: Appeal,
    outcome: Outcome,
    reason: str,
    now: datetime,
    lifted: list[Changed],
) -> int | None:
    story_id, comment_id = _comment_of(found)
    comment = await comments.lock(conn, story_id, comment_id)
    if comment is None:
        raise CommentUnknown("There is no such comment.")
    await _settle(conn, staff, found.id, outcome, reason, now)
    version = None
    if outcome == "reversed":
        # Settled first: as long as the appeal waits, nothing else is decided about the comment.
        order = Order(comment_id=comment_id, seen_revision=comment.revision, action=Action.RESTORE)
        restored = await decide_within(conn, tools, staff, order, now)
        version = restored.version
        await store.name_decision(conn, found.id, restored.decision_id)
    await review_queue.resolve(conn, story_id, comment_id, [Queue.APPEALED])
    if outcome == "reversed":
        # What limited the author because of this comment has lost its ground, and an appeal against it its purpose.
        for sanction in await store.sanctions_with(conn, found.restriction_id):
            if sanction.appeal_id is not None:
                await store.settle(conn, sanction.appeal_id, "reversed", staff.subject, reason, now)
            lifted.append(await _lift(conn, tools, staff, found, sanction.sanction_id))
    return version


def _comment_of(found: Appeal) -> tuple[StoryId, CommentId]:
    if found.story_id is None or found.comment_id is None:
        raise LookupError("an appeal against a sanction has no comment")
    return found.story_id, found.comment_id


async def _settle(
    conn: Connection, staff: Staff, appeal_id: UUID, outcome: Outcome, reason: str, now: datetime
) -> None:
    """Under the lock of what the appeal is about, so of two rulings the second finds the first."""
    appeal = await store.get(conn, appeal_id)
    if appeal is None:
        raise AppealUnknown("There is no such appeal.")
    if refusal := rules.refuse_ruling(appeal.status, appeal.ruled_at, appeal.restricted_by, staff.subject):
        raise refusal
    await store.settle(conn, appeal_id, outcome, staff.subject, reason, now)


async def _lift(conn: Connection, tools: Tools, staff: Staff, found: Appeal, sanction_id: UUID) -> Changed:
    """Lifted by a person, so no rule puts it back; also one that has ended, so that it does not stay on the record."""
    changed = await sanctions.lift(
        conn,
        tools.clock,
        reader_id=found.reader_id,
        sanction_id=sanction_id,
        lifted_by=staff.subject,
        lift_reason=_LIFTED,
        ended_too=True,
    )
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action="sanction.lifted",
        subject_kind="reader",
        subject_id=str(found.reader_id),
        site=changed.sanction.site,
        before={"sanction": str(sanction_id), "kind": changed.sanction.kind, "reason": changed.sanction.reason},
        after={"sanction": str(sanction_id), "lifted_at": changed.sanction.lifted_at, "appeal": str(found.id)},
    )
    return changed


async def _record(
    conn: Connection, tools: Tools, staff: Staff, found: Appeal, outcome: Outcome, reason: str, now: datetime
) -> None:
    on_comment = found.comment_id is not None
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action=f"appeal.{outcome}",
        subject_kind="comment" if on_comment else "reader",
        subject_id=str(found.comment_id if on_comment else found.reader_id),
        site=found.site,
        before={"appeal": str(found.id), "status": "open"},
        after={"appeal": str(found.id), "status": outcome, "against": str(found.restriction_id), "reason": reason},
    )
    event = outbox.Event(
        id=EventId(tools.clock.new_id()),
        topic="appeal.ruled",
        story_id=found.story_id,
        version=None,
        payload={
            "appeal_id": found.id,
            "decision_id": found.restriction_id,
            "comment_id": found.comment_id,
            "reader_id": found.reader_id,
            "outcome": outcome,
        },
        happened_at=now,
    )
    await outbox.append(conn, event)
