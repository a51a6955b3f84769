"""The Redis-compatible server of our own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from service.infra.embedded.folder import FolderInUse
from service.infra.embedded.process import ServerFailed, works_in
from service.infra.embedded.redis import EmbeddedRedis, find_redis_program, redis_version


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="story comments-"))
    yield made / "redis"
    shutil.rmtree(made, ignore_errors=True)


def test_it_answers_on_its_socket_only_and_ends(folder: Path) -> None:
    with EmbeddedRedis(folder) as server:
        client = redis.Redis.from_url(server.url)
        assert client.ping() is True
        assert client.config_get("port") == {"port": "0"}
        assert server.version.split()[1] in str(client.info())
        client.close()
        pid = server.pid

    assert not works_in(pid, folder)


def test_databases_are_apart(folder: Path) -> None:
    with EmbeddedRedis(folder) as server:
        zero, one = (redis.Redis.from_url(server.url_of(number)) for number in (0, 1))
        zero.set("a", "b")
        assert one.get("a") is None
        zero.close()
        one.close()


def test_a_path_too_long_for_a_socket_is_no_obstacle(folder: Path) -> None:
    with EmbeddedRedis(folder / ("d" * 120)) as server:
        client = redis.Redis.from_url(server.url)
        assert client.ping() is True
        client.close()


def test_the_same_folder_cannot_be_used_twice_at_once(folder: Path) -> None:
    with EmbeddedRedis(folder), pytest.raises(FolderInUse):
        EmbeddedRedis(folder).start()


_PARENT = """
import sys, time
from pathlib import Path
from service.infra.embedded.redis import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def test_a_killed_parent_leaves_nothing_in_the_way(folder: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.stdout.close()
    parent.kill()
    parent.wait()

    with EmbeddedRedis(folder) as server:
        assert server.pid != pid
        deadline = time.monotonic() + 10
        while works_in(pid, folder):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_program_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(ServerFailed, match="COMMENTS_REDIS_BIN: /nowhere/redis is not a program"):
        EmbeddedRedis(folder, program=Path("/nowhere/redis")).start()


def test_the_program_can_be_chosen(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    chosen = find_redis_program()
    monkeypatch.setenv("COMMENTS_REDIS_BIN", str(chosen))

    with EmbeddedRedis(folder) as server:
        assert server.version == redis_version(chosen)
