"""What an appeal means for decisions on its comment.

While it waits, its ruling decides and nothing else: every other decision on the comment, and taking one back, is
refused. A ruling is not taken back either, and what it let stand is not rejected again, in the same words, by those
whose decision it reversed. The database refuses the same (migration 0014), should anybody come another way.
"""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from service.kernel.problems import Problem
from service.moderation.problems import AppealOpen
from service.moderation.rules.decisions import Action, Facts, already_decided


class Appeal(msgspec.Struct, frozen=True):
    """An appeal against a rejection of the comment."""

    id: UUID
    status: str
    # The text that was rejected.
    revision: int
    # Who had rejected it.
    restricted_by: list[str]
    # The decision by which a reversal brought the comment back.
    decision_id: UUID | None


def refuse_decision(appeals: Iterable[Appeal], action: Action, facts: Facts, by: str) -> Problem | None:
    """Why an appeal stands against this decision; None where none does."""
    for appeal in appeals:
        if appeal.status == "open":
            return _open(appeal)
        reversed_theirs = appeal.status == "reversed" and by in appeal.restricted_by
        if action is Action.REJECT and reversed_theirs and appeal.revision == facts.revision:
            return already_decided(
                facts, "An appeal against your rejection of this text was granted; if it must go, a colleague decides."
            )
    return None


def refuse_undo(appeals: Iterable[Appeal], undone: UUID, facts: Facts) -> Problem | None:
    """Why an appeal stands against taking that decision back; None where none does."""
    for appeal in appeals:
        if appeal.status == "open":
            return _open(appeal)
        if appeal.decision_id == undone:
            return already_decided(facts, "That decision was the ruling on an appeal, which is not taken back.")
    return None


def _open(appeal: Appeal) -> AppealOpen:
    return AppealOpen("The author has appealed; the ruling on the appeal decides.", appeal_id=appeal.id)
