import asyncio
import json
from collections.abc import Collection
from datetime import timedelta

import pytest

from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.outbox import store
from tests.outbox.events import an_event, keep, state_of

LEASE = timedelta(seconds=30)


async def take(
    db: Database, tools: Tools, *, lanes: int = 10, of_lane: int = 10, busy: Collection[str] = ()
) -> dict[str, list[int | None]]:
    """The versions of the events taken, by lane."""
    now = tools.clock.now()
    async with db.read() as conn:
        taken = await store.take(conn, now, now + LEASE, busy_lanes=busy, most_lanes=lanes, most_of_lane=of_lane)
    return {lane: [event.version for event in events] for lane, events in taken.items()}


async def test_an_event_is_kept_only_when_its_transaction_commits(db: Database, tools: Tools) -> None:
    async def append_and_fail(conn: Connection) -> None:
        await store.append(conn, an_event(tools))
        raise LookupError

    with pytest.raises(LookupError):
        await db.in_transaction(append_and_fail)
    assert (await state_of(db)).waiting == 0

    await keep(db, an_event(tools))
    assert (await state_of(db)).waiting == 1


async def test_a_lane_is_taken_in_the_order_of_writing(db: Database, tools: Tools) -> None:
    first, second, third = (an_event(tools, "s1", version) for version in (1, 2, 3))
    await keep(db, second, third, first)  # As when ids are made before the story's lock is had.
    assert await take(db, tools) == {"s1": [2, 3, 1]}


async def test_an_event_that_is_leased_holds_back_its_lane_and_no_other(db: Database, tools: Tools) -> None:
    await keep(
        db, an_event(tools, "s1", 1), an_event(tools, "s1", 2), an_event(tools, "s2", 3), an_event(tools, None, 4)
    )
    assert await take(db, tools, lanes=1, of_lane=1) == {"s1": [1]}

    later = await take(db, tools)
    assert "s1" not in later
    assert sorted(version for lane in later.values() for version in lane if version) == [3, 4]


async def test_a_lease_lapses(db: Database, tools: Tools, clock: FixedClock) -> None:
    await keep(db, an_event(tools, "s1", 1))
    await take(db, tools)
    clock.move(seconds=29)
    assert await take(db, tools) == {}
    clock.move(seconds=2)
    assert await take(db, tools) == {"s1": [1]}


async def test_a_lane_that_is_busy_here_is_left_alone(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools, "s1", 1), an_event(tools, "s2", 2))
    assert await take(db, tools, busy=["s1"]) == {"s2": [2]}


async def test_events_of_no_story_wait_for_none(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools, None, 1), an_event(tools, None, 2))
    assert await take(db, tools, lanes=1) != {}
    assert await take(db, tools, lanes=1) != {}
    assert await take(db, tools, lanes=1) == {}


async def test_two_takers_at_once_never_share_a_lane(db: Database, tools: Tools) -> None:
    for story in range(12):
        await keep(db, *(an_event(tools, f"s{story}", version) for version in (1, 2)))
    takes = await asyncio.gather(*(take(db, tools, lanes=4) for _ in range(6)))
    lanes = [lane for taken in takes for lane in taken]
    assert len(lanes) == len(set(lanes))
    # One that lost a race for a lane may have come away with fewer; nothing is left out for good.
    while rest := await take(db, tools):
        lanes += rest
        takes.append(rest)
    assert sorted(lanes) == sorted(f"s{story}" for story in range(12))
    assert all(versions == [1, 2] for taken in takes for versions in taken.values())


async def test_what_was_set_aside_lets_its_lane_go_on_and_can_be_put_back(db: Database, tools: Tools) -> None:
    bad, good = an_event(tools, "s1", 1), an_event(tools, "s1", 2)
    await keep(db, bad, good)
    now = tools.clock.now()
    async with db.read() as conn:
        await store.failed(conn, bad.id, attempts=10, failing_since=now, last_error="KeyError", try_after=None, now=now)
    assert await take(db, tools) == {"s1": [2]}
    async with db.read() as conn:
        await store.sent(conn, [good.id])
        assert await store.put_back(conn) == 1
    assert await take(db, tools) == {"s1": [1]}


async def test_the_state_tells_how_long_the_oldest_waits(db: Database, tools: Tools, clock: FixedClock) -> None:
    assert await state_of(db) == store.State(waiting=0, oldest_at=None, given_up=0)
    oldest = an_event(tools)
    await keep(db, oldest)
    clock.move(minutes=5)
    await keep(db, an_event(tools))
    assert await state_of(db) == store.State(waiting=2, oldest_at=oldest.happened_at, given_up=0)


async def test_taking_costs_the_same_behind_a_long_queue_of_one_story(db: Database, tools: Tools) -> None:
    """The plan hops from lane to lane and reads no row behind a head that it does not take."""
    async with db.transaction() as conn:
        await conn.execute(
            "INSERT INTO outbox_events (id, topic, story_id, payload, happened_at)"
            " SELECT gen_random_uuid(), 'comment.published', CASE WHEN n <= 50000 THEN 'long' ELSE 'short' || n END,"
            " '{}', now() FROM generate_series(1, 50010) AS n"
        )
        await conn.execute("ANALYZE outbox_events")
        plan = await conn.fetchval(
            "EXPLAIN (ANALYZE, FORMAT JSON) " + store._TAKE.text, *store._TAKE.args(
                {"now": tools.clock.now(), "lease_until": tools.clock.now(), "busy_lanes": [], "most_lanes": 4,
                 "most_of_lane": 5}
            ),
        )  # fmt: skip
    assert rows_read(plan) < 200


def rows_read(plan: object) -> int:
    """How many rows the scans of a plan gave out, filtered ones included."""

    def walk(node: dict) -> int:  # type: ignore[type-arg]
        own = 0
        if node["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"):
            own = round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        return own + sum(walk(child) for child in node.get("Plans", []))

    return walk(json.loads(str(plan))[0]["Plan"])
