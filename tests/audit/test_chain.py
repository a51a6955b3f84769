"""The chain over the record: sealed by the worker, whole in the order of commits, and broken by whatever is changed."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from service.audit import store
from service.audit.actions.seal import seal
from service.audit.actions.verify import Verdict, exported, verify
from service.audit.payloads import line
from service.audit.rules import GENESIS, link_hash
from service.infra.clock import FixedClock
from service.infra.postgres import Database, prepare_connection
from service.infra.tools import Tools
from tests.moderation.office import tools_on
from tests.servers import as_service


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    return tools_on(db, clock)


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Database]:
    """As the service reaches its database in production."""
    database = await Database.open(as_service(database_url), size=2)
    yield database
    await database.close()


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Whoever owns the tables, and uses that: triggers are off."""
    conn = await asyncpg.connect(database_url)
    await prepare_connection(conn)
    await conn.execute("SET session_replication_role = replica")
    yield conn
    await conn.close()


async def an_act(conn: Any, tools: Tools, actor: str = "mo-1", **after: Any) -> None:
    await store.append(
        conn, tools.clock, actor=actor, action="comment.rejected", subject_kind="comment", subject_id="c-1",
        site="main", before={"status": "held"}, after={"status": "rejected", "note": "Größe „ü“ \u2028", **after},
    )  # fmt: skip


async def acts(tools: Tools, how_many: int) -> None:
    for number in range(how_many):
        async with tools.db.transaction() as conn:
            await an_act(conn, tools, f"mo-{number}", number=number, share=number / 7, nested={"b": [1, None], "a": {}})


async def checked(tools: Tools, expected: tuple[int, str] | None = None) -> Verdict:
    async with tools.db.read() as conn:
        return await verify(conn, expected)


async def test_acts_are_sealed_and_the_chain_holds(tools: Tools) -> None:
    await acts(tools, 3)
    before = await checked(tools)
    assert (before.ok, before.links, before.waiting, before.head) == (True, 0, 3, None)
    assert (await seal(tools, 2)).entries == 2
    assert (await seal(tools, 2)).entries == 1
    assert (await seal(tools, 2)).entries == 0
    after = await checked(tools)
    assert (after.ok, after.links, after.waiting) == (True, 3, 0)
    assert after.head is not None
    position, _, noted = after.head.partition(":")
    await acts(tools, 2)
    await seal(tools, 10)
    assert (await checked(tools, (int(position), noted))).ok


async def test_an_act_that_commits_late_has_its_link_behind(tools: Tools) -> None:
    async with tools.db.transaction() as late:
        await an_act(late, tools, "late")
        await acts(tools, 2)
        assert (await seal(tools, 10)).entries == 2
    assert (await seal(tools, 10)).entries == 1
    async with tools.db.read() as conn:
        actors = [link.actor for link in await store.links(conn, 0, 10)]
    assert actors == ["mo-0", "mo-1", "late"]
    assert (await checked(tools)).ok


async def test_what_is_undone_leaves_nothing_to_seal(tools: Tools) -> None:
    async def fail(conn: Any) -> None:
        await an_act(conn, tools)
        raise LookupError

    with pytest.raises(LookupError):
        await tools.db.in_transaction(fail)
    assert (await seal(tools, 10)).entries == 0


async def test_many_workers_and_many_acts_at_once_make_one_chain(tools: Tools) -> None:
    async def work() -> int:
        return sum([(await seal(tools, 3)).entries for _ in range(20)])

    await asyncio.gather(*(acts(tools, 10) for _ in range(4)), *(work() for _ in range(3)))
    while (await seal(tools, 100)).entries:
        pass
    found = await checked(tools)
    assert (found.ok, found.links, found.waiting) == (True, 40, 0)


@pytest.mark.parametrize(
    ("forgery", "position", "why"),
    [
        ("UPDATE audit_entries SET actor = 'somebody' WHERE id = $1", 3, "not what was sealed"),
        ("UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE id = $1", 3, "not what was sealed"),
        ("UPDATE audit_entries SET after = after - 'number' WHERE id = $1", 3, "not what was sealed"),
        ("DELETE FROM audit_entries WHERE id = $1", 3, "entry is missing"),
        ("DELETE FROM audit_links WHERE entry_id = $1", 3, "link is missing"),
        (
            """WITH gone AS (DELETE FROM audit_links WHERE entry_id = $1 RETURNING position)
               UPDATE audit_links SET position = position - 1 WHERE position > (SELECT position FROM gone)""",
            3,
            "not what was sealed",
        ),
        ("UPDATE audit_links SET hash = sha256('x') WHERE entry_id = $1", 3, "not what was sealed"),
        (
            """INSERT INTO audit_entries
               SELECT gen_random_uuid(), at, actor, action, subject_kind, subject_id, site, before, after
                 FROM audit_entries WHERE id = $1""",
            None,
            "has no link",
        ),
    ],
    ids=range(8),
)
async def test_whatever_is_forged_is_named(
    tools: Tools, owner: asyncpg.Connection, forgery: str, position: int | None, why: str
) -> None:
    await acts(tools, 5)
    await seal(tools, 10)
    third = await owner.fetchval("SELECT entry_id FROM audit_links WHERE position = 3")
    await owner.execute(forgery, third)
    found = await checked(tools)
    assert not found.ok
    assert found.broken is not None
    assert (found.broken.position, why in found.broken.why) == (position, True), found


async def test_an_end_that_was_taken_away_shows_against_a_head_noted_before(
    tools: Tools, owner: asyncpg.Connection
) -> None:
    await acts(tools, 5)
    await seal(tools, 10)
    noted = (await checked(tools)).head
    assert noted is not None
    position, _, digest = noted.partition(":")
    await owner.execute("DELETE FROM audit_links WHERE position > 3")
    await owner.execute("DELETE FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_links)")
    assert (await checked(tools)).ok
    found = await checked(tools, (int(position), digest))
    assert not found.ok
    await acts(tools, 4)
    await seal(tools, 10)
    anew = await checked(tools, (int(position), digest))
    assert anew.broken is not None
    assert "made anew" in anew.broken.why


async def test_an_export_can_be_checked_with_a_few_lines_of_any_language(tools: Tools) -> None:
    await acts(tools, 4)
    await seal(tools, 10)
    async with tools.db.read() as conn:
        lines = [line(link) async for link in exported(conn, 0, None, 100)]
        rest = [link.position async for link in exported(conn, 2, None, 100)]
        some = [link.position async for link in exported(conn, 1, None, 2)]
    assert (rest, some) == ([3, 4], [2, 3])
    previous = "0" * 64
    for text in lines:
        link = json.loads(text)
        entry = json.dumps(link["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(f"{previous}\n{entry}".encode()).hexdigest()
        assert (link["hash"], len(link["previous"])) == (previous, 64)
    assert len(lines) == 4


def test_a_links_hash_does_not_depend_on_the_order_of_members() -> None:
    one, other = {"a": {"x": 1, "y": 2}, "b": 3}, {"b": 3, "a": {"y": 2, "x": 1}}
    assert link_hash(GENESIS, one) == link_hash(GENESIS, other)
    assert link_hash(GENESIS, one) != link_hash(GENESIS, {**one, "b": 4})


APPENDED = ("audit_entries", "audit_links", "decisions")


@pytest.mark.parametrize("table", APPENDED)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_role_of_the_service_may_add_to_the_record_and_no_more(
    service: Database, table: str, change: str
) -> None:
    column = "position" if table == "audit_links" else "id"
    async with service.read() as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(change.format(table, column, column))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


async def test_the_role_of_the_service_may_do_everything_else(service: Database) -> None:
    async with service.read() as conn:
        missing = await conn.fetch(
            """SELECT tablename, right_ FROM pg_tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_
                WHERE schemaname = 'public' AND tablename NOT LIKE 'schema\\_migration%'
                  AND NOT has_table_privilege(tablename, right_)
                ORDER BY 1, 2"""
        )
    assert {(row[0], row[1]) for row in missing} == {
        (table, right) for table in APPENDED for right in ("UPDATE", "DELETE")
    }
