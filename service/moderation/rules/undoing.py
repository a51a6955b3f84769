"""Taking a decision back: another decision, with the opposite effect, while nothing happened to the comment since."""

from datetime import datetime
from typing import Final

import msgspec

from service.comments.rules.lifecycle import Status
from service.kernel.problems import Problem
from service.moderation.rules.decisions import EFFECTS, Action, Facts, already_decided
from service.review_queue.rules import Queue

# What the outbox tells when a decision is taken back and the comment has that status again.
_TOPICS: Final[dict[Status, str]] = {
    Status.PUBLISHED: "comment.approved",
    Status.REJECTED: "comment.rejected",
    Status.HELD: "comment.held",
}


class Resolved(msgspec.Struct, frozen=True):
    """An item that a decision took out of a queue, with what puts it back in its place."""

    queue: Queue
    waiting_since: datetime
    urgency: int


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as far as taking it back needs it."""

    action: Action
    number: int
    old_status: Status
    new_status: Status
    resolved: list[Resolved]


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a decision back does."""

    # None: the status is as it was before.
    to: Status | None
    # By how much the author's count of approved comments moves.
    approved: int
    # What becomes of the reports that the decision answered; None: they wait again.
    reports_become: bool | None
    leaves: frozenset[Queue]
    puts_back: list[Resolved]
    topic: str | None


def refuse_undo(done: Done, last_number: int, facts: Facts) -> Problem | None:
    """Why the decision cannot be taken back; None if it can."""
    if done.number != last_number or done.new_status != facts.status:
        return already_decided(facts, "Something has happened to the comment since that decision; decide anew.")
    return None


def reversal(done: Done, now: datetime) -> Reversal:
    """What taking this decision back does. A comment that is held again waits as it waited before, else since `now`."""
    effect = EFFECTS[done.action]
    moved = done.old_status != done.new_status
    puts_back = list(done.resolved)
    if moved and done.old_status is Status.HELD and not puts_back:
        puts_back = [Resolved(Queue.HELD, now, 0)]
    return Reversal(
        to=done.old_status if moved else None,
        approved=-effect.approved if moved else 0,
        reports_become=True if effect.overturns else None,
        leaves=frozenset() if effect.enters is None else frozenset({effect.enters}),
        puts_back=puts_back,
        topic=_topic(done, moved=moved),
    )


def _topic(done: Done, *, moved: bool) -> str | None:
    match done.action:
        case Action.FEATURE:
            return EFFECTS[Action.UNFEATURE].topic
        case Action.UNFEATURE:
            return EFFECTS[Action.FEATURE].topic
        case _:
            return _TOPICS[done.old_status] if moved else None
