"""Rewrites the locks in requirements/ from pyproject.toml.

Each is for every system and Python that we support, with hashes and without any registry's host. Versions
stay as they are unless `--upgrade` is given.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from scripts import environment

ROOT = Path(__file__).resolve().parent.parent
SETS = {
    "dev": ["--extra", "embedded", "--extra", "learn", "--group", "dev"],
    "run": ["--extra", "embedded", "--extra", "learn"],
    "service": ["--extra", "learn"],
}
HEADER = "# Made by `make lock` from pyproject.toml.\n"


def main(options: list[str]) -> None:
    uv = find_uv()
    for number, (name, parts) in enumerate(SETS.items()):
        lock = f"requirements/{name}.txt"
        # The smaller sets take their versions from the largest, so that all agree.
        agreeing = [] if number == 0 else ["--constraint", "requirements/dev.txt"]
        command = [
            *uv,
            "pip",
            "compile",
            "pyproject.toml",
            *parts,
            *agreeing,
            *(options if number == 0 else []),
        ]
        command += [
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-header",
        ]
        subprocess.run([*command, "--quiet", "--output-file", lock], cwd=ROOT, check=True)
        tidy(ROOT / lock)


def tidy(lock: Path) -> None:
    """Leaves out the lines that only say that another lock agrees."""
    kept: list[str] = []
    for line in lock.read_text().splitlines():
        if line.strip() == "#   -c requirements/dev.txt":
            continue
        kept.append(line)
    lock.write_text(HEADER + "\n".join(kept) + "\n")


def find_uv() -> list[str]:
    """uv from the PATH, or one put into the environment when it is first needed."""
    if found := shutil.which("uv"):
        return [found]
    own = environment.VENV / "bin" / "uv"
    if not own.exists():
        ways = environment.pip_commands()
        if not ways:
            sys.exit("lock: there is neither uv nor pip to install it with")
        subprocess.run([*ways[0], "uv"], check=True, env=environment.environment())
    return [str(own)]


if __name__ == "__main__":
    main(sys.argv[1:])
