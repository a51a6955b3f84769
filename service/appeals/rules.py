"""Who rules on an appeal, when, and what each outcome means.

`upheld`: the decision stands. `reversed`: it was wrong, and everything that it did is undone: the comment is back in
its place, counts and record with it, and the sanction that came with it, or that was appealed, is lifted.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal

from service.appeals.problems import AlreadyRuled, AnotherModeratorNeeded, AppealNotPossible
from service.kernel.problems import Problem
from service.languages.said import Said, said
from service.reasons.rules.appealing import Why

Outcome = Literal["upheld", "reversed"]
Status = Literal["open", "upheld", "reversed", "withdrawn"]
Subject = Literal["comment", "sanction"]

_TEXTS: Final[dict[Why, Said]] = {
    "too-late": said("problems.appeal_too_late"),
    "not-in-force": said("problems.appeal_not_in_force"),
    "being-reviewed": said("problems.appeal_being_reviewed"),
}


def not_possible(why: Why) -> AppealNotPossible:
    """The problem for what cannot be appealed."""
    return AppealNotPossible(_TEXTS[why], why=why)


def refuse_ruling(status: str, ruled_at: datetime | None, restricted_by: Collection[str], by: str) -> Problem | None:
    """Why this member of staff cannot rule on the appeal; None if they can."""
    if status == "withdrawn":
        return AlreadyRuled("The author withdrew the appeal meanwhile.", outcome=None, ruled_at=None)
    if status != "open":
        return AlreadyRuled("Somebody ruled on this appeal meanwhile.", outcome=status, ruled_at=ruled_at)
    if by in restricted_by:
        return AnotherModeratorNeeded("You took part in the decision; a colleague rules on the appeal.")
    return None
