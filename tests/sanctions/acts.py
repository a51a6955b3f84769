"""What moderators do to readers, done straight in the database of a running service."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from service.infra.clock import SystemClock
from service.infra.postgres import prepare_connection
from service.kernel.ids import ReaderId
from service.sanctions import actions
from service.sanctions.actions import Changed
from service.sanctions.rules import Kind
from tests.servers import run_async
from tests.site import Site

Result = TypeVar("Result")


def in_database(site: Site, work: Callable[[Any], Awaitable[Result]]) -> Result:
    """The result of `work` in one transaction of its own."""

    async def run() -> Result:
        conn = await asyncpg.connect(site.settings.database_url)
        try:
            await prepare_connection(conn)
            async with conn.transaction():
                return await work(conn)
        finally:
            await conn.close()

    return run_async(run)


def add_sanction(site: Site, reader: str, kind: Kind, *, on: str | None = None, until: datetime | None = None) -> UUID:
    """Limits the reader with this public id; the sanction's id."""

    async def add(conn: Any) -> Changed:
        return await actions.add(
            conn,
            SystemClock(),
            reader_id=ReaderId(UUID(reader)),
            site=on,
            kind=kind,
            reason="harassment",
            note="for moderators only",
            until=until,
            added_by="mod-1",
        )

    return in_database(site, add).sanction.id


def lift_sanction(site: Site, reader: str, sanction: UUID) -> None:
    """Ends it before its time."""

    async def lift(conn: Any) -> Changed:
        return await actions.lift(
            conn,
            SystemClock(),
            reader_id=ReaderId(UUID(reader)),
            sanction_id=sanction,
            lifted_by="mod-1",
            lift_reason="on appeal",
        )

    in_database(site, lift)
