"""Limits on a reader: which are in force, which may be added, and what a person's lifting means.

A sanction holds on one site or everywhere, ends by itself at `until`, or when a person lifts it. A warning is in
force until it is acknowledged. Each one is shown to the reader it concerns: there are no hidden bans.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from service.kernel.problems import InvalidRequest

Kind = Literal["warn", "premoderate", "suspend", "ban"]

# Kinds that stand for one another: a rule that may not suspend again may not ban either.
_FAMILY: dict[Kind, str] = {"warn": "warn", "premoderate": "premoderate", "suspend": "silence", "ban": "silence"}


class Sanction(msgspec.Struct, frozen=True):
    """One limit on one reader, as far as it matters for what the reader may do and sees of it."""

    id: UUID
    # None: everywhere.
    site: str | None
    kind: Kind
    reason: str
    starts_at: datetime
    until: datetime | None
    acknowledged_at: datetime | None
    lifted_at: datetime | None
    # Whether a person lifted it, rather than a rule.
    lifted_by_person: bool


def in_force(sanctions: Iterable[Sanction], site: str | None, now: datetime) -> list[Sanction]:
    """Those that hold on `site` at `now`; with no site, those that hold anywhere."""
    return [sanction for sanction in sanctions if _holds(sanction, site, now)]


def _holds(sanction: Sanction, site: str | None, now: datetime) -> bool:
    return (
        sanction.lifted_at is None
        and sanction.starts_at <= now
        and (sanction.until is None or now < sanction.until)
        and not (sanction.kind == "warn" and sanction.acknowledged_at is not None)
        and _meet(sanction.site, site)
    )


def _meet(one: str | None, other: str | None) -> bool:
    """Do the two reaches overlap? None is everywhere."""
    return one is None or other is None or one == other


def refuse_sanction(kind: Kind, until: datetime | None, now: datetime) -> InvalidRequest | None:
    """Why a sanction of this kind cannot be added; None if it can."""
    if kind == "suspend" and until is None:
        return InvalidRequest.of("until", "a suspension needs its end; without one it is a ban")
    if until is not None and until <= now:
        return InvalidRequest.of("until", "must be in the future")
    return None


def may_rule_add(history: Iterable[Sanction], kind: Kind, site: str | None, now: datetime) -> bool:
    """May an automatic rule add this sanction? Not what a person lifted, and not what is in force already.

    What a person lifted on a site stays lifted there for every rule; lifted everywhere, it stays lifted everywhere.
    """
    for past in history:
        if not _meet(past.site, site):
            continue
        if past.lifted_at is not None and past.lifted_by_person and _FAMILY[past.kind] == _FAMILY[kind]:
            return False
        if past.kind == kind and past.site in (None, site) and _holds(past, site, now):
            return False
    return True
