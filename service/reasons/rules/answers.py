"""What became of a report, told in general words (`outcomes` of the catalogues): never who decided, nor what anybody
else was told.
"""

from typing import Literal

Outcome = Literal["waiting", "upheld", "declined", "closed"]


def outcome_of(*, decided: bool, upheld: bool | None, comment_status: str) -> Outcome:
    """What became of a report: `closed` where nobody can be said to have been right or wrong."""
    if upheld is not None:
        return "upheld" if upheld else "declined"
    if decided or comment_status in ("deleted", "erased"):
        return "closed"
    return "waiting"
