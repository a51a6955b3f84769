"""News of subscriptions at once on two nodes, each with its own pool: it takes effect once, and the newest stays."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import permutations

import msgspec
import pytest

from service.entitlements import store
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from tests.entitlements.calls import call, event

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def nodes(tools: Tools, database_url: str) -> AsyncIterator[tuple[Tools, Tools]]:
    other = await Database.open(database_url)
    yield tools, msgspec.structs.replace(tools, db=other, read_db=other)
    await other.close()


async def state_of(db: Database, subject: str) -> list[str]:
    async with db.read() as conn:
        return [claim.status for claim in await store.claims_of(conn, subject)]


async def events_of(db: Database) -> Counter[str]:
    async with db.read() as conn:
        rows = await conn.fetch("SELECT payload FROM outbox_events")
    return Counter(row["payload"]["subject_hash"] for row in rows)


async def test_the_same_event_twenty_times_at_once_takes_effect_once(
    nodes: tuple[Tools, Tools], db: Database, clock: FixedClock
) -> None:
    body = event("active", clock.now())
    answers = await asyncio.gather(*(call(nodes[number % 2], "msg_1", body) for number in range(20)))
    assert answers == [None] * 20
    async with db.read() as conn:
        [receipt] = await store.receipts(conn, subject=None, outcome=None, before=None, most=10)
    assert receipt.outcome == "applied"
    assert await state_of(db, "reader-1") == ["active"]
    assert list((await events_of(db)).values()) == [1]


async def test_the_same_wrong_event_at_once_is_refused_each_time_and_kept_once(
    nodes: tuple[Tools, Tools], db: Database
) -> None:
    answers = await asyncio.gather(*(call(nodes[number % 2], "msg_1", b"{}") for number in range(20)))
    assert answers == ["invalid-request"] * 20
    async with db.read() as conn:
        assert len(await store.receipts(conn, subject=None, outcome="invalid", before=None, most=100)) == 1


async def test_cancel_and_reactivate_in_the_wrong_order_leave_the_subscription_active(
    nodes: tuple[Tools, Tools], db: Database, clock: FixedClock
) -> None:
    now = clock.now()
    assert await call(nodes[0], "reactivated", event("active", now)) is None
    assert await call(nodes[1], "canceled", event("canceled", now - timedelta(seconds=1))) is None
    assert await state_of(db, "reader-1") == ["active"]


async def test_every_order_of_two_and_three_events_on_two_nodes_at_once_ends_in_the_newest(
    nodes: tuple[Tools, Tools], db: Database, clock: FixedClock
) -> None:
    now = clock.now()
    says = {"a": ("active", now - 2 * MINUTE), "b": ("canceled", now - MINUTE), "c": ("active", now)}
    newest = {"ab": "canceled", "ac": "active", "bc": "active", "abc": "active"}
    orders = [order for named in newest for order in permutations(named)]

    async def deliver(order: tuple[str, ...], number: int) -> None:
        subscriber = "-".join(order)
        # Each twice, once to either node; all of them under way together.
        await asyncio.gather(
            *(
                call(nodes[(number + turn) % 2], f"{subscriber}:{name}", event(*says[name], subscriber=subscriber))
                for turn in range(2)
                for name in order
            )
        )

    await asyncio.gather(*(deliver(order, number) for number, order in enumerate(orders)))
    for order in orders:
        assert await state_of(db, "-".join(order)) == [newest["".join(sorted(order))]]


async def test_events_of_one_instant_at_once_end_in_the_one_that_denies(
    nodes: tuple[Tools, Tools], db: Database, clock: FixedClock
) -> None:
    statuses = ("active", "trialing", "past_due", "canceled", "paused", "refunded")
    await asyncio.gather(
        *(
            call(nodes[turn % 2], f"{subscriber}:{status}", event(status, clock.now(), subscriber=subscriber))
            for subscriber in ("r1", "r2", "r3")
            for turn, status in enumerate(statuses)
        )
    )
    assert [await state_of(db, subscriber) for subscriber in ("r1", "r2", "r3")] == [["refunded"]] * 3
