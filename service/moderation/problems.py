"""The refusals that have to do with people deciding about comments."""

from typing import Any
from uuid import UUID

from service.kernel.problems import Problem


class AlreadyDecided(Problem):
    """There is nothing left to decide this way: somebody was faster, or the author took the comment back. `decision` is
    the comment's last decision, null where there is none; `comment_status` is its status now."""

    slug, title, status = "already-decided", "This was already decided", 409

    def __init__(self, detail: str = "", *, decision: dict[str, Any] | None, comment_status: str) -> None:
        super().__init__(detail, decision=decision, comment_status=comment_status)


class ClaimLapsed(Problem):
    """The decision named a claim that is over, and somebody else holds the comment now. Claim it again, or decide
    without naming a claim: what you saw is checked by `seen_revision` all the same."""

    slug, title, status = "claim-lapsed", "Somebody else holds this comment now", 409


class AppealOpen(Problem):
    """What is to be decided has been appealed, and the ruling on the appeal (`appeal_id`) decides: another moderator
    than the first gives it, at `/v1/admin/appeals/{appeal_id}/ruling`."""

    slug, title, status = "appeal-open", "An appeal waits for its ruling", 409

    def __init__(self, detail: str = "", *, appeal_id: UUID) -> None:
        super().__init__(detail, appeal_id=appeal_id)
