"""`story-comments rules`: the rules of screening as a file, to keep, to compare and to bring in."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Final, TypeVar

import click
import msgspec
from msgspec import Meta, Struct

from service.app.cli import CommandFailed
from service.infra.config import Settings
from service.infra.tools import Tools
from service.kernel.problems import Problem
from service.screening.rules.ruleset import RuleSet

_Result = TypeVar("_Result")
# Who the record says it was: whoever may run commands with the service's database.
_ACTOR: Final = "command line"


class RulesFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What `export` writes and `import` reads: the rules, and the version that they were."""

    version: Annotated[int, Meta(ge=0)]
    rules: RuleSet


class Imported(Struct, frozen=True):
    """What an import came to; `proposal` is set where the change waits for an admin."""

    version: int
    changed: bool
    proposal: str | None


@click.group("rules", short_help="Export and import the rules of screening.")
def command() -> None:
    """Work on the rules of screening as a file."""


@command.command("export", short_help="Write the rules in force as JSON.")
@click.option("--version", type=click.IntRange(0), help="An earlier version; 0 are the defaults.")
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A file in place of standard output."
)
def export_command(version: int | None, out: Path | None) -> None:
    """Write the rules in force, or an earlier version of them, as JSON that `import` reads."""
    kept = _run(lambda tools: _export(tools, version))
    text = msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n"
    if out is None:
        click.echo(text.decode("utf-8"), nl=False)
    else:
        out.write_bytes(text)


@command.command("import", short_help="Put the rules of a file in force.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--note", help="Why: for the record.")
@click.option("--replace", is_flag=True, help="Whatever is in force now; else the file's version must be.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_command(file: Path, note: str | None, replace: bool, as_json: bool) -> None:
    """Put the rules of a file in force in every process; - reads standard input.

    The file's version must be in force, so that nobody's change is lost; --replace is for rules of another
    installation. Exits with 1 when the change would hit so many comments that an admin has to confirm it first.
    """
    with click.open_file(str(file), "rb") as opened:
        given = _read(opened.read())
    imported = _run(lambda tools: _import(tools, given, note, replace))
    if as_json:
        click.echo(msgspec.json.encode(imported))
    elif imported.proposal is None:
        was = "in force now" if imported.changed else "in force already"
        click.echo(f"Version {imported.version} of the rules is {was}.")
    if imported.proposal is not None:
        raise CommandFailed(f"the change hits many comments; an admin has to confirm proposal {imported.proposal}")


def _read(text: bytes) -> RulesFile:
    from service.app.validation_errors import invalid_body

    try:
        return msgspec.json.decode(text, type=RulesFile)
    except msgspec.ValidationError as error:
        raise CommandFailed(f"the file holds no such rules: {invalid_body(error).detail}") from error
    except msgspec.DecodeError as error:
        raise CommandFailed(f"the file is not JSON: {error}") from error


async def _export(tools: Tools, version: int | None) -> RulesFile:
    from service.screening import store
    from service.screening.payloads import only_rules
    from service.screening.rules.defaults import DEFAULT_RULES

    async with tools.db.read() as conn:
        if version is None:
            rules = await store.current_rules(conn)
        elif version == 0:
            rules = DEFAULT_RULES
        else:
            kept = await store.version_of(conn, version)
            if kept is None:
                raise CommandFailed(f"there is no version {version} of the rules")
            rules = store.rules_of(kept.rules, version)
    return RulesFile(rules.version, only_rules(rules))


async def _import(tools: Tools, given: RulesFile, note: str | None, replace: bool) -> Imported:
    from service.accounts.rules.permissions import Role
    from service.accounts.rules.viewer import Staff
    from service.screening import store
    from service.screening.actions.change import change
    from service.screening.actions.versions import Change

    now = tools.clock.now()
    operator = Staff(_ACTOR, _ACTOR, frozenset({Role.ADMIN}), None, issued_at=now, expires_at=now)
    async with tools.db.read() as conn:
        before = (await store.current_rules(conn)).version
    made = await change(tools, operator, Change(given.rules, before if replace else given.version, note), now)
    proposal = None if made.proposal is None else str(made.proposal.id)
    return Imported(made.version, made.version != before, proposal)


def _run(work: Callable[[Tools], Awaitable[_Result]]) -> _Result:
    from service.app.development import command_environ
    from service.app.lifespan import open_tools

    environ, development = command_environ(os.environ)
    settings = Settings.from_env(environ, development=development)

    async def run() -> _Result:
        async with AsyncExitStack() as stack:
            try:
                tools = await open_tools(settings, stack)
            except OSError as error:
                raise CommandFailed(f"PostgreSQL cannot be reached: {error}") from error
            result = await work(tools)
            # Every process hears of it before this one is gone.
            await tools.broadcast.flushed(1.0)
            return result

    try:
        return asyncio.run(run())
    except Problem as problem:
        raise CommandFailed(problem.cause) from problem
