"""The record of staff acts: found again by those whose sites it is on, and never changed."""

from typing import Any

import asyncpg
import pytest

from service.audit import store
from service.audit.store import Filters
from service.infra.clock import FixedClock
from tests.review_queue.rows import plan_of, rows_read

EVERY = Filters()


async def _append(
    conn: Any,
    clock: FixedClock,
    actor: str = "mo-1",
    action: str = "comment.rejected",
    site: str | None = "main",
) -> None:
    await store.append(
        conn,
        clock,
        actor=actor,
        action=action,
        subject_kind="comment",
        subject_id="c-1",
        site=site,
        before={"status": "held"},
        after={"status": "rejected"},
    )


async def test_an_entry_comes_back_as_it_was_appended(conn: Any, clock: FixedClock) -> None:
    await _append(conn, clock)
    [entry] = await store.page(conn, EVERY, None, None, 10)
    assert (entry.at, entry.actor, entry.action) == (clock.now(), "mo-1", "comment.rejected")
    assert (entry.subject_kind, entry.subject_id, entry.site) == ("comment", "c-1", "main")
    assert (entry.before, entry.after) == ({"status": "held"}, {"status": "rejected"})


async def test_entries_are_paged_newest_first(conn: Any, clock: FixedClock) -> None:
    for number in range(5):
        await _append(conn, clock, actor=f"mo-{number}")
    first = await store.page(conn, EVERY, None, None, 3)
    rest = await store.page(conn, EVERY, None, first[-1].id, 3)
    assert [entry.actor for entry in [*first, *rest]] == ["mo-4", "mo-3", "mo-2", "mo-1", "mo-0"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(actor="mo-2"), 1),
        (Filters(action="story.changed"), 1),
        (Filters(subject_kind="comment", subject_id="c-1"), 3),
        (Filters(subject_kind="comment", subject_id="c-2"), 0),
        (Filters(actor="mo-2", action="story.changed"), 0),
    ],
)
async def test_filters_narrow_together(conn: Any, clock: FixedClock, filters: Filters, found: int) -> None:
    await _append(conn, clock)
    await _append(conn, clock, actor="mo-2")
    await _append(conn, clock, action="story.changed")
    assert len(await store.page(conn, filters, None, None, 10)) == found
    assert len(await store.page(conn, filters, {"main"}, None, 10)) == found


async def test_who_is_limited_to_sites_sees_those_alone_in_one_order(conn: Any, clock: FixedClock) -> None:
    for site in ("main", None, "sport", "local", "main"):
        await _append(conn, clock, site=site)
    found = await store.page(conn, EVERY, {"main", "sport"}, None, 10)
    assert [entry.site for entry in found] == ["main", "sport", "main"]
    assert await store.page(conn, EVERY, set(), None, 10) == []


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries CASCADE"]
)
async def test_the_database_refuses_to_change_the_record(conn: Any, clock: FixedClock, change: str) -> None:
    await _append(conn, clock)
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await conn.execute(change)


async def test_a_page_of_a_long_record_reads_about_a_page(conn: Any, clock: FixedClock) -> None:
    await conn.execute(
        """INSERT INTO audit_entries (id, at, actor, action, subject_kind, subject_id, site)
           SELECT md5('entry' || n)::uuid, $1, 'mo-' || n % 200, 'comment.rejected', 'comment', 'c-' || n,
                  (ARRAY['main', 'sport', 'local'])[1 + n % 3] FROM generate_series(1, 20000) AS n""",
        clock.now(),
    )
    await conn.execute("ANALYZE audit_entries")
    for filters in (
        EVERY,
        Filters(actor="mo-7"),
        Filters(subject_kind="comment", subject_id="c-9"),
        Filters(actor="x"),
    ):
        named = {name: getattr(filters, name) for name in ("actor", "action", "subject_kind", "subject_id")}
        values = {**named, "first_id": None, "after_id": None, "most": 50}
        plan = await plan_of(conn, store._PAGE, "force_custom_plan", **values)
        assert rows_read(plan) <= 150, (filters, plan)
    plan = await plan_of(
        conn, store._PAGE_OF_SITES, "force_custom_plan", sites=["main", "sport"], **{**values, "actor": None}
    )
    assert rows_read(plan) <= 150, plan
