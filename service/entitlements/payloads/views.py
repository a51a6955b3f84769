"""What operators see of entitlements: the receipts of the subscription system's calls, and one subscriber's state."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.entitlements import store
from service.entitlements.rules import Entitlement, Known, Source, Status
from service.entitlements.store import Outcome


class Receipt(msgspec.Struct, frozen=True):
    """One signed call. `body` is what was sent, `detail` what was wrong with it."""

    webhook_id: str
    received_at: datetime
    type: str | None
    subscriber: str | None
    as_of: datetime | None
    outcome: Outcome
    detail: str | None
    body: str


class Receipts(msgspec.Struct, frozen=True):
    """A page of receipts, newest first."""

    receipts: list[Receipt]
    next_cursor: str | None


class Claim(msgspec.Struct, frozen=True):
    """What one source last said of one subscription."""

    source: Source
    subscription: str | None
    status: Status
    plan: str | None
    valid_until: datetime | None
    as_of: datetime
    status_since: datetime


class SubscriberRecord(msgspec.Struct, frozen=True):
    """What holds for a subscriber now, and what was said of them. `reader` is the public id of one who took part."""

    subscriber: str
    reader: UUID | None
    entitlement: Entitlement
    claims: list[Claim]
    receipts: list[Receipt]


def receipt_view(row: store.Receipt) -> Receipt:
    return Receipt(row.webhook_id, row.received_at, row.type, row.subject, row.as_of, row.outcome, row.detail, row.body)


def claim_views(claims: Sequence[Known]) -> list[Claim]:
    return [
        Claim(
            source=claim.source,
            subscription=claim.subscription or None,
            status=claim.status,
            plan=claim.plan,
            valid_until=claim.valid_until,
            as_of=claim.as_of,
            status_since=claim.status_since or claim.as_of,
        )
        for claim in claims
    ]
