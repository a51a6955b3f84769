"""News of a subscription, applied: stored if it is newer than what is known, told to everybody if it changed anything.

News may come late, twice, at once on two nodes, and in any order. Those of one subscriber wait for one another, so
each is compared with the outcome of the ones before; and since the comparison is a total order, the same claim is
left whatever the order.
"""

from datetime import timedelta
from typing import Literal

import msgspec
from prometheus_client import Histogram

from service.accounts import store as accounts
from service.accounts.rules.notices import READER_CHANNEL, reader_changed, subject_hash
from service.entitlements import store
from service.entitlements.rules import Known, continued, supersedes
from service.entitlements.store import Receipt
from service.infra.broadcast import Broadcast
from service.infra.clock import Clock
from service.infra.sql import Connection
from service.kernel.ids import EventId, ReaderId
from service.outbox import store as outbox

_LAG = Histogram(
    "comments_entitlement_lag_seconds",
    "From the moment that news of a subscription is about until it counts on every node",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600, 86400),
)


class Applied(msgspec.Struct, frozen=True):
    """What became of the news. `changed` is whether the stored state is another one now."""

    outcome: Literal["applied", "older", "repeated"]
    changed: bool = False
    reader_id: ReaderId | None = None


async def apply_news(
    conn: Connection, clock: Clock, grace: timedelta, subject: str, news: Known, receipt: Receipt | None
) -> Applied:
    """Applies news in the transaction of `conn`, with the receipt of the call that brought it (none when it was
    fetched)."""
    await store.take_turn(conn, subject)
    old = _same(await store.claims_of(conn, subject), news)
    newer = supersedes(news, old, grace)
    if receipt is not None:
        kept = await store.keep_receipt(conn, msgspec.structs.replace(receipt, outcome="applied" if newer else "older"))
        if not kept:
            return Applied("repeated")
    if not newer:
        return Applied("older")
    await store.keep_claim(conn, subject, continued(news, old))
    reader = await accounts.find(conn, subject)
    reader_id = None if reader is None else reader.id
    changed = old is None or _said(old) != _said(news)
    if changed:
        await _append_event(conn, clock, subject, reader_id, old, news)
    return Applied("applied", changed, reader_id)


def announce(broadcast: Broadcast, clock: Clock, subject: str, news: Known, applied: Applied) -> None:
    """After the commit: tells every node and the reader's open pages, and measures how old the news was."""
    if applied.outcome == "applied":
        _LAG.observe(max(0.0, (clock.now() - news.as_of).total_seconds()))
    if applied.changed:
        broadcast.publish(READER_CHANNEL, reader_changed(applied.reader_id, subject))
        broadcast.publish("sc:nudge", b"")


async def _append_event(
    conn: Connection, clock: Clock, subject: str, reader_id: ReaderId | None, old: Known | None, new: Known
) -> None:
    await outbox.append(
        conn,
        outbox.Event(
            id=EventId(clock.new_id()),
            topic="entitlement.changed",
            story_id=None,
            version=None,
            payload={
                "reader_id": reader_id,
                "subject_hash": subject_hash(subject),
                "was": None if old is None else old.status,
                "now": new.status,
                "valid_until": new.valid_until,
            },
            happened_at=clock.now(),
        ),
    )


def _same(claims: list[Known], news: Known) -> Known | None:
    """The stored claim that the news is about."""
    of = (news.source, news.subscription)
    return next((claim for claim in claims if (claim.source, claim.subscription) == of), None)


def _said(claim: Known) -> tuple[object, ...]:
    return claim.status, claim.plan, claim.valid_until
