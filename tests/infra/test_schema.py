"""migrations/schema.sql is what the migrations make, and says why as they do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from scripts.schema import read_comments, schema_text, unplaced
from service.infra.migrate import migrate_up, migrations_folder, read_migrations
from tests.servers import PostgresAddress, copy_template

SCHEMA = migrations_folder() / "schema.sql"


@pytest.fixture
async def empty(postgres: PostgresAddress, worker_name: str) -> AsyncIterator[asyncpg.Connection]:
    name = f"schema_{worker_name}"
    admin = await asyncpg.connect(postgres.dsn_of("postgres"))
    await admin.execute(f"CREATE DATABASE {name}")
    conn = await asyncpg.connect(postgres.dsn_of(name))
    yield conn
    await conn.close()
    await admin.execute(f"DROP DATABASE {name}")
    await admin.close()


async def test_schema_sql_is_current(empty: asyncpg.Connection) -> None:
    migrations = read_migrations()
    await migrate_up(empty, migrations)

    assert await schema_text(empty, migrations) == SCHEMA.read_text(encoding="utf-8"), "run `make schema`"


async def test_schema_sql_makes_the_same_database(
    empty: asyncpg.Connection, postgres: PostgresAddress, worker_name: str
) -> None:
    await empty.execute(SCHEMA.read_text(encoding="utf-8"))
    migrated = await asyncpg.connect(await copy_template(postgres, f"schema_migrated_{worker_name}"))

    # Both without the migrations, so that functions come from the catalog too.
    assert await schema_text(empty, []) == await schema_text(migrated, [])
    await migrated.close()


def test_no_comment_of_a_migration_is_lost() -> None:
    assert list(unplaced(read_comments(read_migrations()), SCHEMA.read_text(encoding="utf-8"))) == []
