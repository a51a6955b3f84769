"""`dev` as somebody meets it who has just cloned the repository: started, found busy, killed, started again."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from service.app.development import DataFolder
from service.app.example import EXAMPLE_STORY
from tests.app.commands.program import environment, free_port, run, started, until


class Dev:
    """A data folder, a port, and what the `dev` there prints and answers."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.folder = home / "data folder"
        self.log = home / "log"
        self.settings = {"PORT": str(self.port), "COMMENTS_DATA_DIR": str(self.folder)}

    def get(self, path: str, token: str | None = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.get(f"{self.url}{path}", headers=headers, timeout=20, trust_env=False)

    def wait_until_up(self) -> None:
        until(lambda: DataFolder(self.folder).running(), within_s=60)
        assert self.get("/health/ready").status_code == 200

    def token(self, part: str) -> str:
        return run("token", "--as", part, **self.settings).stdout.strip()

    def processes(self) -> list[int]:
        """Every process that has this data folder in its command, which its servers have, or works in it."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes()
                cwd = str((entry / "cwd").readlink())
            except (OSError, ValueError):
                continue
            if str(self.folder).encode() in command or cwd.startswith(str(self.folder)):
                found.append(int(entry.name))
        return found


@pytest.fixture
def dev() -> Iterator[Dev]:
    home = Path(tempfile.mkdtemp(prefix="story comments-"))
    home.chmod(0o755)
    made = Dev(home)
    yield made
    until(lambda: not made.processes())
    shutil.rmtree(home, ignore_errors=True)


def test_everything_is_there_at_the_first_start_and_stops_with_it(dev: Dev) -> None:
    with started(dev.log, "dev", **dev.settings) as program:
        dev.wait_until_up()
        told = dev.log.read_text()

        for address in re.findall(r"^  (?:Demo page|Console|API) +(\S+)$", told, re.MULTILINE):
            assert address.startswith(dev.url)
            assert dev.get(address.removeprefix(dev.url)).status_code == 200
        assert f"  Data folder    {dev.folder}\n" in told
        assert dev.get(f"/v1/stories/{EXAMPLE_STORY}").json()["comment_count"] > 20
        assert dev.get("/v1/me", dev.token("subscriber")).json()["entitlement"]["entitled"] is True
        assert run("doctor", COMMENTS_DATA_DIR=str(dev.folder)).returncode == 0
        assert len(dev.processes()) >= 2

        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0

    assert dev.processes() == []
    assert run("doctor", COMMENTS_DATA_DIR=str(dev.folder)).returncode == 2


def test_what_was_written_survives_kill_and_nothing_is_left_running(dev: Dev) -> None:
    with started(dev.log, "dev", **dev.settings) as program:
        dev.wait_until_up()
        token = dev.token("subscriber")
        posted = httpx2.post(
            f"{dev.url}/v1/stories/{EXAMPLE_STORY}/comments",
            json={"body": "This must be here after the crash."},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "once"},
            timeout=20,
            trust_env=False,
        )
        assert posted.status_code == 201
        program.kill()
        program.wait()

    with started(dev.log, "dev", **dev.settings) as program:
        dev.wait_until_up()
        context = dev.get(f"/v1/comments/{posted.json()['id']}", token)
        assert context.status_code in (200, 404)  # 404 where the checks held it; then it is in the viewer's own layer.
        own = dev.get(f"/v1/me/stories/{EXAMPLE_STORY}", token).text
        assert posted.json()["id"] in context.text + own
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 0


def test_a_second_one_says_so_in_one_line(dev: Dev) -> None:
    with started(dev.log, "dev", **dev.settings):
        dev.wait_until_up()

        same_folder = run("dev", **{**dev.settings, "PORT": str(free_port())})
        same_port = run("dev", **{**dev.settings, "COMMENTS_DATA_DIR": str(dev.folder / "other")})

    assert same_folder.returncode == 1
    assert same_folder.stderr == (
        f"story-comments: another `story-comments dev` is running with the data folder {dev.folder} at {dev.url}\n"
    )
    assert same_port.returncode == 1
    assert same_port.stderr == (
        f"story-comments: port {dev.port} is in use by another program; "
        "stop that one, or choose another port with PORT\n"
    )
    assert not (dev.folder / "other" / "postgres").exists()


def test_servers_that_are_given_are_used_and_none_is_started(dev: Dev, database_url: str, redis_url: str) -> None:
    given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    try:
        with started(dev.log, "dev", **dev.settings, **given):
            dev.wait_until_up()
            assert not (dev.folder / "postgres").exists()
            assert not (dev.folder / "redis").exists()
            assert json.loads((dev.folder / "running.json").read_bytes())["database_url"] == database_url
    finally:
        from tests.servers import empty_database, run_async

        run_async(lambda: empty_database(database_url))


def test_a_setting_that_is_given_takes_the_place_of_the_chosen_one(dev: Dev) -> None:
    given = {"COMMENTS_READER_SECRET": "of-the-developer" * 2}
    with started(dev.log, "dev", **dev.settings, **given):
        dev.wait_until_up()
        with_chosen, with_given = (
            dev.token("reader"),
            run("token", "--as", "reader", **dev.settings, **given).stdout.strip(),
        )

        assert dev.get("/v1/me", with_chosen).status_code == 401
        assert dev.get("/v1/me", with_given).status_code == 200
        assert "COMMENTS_READER_SECRET" not in dev.log.read_text()


def test_a_wrong_setting_is_named_before_anything_is_started(dev: Dev) -> None:
    done = run("dev", **{**dev.settings, "PORT": "eighty"})

    assert done.returncode == 2
    assert "PORT: " in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (dev.folder / "postgres").exists()


def test_it_ends_with_whoever_started_it(dev: Dev) -> None:
    """As when somebody kills `make run`, which cannot pass that on."""
    starter = "import subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]])"
    with dev.log.open("ab") as log:
        make = subprocess.Popen(
            [sys.executable, "-c", starter, "-m", "service", "dev", "--stop-with-parent"],
            env=environment(dev.settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        dev.wait_until_up()
    finally:
        make.kill()
        make.wait()

    until(lambda: not dev.processes() and not DataFolder(dev.folder).running())
