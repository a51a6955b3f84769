"""`story-comments migrate`: brings a database to what this program expects."""

import asyncio
import os
from typing import Any

import click
import msgspec

from service.app.cli import CommandFailed
from service.infra.config import read_setting


@click.command("migrate", short_help="Apply pending migrations.")
@click.option("--status", is_flag=True, help="Only say what is applied and what is pending.")
@click.option("--down", type=click.IntRange(1), metavar="N", help="Take back the last N migrations, with their data.")
@click.option(
    "--wait-s", type=click.FloatRange(0), default=60.0, show_default=True, help="Wait for others this many seconds."
)
@click.option(
    "--grant-to",
    metavar="ROLE",
    help="Let this role, under which the service runs, use the tables: all but change the record.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(status: bool, down: int | None, wait_s: float, grant_to: str | None, as_json: bool) -> None:
    """Apply pending migrations to DATABASE_URL; run it before the new version serves. Several may run at once.

    The role that migrates owns the tables. Where the service runs under another one, name that one by --grant-to: it
    can then neither change nor remove decisions and entries of the record of staff acts.

    Give it a direct address of PostgreSQL, not one of PgBouncer: the lock that it holds belongs to a session.
    """
    if status and down:
        raise click.UsageError("--status and --down exclude one another")
    if grant_to and (status or down):
        raise click.UsageError("--grant-to goes with applying migrations alone")
    from service.app.development import command_environ

    environ, _ = command_environ(os.environ)
    url = read_setting("DATABASE_URL", environ)
    result = asyncio.run(_migrate(str(url), status, down, wait_s, grant_to))
    if as_json:
        click.echo(msgspec.json.encode(result))
    else:
        for line in _lines(result):
            click.echo(line)


async def _migrate(url: str, status: bool, down: int | None, wait_s: float, grant_to: str | None) -> dict[str, Any]:
    from service.infra import migrate

    try:
        migrations = migrate.read_migrations()
        conn = await migrate.connect(url)
    except (migrate.MigrationRefused, migrate.Unreachable) as error:
        raise CommandFailed(str(error)) from error
    try:
        done: dict[str, Any] = {}
        if down:
            done["taken_back"] = [m.file for m in await migrate.migrate_down(conn, migrations, down, wait_s=wait_s)]
        elif not status:
            done["applied_now"] = [m.file for m in await migrate.migrate_up(conn, migrations, wait_s=wait_s)]
            if grant_to:
                await migrate.grant(conn, grant_to)
                done["granted_to"] = grant_to
        state = await migrate.read_state(conn, migrations)
    except migrate.MigrationRefused as error:
        raise CommandFailed(str(error)) from error
    finally:
        await conn.close()
    applied, pending = [m.file for m in state.applied], [m.file for m in state.pending]
    return {**done, "applied": applied, "pending": pending, "refusal": state.refusal}


def _lines(result: dict[str, Any]) -> list[str]:
    lines = [f"took back {file}" for file in result.get("taken_back", [])]
    lines += [f"applied {file}" for file in result.get("applied_now", [])]
    if "granted_to" in result:
        lines.append(f"granted to {result['granted_to']}: all but changing the record")
    lines.append(f"{len(result['applied'])} applied, {len(result['pending'])} pending")
    lines += [f"  pending: {file}" for file in result["pending"]]
    if result["refusal"]:
        lines.append(f"  cannot be migrated: {result['refusal']}")
    return lines
