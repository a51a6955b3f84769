"""`migrate` and `doctor`: what they say, and what their endings mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from service.infra.migrate import read_migrations
from tests.app.commands.program import SETTINGS, free_port, run
from tests.servers import SERVICE_ROLE, PostgresAddress, as_service, run_async

FILES = [migration.file for migration in read_migrations()]


@pytest.fixture
def empty(postgres: PostgresAddress, worker_name: str) -> Iterator[str]:
    """The address of a database without tables."""
    name = f"program_{worker_name}"

    async def ask(statement: str) -> None:
        conn = await asyncpg.connect(postgres.dsn_of("postgres"))
        await conn.execute(statement)
        await conn.close()

    run_async(lambda: ask(f"CREATE DATABASE {name}"))
    yield postgres.dsn_of(name)
    run_async(lambda: ask(f"DROP DATABASE {name} WITH (FORCE)"))


def test_migrate_says_what_it_did(empty: str) -> None:
    assert run("migrate", "--status", DATABASE_URL=empty).stdout.startswith(f"0 applied, {len(FILES)} pending\n")

    first = run("migrate", DATABASE_URL=empty)
    assert first.returncode == 0
    assert first.stdout.splitlines() == [*(f"applied {file}" for file in FILES), f"{len(FILES)} applied, 0 pending"]

    again = run("migrate", "--json", DATABASE_URL=empty)
    assert json.loads(again.stdout) == {"applied_now": [], "applied": FILES, "pending": [], "refusal": None}

    back = run("migrate", "--down", "1", "--json", DATABASE_URL=empty)
    assert json.loads(back.stdout)["taken_back"] == FILES[-1:]
    assert json.loads(back.stdout)["pending"] == FILES[-1:]


@pytest.mark.parametrize(
    ("words", "settings", "code", "line"),
    [
        (["migrate"], {}, 2, "DATABASE_URL is not set"),
        (["migrate"], {"DATABASE_URL": "mysql://x"}, 2, "DATABASE_URL must start with postgresql://"),
        (["migrate", "--status", "--down", "1"], {"DATABASE_URL": "postgresql://x"}, 2, "exclude one another"),
        (["migrate", "--sideways"], {}, 2, "No such option"),
        (["flourish"], {}, 2, "No such command 'flourish'"),
        (["doctor"], {"DATABASE_URL": "postgresql://x"}, 2, "COMMENTS_READER_JWKS nor COMMENTS_READER_SECRET is set"),
    ],
)
def test_wrong_usage_and_wrong_settings_end_with_2(
    tmp_path: Path, words: list[str], settings: dict[str, str], code: int, line: str
) -> None:
    done = run(*words, COMMENTS_DATA_DIR=str(tmp_path), **settings)

    assert done.returncode == code
    assert line in done.stdout + done.stderr


def test_a_database_that_cannot_be_reached_ends_with_1() -> None:
    done = run("migrate", DATABASE_URL=f"postgresql://a:hidden@127.0.0.1:{free_port()}/x")

    assert done.returncode == 1
    assert done.stderr.startswith("story-comments: PostgreSQL cannot be reached: ")
    assert "hidden" not in done.stderr


def test_doctor_finds_nothing_wrong(database_url: str, redis_url: str) -> None:
    settings = {**SETTINGS, "DATABASE_URL": database_url, "REDIS_URL": redis_url}

    assert run("doctor", **settings).returncode == 0
    told = json.loads(run("doctor", "--json", **settings).stdout)
    assert told["ok"] is True
    assert [check["name"] for check in told["checks"]] == [
        "settings",
        "postgresql",
        "migrations",
        "record",
        "redis",
        "reader keys",
        "staff keys",
    ]
    assert "this role owns the record" in told["checks"][3]["detail"]
    as_in_production = {**settings, "DATABASE_URL": as_service(database_url)}
    told = json.loads(run("doctor", "--json", **as_in_production).stdout)
    assert (told["ok"], "and not change it" in told["checks"][3]["detail"]) == (True, True)


def test_doctor_names_what_is_missing(empty: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text("{")
    settings = {name: value for name, value in SETTINGS.items() if name != "COMMENTS_READER_SECRET"}
    done = run(
        "doctor",
        **settings,
        DATABASE_URL=empty,
        REDIS_URL=f"redis://127.0.0.1:{free_port()}",
        COMMENTS_READER_JWKS=str(keys),
    )

    assert done.returncode == 1
    lines = {line.split(":")[0]: line for line in done.stdout.splitlines()}
    assert "ok" in lines["postgresql"]
    assert f"FAILED, {len(FILES)} pending: run story-comments migrate" in lines["migrations"]
    assert "FAILED, cannot be reached" in lines["redis"]
    assert "FAILED" in lines["reader keys"]


def test_help_lists_every_command() -> None:
    from service.app.cli import COMMANDS

    told = run("--help").stdout

    assert all(f"\n  {name} " in told for name in COMMANDS)


def test_a_command_waits_for_nothing_that_it_does_not_use() -> None:
    """The web framework takes half a second to import; `token` is typed often."""
    import subprocess
    import sys

    from tests.app.commands.program import environment

    asked = "import sys, service.app.commands.migrate, service.app.cli; print('litestar' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment({}), capture_output=True, text=True, check=True
    )

    assert told.stdout == "False\n"


def test_migrate_grants_to_a_role_that_is_there(empty: str) -> None:
    unknown = run("migrate", "--grant-to", "nobody_has_this_name", DATABASE_URL=empty)
    assert unknown.returncode == 1
    assert "nobody_has_this_name was not granted what the service needs" in unknown.stderr
    done = run("migrate", "--grant-to", SERVICE_ROLE, "--json", DATABASE_URL=empty)
    assert (done.returncode, json.loads(done.stdout)["granted_to"]) == (0, SERVICE_ROLE)
    assert run("migrate", "--grant-to", SERVICE_ROLE, "--status", DATABASE_URL=empty).returncode == 2

    async def rights() -> tuple[bool, bool, bool]:
        conn = await asyncpg.connect(as_service(empty))
        ask = "SELECT has_table_privilege($1, $2)"
        asked = [("comments", "UPDATE"), ("audit_entries", "INSERT"), ("audit_entries", "UPDATE")]
        one, two, three = [await conn.fetchval(ask, table, right) for table, right in asked]
        await conn.close()
        return one, two, three

    assert run_async(rights) == (True, True, False)
