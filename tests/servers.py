"""The real PostgreSQL and Redis that tests run against: started once for a run, thrown away at its end."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg

from service.infra.clock import SystemClock
from service.infra.embedded.folder import FolderInUse, FolderLock
from service.infra.embedded.postgres import EmbeddedPostgres
from service.infra.migrate import grant, migrate_up, read_migrations

_Result = TypeVar("_Result")
_TEMPLATE = "migrated"  # Nobody stays connected to it, for then it could not be copied.
# Under which the service runs in tests, as in production: not the one that owns the tables.
SERVICE_ROLE = "comments_service"
_PREFIX = "story-comments-tests-"
_STALE_AFTER_S = 3600


def new_run_folder() -> Path:
    """A folder for one run of the tests. Folders of earlier runs that were killed are removed on the way."""
    shelf = Path(tempfile.gettempdir())
    for old in shelf.glob(f"{_PREFIX}*"):
        _remove_if_abandoned(old)
    return Path(tempfile.mkdtemp(prefix=_PREFIX))


def _remove_if_abandoned(folder: Path) -> None:
    there = folder.lstat()
    if there.st_uid != os.geteuid() or SystemClock().now().timestamp() - there.st_mtime < _STALE_AFTER_S:
        return
    lock = FolderLock(folder)
    try:
        lock.take()
    except FolderInUse:
        return
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """How the processes of one run reach its PostgreSQL."""

    dsn_pattern: str
    version: str

    def dsn_of(self, database: str) -> str:
        return self.dsn_pattern.format(database=database)


class PostgresOfRun:
    """The run's PostgreSQL with a migrated template database, from which each test process copies its own."""

    def __init__(self) -> None:
        self.folder = new_run_folder()
        self._lock = FolderLock(self.folder)
        self._lock.take()
        self._server = EmbeddedPostgres(self.folder / "postgres", durable=False)

    def start(self) -> PostgresAddress:
        """Starts the server and makes the template."""
        self._server.start()
        address = PostgresAddress(self._server.dsn_of("{database}"), self._server.version)
        run_async(lambda: _make_template(address))
        return address

    def stop(self) -> None:
        self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()


async def _make_template(address: PostgresAddress) -> None:
    admin = await asyncpg.connect(address.dsn_of("postgres"))
    await admin.execute(f"CREATE DATABASE {_TEMPLATE}")
    await admin.execute(f"CREATE ROLE {SERVICE_ROLE}")
    await admin.close()
    conn = await asyncpg.connect(address.dsn_of(_TEMPLATE))
    await migrate_up(conn, read_migrations())
    await grant(conn, SERVICE_ROLE)
    await keep_seeds(conn)
    await conn.close()


async def copy_template(address: PostgresAddress, database: str) -> str:
    """Makes a database that is a copy of the template; its address."""
    admin = await asyncpg.connect(address.dsn_of("postgres"))
    await admin.execute(f"CREATE DATABASE {database} TEMPLATE {_TEMPLATE}")
    await admin.close()
    return address.dsn_of(database)


def as_service(dsn: str) -> str:
    """The same address, under the role that the service has: one that cannot change what is only ever added to."""
    return f"{dsn}{'&' if '?' in dsn else '?'}role={SERVICE_ROLE}"


async def keep_seeds(conn: asyncpg.Connection) -> None:
    """Keeps aside what is in the tables now, for `empty_tables` to put back."""
    await conn.execute(_KEEP_SEEDS)


async def empty_tables(conn: asyncpg.Connection) -> None:
    """Puts every table back to what was in it when `keep_seeds` was called, which is mostly nothing."""
    await conn.execute(_EMPTY_TABLES)


def run_async(work: Callable[[], Awaitable[_Result]]) -> _Result:
    """The result of `work` on an event loop of its own, in a thread of its own: a browser has this thread's loop."""

    async def run() -> _Result:
        return await work()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, run()).result()


_KEEP_SEEDS = """
CREATE SCHEMA seed;
DO $$
DECLARE
  name text;
  filled boolean;
BEGIN
  FOR name IN
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT LIKE 'schema\\_migration%'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE seed.%1$I AS TABLE public.%1$I', name);
    END IF;
  END LOOP;
END $$;
"""

# As a replica: foreign keys and triggers stay out of it, so that the order of tables does not matter and
# append-only ones can be emptied. Deleting a few rows is several times faster than TRUNCATE, and waits for no
# reader.
_EMPTY_TABLES = """
DO $$
DECLARE
  name text;
  filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT LIKE 'schema\\_migration%'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('DELETE FROM public.%I', name);
    END IF;
    IF to_regclass(format('seed.%I', name)) IS NOT NULL THEN
      EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE SELECT * FROM seed.%1$I', name);
    END IF;
  END LOOP;
END $$;
"""


async def empty_database(dsn: str) -> None:
    """Empties every table, over a connection of its own."""
    conn = await asyncpg.connect(dsn)
    try:
        await empty_tables(conn)
    finally:
        await conn.close()
