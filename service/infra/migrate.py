"""Applies `migrations/` to a database: plain SQL files, in the order of their names, each once.

The files are in dbmate's format and `schema_migrations` is its table, so that tool reads our databases and
ours reads its. What it lacks is here: a checksum of each applied file, so that a changed one is refused, and
a lock under which several nodes may start at once. Migrate over a direct connection: that lock belongs to the
session, which PgBouncer in transaction mode does not keep.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import asyncpg

from service.infra.clock import monotonic
from service.infra.sql import Connection
from service.infra.sql_script import split_statements

# Any number will do that nothing else in the database takes; these are the bytes of "scmigrat".
_LOCK_KEY = int.from_bytes(b"scmigrat", "big") >> 1
_LOCK_POLL_S = 0.1
_DDL_LOCK_TIMEOUT_MS = 2000
_DDL_PAUSE_S = 1.0
_FILE_NAME = re.compile(r"(?P<version>\d+)_(?P<name>[a-z0-9_]+)\.sql")
_SECTION = re.compile(r"^--\s*migrate:(?P<direction>up|down)(?P<options>[^\n]*)$", re.MULTILINE)

_TABLES = """
CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE IF NOT EXISTS schema_migration_checksums (
  version varchar PRIMARY KEY REFERENCES schema_migrations ON DELETE CASCADE,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
"""


class MigrationRefused(Exception):
    """The files and the database do not fit together, or a file failed; the text is one line."""


@dataclass(frozen=True, slots=True)
class Script:
    """One direction of a migration. Without a transaction its statements run one by one, as CONCURRENTLY
    needs.
    """

    text: str
    in_transaction: bool


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    version: str
    file: str
    up: Script
    down: Script
    sha256: str


@dataclass(frozen=True, slots=True)
class State:
    """What a database has, against what the files say."""

    applied: list[Migration]
    pending: list[Migration]
    changed: list[Migration]
    """Applied, but the file's text is another one now."""
    unknown: list[str]
    """Versions that the database has and the files have not: the database is ahead of this program."""

    @property
    def refusal(self) -> str | None:
        """Why this state cannot be migrated, or None."""
        if self.unknown:
            return f"the database has {', '.join(self.unknown)}, which this program does not know: it is older"
        if self.changed:
            files = ", ".join(migration.file for migration in self.changed)
            return f"{files} changed after being applied; put it back and write a new migration instead"
        if self.applied and self.pending and self.pending[0].version < self.applied[-1].version:
            early, late = self.pending[0].file, self.applied[-1].file
            return f"{early} is not applied but comes before {late}, which is; give it a later number"
        return None


class Unreachable(Exception):
    """There is no connection to be had; the text is one line, without the password."""


async def connect(url: str, *, wait_s: float = 10) -> asyncpg.Connection:
    """A connection of its own, as migrating needs; Unreachable when there is none within `wait_s`."""
    try:
        return await asyncpg.connect(url, timeout=wait_s, statement_cache_size=0)
    except TimeoutError as error:
        raise Unreachable(f"PostgreSQL did not answer within {wait_s:g} seconds") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unreachable(f"PostgreSQL cannot be reached: {str(error).splitlines()[0]}") from error


def migrations_folder() -> Path:
    """The migrations of this installation: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def read_migrations(folder: Path | None = None) -> list[Migration]:
    """Every migration in order; MigrationRefused for a file that is not in the format."""
    folder = folder or migrations_folder()
    found: dict[str, Migration] = {}
    # schema.sql is what the migrations add up to, and none of them.
    for path in sorted(folder.glob("*.sql")):
        if path.name == "schema.sql":
            continue
        migration = _read(path)
        if migration.version in found:
            raise MigrationRefused(f"{migration.file} and {found[migration.version].file} have the same number")
        found[migration.version] = migration
    if not found:
        raise MigrationRefused(f"there are no migrations in {folder}")
    if len({len(version) for version in found}) > 1:
        raise MigrationRefused(f"the numbers in {folder} have different lengths, so that their order is not clear")
    return [found[version] for version in sorted(found)]


def _read(path: Path) -> Migration:
    name = _FILE_NAME.fullmatch(path.name)
    if not name:
        raise MigrationRefused(f"{path.name} is not named like 0001_what_it_does.sql")
    text = path.read_text(encoding="utf-8")  # Universal newlines: a checkout on Windows has the same checksum.
    parts: dict[str, Script] = {}
    sections = list(_SECTION.finditer(text))
    for section, following in zip_longest(sections, sections[1:]):
        options = section["options"].split()
        if unknown := [option for option in options if option not in ("transaction:true", "transaction:false")]:
            raise MigrationRefused(f"{path.name}: unknown option {unknown[0]}")
        body = text[section.end() : following.start() if following else len(text)]
        parts[section["direction"]] = Script(body.strip(), "transaction:false" not in options)
    if [section["direction"] for section in sections] != ["up", "down"]:
        raise MigrationRefused(f"{path.name} needs one '-- migrate:up' and then one '-- migrate:down'")
    checksum = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Migration(name["version"], path.name, parts["up"], parts["down"], checksum)


async def read_state(conn: Connection, migrations: Sequence[Migration]) -> State:
    """What the database has; it may be an empty one. Changes nothing."""
    if await conn.fetchval("SELECT to_regclass('schema_migrations') IS NULL"):
        return State([], list(migrations), [], [])
    versions = {str(row[0]) for row in await conn.fetch("SELECT version FROM schema_migrations")}
    checksums: dict[str, str] = {}
    if await conn.fetchval("SELECT to_regclass('schema_migration_checksums') IS NOT NULL"):
        rows = await conn.fetch("SELECT version, sha256 FROM schema_migration_checksums")
        checksums = {str(row["version"]): str(row["sha256"]) for row in rows}
    applied = [migration for migration in migrations if migration.version in versions]
    return State(
        applied=applied,
        pending=[migration for migration in migrations if migration.version not in versions],
        changed=[m for m in applied if checksums.get(m.version, m.sha256) != m.sha256],
        unknown=sorted(versions - {migration.version for migration in migrations}),
    )


async def migrate_up(
    conn: asyncpg.Connection, migrations: Sequence[Migration], *, wait_s: float = 60
) -> list[Migration]:
    """Applies what is pending, and returns it. MigrationRefused, with nothing half done, when it cannot.

    Waits at most `wait_s` for another process that migrates, and for each file's locks.
    """
    async with _alone(conn, wait_s):
        state = await _ready_state(conn, migrations)
        await _adopt_checksums(conn, state.applied)
        for migration in state.pending:
            await _run(conn, migration, migration.up, _record, wait_s)
        return state.pending


async def migrate_down(
    conn: asyncpg.Connection, migrations: Sequence[Migration], steps: int, *, wait_s: float = 60
) -> list[Migration]:
    """Takes back the last `steps` applied migrations, the newest first, and returns them."""
    async with _alone(conn, wait_s):
        state = await _ready_state(conn, migrations)
        taken_back = list(reversed(state.applied))[:steps]
        for migration in taken_back:
            await _run(conn, migration, migration.down, _forget, wait_s)
        return taken_back


async def grant(conn: asyncpg.Connection, role: str) -> None:
    """Lets that role use the tables as the service does; MigrationRefused for a role that there is not."""
    try:
        await conn.execute("SELECT grant_to_service($1)", role)
    except asyncpg.PostgresError as error:
        raise MigrationRefused(f"{role} was not granted what the service needs: {error}") from error


async def _ready_state(conn: asyncpg.Connection, migrations: Sequence[Migration]) -> State:
    await conn.execute("SET client_min_messages = warning")  # "relation already exists, skipping" is no news.
    await conn.execute(_TABLES)
    state = await read_state(conn, migrations)
    if state.refusal:
        raise MigrationRefused(state.refusal)
    return state


@asynccontextmanager
async def _alone(conn: asyncpg.Connection, wait_s: float) -> AsyncIterator[None]:
    """Holds the lock under which one process migrates.

    It is asked for again and again instead of waited for: a session that waits inside a statement holds a
    snapshot, and CREATE INDEX CONCURRENTLY in the other session would wait for that one to end.
    """
    # Whatever the role or the address sets: a long migration is not a stuck one.
    await conn.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 0")
    deadline = monotonic() + wait_s
    while not await conn.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK_KEY):
        if monotonic() > deadline:
            raise MigrationRefused(f"another process has been migrating this database for {wait_s:g} seconds")
        await asyncio.sleep(_LOCK_POLL_S)
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute("SELECT pg_advisory_unlock($1)", _LOCK_KEY)


_Note = Callable[[asyncpg.Connection, Migration], Awaitable[None]]


async def _run(conn: asyncpg.Connection, migration: Migration, script: Script, note: _Note, wait_s: float) -> None:
    """One script and its note in one transaction, tried again while a lock that it needs is taken.

    A statement that waits for a lock makes everyone behind it wait too, so it gives up after two seconds and
    lets them pass. Without a transaction nothing is given up: CONCURRENTLY lets others work while it waits,
    and would leave an invalid index behind.
    """
    deadline = monotonic() + wait_s
    while True:
        try:
            if script.in_transaction:
                async with conn.transaction():
                    await conn.execute(f"SET LOCAL lock_timeout = {_DDL_LOCK_TIMEOUT_MS}")
                    await conn.execute(script.text)
                    await note(conn, migration)
            else:
                for statement in split_statements(script.text):
                    await conn.execute(statement)
                async with conn.transaction():
                    await note(conn, migration)
            return
        except asyncpg.LockNotAvailableError as error:
            if monotonic() > deadline:
                raise MigrationRefused(f"{migration.file}: a table that it needs stayed locked") from error
            await asyncio.sleep(_DDL_PAUSE_S)
        except asyncpg.PostgresError as error:
            raise MigrationRefused(f"{migration.file}: {error}") from error


async def _record(conn: asyncpg.Connection, migration: Migration) -> None:
    await conn.execute("INSERT INTO schema_migrations (version) VALUES ($1)", migration.version)
    await _adopt_checksums(conn, [migration])


async def _forget(conn: asyncpg.Connection, migration: Migration) -> None:
    await conn.execute("DELETE FROM schema_migrations WHERE version = $1", migration.version)


async def _adopt_checksums(conn: asyncpg.Connection, migrations: Sequence[Migration]) -> None:
    """Keeps the checksums of files that have none, which dbmate may have applied."""
    await conn.executemany(
        "INSERT INTO schema_migration_checksums (version, sha256) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        [(migration.version, migration.sha256) for migration in migrations],
    )
