"""What a page costs PostgreSQL: index scans that end with the page, in every order and filter, at any size."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import msgspec
import pytest

from service.infra.clock import FixedClock
from service.infra.postgres import Database, prepare_connection
from service.infra.sql import Query
from service.threads import store
from service.threads.rules.ranking import ORDERS
from tests.threads.rows import STORY, make_thread

pytestmark = pytest.mark.anyio

ROOTS, REPLIES = 3_000, 3_000
_LIMIT, _REPLIES_MOST = 20, 3
# Roots, and for each of them three levels of at most four; the joins to the story and to authors come on top.
_ROWS_MAX = (_LIMIT + 1) * (1 + 4 + 3 * 4 + 9 * 4)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


async def explain(conn: asyncpg.Connection, query: Query[Any], values: dict[str, Any]) -> list[dict[str, Any]]:
    """The plan as the service's connections make it: one for all values (see `infra/postgres.py`)."""
    await conn.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
    await conn.execute(f"PREPARE explained AS {query.text}")
    given = ", ".join(f"'{_literal(value)}'" for value in query.args(values))
    text = await conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained ({given})")
    await conn.execute("DEALLOCATE explained")
    return list(_nodes(msgspec.json.decode(text)[0]["Plan"]))


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "{" + ",".join("NULL" if one is None else str(one) for one in value) + "}"
    return str(value)


@pytest.fixture
async def own_conn(db: Database, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that commits; the tables are emptied after the test."""
    conn = await asyncpg.connect(database_url)
    await prepare_connection(conn)
    yield conn
    await conn.close()


@pytest.fixture
async def thread(own_conn: asyncpg.Connection, clock: FixedClock) -> asyncpg.Connection:
    """A story of 6,000 comments, half of them replies to the first half, among another story's."""
    shape: list[int | None] = [None] * ROOTS + [number % ROOTS for number in range(0, REPLIES * 7, 7)]
    await make_thread(own_conn, clock, shape)
    await make_thread(own_conn, clock, [None] * 500, story="other-story", seed=2)
    await _settle(own_conn)
    return own_conn


async def _settle(conn: asyncpg.Connection) -> None:
    """What autovacuum does: with the dead rows of earlier tests in it an index is read by way of a bitmap."""
    await conn.execute("VACUUM (ANALYZE) comments")
    await conn.execute("VACUUM (ANALYZE) stories")
    await conn.execute("VACUUM (ANALYZE) readers")


async def test_every_page_reads_rows_by_index_and_no_more_than_it_shows(thread: asyncpg.Connection) -> None:
    for key, query in store.PAGES.items():
        nodes = await explain(thread, query, await _values(thread, key))
        _check(nodes, "-".join(map(str, key)))


async def _values(conn: asyncpg.Connection, key: Any) -> dict[str, Any]:
    sort, side, about, from_start = key
    values: dict[str, Any] = {"story_id": STORY, "most": _LIMIT + 1, "replies_and_one": _REPLIES_MOST + 1}
    if side:
        values["side"] = "critics"
    if about:
        values["about"] = "key-point-1"
    if not from_start:
        column = ORDERS[sort].column
        middle = await conn.fetchrow(
            f"SELECT id, {column or 'NULL'} AS key FROM comments WHERE story_id = $1 AND parent_id IS NULL"
            f" ORDER BY {column or 'id'} OFFSET 1500 LIMIT 1",
            STORY,
        )
        assert middle is not None
        values["id"] = middle["id"]
        if column is not None:
            values["key"] = middle["key"]
    return values


def _check(nodes: list[dict[str, Any]], name: str) -> None:
    scans = [node for node in nodes if node.get("Relation Name") == "comments"]
    assert scans, name
    assert {node["Node Type"] for node in scans} <= {"Index Scan", "Index Only Scan"}, name
    assert not [node for node in nodes if "Sort" in node["Node Type"]], name
    read = sum((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in scans)
    assert read <= _ROWS_MAX, name


async def test_replies_of_a_long_chain_are_read_by_index(own_conn: asyncpg.Connection, clock: FixedClock) -> None:
    ids = await make_thread(own_conn, clock, [None, *range(4_999)])
    await _settle(own_conn)
    values = {"comment_id": ids[5], "id": store.FIRST, "most": _LIMIT + 1, "replies_and_one": _REPLIES_MOST + 1}
    nodes = await explain(own_conn, store._REPLIES, values)
    _check(nodes, "replies")
