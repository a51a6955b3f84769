"""`serve` in one process and in several: started, killed, replaced under load, stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.app.commands.program import SETTINGS, free_port, run, started, until
from tests.servers import PostgresAddress, run_async


class Address:
    """A port, and what is asked there."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/health/live"

    def answers(self) -> bool:
        try:
            return httpx2.get(self.url, timeout=5, trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False


@pytest.fixture
def address() -> Address:
    return Address()


@pytest.fixture
def settings(address: Address, database_url: str, redis_url: str) -> dict[str, str]:
    return {
        **SETTINGS,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORT": str(address.port),
        "COMMENTS_METRICS_PORT": str(free_port()),
    }


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_one_process_serves_and_stops_in_order(tmp_path: Path, address: Address, settings: dict[str, str]) -> None:
    with started(tmp_path / "log", "serve", **settings) as server:
        until(address.answers)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


def test_a_killed_process_is_replaced(tmp_path: Path, address: Address, settings: dict[str, str]) -> None:
    with started(tmp_path / "log", "serve", "--workers", "2", **settings) as server:
        until(address.answers)
        until(lambda: len(children(server.pid)) == 2)
        victim = children(server.pid)[0]
        os.kill(victim, signal.SIGKILL)

        until(lambda: len(children(server.pid)) == 2 and victim not in children(server.pid))
        assert address.answers()


def test_processes_are_replaced_without_a_failed_request(
    tmp_path: Path, address: Address, settings: dict[str, str]
) -> None:
    log = tmp_path / "log"
    with started(log, "serve", "--workers", "2", **settings) as server:
        until(address.answers)
        until(lambda: len(children(server.pid)) == 2)
        before = set(children(server.pid))
        stop = threading.Event()
        failures: list[int] = []
        answered: list[int] = []

        def ask() -> None:
            while not stop.is_set():
                # A connection for each request: one that is kept may be closed by either side at any time.
                (answered if address.answers() else failures).append(1)

        askers = [threading.Thread(target=ask) for _ in range(2)]
        for asker in askers:
            asker.start()
        server.send_signal(signal.SIGHUP)
        until(lambda: b"Every serving process was replaced" in log.read_bytes())
        stop.set()
        for asker in askers:
            asker.join()

        assert not before & set(children(server.pid))
        assert answered
        assert not failures


def test_the_processes_end_with_the_one_that_started_them(
    tmp_path: Path, address: Address, settings: dict[str, str]
) -> None:
    with started(tmp_path / "log", "serve", "--workers", "2", **settings) as server:
        until(address.answers)
        until(lambda: len(children(server.pid)) == 2)
        workers = children(server.pid)
        server.kill()
        server.wait()

        until(lambda: all(gone(worker) for worker in workers))


def test_all_stop_together(tmp_path: Path, address: Address, settings: dict[str, str]) -> None:
    with started(tmp_path / "log", "serve", "--workers", "2", **settings) as server:
        until(address.answers)
        until(lambda: len(children(server.pid)) == 2)
        workers = children(server.pid)
        server.send_signal(signal.SIGTERM)

        assert server.wait(20) == 0
        assert all(gone(worker) for worker in workers)


@pytest.fixture
def empty_database(postgres: PostgresAddress, worker_name: str) -> Iterator[str]:
    import asyncpg

    async def ask(statement: str) -> None:
        conn = await asyncpg.connect(postgres.dsn_of("postgres"))
        await conn.execute(statement)
        await conn.close()

    run_async(lambda: ask(f"CREATE DATABASE unmigrated_{worker_name}"))
    yield postgres.dsn_of(f"unmigrated_{worker_name}")
    run_async(lambda: ask(f"DROP DATABASE unmigrated_{worker_name} WITH (FORCE)"))


def test_pending_migrations_keep_it_from_serving(settings: dict[str, str], empty_database: str) -> None:
    done = run("serve", **{**settings, "DATABASE_URL": empty_database})

    assert done.returncode == 1
    assert "migrations are pending, the first is 0001_" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_named_in_one_line(tmp_path: Path, address: Address, settings: dict[str, str]) -> None:
    with started(tmp_path / "log", "serve", **settings):
        until(address.answers)

        done = run("serve", **settings)

    assert done.returncode == 1
    assert done.stderr == (
        f"story-comments: port {address.port} is in use by another program; "
        "stop that one, or choose another port with PORT\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "http", "PORT: "),
        ("COMMENTS_READER_SECRET", "short", "COMMENTS_READER_SECRET must have 32 bytes or more"),
        ("COMMENTS_HOTS", "x", "COMMENTS_HOTS is not a setting of this program"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(settings: dict[str, str], name: str, value: str, words: str) -> None:
    done = run("serve", **{**settings, name: value})

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "short" not in done.stderr


def test_a_database_that_is_away_is_named_without_its_password(settings: dict[str, str]) -> None:
    done = run("serve", **{**settings, "DATABASE_URL": f"postgresql://a:hidden@127.0.0.1:{free_port()}/x"})

    assert done.returncode == 1
    assert "PostgreSQL cannot be reached" in done.stderr
    assert "hidden" not in done.stderr
