"""Until when, and in which state, authors may change what they wrote."""

from datetime import datetime, timedelta

from service.comments.problems import EditWindowOver, RevisionChanged
from service.comments.rules.lifecycle import Status
from service.kernel import limits
from service.kernel.problems import Problem

EDITABLE = frozenset({Status.PUBLISHED, Status.HELD})


def editable_until(created_at: datetime) -> datetime:
    """The end of the time for changes."""
    return created_at + timedelta(seconds=limits.edit_window_s)


def refuse_edit(created_at: datetime, revision: int, seen_revision: int, now: datetime) -> Problem | None:
    """The author's change comes too late, or was made on an earlier text."""
    ended_at = editable_until(created_at)
    if now >= ended_at:
        return EditWindowOver(ended_at=ended_at)
    if revision != seen_revision:
        return RevisionChanged(current_revision=revision)
    return None
