"""The record of staff acts: found again by those whose sites it is on, and never changed."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.audit import store
from service.audit.store import Filters
from service.infra.clock import FixedClock

EVERY = Filters()


async def _append(
    conn: Any,
    clock: FixedClock,
    actor: str = "mo-1",
    action: str = "comment.reject",
    site: str | None = "main",
) -> UUID:
    entry_id = clock.new_id()
    await store.append(
        conn,
        entry_id,
        actor=actor,
        action=action,
        subject=("comment", "c-1"),
        site=site,
        now=clock.now(),
        before={"status": "held"},
        after={"status": "rejected"},
    )
    return entry_id


async def test_an_entry_comes_back_as_it_was_appended(conn: Any, clock: FixedClock) -> None:
    entry_id = await _append(conn, clock)
    [entry] = await store.page(conn, EVERY, None, None, 10)
    assert (entry.id, entry.at, entry.actor, entry.action) == (
        entry_id,
        clock.now(),
        "mo-1",
        "comment.reject",
    )
    assert (entry.subject_kind, entry.subject_id, entry.site) == ("comment", "c-1", "main")
    assert (entry.before, entry.after) == ({"status": "held"}, {"status": "rejected"})


async def test_entries_are_paged_newest_first(conn: Any, clock: FixedClock) -> None:
    made = [await _append(conn, clock) for _ in range(5)]
    first = await store.page(conn, EVERY, None, None, 3)
    rest = await store.page(conn, EVERY, None, first[-1].id, 3)
    assert [entry.id for entry in [*first, *rest]] == made[::-1]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(actor="mo-2"), 1),
        (Filters(action="story.change"), 1),
        (Filters(subject_kind="comment", subject_id="c-1"), 3),
        (Filters(subject_kind="comment", subject_id="c-2"), 0),
        (Filters(actor="mo-2", action="story.change"), 0),
    ],
)
async def test_filters_narrow_together(conn: Any, clock: FixedClock, filters: Filters, found: int) -> None:
    await _append(conn, clock)
    await _append(conn, clock, actor="mo-2")
    await _append(conn, clock, action="story.change")
    assert len(await store.page(conn, filters, None, None, 10)) == found
    assert len(await store.page(conn, filters, {"main"}, None, 10)) == found


async def test_who_is_limited_to_sites_sees_those_alone_in_one_order(conn: Any, clock: FixedClock) -> None:
    main = await _append(conn, clock)
    await _append(conn, clock, site=None)
    sport = await _append(conn, clock, site="sport")
    await _append(conn, clock, site="local")
    last = await _append(conn, clock)
    found = await store.page(conn, EVERY, {"main", "sport"}, None, 10)
    assert [entry.id for entry in found] == [last, sport, main]
    assert await store.page(conn, EVERY, set(), None, 10) == []


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
async def test_the_database_refuses_to_change_the_record(conn: Any, clock: FixedClock, change: str) -> None:
    await _append(conn, clock)
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await conn.execute(change)
