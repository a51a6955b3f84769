"""The PostgreSQL pool: how connections are opened, how long anything may wait, and what a lost one means.

No code leaves session state behind (that is also what lets PgBouncer stand in between), so a connection goes back
to the pool without asking the server to reset it: one round trip fewer per use.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import msgspec

from service.infra.sql import Connection
from service.kernel import limits
from service.kernel.problems import Unavailable

Result = TypeVar("Result")

# Two transactions met in a way that only one survives; the other may simply run again.
_RUN_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    # A connection that the server ended while it lay in the pool, used before its end was read.
    asyncpg.InternalClientError,
    TimeoutError,
    ConnectionError,
    OSError,
)
_TRIES = 3


class _PooledConnection(asyncpg.Connection):
    def get_reset_query(self) -> str:
        return ""


async def prepare_connection(conn: Any) -> None:
    """Makes `jsonb` columns Python values in both directions."""
    await conn.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_json, decoder=msgspec.json.decode, format="text"
    )


def _encode_json(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")


class Database:
    """A pool of connections to one PostgreSQL.

    Everything that waits has a deadline. A server that is away, full or too slow is `Unavailable` (503): the caller may
    try again, with the same idempotency key where one is used, because whether a COMMIT arrived is then not known.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, size: int = 10, statement_cache: bool = True) -> "Database":
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            connection_class=_PooledConnection,
            init=prepare_connection,
            timeout=limits.postgres_acquire_s,
            command_timeout=limits.postgres_statement_s + 1,
            statement_cache_size=200 if statement_cache else 0,
            max_inactive_connection_lifetime=300,
            server_settings={
                "application_name": "story-comments",
                "timezone": "UTC",
                # Every statement is shaped so that one plan is right for all its values. Planned for single values, a
                # keyset among many equal ranks is taken for a handful of rows and sorted whole; and planning costs more
                # than a page.
                "plan_cache_mode": "force_generic_plan",
                "jit": "off",
                "statement_timeout": f"{int(limits.postgres_statement_s * 1000)}",
                "lock_timeout": f"{int(limits.postgres_lock_s * 1000)}",
                "idle_in_transaction_session_timeout": f"{int(limits.postgres_idle_in_transaction_s * 1000)}",
            },
        )
        return cls(pool)

    async def close(self) -> None:
        """Waits for connections in use, then closes; cuts them after the shutdown time."""
        try:
            await asyncio.wait_for(self._pool.close(), limits.shutdown_s)
        except TimeoutError:
            self._pool.terminate()

    async def ping(self) -> None:
        """One round trip; Unavailable when the server does not answer."""
        async with self.read() as conn:
            await conn.execute("SELECT 1")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """A connection for single statements; each is its own transaction."""
        try:
            async with self._pool.acquire(timeout=limits.postgres_acquire_s) as conn:
                yield conn
        except _AWAY as error:
            if isinstance(error, ValueError):  # asyncpg's DataError: a value of ours that does not fit its column
                raise
            raise Unavailable.retry("The database did not answer in time.") from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One READ COMMITTED transaction: committed at the end of the block, rolled back on any exception."""
        async with self.read() as conn, conn.transaction():
            yield conn

    async def in_transaction(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Runs `work` in a transaction, and again (three times in all, after a short random wait) if it lost a
        deadlock."""
        return await self._again(self.transaction, work)

    async def in_statement(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """The same for work that is one statement: its own transaction without two further round trips."""
        return await self._again(self.read, work)

    async def _again(
        self,
        opened: Callable[[], AbstractAsyncContextManager[Connection]],
        work: Callable[[Connection], Awaitable[Result]],
    ) -> Result:
        for attempt in range(_TRIES):
            try:
                async with opened() as conn:
                    return await work(conn)
            except _RUN_AGAIN as error:
                if attempt == _TRIES - 1:
                    raise Unavailable.retry("Too many changes at once.") from error
                await asyncio.sleep(random.uniform(0.005, 0.05) * (attempt + 1))
        raise AssertionError("unreachable")
