"""Typed calls over what the sources said of subscribers, and over the receipts of the subscription system's calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from service.entitlements.rules import Known, Status
from service.infra.sql import Connection, Queries

# What became of a call: it changed what is stored; something newer was known; it is not about subscriptions; it is
# wrong.
Outcome = Literal["applied", "older", "ignored", "invalid"]


class Receipt(msgspec.Struct, frozen=True):
    """One signed call of the subscription system."""

    webhook_id: str
    received_at: datetime
    type: str | None
    subject: str | None
    as_of: datetime | None
    outcome: Outcome
    # What was wrong with it, for an invalid one.
    detail: str | None
    body: str


class WebhookClaim(msgspec.Struct, frozen=True):
    """What the subscription system last said of one subscriber."""

    subject: str
    status: Status
    plan: str | None
    valid_until: datetime | None
    as_of: datetime
    status_since: datetime
    subscription: str

    def known(self) -> Known:
        return Known(
            "webhook", self.status, self.plan, self.valid_until, self.as_of, self.status_since, self.subscription
        )


_queries = Queries(__file__)
_TAKE_TURN = _queries.bind("take_turn", int)
_CLAIMS_OF = _queries.bind("claims_of", Known)
_WEBHOOK_CLAIMS_OF_MANY = _queries.bind("webhook_claims_of_many", WebhookClaim)
_KEEP_CLAIM = _queries.bind("keep_claim", str)
_KEEP_RECEIPT = _queries.bind("keep_receipt", str)
_RECEIPTS = _queries.bind("receipts", Receipt)
_RECEIPTS_OF_SUBJECT = _queries.bind("receipts_of_subject", Receipt)
_SWEEP_RECEIPTS = _queries.bind("sweep_receipts", type(None))


async def take_turn(conn: Connection, subject: str) -> None:
    """Waits until no other transaction is applying news of this subscriber; holds others off until this one ends."""
    await _TAKE_TURN.one(conn, subject=subject)


async def claims_of(conn: Connection, subject: str) -> list[Known]:
    """What each source last said; empty for a subscriber nobody spoke of."""
    return await _CLAIMS_OF.many(conn, subject=subject)


async def webhook_claims_of_many(conn: Connection, subjects: Sequence[str]) -> list[WebhookClaim]:
    """What the subscription system last said of these; those it never spoke of are missing."""
    return await _WEBHOOK_CLAIMS_OF_MANY.many(conn, subjects=subjects)


async def keep_claim(conn: Connection, subject: str, claim: Known) -> bool:
    """Stores a source's newest word; False when something newer of the same source was there already."""
    kept = await _KEEP_CLAIM.maybe(
        conn,
        subject=subject,
        source=claim.source,
        subscription=claim.subscription,
        status=claim.status,
        plan=claim.plan,
        valid_until=claim.valid_until,
        as_of=claim.as_of,
        status_since=claim.status_since or claim.as_of,
    )
    return kept is not None


async def keep_receipt(conn: Connection, receipt: Receipt) -> bool:
    """Records a call; False when it was recorded before, and then it must have no effect."""
    return await _KEEP_RECEIPT.maybe(conn, **msgspec.structs.asdict(receipt)) is not None


async def receipts(
    conn: Connection,
    *,
    subject: str | None,
    outcome: Outcome | None,
    before: tuple[datetime, str] | None,
    most: int,
) -> list[Receipt]:
    """At most so many receipts, newest first: of one subscriber, of one outcome, after a place in the list, or any."""
    before_at, before_id = before or (None, None)
    if subject is None:
        return await _RECEIPTS.many(conn, outcome=outcome, before_at=before_at, before_id=before_id, most=most)
    return await _RECEIPTS_OF_SUBJECT.many(
        conn, subject=subject, outcome=outcome, before_at=before_at, before_id=before_id, most=most
    )


async def sweep_receipts(conn: Connection, before: datetime, most: int) -> int:
    """Deletes at most so many receipts that arrived before that moment; how many."""
    return await _SWEEP_RECEIPTS.run(conn, before=before, most=most)
