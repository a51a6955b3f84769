"""The statuses of a comment and the moves between them, as data.

published  everyone sees it
held       waits for a person; its author sees it
rejected   a person decided against it; its author sees it, with the reason
deleted    its author took it back
erased     removed with all that its author wrote here
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    DELETED = "deleted"
    ERASED = "erased"


MOVES: Final[dict[Status, frozenset[Status]]] = {
    Status.PUBLISHED: frozenset({Status.HELD, Status.REJECTED, Status.DELETED, Status.ERASED}),
    Status.HELD: frozenset({Status.PUBLISHED, Status.REJECTED, Status.DELETED, Status.ERASED}),
    Status.REJECTED: frozenset({Status.PUBLISHED, Status.HELD, Status.DELETED, Status.ERASED}),
    # What its author took back comes back by nobody's hand.
    Status.DELETED: frozenset({Status.ERASED}),
    Status.ERASED: frozenset(),
}


def may_move(was: str, now: str) -> bool:
    """Whether a comment of the first status may become one of the second."""
    return Status(now) in MOVES[Status(was)]


def readers_see(was: str, now: str, reply_count: int) -> bool:
    """Whether a move shows on a page: of a published comment, to one, or of a placeholder that changes its kind."""
    return Status.PUBLISHED in (was, now) or reply_count > 0


def public_status(status: str) -> str:
    """What readers are told of a comment that a page shows: a removed one is a placeholder, whoever removed it."""
    return status if status in (Status.PUBLISHED, Status.ERASED) else Status.DELETED
