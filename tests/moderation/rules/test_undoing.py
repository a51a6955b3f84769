"""What taking a decision back does, and when it is too late for it."""

from datetime import UTC, datetime

import pytest

from service.comments.rules.lifecycle import Status
from service.moderation.rules.decisions import Action, Facts
from service.moderation.rules.undoing import Done, Resolved, refuse_undo, reversal
from service.review_queue.rules import Queue

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
H, P, R = Status.HELD, Status.PUBLISHED, Status.REJECTED


def _done(action: Action, was: Status, became: Status, *resolved: Queue) -> Done:
    items = [Resolved(queue, NOON, 5) for queue in resolved]
    return Done(action=action, number=2, old_status=was, new_status=became, resolved=items)


@pytest.mark.parametrize(
    ("done", "to", "approved", "reports", "topic"),
    [
        (_done(Action.APPROVE, H, P, Queue.HELD), H, -1, None, "comment.held"),
        (_done(Action.APPROVE, P, P, Queue.REPORTED), None, 0, None, None),
        (_done(Action.REJECT, H, R, Queue.HELD), H, 0, None, "comment.held"),
        (_done(Action.REJECT, P, R, Queue.REPORTED), P, 0, None, "comment.approved"),
        (_done(Action.RESTORE, R, P), R, -1, True, "comment.rejected"),
        (_done(Action.ESCALATE, H, H, Queue.HELD), None, 0, None, None),
        (_done(Action.FEATURE, P, P), None, 0, None, "comment.unfeatured"),
        (_done(Action.UNFEATURE, P, P), None, 0, None, "comment.featured"),
    ],
    ids=repr,
)
def test_each_decision_is_taken_back_by_its_opposite(
    done: Done, to: Status | None, approved: int, reports: bool | None, topic: str | None
) -> None:
    plan = reversal(done, NOON)
    assert (plan.to, plan.approved, plan.reports_become, plan.topic) == (to, approved, reports, topic)
    assert plan.puts_back == done.resolved


def test_only_an_escalation_is_taken_out_of_a_queue_again() -> None:
    assert reversal(_done(Action.ESCALATE, H, H, Queue.HELD), NOON).leaves == {Queue.ESCALATED}
    assert reversal(_done(Action.APPROVE, H, P, Queue.HELD), NOON).leaves == frozenset()


def test_a_comment_that_is_held_again_waits_even_if_it_did_not_before() -> None:
    assert reversal(_done(Action.APPROVE, H, P), NOON).puts_back == [Resolved(Queue.HELD, NOON, 0)]


@pytest.mark.parametrize(
    ("last_number", "status", "refused"),
    [(2, Status.REJECTED, False), (3, Status.REJECTED, True), (2, Status.DELETED, True)],
)
def test_only_the_last_decision_of_an_untouched_comment_is_taken_back(
    last_number: int, status: Status, refused: bool
) -> None:
    facts = Facts(status=status, revision=1, featured=False, waiting=frozenset())
    problem = refuse_undo(_done(Action.REJECT, P, R), last_number, facts)
    assert (problem is not None) == refused
