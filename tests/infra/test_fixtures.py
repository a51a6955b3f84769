"""The fixtures themselves: what a test leaves behind must not reach the next one."""

from __future__ import annotations

import asyncpg
from redis.asyncio import Redis

from service.infra.postgres import Database
from tests.servers import PostgresAddress, copy_template, empty_tables, keep_seeds

_OUTBOX_ROW = """
INSERT INTO outbox_events (id, topic, payload, happened_at, try_after)
VALUES (gen_random_uuid(), 'a.b', '{}', now(), now())
"""


async def _rows(conn: asyncpg.Connection) -> int:
    return int(await conn.fetchval("SELECT count(*) FROM outbox_events"))


class TestNothingStays:
    """Each of these leaves something behind, and finds nothing of the others, in whatever order they run."""

    async def test_what_conn_writes_is_rolled_back_1(self, conn: asyncpg.Connection) -> None:
        assert await _rows(conn) == 0
        await conn.execute(_OUTBOX_ROW)

    async def test_what_conn_writes_is_rolled_back_2(self, conn: asyncpg.Connection) -> None:
        assert await _rows(conn) == 0
        await conn.execute(_OUTBOX_ROW)

    async def test_what_db_commits_is_emptied_1(self, db: Database) -> None:
        async with db.transaction() as conn:
            assert await conn.fetchval("SELECT count(*) FROM outbox_events") == 0
            await conn.execute(_OUTBOX_ROW)

    async def test_what_db_commits_is_emptied_2(self, db: Database) -> None:
        async with db.transaction() as conn:
            assert await conn.fetchval("SELECT count(*) FROM outbox_events") == 0
            await conn.execute(_OUTBOX_ROW)

    async def test_redis_is_emptied_1(self, redis: Redis) -> None:
        assert await redis.dbsize() == 0
        await redis.set("a", "b")

    async def test_redis_is_emptied_2(self, redis: Redis) -> None:
        assert await redis.dbsize() == 0
        await redis.set("a", "b")


async def test_what_a_migration_fills_is_put_back(postgres: PostgresAddress, worker_name: str) -> None:
    conn = await asyncpg.connect(await copy_template(postgres, f"seeded_{worker_name}"))
    try:
        await conn.execute(
            "DROP SCHEMA seed CASCADE; CREATE TABLE colours (name text); INSERT INTO colours VALUES ('red')"
        )
        await keep_seeds(conn)
        await conn.execute("UPDATE colours SET name = 'blue'; INSERT INTO colours VALUES ('green')")

        await empty_tables(conn)

        assert [row["name"] for row in await conn.fetch("SELECT name FROM colours")] == ["red"]
    finally:
        await conn.close()
