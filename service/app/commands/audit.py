"""`story-comments audit`: whether the record of staff acts is whole, and a copy of it to keep elsewhere."""

import asyncio
import os
import re
import sys
from typing import Any, BinaryIO

import click
import msgspec

from service.app.cli import CommandFailed
from service.infra.config import read_setting
from service.infra.sql import Connection

_EVERYTHING = 2**31


@click.group("audit", short_help="Check or export the record of staff acts.")
def command() -> None:
    """Work on the record of staff acts. Only reading: any role of the database that may read will do."""


@command.command("verify", short_help="Check that the record is whole.")
@click.option("--expect", metavar="POSITION:HASH", help="A head noted before, which must still be there.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify_command(expect: str | None, as_json: bool) -> None:
    """Make the chain of hashes over the record anew, and exit with 1 at the first link that does not hold.

    A changed, removed, added or moved entry shows. That the end of the chain was taken away, or all of it made anew,
    shows against a head that was noted elsewhere: verify prints it, and the worker writes it to its log.
    """
    expected = _head(expect)
    verdict = asyncio.run(_verify(expected))
    if as_json:
        click.echo(msgspec.json.encode(verdict))
    elif verdict.broken is None:
        click.echo(f"{verdict.links} links hold; the head is {verdict.head or 'not made yet'}")
        if verdict.waiting:
            click.echo(f"{verdict.waiting} entries wait for their link, since {verdict.waiting_since}")
    else:
        place = "outside the chain" if verdict.broken.position is None else f"link {verdict.broken.position}"
        about = f", entry {verdict.broken.entry_id}" if verdict.broken.entry_id else ""
        click.echo(f"BROKEN at {place}{about}: {verdict.broken.why}", err=True)
    sys.exit(0 if verdict.ok else 1)


@command.command("export", short_help="Write the record to standard output.")
@click.option("--after-position", type=click.IntRange(0), default=0, help="Go on behind this link.")
def export_command(after_position: int) -> None:
    """Write the chain as lines of JSON, oldest first, each with its hash and the one before it."""
    asyncio.run(_export(after_position, sys.stdout.buffer))


def _head(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,18}):([0-9a-fA-F]{64})", text)
    if found is None:
        raise click.UsageError("--expect is not like 1234:<64 hexadecimal digits>")
    return int(found[1]), found[2]


async def _verify(expected: tuple[int, str] | None) -> Any:
    from service.audit.actions.verify import verify

    conn = await _connect()
    try:
        return await verify(conn, expected)
    finally:
        await conn.close()


async def _export(after_position: int, to: BinaryIO) -> None:
    from service.audit.actions.verify import exported
    from service.audit.payloads import line

    conn = await _connect()
    try:
        async for link in exported(conn, after_position, None, _EVERYTHING):
            to.write(line(link))
    except BrokenPipeError as error:
        raise CommandFailed("what reads the export ended before it") from error
    finally:
        await conn.close()


async def _connect() -> Connection:
    from service.app.development import command_environ
    from service.infra import migrate
    from service.infra.postgres import prepare_connection

    environ, _ = command_environ(os.environ)
    try:
        conn = await migrate.connect(str(read_setting("DATABASE_URL", environ)))
    except migrate.Unreachable as error:
        raise CommandFailed(str(error)) from error
    await prepare_connection(conn)
    return conn
