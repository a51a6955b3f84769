"""Which comments an act on many takes in, and how far it has come. Values in, values out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from service.kernel import limits

WAITING: Final = "waiting"


class State(StrEnum):
    """How far an act has come."""

    # Counted, and not begun.
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Candidate(msgspec.Struct, frozen=True):
    """A comment that a selection finds, as it is now. `let_stand_by` is a colleague's decision to let it stand."""

    story_id: str
    comment_id: UUID
    author_id: UUID | None
    site: str
    status: str
    revision: int
    created_at: datetime
    let_stand_by: UUID | None


class Chosen(msgspec.Struct, frozen=True):
    """What of a selection is decided about."""

    comments: Sequence[Candidate]
    # How many a colleague let stand: left out, or, where that was asked for, overruled.
    let_stand: int
    # Whether there are more than one act takes in.
    more: bool


def choose(found: Sequence[Candidate], *, overrule: bool) -> Chosen:
    """The candidates without those that a colleague let stand, unless they are overruled; as many as one act takes
    in."""
    kept = [one for one in found if overrule or one.let_stand_by is None]
    let_stand = sum(one.let_stand_by is not None for one in found)
    most = limits.bulk_comments_max
    return Chosen(kept[:most], let_stand, len(found) > most)


def site_of(comments: Sequence[Candidate]) -> str | None:
    """The site of all of them; None where there is not one alone."""
    sites = {one.site for one in comments}
    return sites.pop() if len(sites) == 1 else None


def lapsed(counted_at: datetime, now: datetime) -> bool:
    """Whether a selection was counted too long ago to be begun."""
    return now - counted_at > timedelta(seconds=limits.bulk_begin_s)


def state_of(counts: Mapping[str, int], *, begun: bool, undo_begun: bool) -> State:
    """How far an act has come, by how many of its comments are in which state."""
    if not begun:
        return State.WAITING
    if undo_begun:
        return State.UNDOING if counts.get("done") else State.UNDONE
    return State.RUNNING if counts.get(WAITING) else State.DONE
