"""The supervisor, with processes that do what a test wants of them."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from itertools import pairwise
from pathlib import Path

from tests.app.commands.program import ROOT, environment

_SUPERVISE = """
import socket, sys
from service.app.cli import CommandFailed
from service.app.supervisor import Supervisor

script = sys.argv[1]
listening = socket.create_server(("127.0.0.1", 0))
try:
    Supervisor(lambda fd, ready: [sys.executable, "-c", script, str(ready)], listening, 2).run()
except CommandFailed as error:
    sys.exit(str(error))
"""


def supervise(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _SUPERVISE, textwrap.dedent(script)],
        env=environment({}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_gives_up_when_nothing_ever_starts() -> None:
    done = supervise("raise SystemExit('no database')")

    assert done.returncode == 1
    assert "no database" in done.stderr
    assert done.stderr.endswith("the service could not start; the lines above say why\n")


def test_it_goes_on_while_one_serves_and_starts_the_other_later_and_later(tmp_path: Path) -> None:
    """The first of the two says that it is ready; each further one fails. The fourth start ends the trial."""
    starts = tmp_path / "starts"
    done = supervise(f"""
        import os, pathlib, signal, sys, time
        starts = pathlib.Path({str(starts)!r})
        with starts.open("a") as file:
            file.write(f"{{time.monotonic()}}\\n")
        number = len(starts.read_text().split())
        if number == 1:
            os.write(int(sys.argv[1]), b"1")
            time.sleep(60)
        if number == 5:
            os.kill(os.getppid(), signal.SIGTERM)
            time.sleep(60)
        time.sleep(0.3)
        raise SystemExit(1)
    """)

    assert done.returncode == 0
    moments = [float(line) for line in starts.read_text().split()]
    pauses = [later - earlier for earlier, later in pairwise(moments[1:])]
    assert len(moments) == 5
    assert pauses == sorted(pauses)
    assert pauses[0] >= 0.5
