"""The servers of a run: PostgreSQL and Redis as `dev` starts them, the service, and the bare application beside it."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from service.infra import migrate
from service.infra.config import Settings
from service.infra.embedded.postgres import EmbeddedPostgres
from service.infra.embedded.redis import EmbeddedRedis

_START_S = 30.0


class Servers(msgspec.Struct, frozen=True):
    """Addresses of one run."""

    folder: Path
    database_url: str
    redis_url: str
    postgres_version: str


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """A durable PostgreSQL, migrated, and a Redis, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="story-comments-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder / "postgres") as postgres, EmbeddedRedis(folder / "redis") as redis:
            asyncio.run(_migrate(postgres.dsn))
            yield Servers(folder, postgres.dsn, redis.url, postgres.version)


async def _migrate(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await migrate.migrate_up(conn, migrate.read_migrations())
    finally:
        await conn.close()


def bench_settings(database_url: str, redis_url: str, **changes: Any) -> Settings:
    """What a service is given here: real limits off, everything else as it comes."""
    given: dict[str, Any] = {
        "development": True,
        "database_url": database_url,
        "redis_url": redis_url,
        "reader_issuer": "https://login.example",
        "reader_audience": "comments",
        "reader_secret": "r" * 32,
        "staff_issuer": "https://staff.example",
        "staff_audience": "comments-staff",
        "staff_secret": "s" * 32,
        "limits": "off",
        "log_level": "error",
    }
    return Settings(**{**given, **changes})


@contextlib.contextmanager
def served(what: str, given: dict[str, Any]) -> Iterator[int]:
    """A server in a process of its own (`bench.app`): `service` or `bare`; its port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.app", what, str(port)],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert child.stdin is not None
    child.stdin.write(msgspec.json.encode(given))
    child.stdin.close()
    try:
        _wait_for(port, child)
        yield port
    finally:
        child.terminate()
        child.wait(20)


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("a server of the bench did not start")
