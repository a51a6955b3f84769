"""Servers and workers as processes that a test may kill, with short leases so that it need not wait half a minute."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import httpx2

from service.infra.config import FIELDS, Settings
from tests.app.commands.program import ROOT, environment, free_port

LEASE_S = 1.5
_LIMITS: Mapping[str, float] = {"outbox_lease_s": LEASE_S, "outbox_handler_s": LEASE_S / 3}
_LIMITS_VARIABLE = "LIMITS_OF_TEST"
_RUN = f"""
import json
import os
import sys
from service.kernel import limits
for name, value in json.loads(os.environ.pop("{_LIMITS_VARIABLE}", '{json.dumps(_LIMITS)}')).items():
    assert hasattr(limits, name), name
    setattr(limits, name, value)
from service.__main__ import main
sys.argv = ["story-comments", *sys.argv[1:]]
main()
"""


def environment_of(settings: Settings) -> dict[str, str]:
    """These settings as a process reads them."""
    plain = Settings()
    given = {each.env: getattr(settings, each.field) for each in FIELDS}
    default = {each.env: getattr(plain, each.field) for each in FIELDS}
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in given.items()
        if value is not None and value != default[name]
    }


class Process:
    """One running program."""

    def __init__(self, log: Path, *words: str, **settings: str) -> None:
        self.log = log
        self._words, self._settings = words, settings
        self.popen = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-c", _RUN, *self._words],
                env=environment(self._settings),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As the machine's power supply does it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def kill_and_start(self) -> None:
        self.kill()
        self.popen = self._start()

    def stop(self, within_s: float = 20) -> int:
        """As an operator does it; the exit code."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(within_s)


@contextlib.contextmanager
def running(log: Path, *words: str, **settings: str) -> Iterator[Process]:
    process = Process(log, *words, **settings)
    try:
        yield process
    finally:
        process.kill()


@contextlib.contextmanager
def serving(
    log: Path, settings: Settings, *words: str, limits: Mapping[str, float] = MappingProxyType({})
) -> Iterator[tuple[Process, str]]:
    """A server that answers, and its address; `limits` are bounds of the kernel that it has otherwise."""
    port = free_port()
    given = {**environment_of(settings), "PORT": str(port), "COMMENTS_METRICS_PORT": str(free_port())}
    given[_LIMITS_VARIABLE] = json.dumps({**_LIMITS, **limits})
    with running(log, "serve", *words, **given) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while not answers(url):
            assert process.popen.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield process, url


def answers(url: str) -> bool:
    with contextlib.suppress(httpx2.HTTPError):
        return httpx2.get(f"{url}/health/live", timeout=2, trust_env=False).status_code == 200
    return False
