"""What an appeal keeps from being decided, and by whom."""

from typing import Any
from uuid import uuid4

import pytest

from service.comments.rules.lifecycle import Status
from service.moderation.problems import AlreadyDecided, AppealOpen
from service.moderation.rules.appealed import Appeal, refuse_decision, refuse_undo
from service.moderation.rules.decisions import Action, Facts


def appeal(**changes: Any) -> Appeal:
    given: dict[str, Any] = {
        "id": uuid4(), "status": "open", "revision": 2, "restricted_by": ["mo-1"], "decision_id": None, **changes,
    }  # fmt: skip
    return Appeal(**given)


def facts(status: Status = Status.REJECTED, revision: int = 2) -> Facts:
    return Facts(status=status, revision=revision, featured=False, waiting=frozenset())


@pytest.mark.parametrize("action", list(Action))
def test_an_open_appeal_keeps_every_decision_away_and_is_named(action: Action) -> None:
    open_one = appeal()
    refusal = refuse_decision([appeal(status="upheld"), open_one], action, facts(), "mo-9")
    assert isinstance(refusal, AppealOpen)
    assert refusal.members["appeal_id"] == open_one.id
    assert isinstance(refuse_undo([open_one], uuid4(), facts()), AppealOpen)


@pytest.mark.parametrize(
    ("changes", "action", "by", "revision", "refused"),
    [
        ({}, Action.REJECT, "mo-1", 2, True),
        ({}, Action.REJECT, "mo-2", 2, False),
        ({}, Action.REJECT, "mo-1", 3, False),
        ({}, Action.APPROVE, "mo-1", 2, False),
        ({"status": "upheld"}, Action.REJECT, "mo-1", 2, False),
        ({"status": "withdrawn"}, Action.REJECT, "mo-1", 2, False),
    ],
)
def test_who_was_reversed_leaves_that_text_to_colleagues(
    changes: dict[str, Any], action: Action, by: str, revision: int, refused: bool
) -> None:
    appeals = [appeal(**{"status": "reversed", **changes})]
    found = refuse_decision(appeals, action, facts(Status.PUBLISHED, revision), by)
    assert isinstance(found, AlreadyDecided) is refused


def test_a_ruling_is_not_taken_back_and_what_came_later_is() -> None:
    ruling = uuid4()
    reversed_one = appeal(status="reversed", decision_id=ruling)
    assert isinstance(refuse_undo([reversed_one], ruling, facts(Status.PUBLISHED)), AlreadyDecided)
    assert refuse_undo([reversed_one], uuid4(), facts(Status.PUBLISHED)) is None
    assert refuse_undo([appeal(status="upheld")], uuid4(), facts()) is None


def test_without_an_appeal_nothing_is_in_the_way() -> None:
    assert refuse_decision([], Action.RESTORE, facts(), "mo-1") is None
    assert refuse_undo([], uuid4(), facts()) is None
