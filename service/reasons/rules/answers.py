"""What became of a report or a notice, in general words: never who decided, nor what anybody else was told."""

from typing import Final, Literal

Outcome = Literal["waiting", "upheld", "declined", "closed"]

WORDS: Final[dict[Outcome, str]] = {
    "waiting": "A moderator has yet to look at it.",
    "upheld": "The moderators agreed: the comment is not shown any more.",
    "declined": "The moderators looked at the comment and let it stand.",
    "closed": "The comment was changed or taken back before a moderator could look at it.",
}


def outcome_of(*, decided: bool, upheld: bool | None, comment_status: str) -> Outcome:
    """What became of a report: `closed` where nobody can be said to have been right or wrong."""
    if upheld is not None:
        return "upheld" if upheld else "declined"
    if decided or comment_status in ("deleted", "erased"):
        return "closed"
    return "waiting"
