"""Who is calling and what they may do, as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Staff
from service.entitlements.rules import NOTHING_KNOWN, Entitlement
from service.kernel.ids import ReaderId
from service.languages.catalogues import Words
from service.participation.rules.policy import Gate, gate_of
from service.participation.rules.standing import Standing
from service.reasons.rules.statements import reason_in_words
from service.sanctions.rules import Kind, Sanction, in_force


class ShownSanction(msgspec.Struct, frozen=True):
    """A sanction as its reader sees it; every one in force is shown. `site` null: everywhere. `reason` is a code or a
    moderator's own words; `reason_words` says it."""

    id: UUID
    kind: Kind
    effect_words: str
    site: str | None
    reason: str
    reason_words: str
    starts_at: datetime
    until: datetime | None
    acknowledged_at: datetime | None


class Me(msgspec.Struct, frozen=True):
    """The caller. A reader's `id` is the public one, as in `Comment.author`; that of staff is their token's `sub`."""

    id: str
    kind: Literal["reader", "staff"]
    # As it is shown beside one's comments, which may differ from the token's.
    name: str | None
    entitlement: Entitlement
    sanctions: list[ShownSanction]
    roles: list[Role]
    # The sites that a member of staff is limited to; null: no limit.
    sites: list[str] | None
    # What keeps the caller from commenting, in words, with the addresses that help; null: nothing does.
    gate: Gate | None


def shown_sanction(sanction: Sanction, words: Words) -> ShownSanction:
    """The part of a sanction that its reader sees, in these words."""
    return ShownSanction(
        id=sanction.id,
        kind=sanction.kind,
        effect_words=words.say(f"effects.{sanction.kind}"),
        site=sanction.site,
        reason=sanction.reason,
        reason_words=reason_in_words(sanction.reason, words),
        starts_at=sanction.starts_at,
        until=sanction.until,
        acknowledged_at=sanction.acknowledged_at,
    )


def reader_view(
    reader_id: ReaderId, name: str | None, standing: Standing, site: str | None, words: Words, now: datetime
) -> Me:
    """A reader, with every sanction that is in force anywhere; the gate is that of `site`, where one is named."""
    there = msgspec.structs.replace(standing, sanctions=tuple(in_force(standing.sanctions, site, now)))
    return Me(
        id=str(reader_id),
        kind="reader",
        name=name,
        entitlement=standing.entitlement,
        sanctions=_newest_first(standing.sanctions, words),
        roles=[],
        sites=None,
        gate=gate_of(there, words, now),
    )


def staff_view(staff: Staff) -> Me:
    """One of the staff, who takes part by deciding and not by commenting."""
    return Me(
        id=staff.subject,
        kind="staff",
        name=staff.name,
        entitlement=NOTHING_KNOWN,
        sanctions=[],
        roles=sorted(staff.roles),
        sites=None if staff.sites is None else sorted(staff.sites),
        gate=None,
    )


def _newest_first(sanctions: Sequence[Sanction], words: Words) -> list[ShownSanction]:
    return [shown_sanction(sanction, words) for sanction in sorted(sanctions, key=lambda s: s.starts_at, reverse=True)]
