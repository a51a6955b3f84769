"""The program as its users start it: another process, with an environment that a test chooses."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

SETTINGS = {
    "COMMENTS_READER_ISSUER": "https://login.example",
    "COMMENTS_READER_AUDIENCE": "comments",
    "COMMENTS_READER_SECRET": "r" * 32,
    "COMMENTS_STAFF_ISSUER": "https://staff.example",
    "COMMENTS_STAFF_AUDIENCE": "comments-staff",
    "COMMENTS_STAFF_SECRET": "s" * 32,
}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Nothing of this process's own settings, and these."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "COMMENTS_PG_BIN", "COMMENTS_REDIS_BIN")
        if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The finished program."""
    return subprocess.run(
        [sys.executable, "-m", "service", *words],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def started(log: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it runs; ended by force where the test has not ended it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", *words],
            env=environment(settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def until(condition: Callable[[], object], within_s: float = 30) -> None:
    """Waits for the condition; AssertionError when it does not come true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
