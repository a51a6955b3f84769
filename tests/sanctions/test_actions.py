"""Sanctions on a real PostgreSQL: added, lifted, acknowledged, each told in the transaction that made it true."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from service.accounts.problems import AuthorUnknown
from service.accounts.rules.notices import subject_hash
from service.infra.broadcast import Broadcast
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.sql import Connection
from service.kernel.ids import ReaderId
from service.kernel.problems import InvalidRequest
from service.sanctions import actions, store
from service.sanctions.actions import Changed
from service.sanctions.problems import SanctionUnknown
from service.sanctions.rules import Kind, in_force

DAY = timedelta(days=1)


async def a_reader(conn: Connection, clock: FixedClock, subject: str | None = "reader-1") -> ReaderId:
    reader_id = ReaderId(clock.new_id())
    await conn.execute(
        "INSERT INTO readers (id, subject, first_seen_at) VALUES ($1, $2, $3)", reader_id, subject, clock.now()
    )
    return reader_id


async def add(
    conn: Connection,
    clock: FixedClock,
    reader_id: ReaderId,
    kind: Kind,
    *,
    site: str | None = None,
    until: datetime | None = None,
) -> Changed:
    return await actions.add(
        conn,
        clock,
        reader_id=reader_id,
        site=site,
        kind=kind,
        reason="spam",
        note="third time",
        until=until,
        added_by="mod-1",
    )


async def by_rule(conn: Connection, clock: FixedClock, reader_id: ReaderId, kind: Kind) -> Changed | None:
    return await actions.add_by_rule(
        conn, clock, reader_id=reader_id, site=None, kind=kind, reason="spam", note=None, until=None
    )


async def lift(conn: Connection, clock: FixedClock, added: Changed, by: str | None = "mod-2") -> Changed:
    return await actions.lift(
        conn,
        clock,
        reader_id=added.reader.id,
        sanction_id=added.sanction.id,
        lifted_by=by,
        lift_reason="on appeal",
    )


async def events(conn: Connection) -> list[tuple[str, dict[str, Any]]]:
    return [
        (row["topic"], row["payload"])
        for row in await conn.fetch("SELECT topic, payload FROM outbox_events ORDER BY id")
    ]


async def test_a_sanction_is_kept_and_told(conn: Connection, clock: FixedClock) -> None:
    reader_id = await a_reader(conn, clock)
    added = (await add(conn, clock, reader_id, "suspend", site="main", until=clock.now() + DAY)).sanction
    assert await store.history(conn, reader_id) == [added]
    assert (added.kind, added.site, added.reason, added.note, added.added_by) == (
        "suspend", "main", "spam", "third time", "mod-1",
    )  # fmt: skip
    assert (added.starts_at, added.until, added.lifted_at) == (clock.now(), clock.now() + DAY, None)
    assert await events(conn) == [
        (
            "sanction.added",
            {
                "sanction_id": str(added.id),
                "reader_id": str(reader_id),
                "subject_hash": subject_hash("reader-1"),
                "site": "main",
                "kind": "suspend",
                "reason": "spam",
                "until": "2026-11-23T12:00:00Z",
            },
        )
    ]


async def test_a_lifted_sanction_stays_in_the_history(conn: Connection, clock: FixedClock) -> None:
    reader_id = await a_reader(conn, clock)
    added = await add(conn, clock, reader_id, "ban")
    now = clock.move(hours=1)
    lifted = (await lift(conn, clock, added)).sanction
    assert await store.history(conn, reader_id) == [lifted]
    assert (lifted.lifted_at, lifted.lifted_by, lifted.lift_reason) == (now, "mod-2", "on appeal")
    assert in_force([lifted.as_rules_see_it()], "main", now) == []
    assert [topic for topic, _ in await events(conn)] == ["sanction.added", "sanction.lifted"]


async def test_what_is_over_cannot_be_lifted(conn: Connection, clock: FixedClock) -> None:
    reader_id, other_id = await a_reader(conn, clock), await a_reader(conn, clock, "reader-2")
    added = await add(conn, clock, reader_id, "suspend", until=clock.now() + DAY)
    with pytest.raises(SanctionUnknown):
        await lift(conn, clock, msgspec.structs.replace(added, reader=store.LockedReader(other_id, None)))
    await lift(conn, clock, added)
    with pytest.raises(SanctionUnknown):
        await lift(conn, clock, added)
    ended = await add(conn, clock, reader_id, "suspend", until=clock.now() + DAY)
    clock.move(days=1)
    with pytest.raises(SanctionUnknown):
        await lift(conn, clock, ended)
    assert [topic for topic, _ in await events(conn)] == ["sanction.added", "sanction.lifted", "sanction.added"]


async def test_nobody_can_be_limited_and_no_end_be_past(conn: Connection, clock: FixedClock) -> None:
    with pytest.raises(AuthorUnknown):
        await add(conn, clock, ReaderId(clock.new_id()), "ban")
    reader_id = await a_reader(conn, clock)
    with pytest.raises(InvalidRequest):
        await add(conn, clock, reader_id, "suspend")
    with pytest.raises(InvalidRequest):
        await add(conn, clock, reader_id, "ban", until=clock.now())
    assert await store.history(conn, reader_id) == []


async def test_a_warning_ends_when_its_reader_acknowledges_it(conn: Connection, clock: FixedClock) -> None:
    reader_id, other_id = await a_reader(conn, clock), await a_reader(conn, clock, "reader-2")
    warning = (await add(conn, clock, reader_id, "warn")).sanction
    with pytest.raises(SanctionUnknown):
        await actions.acknowledge(conn, other_id, warning.id, clock.now())
    first = clock.move(minutes=1)
    assert (await actions.acknowledge(conn, reader_id, warning.id, first)).acknowledged_at == first
    # Again changes nothing.
    seen = await actions.acknowledge(conn, reader_id, warning.id, clock.move(minutes=1))
    assert seen.acknowledged_at == first
    assert in_force([seen.as_rules_see_it()], None, clock.now()) == []


async def test_what_a_person_lifted_no_rule_puts_back(conn: Connection, clock: FixedClock) -> None:
    reader_id = await a_reader(conn, clock)
    first = await by_rule(conn, clock, reader_id, "premoderate")
    assert first is not None
    assert first.sanction.added_by is None
    assert await by_rule(conn, clock, reader_id, "premoderate") is None
    # Lifted by a rule it may come again; lifted by a person it may not.
    clock.move(minutes=1)
    await lift(conn, clock, first, by=None)
    second = await by_rule(conn, clock, reader_id, "premoderate")
    assert second is not None
    clock.move(minutes=1)
    await lift(conn, clock, second, by="mod-2")
    assert await by_rule(conn, clock, reader_id, "premoderate") is None
    # A person may.
    assert (await add(conn, clock, reader_id, "premoderate")).sanction.added_by == "mod-1"


async def test_a_rule_that_fires_twice_at_once_adds_one(db: Database, clock: FixedClock) -> None:
    async with db.read() as conn:
        reader_id = await a_reader(conn, clock)

    async def fire() -> Changed | None:
        return await db.in_transaction(lambda conn: by_rule(conn, clock, reader_id, "premoderate"))

    added = await asyncio.gather(*(fire() for _ in range(8)))
    assert sum(each is not None for each in added) == 1


async def test_open_pages_are_told_of_readers_who_can_have_any(conn: Connection, clock: FixedClock) -> None:
    broadcast, heard = Broadcast(None), list[bytes]()
    broadcast.subscribe("sc:reader", heard.append)
    reader_id = await a_reader(conn, clock)
    actions.announce(broadcast, await add(conn, clock, reader_id, "ban"))
    imported = await a_reader(conn, clock, None)
    actions.announce(broadcast, await add(conn, clock, imported, "ban"))
    assert [msgspec.json.decode(message) for message in heard] == [
        {"reader": str(reader_id), "subject_hash": subject_hash("reader-1")}
    ]
