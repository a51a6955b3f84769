"""`story-comments doctor`: whether this environment could serve, and what is missing."""

import asyncio
import os
import sys

import click
import msgspec

from service.infra.clock import SystemClock, monotonic
from service.infra.config import SettingError, Settings
from service.infra.sql import Connection

_WAIT_S = 5.0


class Finding(msgspec.Struct):
    """What one look found."""

    name: str
    ok: bool
    detail: str


@click.command("doctor", short_help="Check settings, PostgreSQL, migrations and Redis.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(as_json: bool) -> None:
    """Check settings, PostgreSQL, migrations and Redis, and say each in a line.

    Beside a running `dev` it looks at that one, unless DATABASE_URL is set.
    """
    from service.app.development import command_environ

    environ, development = command_environ(os.environ)
    code = 0
    try:
        settings = Settings.from_env(environ, development=development)
    except SettingError as error:
        findings, code = [Finding("settings", False, str(error))], 2
    else:
        findings = [Finding("settings", True, "complete and understood"), *asyncio.run(_look(settings))]
        code = 0 if all(finding.ok for finding in findings) else 1
    if as_json:
        click.echo(msgspec.json.encode({"ok": code == 0, "checks": findings}))
    else:
        for finding in findings:
            click.echo(f"{finding.name + ':':<12} {'ok' if finding.ok else 'FAILED'}, {finding.detail}")
    sys.exit(code)


async def _look(settings: Settings) -> list[Finding]:
    found = await asyncio.gather(_look_at_postgres(settings.database_url), _look_at_redis(settings.redis_url))
    if settings.database_read_url:
        replica = (await _look_at_postgres(settings.database_read_url))[0]
        found[0].append(Finding("replica", replica.ok, replica.detail))
    return [finding for findings in found for finding in findings] + await _look_at_keys(settings)


async def _look_at_postgres(url: str) -> list[Finding]:
    from service.infra import migrate

    started = monotonic()
    try:
        conn = await migrate.connect(url, wait_s=_WAIT_S)
    except migrate.Unreachable as error:
        return [Finding("postgresql", False, str(error))]
    try:
        version = str(await conn.fetchval("SHOW server_version")).split(" ", 1)[0]
        milliseconds = (monotonic() - started) * 1000
        server = Finding("postgresql", True, f"version {version}, answered in {milliseconds:.0f} ms")
        if int(version.split(".", 1)[0]) < 15:
            server = Finding("postgresql", False, f"version {version}; 15 or newer is needed")
        return [server, await _look_at_migrations(conn), *await _look_at_record(conn)]
    finally:
        await conn.close()


async def _look_at_migrations(conn: Connection) -> Finding:
    from service.infra import migrate

    state = await migrate.read_state(conn, migrate.read_migrations())
    if state.refusal:
        return Finding("migrations", False, state.refusal)
    if state.pending:
        return Finding("migrations", False, f"{len(state.pending)} pending: run story-comments migrate")
    return Finding("migrations", True, f"{len(state.applied)} applied, none pending")


async def _look_at_record(conn: Connection) -> list[Finding]:
    """Whether the record of staff acts is out of this role's reach. An owner's is a choice, and no failure."""
    may_change = await conn.fetchval(
        "SELECT has_table_privilege(oid, 'UPDATE') FROM pg_class WHERE oid = to_regclass('audit_entries')"
    )
    if may_change is None:
        return []
    if may_change:
        words = "this role owns the record of staff acts; migrate --grant-to lets another one add to it alone"
        return [Finding("record", True, words)]
    return [Finding("record", True, "this role can add to the record of staff acts, and not change it")]


async def _look_at_redis(url: str | None) -> list[Finding]:
    if not url:
        return [Finding("redis", True, "REDIS_URL is not set: limits and live updates stay within each process")]
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    started = monotonic()
    client = Redis.from_url(url, socket_timeout=_WAIT_S, socket_connect_timeout=_WAIT_S)
    try:
        told = await client.info("server")
    except (RedisError, OSError) as error:
        return [Finding("redis", False, f"cannot be reached: {error}")]
    finally:
        await client.aclose()
    milliseconds = (monotonic() - started) * 1000
    name, version = told.get("server_name", "redis"), told.get("valkey_version", told.get("redis_version"))
    return [Finding("redis", True, f"{name} {version}, answered in {milliseconds:.0f} ms")]


async def _look_at_keys(settings: Settings) -> list[Finding]:
    """The keys that tokens are checked with, fetched or read as the service would."""
    from service.accounts.tokens import Authenticator
    from service.infra.http_client import HttpClient
    from service.infra.telemetry import configure_logging

    # The result goes to standard output; what is noticed on the way does not.
    configure_logging(readable=True, level="warning")
    private_allowed = settings.private_addresses_allowed or settings.development
    async with HttpClient.open(private_allowed=private_allowed) as http:
        try:
            authenticator = Authenticator.of(settings, http, SystemClock())
        except SettingError as error:
            return [Finding("keys", False, str(error))]
        try:
            await authenticator.start()
            return [Finding(f"{whose} keys", ok, words) for whose, ok, words in authenticator.keys_in_words()]
        finally:
            await authenticator.close()
