"""The migration runner, against databases of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from service.infra.migrate import (
    Migration,
    MigrationRefused,
    migrate_down,
    migrate_up,
    migrations_folder,
    read_migrations,
    read_state,
)
from tests.servers import PostgresAddress

FIRST = """\
-- migrate:up
CREATE TABLE colours (id int PRIMARY KEY, name text);
INSERT INTO colours VALUES (1, 'red; not green');

-- migrate:down
DROP TABLE colours;
"""
SECOND = """\
-- migrate:up
ALTER TABLE colours ADD COLUMN loud boolean NOT NULL DEFAULT false;

-- migrate:down
ALTER TABLE colours DROP COLUMN loud;
"""
CONCURRENT = """\
-- migrate:up transaction:false
DROP INDEX CONCURRENTLY IF EXISTS colours_name; -- one that an earlier try left half done; it would be invalid
CREATE INDEX CONCURRENTLY colours_name ON colours (name);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY colours_name;
"""


@pytest.fixture
async def url(postgres: PostgresAddress, worker_name: str) -> AsyncIterator[str]:
    """The address of an empty database."""
    name = f"migrate_{worker_name}"
    admin = await asyncpg.connect(postgres.dsn_of("postgres"))
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}")
    yield postgres.dsn_of(name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def empty(url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(url)
    yield conn
    await conn.close()


def files(folder: Path, **texts: str) -> list[Migration]:
    """The migrations of a folder that has these files; a leading letter stands for the number."""
    for name, text in texts.items():
        (folder / f"000{'abcdefg'.index(name[0]) + 1}{name[1:]}.sql").write_text(text)
    return read_migrations(folder)


async def tables(conn: asyncpg.Connection) -> set[str]:
    rows = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row[0] for row in rows} - {"schema_migrations", "schema_migration_checksums"}


async def test_up_applies_in_order_once_and_down_takes_back(empty: asyncpg.Connection, tmp_path: Path) -> None:
    migrations = files(tmp_path, a_colours=FIRST, b_loud=SECOND, c_index=CONCURRENT)

    assert [m.file for m in await migrate_up(empty, migrations)] == [
        "0001_colours.sql",
        "0002_loud.sql",
        "0003_index.sql",
    ]
    assert await migrate_up(empty, migrations) == []
    assert await empty.fetchval("SELECT name FROM colours WHERE NOT loud") == "red; not green"

    assert [m.version for m in await migrate_down(empty, migrations, 2)] == ["0003", "0002"]
    assert [m.version for m in (await read_state(empty, migrations)).pending] == ["0002", "0003"]
    assert [m.version for m in await migrate_up(empty, migrations)] == ["0002", "0003"]


async def test_the_shipped_migrations_go_up_down_and_up(empty: asyncpg.Connection) -> None:
    migrations = read_migrations()

    assert await migrate_up(empty, migrations) == migrations
    assert await migrate_down(empty, migrations, len(migrations)) == list(reversed(migrations))
    assert await tables(empty) == set()
    left = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    assert await empty.fetch(left) == []
    assert await migrate_up(empty, migrations) == migrations


async def test_four_that_start_at_once_apply_each_file_once(url: str, tmp_path: Path) -> None:
    migrations = files(tmp_path, a_colours=FIRST, b_loud=SECOND, c_index=CONCURRENT)

    async def start() -> int:
        conn = await asyncpg.connect(url)
        try:
            return len(await migrate_up(conn, migrations))
        finally:
            await conn.close()

    assert sorted(await asyncio.gather(*(start() for _ in range(4)))) == [0, 0, 0, 3]


async def test_a_failing_file_leaves_nothing_and_the_earlier_ones_stay(
    empty: asyncpg.Connection, tmp_path: Path
) -> None:
    broken = SECOND.replace("\n\n", "\nSELECT no_such_column FROM colours;\n\n", 1)
    migrations = files(tmp_path, a_colours=FIRST, b_loud=broken)

    with pytest.raises(MigrationRefused, match='0002_loud.sql: column "no_such_column" does not exist'):
        await migrate_up(empty, migrations)

    assert [m.version for m in (await read_state(empty, migrations)).applied] == ["0001"]
    assert "loud" not in await empty.fetchval(
        "SELECT array_agg(attname) FROM pg_attribute WHERE attrelid = 'colours'::regclass"
    )
    repaired = files(tmp_path, b_loud=SECOND)
    assert [m.version for m in await migrate_up(empty, repaired)] == ["0002"]


async def test_a_file_changed_after_it_was_applied_is_refused(empty: asyncpg.Connection, tmp_path: Path) -> None:
    await migrate_up(empty, files(tmp_path, a_colours=FIRST))
    changed = files(tmp_path, a_colours=FIRST.replace("red", "pink"), b_loud=SECOND)

    with pytest.raises(MigrationRefused, match="0001_colours.sql changed after being applied"):
        await migrate_up(empty, changed)
    with pytest.raises(MigrationRefused, match="0001_colours.sql changed after being applied"):
        await migrate_down(empty, changed, 1)

    assert await tables(empty) == {"colours"}


async def test_line_ends_of_another_system_are_no_change(empty: asyncpg.Connection, tmp_path: Path) -> None:
    await migrate_up(empty, files(tmp_path, a_colours=FIRST))
    (tmp_path / "0001_colours.sql").write_bytes(FIRST.replace("\n", "\r\n").encode())

    assert await migrate_up(empty, read_migrations(tmp_path)) == []


async def test_a_file_that_comes_before_an_applied_one_is_refused(empty: asyncpg.Connection, tmp_path: Path) -> None:
    await migrate_up(empty, files(tmp_path, b_colours=FIRST))
    late = files(tmp_path, a_late=SECOND)

    with pytest.raises(MigrationRefused, match="0001_late.sql is not applied but comes before 0002_colours.sql"):
        await migrate_up(empty, late)


async def test_a_database_that_is_ahead_is_refused(empty: asyncpg.Connection, tmp_path: Path) -> None:
    both = files(tmp_path, a_colours=FIRST, b_loud=SECOND)
    await migrate_up(empty, both)

    with pytest.raises(MigrationRefused, match="the database has 0002, which this program does not know"):
        await migrate_up(empty, both[:1])


async def test_files_that_dbmate_applied_are_taken_over(empty: asyncpg.Connection, tmp_path: Path) -> None:
    await empty.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    await empty.execute("INSERT INTO schema_migrations VALUES ('0001'); CREATE TABLE colours (id int, name text)")
    migrations = files(tmp_path, a_colours=FIRST, b_loud=SECOND)

    assert [m.version for m in await migrate_up(empty, migrations)] == ["0002"]

    changed = files(tmp_path, a_colours=FIRST.replace("red", "pink"))
    with pytest.raises(MigrationRefused, match="changed after being applied"):
        await migrate_up(empty, changed)


async def test_a_locked_table_is_waited_for_without_holding_up_its_readers(
    url: str, empty: asyncpg.Connection, tmp_path: Path
) -> None:
    await migrate_up(empty, files(tmp_path, a_colours=FIRST))
    migrations = files(tmp_path, b_loud=SECOND)
    writer, reader = await asyncpg.connect(url), await asyncpg.connect(url)
    busy = writer.transaction()
    await busy.start()
    await writer.execute("UPDATE colours SET name = 'blue'")

    running = asyncio.create_task(migrate_up(empty, migrations))
    waiting = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"
    while not await writer.fetchval(waiting):
        await asyncio.sleep(0.01)
    # This one queues behind the migration, and must get through although the writer goes on.
    assert await asyncio.wait_for(reader.fetchval("SELECT count(*) FROM colours"), 5) == 1
    assert not running.done()
    await busy.commit()

    assert [m.version for m in await running] == ["0002"]
    await writer.close()
    await reader.close()


async def test_a_table_that_stays_locked_is_given_up(url: str, empty: asyncpg.Connection, tmp_path: Path) -> None:
    await migrate_up(empty, files(tmp_path, a_colours=FIRST))
    migrations = files(tmp_path, b_loud=SECOND)
    writer = await asyncpg.connect(url)
    async with writer.transaction():
        await writer.execute("UPDATE colours SET name = 'blue'")
        with pytest.raises(MigrationRefused, match="0002_loud.sql: a table that it needs stayed locked"):
            await migrate_up(empty, migrations, wait_s=0)
    await writer.close()


async def test_another_that_migrates_for_too_long_is_named(url: str, empty: asyncpg.Connection, tmp_path: Path) -> None:
    slow = FIRST.replace("CREATE", "SELECT pg_sleep(3);\nCREATE", 1)
    migrations = files(tmp_path, a_colours=slow)
    other = await asyncpg.connect(url)
    running = asyncio.create_task(migrate_up(other, migrations))
    while not await empty.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"):
        await asyncio.sleep(0.01)

    with pytest.raises(MigrationRefused, match="another process has been migrating this database for 0.2 seconds"):
        await migrate_up(empty, migrations, wait_s=0.2)

    await running
    await other.close()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("1-colours.sql", FIRST, "is not named like 0001_what_it_does.sql"),
        ("0001_a.sql", "CREATE TABLE a ();", "needs one '-- migrate:up' and then one '-- migrate:down'"),
        ("0001_a.sql", "-- migrate:down\n-- migrate:up\n", "needs one '-- migrate:up' and then one"),
        ("0001_a.sql", "-- migrate:up fast:true\n-- migrate:down\n", "unknown option fast:true"),
    ],
)
def test_a_file_out_of_format_is_refused(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(MigrationRefused, match=why):
        read_migrations(tmp_path)


def test_numbers_must_be_unique_and_of_one_length(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text(FIRST)
    (tmp_path / "0001_b.sql").write_text(FIRST)
    with pytest.raises(MigrationRefused, match="0001_b.sql and 0001_a.sql have the same number"):
        read_migrations(tmp_path)

    (tmp_path / "0001_b.sql").rename(tmp_path / "10000_b.sql")
    with pytest.raises(MigrationRefused, match="have different lengths"):
        read_migrations(tmp_path)


def test_a_folder_without_migrations_is_named(tmp_path: Path) -> None:
    with pytest.raises(MigrationRefused, match=f"there are no migrations in {tmp_path}"):
        read_migrations(tmp_path)


def test_no_shipped_migration_needs_an_extension() -> None:
    for path in migrations_folder().glob("0*.sql"):
        assert "CREATE EXTENSION" not in path.read_text().upper(), f"{path.name}: not every PostgreSQL has it"
