"""Until when a restriction can be appealed, and why one cannot.

An appeal goes against what a decision left in force: a rejected comment, a sanction that nobody lifted. What an
automatic check holds needs none, because a person looks at it anyway; the appeal is against what that person decides.
The period is that of article 20 of the EU's Digital Services Act: at least six months from the decision.
"""

from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["rejection", "hold", "sanction"]
Why = Literal["too-late", "not-in-force", "being-reviewed"]


def rejection_stands(kind: str, comment_status: str | None, *, superseded: bool) -> bool:
    """Whether the comment is as this rejection or hold left it; a later one of the same kind took its place."""
    return not superseded and comment_status == {"rejection": "rejected", "hold": "held"}[kind]


def sanction_holds(
    kind: str, until: datetime | None, lifted_at: datetime | None, acknowledged_at: datetime | None, now: datetime
) -> bool:
    """Whether the sanction keeps its reader from anything at `now`."""
    over = (until is not None and until <= now) or (kind == "warn" and acknowledged_at is not None)
    return lifted_at is None and not over


def period_ends(made_at: datetime, days: int) -> datetime:
    """The last moment of the period in which a decision of `made_at` can be appealed."""
    return made_at + timedelta(days=days)


def refuse_appeal(kind: str, made_at: datetime, *, stands: bool, days: int, now: datetime) -> Why | None:
    """Why this cannot be appealed; None if it can.

    `stands`: the rejection is in force, or the sanction was not lifted. A sanction that ended by itself stays on the
    record, so it can be appealed within the period too.
    """
    if kind == "hold":
        return "being-reviewed"
    if not stands:
        return "not-in-force"
    return "too-late" if now >= period_ends(made_at, days) else None


def may_appeal_until(
    kind: str, made_at: datetime, *, stands: bool, appealed: bool, days: int, now: datetime
) -> datetime | None:
    """Until when the reader can appeal; None where they cannot, or have."""
    if appealed or refuse_appeal(kind, made_at, stands=stands, days=days, now=now):
        return None
    return period_ends(made_at, days)
