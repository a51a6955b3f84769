"""What every test may ask for: a real PostgreSQL and Redis, a clock that stands still, a browser.

One PostgreSQL serves a whole run. Under xdist the controller starts it and tells the workers; each worker has
a database of its own, copied from a migrated template, and a Redis of its own (channels do not know about
numbered databases). Rules need none of this: a run that asks for no fixture here starts nothing.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import settings
from redis.asyncio import Redis

from service.accounts.actions import forget_everybody
from service.infra.clock import FixedClock
from service.infra.embedded.pg_programs import find_pg_programs
from service.infra.embedded.process import server_account
from service.infra.embedded.redis import EmbeddedRedis, find_redis_program, redis_version
from service.infra.postgres import Database, prepare_connection
from tests.servers import (
    PostgresAddress,
    PostgresOfRun,
    as_service,
    copy_template,
    empty_database,
    empty_tables,
    new_run_folder,
    run_async,
)
from tests.site import Site, running_site, site_settings

_POSTGRES = pytest.StashKey[PostgresOfRun]()
_ADDRESS = pytest.StashKey[PostgresAddress]()
_NAMED_BY_VALUE_CHARS_MAX = 80
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


# A busy machine is no fault of what is tested.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    _need_a_home(config)
    # The processes of a run must agree on the order of sets, which shows in the names of tests.
    os.environ.setdefault("PYTHONHASHSEED", str(random.randrange(1, 2**32)))
    # What the cases of tests/contract are made from, and how many of a kind.
    os.environ.setdefault("CONTRACT_SEED", str(random.randrange(2**32)))
    os.environ.setdefault("CONTRACT_CASES", "2")
    given = getattr(config, "workerinput", {})
    if "postgres_dsn" in given:
        config.stash[_ADDRESS] = PostgresAddress(given["postgres_dsn"], given["postgres_version"])


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long value is named by its argument: nobody reads it in a test's name, and keys made for a test are not the
    same in every process, which must agree on the names.
    """
    return argname if isinstance(val, str | bytes) and len(val) > _NAMED_BY_VALUE_CHARS_MAX else None


def _need_a_home(config: pytest.Config) -> None:
    """Browsers do not start without a home that they can write to, which a build machine's user may lack."""
    if not os.access(os.environ.get("HOME") or "/nonexistent", os.W_OK):
        os.environ["HOME"] = tempfile.mkdtemp(prefix="story-comments-home-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ["HOME"], ignore_errors=True))


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_POSTGRES, None):
        server.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by xdist in the controller, for each worker before it starts."""
    address = _start_postgres_once(node.config)
    node.workerinput["postgres_dsn"] = address.dsn_pattern
    node.workerinput["postgres_version"] = address.version


def pytest_report_header() -> list[str]:
    postgres = find_pg_programs(server_account()).version
    browser = find_chromium() or "none: browser tests are skipped"
    seed = f"order of sets: PYTHONHASHSEED={os.environ['PYTHONHASHSEED']}"
    contract = f"contract: CONTRACT_SEED={os.environ['CONTRACT_SEED']} CONTRACT_CASES={os.environ['CONTRACT_CASES']}"
    servers = f"servers: PostgreSQL {postgres}, {redis_version(find_redis_program())}"
    return [servers, f"browser: {browser}", seed, contract]


def _start_postgres_once(config: pytest.Config) -> PostgresAddress:
    if _ADDRESS not in config.stash:
        server = PostgresOfRun()
        config.stash[_POSTGRES] = server  # Before it starts, so that a failed start is cleaned up too.
        config.stash[_ADDRESS] = server.start()
    return config.stash[_ADDRESS]


def find_chromium() -> str | None:
    """The browser for tests of pages, or None."""
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> PostgresAddress:
    """The run's PostgreSQL, for tests that need databases of their own."""
    return _start_postgres_once(request.config)


@pytest.fixture(scope="session")
def database_url(postgres: PostgresAddress, worker_name: str) -> str:
    """The address of this process's own, migrated database."""
    return run_async(lambda: copy_template(postgres, f"test_{worker_name}"))


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """A folder of this process with a short name, as sockets need."""
    folder = new_run_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url(run_folder: Path) -> Iterator[str]:
    """The address of this process's own Redis."""
    with EmbeddedRedis(run_folder / "redis") as server:
        yield server.url


@pytest.fixture(scope="session")
async def _session_database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def _session_conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    await prepare_connection(conn)
    yield conn
    await conn.close()


@pytest.fixture
async def conn(_session_conn: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """A connection to empty tables, inside a transaction that is rolled back: for stores."""
    # Whatever another process, that an earlier test started and killed, wrote at the last moment.
    await empty_tables(_session_conn)
    transaction = _session_conn.transaction()
    await transaction.start()
    yield _session_conn
    await transaction.rollback()


@pytest.fixture
async def db(_session_database: Database, _session_conn: asyncpg.Connection) -> AsyncIterator[Database]:
    """The pool, with real commits: for actions and up. Every table is emptied before the test and after it."""
    await empty_tables(_session_conn)
    yield _session_database
    await empty_tables(_session_conn)
    forget_everybody(_session_database)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of this process's Redis, which is emptied before the test and after it."""
    client = Redis.from_url(redis_url)
    await client.flushall()
    yield client
    await client.flushall()
    await client.aclose()


async def empty_redis(url: str) -> None:
    """Empties it, over a connection of its own."""
    client = Redis.from_url(url)
    await client.flushall()
    await client.aclose()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon of 22 November 2026, UTC, until it is moved."""
    return FixedClock(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; the test is skipped where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (on Debian, as root: apt-get install chromium)")
    return path


@pytest.fixture
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """The whole service on a port of its own, with its worker; its tables are emptied before the test and after it.

    What earlier tests left in Redis is gone, too: tries that count in the limits of the address they share.
    """
    run_async(lambda: empty_database(database_url))
    run_async(lambda: empty_redis(redis_url))
    with running_site(site_settings(as_service(database_url), redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))
