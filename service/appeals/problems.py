"""The refusals that have to do with appeals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from service.kernel.problems import Problem
from service.languages.said import Said


class AlreadyAppealed(Problem):
    """Each decision is appealed once, and you have appealed this one with other words. `appeal` says how it stands."""

    slug, title, status = "already-appealed", "You have appealed this already", 409
    text = "problems.already_appealed"

    def __init__(self, *, appeal_id: UUID, appeal_status: str) -> None:
        super().__init__(appeal={"id": appeal_id, "status": appeal_status})


class AppealNotPossible(Problem):
    """`why`: `too-late`, the period is over; `not-in-force`, the decision was taken back, reversed or followed by
    another; `being-reviewed`, a moderator is about to decide anyway."""

    slug, title, status = "appeal-not-possible", "This cannot be appealed", 409

    def __init__(self, detail: Said, *, why: str) -> None:
        super().__init__(detail, why=why)


class AppealUnknown(Problem):
    """There is no appeal with this id."""

    slug, title, status = "appeal-unknown", "There is no such appeal", 404


class AlreadyRuled(Problem):
    """Somebody was faster, or the author withdrew the appeal by deleting the comment. `ruling` is the outcome and when;
    null where it was withdrawn."""

    slug, title, status = "already-ruled", "This appeal is answered already", 409

    def __init__(self, detail: str = "", *, outcome: str | None, ruled_at: datetime | None) -> None:
        ruling: dict[str, Any] | None = None if outcome is None else {"outcome": outcome, "ruled_at": ruled_at}
        super().__init__(detail, ruling=ruling)


class AnotherModeratorNeeded(Problem):
    """An appeal is ruled on by another moderator than those who took the decision that it is against."""

    slug, title, status = "another-moderator-needed", "This appeal is against your own decision", 403
