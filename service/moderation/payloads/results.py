"""What came of decisions."""

from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from service.kernel.problems import Problem
from service.moderation.actions.recording import Outcome


class Result(Struct, frozen=True, omit_defaults=True):
    """What came of one decision: the members of a decision that is `done`, or the problem of one that `failed`."""

    comment_id: UUID
    status: Literal["done", "failed"]
    decision_id: UUID | None = None
    comment_status: str | None = None
    sanction_id: UUID | None = None
    problem: dict[str, Any] | None = None


class Results(Struct, frozen=True):
    """A result for each decision, in the order of the decisions."""

    results: list[Result]


def result(comment_id: UUID, outcome: Outcome | Problem, request_id: str) -> Result:
    """What came of a decision."""
    if isinstance(outcome, Problem):
        return Result(comment_id, "failed", problem=outcome.body(request_id))
    return done(outcome)


def done(outcome: Outcome) -> Result:
    """A decision that stands."""
    sanction_id = None if outcome.sanction is None else outcome.sanction.sanction.id
    return Result(outcome.comment_id, "done", outcome.decision_id, outcome.comment_status, sanction_id)
