"""`story-comments import`: comments from elsewhere, each at most once."""

import asyncio
import os
from pathlib import Path

import click
import msgspec

from service.app.cli import CommandFailed
from service.app.development import command_environ
from service.exchange.actions.import_ndjson import Result, import_ndjson
from service.exchange.rules.ndjson import LineWrong
from service.infra.clock import SystemClock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.kernel.problems import Unavailable

_NOTES_SHOWN = 20


@click.group("import", short_help="Import comments.")
def command() -> None:
    """Import comments of another system. A second run adds nothing twice, one that was cut off goes on."""


@command.command("ndjson", short_help="Lines of {thread, id, parent, author, created_at, score, text}.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", default="main", show_default=True, help="The site of stories that are not registered yet.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and add nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ndjson_file(file: Path, site: str, dry_run: bool, as_json: bool) -> None:
    """Import FILE, one comment a line; `thread` becomes the story's id.

    Without DATABASE_URL it goes into the `dev` that runs with the same data folder.
    """
    environ, development = command_environ(os.environ)
    settings = Settings.from_env(environ, development=development)
    result = asyncio.run(_import(settings, file, site, dry_run))
    click.echo(msgspec.json.encode(result).decode() if as_json else _in_words(result, dry_run))


async def _import(settings: Settings, file: Path, site: str, dry_run: bool) -> Result:
    try:
        database = await Database.open(settings.database_url, size=2, statement_cache=settings.database_statement_cache)
    except OSError as error:
        raise CommandFailed(f"PostgreSQL cannot be reached: {error}") from error
    try:
        with file.open("rb") as lines:
            return await import_ndjson(database, SystemClock(), lines, site, dry_run=dry_run)
    except LineWrong as error:
        raise CommandFailed(f"{file}: {error}; nothing was imported") from error
    except Unavailable as error:
        raise CommandFailed(f"{error.cause} Run the same command again: what was imported stays.") from error
    finally:
        await database.close()


def _in_words(result: Result, dry_run: bool) -> str:
    verb = "would be added" if dry_run else "added"
    first = (
        f"{result.added} comments {verb}, {result.known} were there already; "
        f"{result.stories} stories, {result.stories_added} of them new; replies up to {result.deepest} deep"
    )
    lines = [first]
    for heading, notes in (("taken as roots", result.orphans), ("changed", result.changed)):
        if notes:
            lines.append(f"{len(notes)} {heading}:")
            lines += [f"  {note.id}: {note.why}" for note in notes[:_NOTES_SHOWN]]
    return "\n".join(lines)
