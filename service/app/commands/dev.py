"""`story-comments dev`: the whole service on this machine, with everything it needs and something to look at.

Where DATABASE_URL or REDIS_URL is not set it starts a server of its own below the data folder. It migrates, loads the
example story and its discussion, serves on loopback with the worker beside it, and stops all that it started.
"""

import asyncio
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import click

from service.app.cli import CommandFailed
from service.app.development import DataFolder, Running
from service.infra.config import Settings
from service.infra.embedded.folder import FolderInUse
from service.infra.embedded.postgres import EmbeddedPostgres
from service.infra.embedded.process import ServerFailed, end_with_parent
from service.infra.embedded.redis import EmbeddedRedis
from service.infra.migrate import MigrationRefused


@click.command("dev", short_help="Run everything here, with an example story.")
@click.option("--stop-with-parent", is_flag=True, hidden=True, help="Stop when the program that started this ends.")
def command(stop_with_parent: bool) -> None:
    """Run everything on this machine, with an example story and discussion, until Ctrl-C.

    PORT (8000), DATABASE_URL, REDIS_URL and every other setting are heeded; what is not set is chosen, kept in the data
    folder (COMMENTS_DATA_DIR) and printed.
    """
    if stop_with_parent:
        end_with_parent(signal.SIGTERM)
    # Until the server has its own handlers, a TERM must unwind the stack below and not skip it.
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as stack:
        try:
            _run(stack, DataFolder.of(os.environ))
        except FolderInUse:
            folder = DataFolder.of(os.environ)
            there = folder.running()
            where = f" at {there.url}" if there else ""
            raise CommandFailed(
                f"another `story-comments dev` is running with the data folder {folder.path}{where}"
            ) from None
        except ServerFailed as error:
            raise CommandFailed(str(error)) from error
        except MigrationRefused as error:
            own = DataFolder.of(os.environ).path / "postgres"
            hint = "" if _is_set("DATABASE_URL") else f"; or remove {own} to start anew, without its comments"
            raise CommandFailed(f"{error}{hint}") from error


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _run(stack: ExitStack, folder: DataFolder) -> None:
    folder.take()
    stack.callback(folder.release)
    chosen = folder.chosen(os.environ)
    # The setting's own checks come first, then the port, then what takes time.
    placeholder = {"DATABASE_URL": "postgresql://not-yet"} if not _is_set("DATABASE_URL") else {}
    early = Settings.from_env({**os.environ, **chosen, **placeholder}, development=True)
    from service.app.server import address_of, listen

    listening = listen(early)
    stack.callback(listening.close)
    started = _start_servers(stack, folder.path, early)
    url = address_of(listening)
    environ = {"COMMENTS_PUBLIC_URL": url, **os.environ, **chosen, **started}
    settings = Settings.from_env(environ, development=True)
    running = Running(os.getpid(), url, settings.database_url, settings.redis_url or "")

    import uvloop

    from service.app.development_run import serve_development

    def announce() -> None:
        folder.announce(running)
        for line in _greeting(url, folder, chosen, environ):
            click.echo(line)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve_development(settings, listening, announce))


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _start_servers(stack: ExitStack, folder: Path, early: Settings) -> dict[str, str]:
    """The addresses of the servers that had to be started."""
    addresses = {}
    if not _is_set("DATABASE_URL"):
        if not (folder / "postgres" / "data").exists():
            click.echo(f"Making a PostgreSQL database in {folder}")
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        addresses["DATABASE_URL"] = postgres.dsn
    if not early.redis_url:
        redis = stack.enter_context(EmbeddedRedis(folder / "redis"))
        addresses["REDIS_URL"] = redis.url
    return addresses


def _program() -> str:
    """How this program is called from the folder that one is in, with the data folder where that was chosen."""
    beside = Path(sys.executable).with_name("story-comments")
    name = "story-comments" if shutil.which("story-comments") else shlex.quote(os.path.relpath(beside))
    chosen = os.environ.get("COMMENTS_DATA_DIR")
    return f"COMMENTS_DATA_DIR={shlex.quote(chosen)} {name}" if chosen else name


def _greeting(url: str, folder: DataFolder, chosen: Mapping[str, str], environ: Mapping[str, str]) -> list[str]:
    from service.app.example import EXAMPLE_STORY

    own = [name for name in ("DATABASE_URL", "REDIS_URL") if not _is_set(name)]
    return [
        "",
        "story-comments is running. Ctrl-C stops it.",
        "",
        f"  Demo page      {url}/demo/{EXAMPLE_STORY}",
        f"  Console        {url}/console",
        f"  API            {url}/docs",
        f"  Data folder    {folder.path}",
        "",
        f"  A token        {_program()} token --as subscriber",
        "                 (or reader, lapsed, moderator, editor, admin, service)",
        "",
        f"Chosen for what was not set, and kept in {folder.settings_file}:",
        *(f"  {name}={value}" for name, value in sorted(chosen.items())),
        *(f"  {name}={environ[name]}" for name in own),
        "",
    ]
