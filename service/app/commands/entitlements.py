"""`story-comments entitlements reconcile`: makes up for calls of the subscription system that never arrived."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
import msgspec

from service.app.cli import CommandFailed
from service.entitlements.actions.reconcile import Fetch, ReconcileFailed, Summary
from service.infra.config import Settings
from service.infra.http_client import Answer, HttpClient
from service.kernel.problems import Unavailable

_PAGE_BYTES_MAX: Final = 16 * 1024 * 1024
_PAGE_S: Final = 60.0
_TRIES: Final = 4
_PAUSE_FIRST_S: Final = 1.0
_PAUSE_LONGEST_S: Final = 30.0


@click.group("entitlements", short_help="Reconcile subscriptions.")
def command() -> None:
    """Work on what is known of readers' subscriptions."""


@command.command("reconcile", short_help="Apply a list of all subscriptions.")
@click.option("--url", required=True, help="The first page of the list.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A file with the token that the list asks for; - reads it from standard input.",
)
@click.option(
    "--header", default="Authorization", show_default=True, help="The header to send it in; `Bearer` is for this one."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def reconcile_command(url: str, token_file: Path | None, header: str, as_json: bool) -> None:
    """Read a list of subscriptions page by page and apply what is newer than what is known.

    \b
    Each page is a GET that answers
      {"subscriptions": [{"subscriber": "<sub>", "status": "active", "plan": null,
                          "valid_until": null, "timestamp": "2026-11-22T10:00:00Z"}],
       "next": "<url of the next page>" or null}

    It may run at any time, beside arriving calls, and again after it was broken off: run it nightly. Exits with 1 when
    the list could not be read to its end, or an entry of it could not be read.
    """
    from service.app.development import command_environ

    environ, development = command_environ(os.environ)
    settings = Settings.from_env(environ, development=development)
    headers = {"Accept": "application/json", **_token_header(token_file, header)}
    if urlsplit(url).scheme != "https" and not (development or settings.private_addresses_allowed):
        raise click.UsageError("--url must be https, unless COMMENTS_PRIVATE_ADDRESSES_ALLOWED is true")
    summary = Summary()
    failure = asyncio.run(_reconcile(settings, url, headers, summary))
    if as_json:
        click.echo(
            msgspec.json.encode({"ok": not failure and not summary.invalid, "failure": failure, **_members(summary)})
        )
    else:
        for line in _lines(summary):
            click.echo(line)
    if failure and not as_json:
        raise CommandFailed(failure)
    sys.exit(1 if failure or summary.invalid else 0)


async def _reconcile(settings: Settings, url: str, headers: dict[str, str], summary: Summary) -> str | None:
    """Runs to the end; what broke it off, or None."""
    from service.app.lifespan import open_tools
    from service.entitlements.actions.reconcile import reconcile

    async with AsyncExitStack() as stack:
        try:
            tools = await open_tools(settings, stack)
        except OSError as error:
            return f"PostgreSQL cannot be reached: {error}"
        # The operator names the address, and each further one stays at its origin; a list inside one's own network is
        # the rule rather than the exception.
        http = await stack.enter_async_context(HttpClient.open(private_allowed=True))
        try:
            await reconcile(tools, fetch_with(http, headers), url, summary)
        except ReconcileFailed as error:
            return str(error)
        except Unavailable as problem:
            return f"{problem.cause} Run the same command again: what was applied stays."
    return None


def fetch_with(http: HttpClient, headers: dict[str, str], pause_first_s: float = _PAUSE_FIRST_S) -> Fetch:
    """Asks for pages with these headers, several times where the other side is away or busy."""

    async def fetch(url: str) -> bytes:
        pause_s = pause_first_s
        for attempt in range(1, _TRIES + 1):
            words, answer = await _ask(http, url, headers)
            if answer is not None and answer.status == 200:
                return answer.body
            may_pass = answer is None or answer.status in (408, 429) or answer.status >= 500
            if not may_pass or attempt == _TRIES:
                raise ReconcileFailed(f"the list could not be fetched: {words}")
            await asyncio.sleep(_pause_asked(answer) or pause_s)
            pause_s = min(pause_s * 2, _PAUSE_LONGEST_S)
        raise AssertionError("unreachable")

    return fetch


async def _ask(http: HttpClient, url: str, headers: dict[str, str]) -> tuple[str, Answer | None]:
    from service.infra.http_client import OutboundFailed, OutboundRefused

    try:
        answer = await http.get(url, deadline_s=_PAGE_S, body_bytes_max=_PAGE_BYTES_MAX, headers=headers)
    except OutboundRefused as error:
        raise ReconcileFailed(f"the list cannot be fetched: {error}") from error
    except OutboundFailed as error:
        return str(error), None
    return f"it answered {answer.status}", answer


def _pause_asked(answer: Answer | None) -> float | None:
    """What `Retry-After` asks for, in seconds and within reason; None where it says nothing that we read."""
    asked = "" if answer is None else answer.headers.get("retry-after", "")
    return min(float(asked), _PAUSE_LONGEST_S) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None


def _token_header(token_file: Path | None, header: str) -> dict[str, str]:
    if token_file is None:
        return {}
    text = sys.stdin.read() if str(token_file) == "-" else token_file.read_text(encoding="utf-8")
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable():
        raise click.UsageError("--token-file holds no token that could be sent")
    return {header: f"Bearer {token}" if header.lower() == "authorization" and " " not in token else token}


def _members(summary: Summary) -> dict[str, object]:
    members: dict[str, object] = msgspec.structs.asdict(summary)
    return members


def _lines(summary: Summary) -> list[str]:
    found = (
        f"pages {summary.pages}, subscriptions {summary.read}: {summary.applied} newer and applied "
        f"({summary.changed} changed something), {summary.unchanged} known already, {summary.invalid} not understood"
    )
    return [found, *(f"  {fault}" for fault in summary.faults)]
