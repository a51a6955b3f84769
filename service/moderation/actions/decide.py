"""A decision about a comment, start to finish: everything that it changes, in one transaction.

The order of steps is the order of locks: story, comment, readers, review items (see `queries.sql`). What the moderator
saw is named by its revision, and that alone decides whether the decision holds; a claim is a courtesy between
moderators.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.problems import AuthorUnknown, PermissionMissing
from service.accounts.rules.permissions import may
from service.accounts.rules.viewer import Staff
from service.comments import store as comments
from service.comments.actions.announce import announce
from service.comments.problems import CommentUnknown
from service.comments.rules.lifecycle import Status, readers_see
from service.comments.store import LockedComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import DecisionId
from service.kernel.problems import Problem, Unavailable
from service.moderation import store
from service.moderation.actions import sanction as sanctioning
from service.moderation.actions.reach import within_reach
from service.moderation.actions.recording import Outcome, featured_now, record
from service.moderation.problems import ClaimLapsed
from service.moderation.rules import appealed, decisions
from service.moderation.rules.appealed import Appeal
from service.moderation.rules.decisions import EFFECTS, Action, Facts
from service.moderation.store import Decision
from service.review_queue import rules as queueing
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from service.sanctions import actions as sanctions

# What the audit record calls each decision.
_ACTS = {
    Action.APPROVE: "comment.approved",
    Action.REJECT: "comment.rejected",
    Action.RESTORE: "comment.restored",
    Action.ESCALATE: "comment.escalated",
    Action.FEATURE: "comment.featured",
    Action.UNFEATURE: "comment.unfeatured",
}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a moderator wants done with a comment, as they saw it."""

    comment_id: UUID
    seen_revision: int
    action: Action
    reason: str | None = None
    note: str | None = None
    # The decision to let the comment stand that this one knowingly goes against.
    overrules: UUID | None = None
    # A limit on the author, in the same transaction.
    sanction: sanctioning.Wanted | None = None
    # The end of the claim under which it was read, where the moderator wants that to hold.
    claimed_until: datetime | None = None


class Found(msgspec.Struct, frozen=True):
    """A comment under its locks, with what was decided about it so far."""

    comment: LockedComment
    facts: Facts
    waiting: list[review_queue.Item]
    last: Decision | None
    # The number of its last decision before the locks were waited for.
    seen_number: int
    appeals: list[Appeal]


async def decide_all(tools: Tools, staff: Staff, orders: Sequence[Order]) -> list[Outcome | Problem]:
    """Each order in its own transaction, in turn; for each what came of it, so that a wrong one fails alone.

    When the database is away, what was not tried is not tried any more; Unavailable is raised where nothing was done.
    """
    results: list[Outcome | Problem] = []
    away: Unavailable | None = None
    for place, order in enumerate(orders):
        try:
            if away is not None:
                raise away
            results.append(await decide(tools, staff, order, f"decisions[{place}].reason"))
        except Unavailable as problem:
            away = problem
            results.append(problem)
        except Problem as problem:
            results.append(problem)
    if away is not None and not any(isinstance(result, Outcome) for result in results):
        raise away
    return results


async def decide(tools: Tools, staff: Staff, order: Order, reason_field: str = "reason") -> Outcome:
    """Takes the decision; the Problem that stands in its way is raised, and then nothing has changed."""
    if not may(staff, EFFECTS[order.action].permission):
        raise PermissionMissing(f"None of your roles allows you to {order.action} comments.")
    if refusal := decisions.refuse_without_reason(order.action, order.reason, reason_field):
        raise refusal
    now = tools.clock.now()
    outcome = await tools.db.in_transaction(lambda conn: decide_within(conn, tools, staff, order, now))
    announce(tools, outcome.story_id, outcome.version)
    if outcome.sanction is not None:
        sanctions.announce(tools.broadcast, outcome.sanction)
    return outcome


async def locked(conn: Connection, staff: Staff, comment_id: UUID) -> Found:
    """The comment with its locks taken; CommentUnknown, or PermissionMissing for one of another site."""
    place = await within_reach(conn, staff, comment_id)
    comment = await comments.lock(conn, place.story_id, comment_id)
    if comment is None:
        raise CommentUnknown("There is no such comment.")
    waiting = await review_queue.of_comment(conn, comment.story_id, comment.id)
    last = await store.last_decision(conn, comment.story_id, comment.id)
    # What was never decided about was never appealed.
    appeals = [] if last is None else await store.appeals_of(conn, comment.story_id, comment.id)
    facts = Facts(
        status=Status(comment.status),
        revision=comment.revision,
        featured=comment.featured_at is not None,
        waiting=frozenset(Queue(item.queue) for item in waiting),
        last=None if last is None else last.last(),
    )
    return Found(comment, facts, waiting, last, place.decisions, appeals)


async def decide_within(conn: Connection, tools: Tools, staff: Staff, order: Order, now: datetime) -> Outcome:
    """The decision in the caller's transaction, who has asked whether the staff may, and announces it afterwards."""
    found = await locked(conn, staff, order.comment_id)
    if refusal := decisions.refuse_revision(found.facts, order.seen_revision):
        raise refusal
    if refusal := appealed.refuse_decision(found.appeals, order.action, found.facts, staff.subject):
        raise refusal
    if refusal := decisions.refuse(order.action, found.facts):
        raise refusal
    if refusal := decisions.refuse_unseen(
        order.action, found.facts, by=staff.subject, overrules=order.overrules, seen_number=found.seen_number
    ):
        raise refusal
    _refuse_lapsed_claim(found, staff, order, now)

    comment, effect, decision_id = found.comment, EFFECTS[order.action], DecisionId(tools.clock.new_id())
    was, became = found.facts.status, effect.to or found.facts.status
    await store.answer_reports(
        conn,
        comment.story_id,
        comment.id,
        comment.author_id,
        comment.revision,
        answers=effect.upholds_reports is not None,
        answer=effect.upholds_reports,
        overturns=effect.overturns,
        decision_id=decision_id,
        approved=effect.approved if became != was else 0,
        now=now,
    )
    ends_feature = became is not Status.PUBLISHED or order.action is Action.UNFEATURE
    was_featured = await featured_now(conn, comment) if ends_feature else None
    version = await _change(conn, comment, order, became, now)
    resolved = await review_queue.resolve(conn, comment.story_id, comment.id, effect.leaves)
    if effect.enters is not None:
        urgency = max((item.urgency for item in resolved), default=0)
        await review_queue.enqueue(
            conn, comment.story_id, comment.id, effect.enters, comment.site, now, urgency
        )  # fmt: skip
    decision = Decision(
        id=decision_id,
        story_id=comment.story_id,
        comment_id=comment.id,
        number=found.last.number + 1 if found.last else 1,
        seen_revision=order.seen_revision,
        action=order.action,
        old_status=was,
        new_status=became,
        resolved=[
            {"queue": item.queue, "waiting_since": item.waiting_since, "urgency": item.urgency} for item in resolved
        ],
        was_featured=was_featured,
        reason=order.reason,
        note=order.note,
        decided_by=staff.subject,
        decided_at=now,
        undoes=None,
    )
    outcome = await record(
        conn, tools, staff, comment, decision, act=_ACTS[order.action], topic=effect.topic, version=version
    )
    if order.sanction is None:
        return outcome
    if comment.author_id is None:
        raise AuthorUnknown("The comment's author is not known any more.")
    added = await sanctioning.add_within(conn, tools, staff, comment.author_id, order.sanction, decision_id=decision_id)
    return msgspec.structs.replace(outcome, sanction=added)


async def _change(conn: Connection, comment: LockedComment, order: Order, became: Status, now: datetime) -> int | None:
    """Changes the comment itself; the thread's version after it, None where readers see no change."""
    if became != comment.status:
        version = await comments.move(conn, comment, became)
        return version if readers_see(comment.status, became, comment.reply_count) else None
    if order.action is Action.FEATURE:
        return await store.feature(conn, comment.story_id, comment.id, now, order.note)
    if order.action is Action.UNFEATURE:
        return await store.feature(conn, comment.story_id, comment.id, None, None)
    return None


def _refuse_lapsed_claim(found: Found, staff: Staff, order: Order, now: datetime) -> None:
    if order.claimed_until is None:
        return
    for item in found.waiting:
        holder = queueing.holder(item.claimed_by, item.claimed_until, now)
        if holder not in (None, staff.subject):
            raise ClaimLapsed("Your claim is over, and somebody else is reading this comment now.")
