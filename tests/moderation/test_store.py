"""What moderators read, from a real PostgreSQL: in a few bounded statements, however much there is."""

from typing import Any

import asyncpg
import pytest

from service.accounts.rules.permissions import PERMISSIONS, Role
from service.infra.clock import FixedClock
from service.moderation import store
from service.moderation.actions.items import read_items
from service.moderation.payloads import items as payloads
from service.review_queue import store as review_queue
from service.review_queue.rules import Order, Queue
from service.review_queue.store import Filters, Item
from tests.review_queue.rows import a_comment, a_reader, a_story, an_item, many_items, plan_of, rows_read

PAGE = 50


async def _page(conn: Any, clock: FixedClock) -> list[Item]:
    return await review_queue.page(conn, Queue.HELD, Order.URGENT, Filters(), None, PAGE, now=clock.now())


async def test_a_page_of_items_is_read_in_two_more_statements(conn: asyncpg.Connection, clock: FixedClock) -> None:
    await many_items(conn, clock, 1000)
    items, statements = await _page(conn, clock), list[str]()

    def note(record: Any) -> None:
        statements.append(record.query)

    with conn.query_logger(note):
        read = await read_items(conn, items, clock.now())
    assert [one.item for one in read] == items
    assert len(items) == PAGE
    assert len(statements) <= 3, statements


async def test_details_of_a_page_read_rows_of_that_page(conn: asyncpg.Connection, clock: FixedClock) -> None:
    await many_items(conn, clock, 20_000)
    items = await _page(conn, clock)
    params = {
        "story_ids": [item.story_id for item in items],
        "comment_ids": [item.comment_id for item in items],
        "ancestors_near": store.ANCESTORS_NEAR_MAX,
        "reports_most": store.REPORTS_MAX,
        "now": clock.now(),
    }
    plan = await plan_of(conn, store._DETAILS, "force_generic_plan", **params)
    # The comment, its author, the queue that it waits in; and the stories, of which there are twenty.
    assert rows_read(plan) <= PAGE * 4 + 20, plan


async def test_a_long_chain_is_cut_to_the_root_and_the_nearest(conn: asyncpg.Connection, clock: FixedClock) -> None:
    story_id = await a_story(conn, clock)
    chain = [await a_comment(conn, clock, story_id, status="published") for _ in range(9)]
    last = await an_item(conn, clock, story_id)
    await conn.execute("UPDATE comments SET ancestors = $1 WHERE id = $2", chain, last)
    [read] = await read_items(conn, await _page(conn, clock), clock.now())
    assert [above.id for above in read.ancestors] == [chain[0], *chain[-store.ANCESTORS_NEAR_MAX :]]


@pytest.mark.parametrize(("status", "body"), [("rejected", "Some words"), ("held", "Some words"), ("deleted", None)])
async def test_moderators_see_all_but_what_its_author_took_back(
    conn: asyncpg.Connection, clock: FixedClock, status: str, body: str | None
) -> None:
    story_id = await a_story(conn, clock)
    above = await a_comment(conn, clock, story_id, await a_reader(conn, clock), status=status)
    item = await an_item(conn, clock, story_id)
    await conn.execute("UPDATE comments SET ancestors = ARRAY[$1::uuid] WHERE id = $2", above, item)
    [read] = await read_items(conn, await _page(conn, clock), clock.now())
    shown = payloads.item(read, PERMISSIONS[Role.MODERATOR], clock.now())
    assert [comment.body for comment in shown.ancestors] == [body]


async def test_an_item_shows_only_sanctions_that_hold_where_it_is(conn: asyncpg.Connection, clock: FixedClock) -> None:
    story_id, author = await a_story(conn, clock, site="main"), await a_reader(conn, clock)
    await an_item(conn, clock, story_id, author)
    for kind, site, lifted in (("premoderate", None, False), ("ban", "sport", False), ("warn", "main", True)):
        await conn.execute(
            """INSERT INTO sanctions (id, reader_id, site, kind, reason, starts_at, lifted_at)
               VALUES ($1, $2, $3, $4, 'Threats.', $5, $6)""",
            clock.new_id(),
            author,
            site,
            kind,
            clock.now(),
            clock.now() if lifted else None,
        )
    [read] = await read_items(conn, await _page(conn, clock), clock.now())
    shown = payloads.item(read, frozenset(), clock.now())
    assert shown.author is not None
    assert [sanction.kind for sanction in shown.author.sanctions] == ["premoderate"]
    assert shown.decisions == []


async def test_who_holds_an_item_is_named_until_the_claim_lapses(conn: asyncpg.Connection, clock: FixedClock) -> None:
    await an_item(conn, clock, await a_story(conn, clock))
    await conn.execute("INSERT INTO staff_names VALUES ('mo-1', 'Mo', 'mo', $1)", clock.now())
    await review_queue.claim_next(conn, Queue.HELD, Order.URGENT, "mo-1", Filters(), 1, clock.now())
    items = await _page(conn, clock)
    [read] = await read_items(conn, items, clock.now())
    shown = payloads.item(read, frozenset(), clock.now())
    assert (shown.claimed_by, shown.claimed_by_name, shown.claimed_until) == ("mo-1", "Mo", items[0].claimed_until)
    clock.move(hours=1)
    [later] = await read_items(conn, items, clock.now())
    shown = payloads.item(later, frozenset(), clock.now())
    assert (shown.claimed_by, shown.claimed_by_name, shown.claimed_until) == (None, None, None)


@pytest.mark.parametrize("change", ["UPDATE decisions SET note = 'x'", "DELETE FROM decisions", "TRUNCATE decisions"])
async def test_the_database_refuses_to_change_a_decision(
    conn: asyncpg.Connection, clock: FixedClock, change: str
) -> None:
    with pytest.raises((asyncpg.RaiseError, asyncpg.FeatureNotSupportedError), match=r"append-only|foreign key"):
        await conn.execute(change)
