"""Typed calls over what the sources said of subscribers, and over the receipts of the subscription system's calls."""

from service.entitlements.rules import Known
from service.infra.sql import Connection, Queries

_queries = Queries(__file__)
_TAKE_TURN = _queries.bind("take_turn", int)
_CLAIMS_OF = _queries.bind("claims_of", Known)
_KEEP_CLAIM = _queries.bind("keep_claim", str)


async def take_turn(conn: Connection, subject: str) -> None:
    """Waits until no other transaction is applying news of this subscriber, and holds the others off until this one
    ends."""
    await _TAKE_TURN.one(conn, subject=subject)


async def claims_of(conn: Connection, subject: str) -> list[Known]:
    """What each source last said; empty for a subscriber nobody spoke of."""
    return await _CLAIMS_OF.many(conn, subject=subject)


async def keep_claim(conn: Connection, subject: str, claim: Known) -> bool:
    """Stores a source's newest word; False when something newer of the same source was there already."""
    kept = await _KEEP_CLAIM.maybe(
        conn,
        subject=subject,
        source=claim.source,
        status=claim.status,
        plan=claim.plan,
        valid_until=claim.valid_until,
        as_of=claim.as_of,
        status_since=claim.status_since or claim.as_of,
    )
    return kept is not None
