"""What each decision does, from which status, who may take it and what it needs: one table.

A decision is a person's act on a comment as that person saw it: it names the revision. Nothing is ever edited
afterwards; taking a decision back is another one (`undoing.py`).
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

import msgspec

from service.accounts.rules.permissions import Permission
from service.comments.problems import RevisionChanged
from service.comments.rules.lifecycle import Status
from service.kernel.problems import InvalidRequest, Problem
from service.moderation.problems import AlreadyDecided
from service.review_queue.rules import Queue

# The reasons of reports, and `rules` for whatever else the site's own rules say.
Reason = Literal[
    "abuse", "harassment", "hate", "spam", "misinformation", "off_topic", "illegal", "other", "rules"
]  # fmt: skip


class Action(StrEnum):
    """What staff can decide about a comment, in the order in which it is offered."""

    APPROVE = "approve"
    REJECT = "reject"
    RESTORE = "restore"
    ESCALATE = "escalate"
    FEATURE = "feature"
    UNFEATURE = "unfeature"


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table."""

    permission: Permission
    # The statuses in which a comment can be decided this way, and the one that it then has; None: it keeps its own.
    allowed_from: frozenset[Status]
    to: Status | None = None
    needs_reason: bool = False
    # What it says of the reports that wait for an answer: True finds them right. None leaves them waiting.
    upholds_reports: bool | None = None
    # Whether it says the same of reports that were answered the other way before.
    overturns: bool = False
    # By how much the author's count of approved comments moves when the status does.
    approved: int = 0
    # The queues in which the comment does not wait any more, and the one in which it then does.
    leaves: frozenset[Queue] = frozenset()
    enters: Queue | None = None
    # What the outbox tells.
    topic: str | None = None


# An appeal is answered by its ruling, never by the way.
_ALL_BUT_APPEALED: Final = frozenset(Queue) - {Queue.APPEALED}

EFFECTS: Final[dict[Action, Effect]] = {
    # A held comment is published. One that is published already stays, and who reported it was not right.
    Action.APPROVE: Effect(
        permission=Permission.REVIEW,
        allowed_from=frozenset({Status.HELD, Status.PUBLISHED}),
        to=Status.PUBLISHED,
        upholds_reports=False,
        approved=1,
        leaves=_ALL_BUT_APPEALED,
        topic="comment.approved",
    ),
    Action.REJECT: Effect(
        permission=Permission.REVIEW,
        allowed_from=frozenset({Status.HELD, Status.PUBLISHED}),
        to=Status.REJECTED,
        needs_reason=True,
        upholds_reports=True,
        leaves=_ALL_BUT_APPEALED,
        topic="comment.rejected",
    ),
    # A rejection was wrong, and so were the reports that it followed.
    Action.RESTORE: Effect(
        permission=Permission.REVIEW,
        allowed_from=frozenset({Status.REJECTED}),
        to=Status.PUBLISHED,
        upholds_reports=False,
        overturns=True,
        approved=1,
        leaves=_ALL_BUT_APPEALED,
        topic="comment.approved",
    ),
    # Somebody else shall decide: the comment stays as it is and waits in another queue.
    Action.ESCALATE: Effect(
        permission=Permission.REVIEW,
        allowed_from=frozenset({Status.HELD, Status.PUBLISHED}),
        leaves=_ALL_BUT_APPEALED - {Queue.ESCALATED},
        enters=Queue.ESCALATED,
    ),
    Action.FEATURE: Effect(
        permission=Permission.FEATURE, allowed_from=frozenset({Status.PUBLISHED}), topic="comment.featured"
    ),
    Action.UNFEATURE: Effect(
        permission=Permission.FEATURE, allowed_from=frozenset({Status.PUBLISHED}), topic="comment.unfeatured"
    ),
}


class Last(msgspec.Struct, frozen=True):
    """The last decision on a comment, as problems and items show it."""

    id: UUID
    # The comment's first decision is 1.
    number: int
    action: str
    reason: str | None
    # None: a rule decided.
    decided_by: str | None
    decided_at: datetime
    undoes: UUID | None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision finds when it comes: the comment as it is now."""

    status: Status
    revision: int
    featured: bool
    # The queues in which it waits.
    waiting: frozenset[Queue]
    last: Last | None = None


def refuse(action: Action, facts: Facts) -> Problem | None:
    """Why this cannot be decided about the comment as it is; None if it can."""
    if facts.status in EFFECTS[action].allowed_from and not _is_so_already(action, facts):
        return None
    return already_decided(facts, _WORDS.get(facts.status, "There is nothing left to decide in this way."))


def already_decided(facts: Facts, detail: str) -> AlreadyDecided:
    """The problem that tells what was decided, and what the comment is now."""
    last = None if facts.last is None else msgspec.structs.asdict(facts.last)
    return AlreadyDecided(detail, decision=last, comment_status=facts.status)


def refuse_unseen(action: Action, facts: Facts, *, by: str, overrules: UUID | None, seen_number: int) -> Problem | None:
    """Why a rejection does not hold against a decision that let the comment stand.

    Whoever read it in a queue may be too late: somebody has approved it meanwhile, and on the same revision. So a
    comment that was let stand and does not wait again is rejected only by one who knows of that: by naming that
    decision, or because it was their own. `seen_number` is the number of the last decision when the request came in.
    """
    last = facts.last
    if action is not Action.REJECT or facts.status is not Status.PUBLISHED or facts.waiting & EFFECTS[action].leaves:
        return None
    if last is None or last.action not in _LET_STAND or last.decided_by is None or overrules == last.id:
        return None
    if last.decided_by == by and last.number <= seen_number:
        return None
    return already_decided(facts, "Somebody let this comment stand; to reject it all the same, name that decision.")


def refuse_revision(facts: Facts, seen_revision: int) -> Problem | None:
    """Why a decision on that revision does not hold for the comment as it is."""
    if seen_revision == facts.revision:
        return None
    return RevisionChanged("The author changed the comment after you read it.", current_revision=facts.revision)


def refuse_without_reason(action: Action, reason: str | None, field: str) -> Problem | None:
    """A decision against somebody says why; `field` is where the request should have said it."""
    if EFFECTS[action].needs_reason and reason is None:
        return InvalidRequest.of(field, f"a decision to {action} needs a reason")
    return None


def allowed(facts: Facts, permissions: Collection[Permission]) -> list[Action]:
    """What somebody with these permissions can decide about the comment as it is; of an appealed one nothing."""
    if Queue.APPEALED in facts.waiting:
        return []
    return [
        action
        for action, effect in EFFECTS.items()
        if effect.permission in permissions and refuse(action, facts) is None
    ]


def _is_so_already(action: Action, facts: Facts) -> bool:
    match action:
        case Action.APPROVE:
            # Of a published comment only what waits is approved; else somebody did it already, or nobody asked.
            return facts.status is Status.PUBLISHED and not facts.waiting & EFFECTS[action].leaves
        case Action.ESCALATE:
            return Queue.ESCALATED in facts.waiting
        case Action.FEATURE:
            return facts.featured
        case Action.UNFEATURE:
            return not facts.featured
        case _:
            return False


_LET_STAND: Final = frozenset({Action.APPROVE, Action.RESTORE, "undo"})
_WORDS: Final[dict[Status, str]] = {
    Status.DELETED: "The author deleted the comment meanwhile.",
    Status.ERASED: "The author's comments were erased meanwhile.",
}
