"""What a page, a claim and the counts read of a long queue: as much as they answer, never the whole of it."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.infra.clock import FixedClock
from service.infra.postgres import prepare_connection
from service.infra.sql import planned_for_values
from service.kernel import limits
from service.review_queue import rules, store
from service.review_queue.rules import Order, Queue
from service.review_queue.store import Filters
from tests.review_queue.rows import many_items, plan_of, rows_read
from tests.servers import PostgresAddress, copy_template

WAITING = 50_000
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
AN_AUTHOR = UUID(hashlib.md5(b"author9").hexdigest())
PAGE = 20
SITES = 3
# A page of each site, the rows of the counts that name the sites, and the claims' probes for other holders.
BOUND = SITES * PAGE * 4 + 100
# As the store asks for pages and claims to be planned, and as everything else is.
FOR_VALUES, FOR_ALL = "force_custom_plan", "force_generic_plan"

ORDERS_AND_SITES = [(order, sites) for order in Order for sites in (None, frozenset({"main", "sport"}))]


@pytest.fixture(scope="module")
async def queue_database(postgres: PostgresAddress, worker_name: str) -> AsyncIterator[asyncpg.Connection]:
    """A database of its own, in which the queue is made once."""
    conn = await asyncpg.connect(await copy_template(postgres, f"queue_{worker_name}"))
    await prepare_connection(conn)
    # Nobody searches here, and reading all the texts for that takes longer than the rest.
    await conn.execute("ALTER TABLE comments DISABLE TRIGGER comments_are_found")
    await many_items(conn, FixedClock(NOON), WAITING)
    await conn.execute(
        "UPDATE review_items SET signals = signals || ARRAY['rare'] WHERE waiting_since > $1",
        NOON + timedelta(seconds=WAITING - 30),
    )
    yield conn
    await conn.close()


@pytest.fixture
async def conn(queue_database: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The long queue, as it was made: what a test does to it is rolled back."""
    transaction = queue_database.transaction()
    await transaction.start()
    yield queue_database
    await transaction.rollback()


def _page_params(clock: FixedClock, order: Order, filters: Filters, after: store.Place | None) -> dict[str, Any]:
    return {
        "queue": Queue.HELD,
        "place_at": after.at if after else None,
        "place_id": after.comment_id if after else None,
        "most": PAGE,
        "now": clock.now(),
        "held_by": None,
        **filters.values(),
    }


def _claim_params(clock: FixedClock, filters: Filters) -> dict[str, Any]:
    now = clock.now()
    until = rules.lease_until(now)
    return {"queue": Queue.HELD, "moderator": "mo-1", "now": now, "until": until, "most": PAGE, **filters.values()}


async def test_pages_and_claims_of_a_long_queue_read_a_page_of_each_site(conn: Any, clock: FixedClock) -> None:
    middle = clock.now() + timedelta(seconds=WAITING / 2)
    for order, sites in ORDERS_AND_SITES:
        filters = Filters(sites=sites)
        [place] = await store.page(conn, Queue.HELD, order, Filters(after=middle), None, 1, now=clock.now())
        for after in (None, store.place_of(place, order)):
            params = _page_params(clock, order, filters, after)
            plan = await plan_of(conn, store._PAGE[order], FOR_VALUES, **params)
            assert rows_read(plan) <= BOUND, (order, sites, after, plan)
        clock.move(seconds=limits.claim_lease_s)
        plan = await plan_of(conn, store._CLAIM[order], FOR_VALUES, **_claim_params(clock, filters))
        # What the claims before took is free again, but the rows' earlier versions are still passed over.
        assert rows_read(plan) <= 2 * BOUND, (order, sites, plan)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(story_id="bulk-7"),
        Filters(signal="kind-3"),
        Filters(author_id=AN_AUTHOR),
        Filters(section="section-2"),
        Filters(section="no such section"),
        Filters(signal="no such signal"),
        Filters(signal="rare"),
        Filters(signal="word_list"),
        Filters(story_id="no-such-story"),
    ],
    ids=repr,
)
async def test_a_filtered_page_reads_what_the_filter_leaves_or_walks_to_its_page(
    conn: Any, clock: FixedClock, filters: Filters
) -> None:
    left = len(await store.page(conn, Queue.HELD, Order.OLDEST, filters, None, WAITING, now=clock.now()))
    for order in Order:
        params = _page_params(clock, order, filters, None)
        async with planned_for_values(conn):
            await store._look_up_rare_signal(conn, filters)
            plan = await plan_of(conn, store._PAGE[order], FOR_VALUES, **params)
            await conn.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
        # Where the filter leaves much, walking the order to a full page is the shorter way; its guess may be off.
        walk = PAGE * WAITING / left if left else 0
        assert rows_read(plan) <= max(BOUND, 2 * SITES * min(left, walk)), (order, plan)


async def test_counts_of_a_long_queue_read_the_kept_sums_and_one_row_a_site(
    conn: Any,
) -> None:
    plan = await plan_of(conn, store._COUNTS, FOR_ALL, sites=None)
    assert rows_read(plan) <= SITES * 16 + SITES, plan
    assert (await store.counts(conn, None))[Queue.HELD].count == WAITING
