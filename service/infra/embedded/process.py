"""Child processes that cannot outlive us: the servers that `dev` and the tests start for themselves.

A child is started through a tiny Python launcher that gives up root, asks the kernel to end it when we die,
and then becomes the server. The launcher does this instead of `preexec_fn`, which is unsafe once threads run.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

CANNOT_EXECUTE = 126
_POLL_S = 0.01

# All is imported before the user changes, who may be unable to read Python's own library. Changing the user
# clears the parent-death signal, so that is asked for last; and the parent may have died before it was asked
# for, so the launcher looks once more. Systems without prctl (macOS) go without: there the next start ends
# what a killed parent left behind.
_LAUNCHER = f"""
import json, os, sys
order = json.loads(sys.argv[1])
if sys.platform == "linux":
    import ctypes
    prctl = ctypes.CDLL(None).prctl
if order["uid"] is not None:
    os.setgroups([])
    os.setgid(order["gid"])
    os.setuid(order["uid"])
os.umask(0o077)
if sys.platform == "linux":
    prctl(1, order["death_signal"], 0, 0, 0)
    if os.getppid() != order["parent"]:
        sys.exit(1)
try:
    os.execv(order["command"][0], order["command"])
except OSError as error:
    print(order["command"][0] + ": " + (error.strerror or ""), file=sys.stderr)
    sys.exit({CANNOT_EXECUTE})
"""


class ServerFailed(RuntimeError):
    """A server could not be started; the text is one line for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system user a server runs as, when we are root and it must not be."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """Whom a server runs as: `postgres` or `nobody` when we are root, else None, which means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerFailed("PostgreSQL refuses to run as root, and this system has no user 'postgres' or 'nobody'")


def end_with_parent(number: signal.Signals) -> None:
    """Asks the kernel to send us this signal when the process that started us ends; nothing where it cannot (macOS)."""
    if Path("/proc/self").exists():
        parent = os.getppid()
        ctypes.CDLL(None).prctl(1, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)


class _Order(msgspec.Struct):
    """What the launcher is told."""

    command: list[str]
    uid: int | None
    gid: int | None
    death_signal: int
    parent: int


def _launch(command: Sequence[str | Path], account: Account | None, death_signal: int) -> list[str]:
    order = _Order(
        command=[str(part) for part in command],
        uid=account.uid if account else None,
        gid=account.gid if account else None,
        death_signal=death_signal,
        parent=os.getpid(),
    )
    return [sys.executable, "-I", "-S", "-c", _LAUNCHER, msgspec.json.encode(order).decode()]


def _environment() -> Mapping[str, str]:
    """A plain environment: none of the caller's PG* or LD_* variables changes what the server does."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def run(
    command: Sequence[str | Path],
    account: Account | None,
    *,
    pass_fds: Sequence[int] = (),
    text: str = "",
    timeout_s: float = 60,
) -> subprocess.CompletedProcess[str]:
    """The finished command, run as `account` with `text` on its standard input; its output is one string."""
    return subprocess.run(
        _launch(command, account, signal.SIGKILL),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=timeout_s,
        cwd="/",
        env=_environment(),
        pass_fds=pass_fds,
        start_new_session=True,
    )


class ChildProcess:
    """A running server. Its output goes to `log`; the log before this one is kept as `<log>.previous`."""

    def __init__(
        self,
        command: Sequence[str | Path],
        account: Account | None,
        *,
        log: Path,
        death_signal: int,
        pass_fds: Sequence[int] = (),
        folder: Path | None = None,
    ) -> None:
        if threading.current_thread() is not threading.main_thread():
            # The kernel sends the parent-death signal when the *thread* that started the child ends.
            raise RuntimeError("servers are started from the main thread, or they would end with the thread")
        self.log = log
        if log.exists():
            log.replace(log.with_name(log.name + ".previous"))
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                _launch(command, account, death_signal),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder or "/",
                env=_environment(),
                pass_fds=pass_fds,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, *signals_and_waits: tuple[signal.Signals, float]) -> None:
        """Sends each signal and waits its seconds, until the process is gone; SIGKILL comes last of all."""
        for number, wait_s in signals_and_waits:
            if self._process.poll() is not None:
                return
            self._process.send_signal(number)
            try:
                self._process.wait(wait_s)
            except subprocess.TimeoutExpired:
                continue
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> str:
        """The last line of the log that says anything, for an error message."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")


def works_in(pid: int, folder: Path) -> bool:
    """Whether that process lives and has `folder` as its working folder, which is how a server of ours is
    known.
    """
    try:
        if Path("/proc/self/cwd").is_symlink():
            return os.path.samestat(Path(f"/proc/{pid}/cwd").stat(), folder.stat())
        told = subprocess.run(
            ["lsof", "-a", "-d", "cwd", "-Fn", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return f"n{folder.resolve()}" in told.stdout.split("\n")
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def end_leftover(pid: int, folder: Path, number: signal.Signals, *, wait_s: float = 15) -> None:
    """Waits until a server that a killed parent left behind in `folder` has ended, and ends it when it does
    not.

    The caller holds the folder's lock, so nobody else can be using that server.
    """
    patience_ends = time.monotonic() + wait_s
    asked_again_at = time.monotonic() + 1.0
    while works_in(pid, folder):
        now = time.monotonic()
        if now > patience_ends:
            os.kill(pid, signal.SIGKILL)
            patience_ends = now + wait_s
        elif now > asked_again_at:
            os.kill(pid, number)
            asked_again_at = now + wait_s
        time.sleep(_POLL_S)
