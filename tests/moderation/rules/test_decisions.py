"""The table of decisions: from where they are allowed, what they need, and who may take them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from service.accounts.rules.permissions import PERMISSIONS, Role
from service.comments.rules.lifecycle import Status, may_move
from service.moderation.rules.decisions import (
    EFFECTS,
    Action,
    Facts,
    Last,
    allowed,
    refuse,
    refuse_revision,
    refuse_unseen,
    refuse_without_reason,
)
from service.review_queue.rules import Queue

A_DECISION = UUID(int=7)


def _facts(status: Status, *waiting: Queue, featured: bool = False) -> Facts:
    return Facts(status=status, revision=3, featured=featured, waiting=frozenset(waiting))


EVERY_STATE = [
    _facts(status, *waiting, featured=featured)
    for status in Status
    for waiting in ((), *((queue,) for queue in Queue))
    for featured in (False, True)
]


@pytest.mark.parametrize(
    ("facts", "actions"),
    [
        (_facts(Status.HELD, Queue.HELD), "approve reject escalate"),
        (_facts(Status.HELD, Queue.HELD, Queue.ESCALATED), "approve reject"),
        (_facts(Status.PUBLISHED), "reject escalate feature"),
        (_facts(Status.PUBLISHED, featured=True), "reject escalate unfeature"),
        (_facts(Status.PUBLISHED, Queue.REPORTED), "approve reject escalate feature"),
        (_facts(Status.PUBLISHED, Queue.ESCALATED), "approve reject feature"),
        # What was appealed is decided by the ruling.
        (_facts(Status.REJECTED, Queue.APPEALED), ""),
        (_facts(Status.REJECTED), "restore"),
        (_facts(Status.DELETED), ""),
        (_facts(Status.ERASED, Queue.HELD), ""),
    ],
    ids=repr,
)
def test_each_state_of_a_comment_leaves_these_decisions(facts: Facts, actions: str) -> None:
    assert [str(action) for action in allowed(facts, PERMISSIONS[Role.ADMIN])] == actions.split()


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.MODERATOR, {Action.APPROVE, Action.REJECT, Action.RESTORE, Action.ESCALATE}),
        (Role.EDITOR, {Action.FEATURE, Action.UNFEATURE}),
        (Role.ADMIN, set(Action)),
        (Role.SERVICE, set()),
    ],
)
def test_each_role_takes_its_own_decisions(role: Role, actions: set[Action]) -> None:
    assert {action for facts in EVERY_STATE for action in allowed(facts, PERMISSIONS[role])} == actions


@pytest.mark.parametrize("action", list(Action))
def test_a_decision_moves_comments_only_as_the_statuses_allow(action: Action) -> None:
    effect = EFFECTS[action]
    for status in effect.allowed_from:
        assert effect.to is None or effect.to == status or may_move(status, effect.to)


@pytest.mark.parametrize("action", [action for action in Action if EFFECTS[action].leaves])
def test_what_was_decided_cannot_be_decided_the_same_way_again(action: Action) -> None:
    effect = EFFECTS[action]
    for facts in EVERY_STATE:
        if refuse(action, facts) is None:
            entered = set() if effect.enters is None else {effect.enters}
            after = _facts(effect.to or facts.status, *((facts.waiting - effect.leaves) | entered))
            assert refuse(action, after) is not None, facts


def test_a_refusal_tells_what_was_decided_and_what_the_comment_is_now() -> None:
    problem = refuse(Action.APPROVE, _let_stand("approve", by="mo-1"))
    assert problem is not None
    assert (problem.slug, problem.status) == ("already-decided", 409)
    assert problem.members["comment_status"] == "published"
    decision = problem.members["decision"]
    assert (decision["id"], decision["action"], decision["decided_by"]) == (A_DECISION, "approve", "mo-1")


def _let_stand(action: str, *waiting: Queue, by: str | None, number: int = 1) -> Facts:
    last = Last(A_DECISION, number, action, None, by, datetime(2026, 11, 22, tzinfo=UTC), None)
    return Facts(status=Status.PUBLISHED, revision=1, featured=False, waiting=frozenset(waiting), last=last)


@pytest.mark.parametrize(
    ("facts", "overrules", "refused"),
    [
        (_let_stand("approve", by="mo-2"), None, True),
        (_let_stand("restore", by="mo-2"), None, True),
        (_let_stand("undo", by="mo-2"), None, True),
        (_let_stand("approve", by="mo-2"), UUID(int=9), True),
        # Known: named, one's own, or a rule's that no person stands for.
        (_let_stand("approve", by="mo-2"), A_DECISION, False),
        (_let_stand("approve", by="mo-1"), None, False),
        (_let_stand("approve", by=None), None, False),
        # One's own too, where it came in while this one waited for its turn.
        (_let_stand("approve", by="mo-1", number=2), None, True),
        # It waits again, or was never said to be right.
        (_let_stand("approve", Queue.REPORTED, by="mo-2"), None, False),
        (_let_stand("feature", by="ed-1"), None, False),
        (_facts(Status.PUBLISHED), None, False),
        (_facts(Status.HELD, Queue.HELD), None, False),
    ],
    ids=repr,
)
def test_what_somebody_let_stand_is_rejected_only_knowingly(
    facts: Facts, overrules: UUID | None, refused: bool
) -> None:
    problem = refuse_unseen(Action.REJECT, facts, by="mo-1", overrules=overrules, seen_number=1)
    assert (problem is not None) == refused
    assert refuse_unseen(Action.FEATURE, facts, by="mo-1", overrules=overrules, seen_number=1) is None


def test_another_revision_than_the_one_seen_is_named() -> None:
    problem = refuse_revision(_facts(Status.HELD, Queue.HELD), 2)
    assert problem is not None
    assert (problem.slug, problem.members) == ("revision-changed", {"current_revision": 3})
    assert refuse_revision(_facts(Status.HELD, Queue.HELD), 3) is None


@pytest.mark.parametrize("action", list(Action))
def test_only_a_decision_against_the_author_needs_a_reason(action: Action) -> None:
    problem = refuse_without_reason(action, None, "decisions[4].reason")
    assert (problem is not None) == (action is Action.REJECT)
    if problem is not None:
        assert problem.members["errors"][0]["field"] == "decisions[4].reason"
    assert refuse_without_reason(action, "rules", "reason") is None
