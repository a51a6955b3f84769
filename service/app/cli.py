"""The program `story-comments`: which commands there are, and what their endings mean.

Exit codes: 0 done, 1 failed, 2 wrong usage or a wrong setting, which is named in one line on standard error.
"""

import importlib
import sys

import click

from service.app.version import version
from service.infra.config import SettingError

# Each name and the module that holds its click command of the same name. A module is imported when its command is
# used, so that `token` need not wait for the web framework.
COMMANDS: dict[str, str] = {
    "serve": "service.app.commands.serve",
    "worker": "service.app.commands.worker",
    "migrate": "service.app.commands.migrate",
    "dev": "service.app.commands.dev",
    "token": "service.app.commands.token",
    "import": "service.app.commands.import_",
    "entitlements": "service.app.commands.entitlements",
    "screening": "service.app.commands.screening",
    "rules": "service.app.commands.rules",
    "audit": "service.app.commands.audit",
    "doctor": "service.app.commands.doctor",
}


class CommandFailed(Exception):
    """A command could not do what it was asked; the text is one line for the person at the terminal."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = module.command
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), message="%(prog)s %(version)s")
def program() -> None:
    """Threaded comments for news stories."""


def main() -> None:
    """Runs the program; a known failure becomes one line and an exit code, without a traceback."""
    try:
        program.main(standalone_mode=True, prog_name="story-comments")
    except SettingError as error:
        _end(2, str(error))
    except CommandFailed as error:
        _end(1, str(error))


def _end(code: int, words: str) -> None:
    click.echo(f"story-comments: {words}", err=True)
    sys.exit(code)
