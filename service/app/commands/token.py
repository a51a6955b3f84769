"""`story-comments token`: tokens to try things out with, and why a pasted one is refused."""

import asyncio
import os
import sys
from typing import Any

import click
import msgspec

from service.app.cli import CommandFailed
from service.app.dev_tokens import PARTS, CannotMint, mint
from service.app.development import development_environ
from service.infra.clock import SystemClock
from service.infra.config import Settings

# More than any token, so that one with much pasted around it is still read whole.
_PASTED_CHARS_MAX = 64 * 1024
_ASKED_FOR = ("ISSUER", "AUDIENCE", "SECRET")


@click.group("token", invoke_without_command=True, short_help="Print a development token; check a token.")
@click.option("--as", "part", type=click.Choice(list(PARTS)), help="Whose token to print.")
@click.option("--sub", "subject", metavar="ID", help="The subject; the same person each time unless given.")
@click.option("--name", metavar="NAME", help="The display name.")
@click.option("--sites", metavar="A,B", default="", help="Limits a staff token to these sites.")
@click.option("--lifetime", "lifetime_s", metavar="SECONDS", type=click.IntRange(min=1), help="12 hours unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    part: str | None,
    subject: str | None,
    name: str | None,
    sites: str,
    lifetime_s: int | None,
    as_json: bool,
) -> None:
    """Print a token that the `dev` of the same data folder accepts.

    reader is registered without a subscription, subscriber has one, lapsed had one. Where COMMENTS_READER_SECRET and
    its kind are set in the environment they are used, otherwise what `dev` chose.
    """
    if ctx.invoked_subcommand is not None:
        return
    if part is None:
        raise click.UsageError("say whose token to print: --as " + "|".join(PARTS))
    limited_to = tuple(site.strip() for site in sites.split(",") if site.strip())
    if limited_to and PARTS[part].role is None:
        raise click.UsageError("--sites is for tokens of staff")
    try:
        token = mint(
            part,
            _settings(),
            SystemClock().now(),
            subject=subject,
            name=name,
            lifetime_s=lifetime_s,
            sites=limited_to,
        )
    except CannotMint as error:
        raise CommandFailed(str(error)) from error
    click.echo(_json({"as": part, "token": token}) if as_json else token)


@command.command("check", short_help="Say why a token is accepted or refused.")
@click.argument("token", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(token: str | None, as_json: bool) -> None:
    """Say in words whether TOKEN would be accepted now, and every reason why not.

    Reads it from standard input unless it is given. Uses the same settings as the service. Ends with 1 for a token
    that is refused.
    """
    pasted = token if token is not None else sys.stdin.read(_PASTED_CHARS_MAX)
    report = asyncio.run(_report(pasted))
    if as_json:
        click.echo(_json(report))
    else:
        for sentence in report.sentences:
            click.echo(sentence)
    if not report.accepted:
        sys.exit(1)


async def _report(token: str) -> Any:
    from service.accounts.tokens import Authenticator
    from service.infra.http_client import HttpClient
    from service.infra.telemetry import configure_logging

    # The report goes to standard output; what is noticed on the way does not.
    configure_logging(readable=True, level="warning")
    settings = _settings()
    private_allowed = settings.private_addresses_allowed or settings.development
    async with HttpClient.open(private_allowed=private_allowed) as http:
        authenticator = Authenticator.of(settings, http, SystemClock())
        try:
            return await authenticator.report(token)
        finally:
            await authenticator.close()


def _settings() -> Settings:
    """The service's settings as far as tokens go: those set, and what `dev` chose for the others."""
    environ = dict(os.environ)
    # An installation that sets them all has no data folder, and shall not get one from here.
    if not all(_is_set(f"COMMENTS_{whose}_{what}") for whose in ("READER", "STAFF") for what in _ASKED_FOR):
        environ = development_environ(environ)
    # Nothing here speaks to a database, so none has to be there.
    environ["DATABASE_URL"] = environ.get("DATABASE_URL") or "postgresql://none"
    return Settings.from_env(environ, development=True)


def _is_set(name: str) -> bool:
    names = (name, f"{name}_FILE", name.replace("_SECRET", "_JWKS"))
    return any(os.environ.get(each) for each in names)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")
