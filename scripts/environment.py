"""Makes `.venv` hold what a lock lists: `python environment.py run` or `python environment.py dev`.

Run by whatever Python the machine has, so it uses the standard library alone and needs neither ensurepip nor
python3-venv. Packages are installed with their hashes checked, by uv where it is on the PATH, else by pip.
Nothing is done when the locks and Python are those of the last time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)
_PINNED = re.compile(r"^(\S+==\S+)", re.MULTILINE)


class CannotInstall(Exception):
    """One line that says why, and what would help."""


def main(wanted: str) -> None:
    with (ROOT / "requirements" / "run.txt").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` may be started side by side.
        made_by = venv_python()
        if made_by is None:
            make_venv()
            made_by = venv_python()
        if made_by is None:
            raise CannotInstall(f"{sys.executable} could not make a working environment in {VENV}")
        stamp = read_stamp()
        if stamp.get("python") != made_by or digest(wanted) not in stamp.get("locks", []):
            install(wanted)
            locks = sorted({digest(name) for name in (wanted, "run") if holds_all_of(wanted, name)})
            write(STAMP, json.dumps({"python": made_by, "locks": locks}) + "\n")
        link_project()


def venv_python() -> list[int] | None:
    """The version of the environment's Python; None when there is none, or one too old, or one that is gone."""
    try:
        told = subprocess.run(
            [PYTHON, "-I", "-S", "-c", "import sys; print(*sys.version_info[:3])"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    version = [int(part) for part in told.stdout.split()]
    return version if tuple(version) >= OLDEST else None


def make_venv() -> None:
    say(f"Making .venv with Python {sys.version.split()[0]}")
    try:
        import venv
    except ImportError as error:
        raise CannotInstall(f"{sys.executable} lacks its own module 'venv': install the whole of Python") from error
    shutil.rmtree(VENV, ignore_errors=True)
    venv.EnvBuilder(with_pip=False, symlinks=True).create(VENV)


def install(wanted: str) -> None:
    lock = ROOT / "requirements" / f"{wanted}.txt"
    ways = [*uv_commands(), *pip_commands()[:1]]
    if not ways:
        raise CannotInstall(f"there is neither uv nor pip for {sys.executable} (Debian: apt-get install python3-pip)")
    say(f"Installing the packages of requirements/{wanted}.txt (with pip about half a minute)")
    for way in ways:
        if subprocess.run([*way, "--require-hashes", "-r", lock], check=False, env=environment()).returncode == 0:
            return
        say(f"That did not work with {Path(way[0]).name}")
    raise CannotInstall(f"the packages of requirements/{wanted}.txt could not be installed; the reason stands above")


def uv_commands() -> list[list[str]]:
    uv = shutil.which("uv")
    return [[uv, "pip", "install", "--quiet", "--python", str(PYTHON)]] if uv else []


def pip_commands() -> list[list[str]]:
    """Each pip that this machine has: Python's own, a packaged one, the one it carries for new environments."""
    rest = ["--python", str(PYTHON), "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    found = []
    shelves = [Path("/usr/share/python-wheels")]
    if has_module("pip"):
        found.append([sys.executable, "-m", "pip", *rest])
    if has_module("ensurepip"):
        import ensurepip

        shelves.append(Path(ensurepip.__file__).parent / "_bundled")
    for shelf in shelves:
        found += [[sys.executable, f"{wheel}/pip", *rest] for wheel in sorted(shelf.glob("pip-*.whl"))]
    return found


def has_module(name: str) -> bool:
    asked = subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False)
    return asked.returncode == 0


def environment() -> dict[str, str]:
    """The caller's environment, without what would put packages elsewhere, and with caches that can be
    written.
    """
    moves = {
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_REQUIRE_VIRTUALENV",
        "PYTHONHOME",
        "PYTHONPATH",
        "VIRTUAL_ENV",
    }
    kept = {name: value for name, value in os.environ.items() if name not in moves}
    kept["PIP_ROOT_USER_ACTION"] = "ignore"
    home = kept.get("HOME", "")
    if not (home and os.access(home, os.W_OK)):
        kept["HOME"] = str(VENV)
        kept.setdefault("UV_CACHE_DIR", str(VENV / "cache"))
        kept.setdefault("PIP_NO_CACHE_DIR", "1")
    return kept


def link_project() -> None:
    """Lets the environment import the project from where it stands, and start it as
    `.venv/bin/story-comments`.
    """
    for folder in (VENV / "lib").glob("python3*/site-packages"):
        write(folder / "story-comments.pth", f"{ROOT}\n")
    program = VENV / "bin" / "story-comments"
    # A shebang could not name an interpreter whose path has a space in it.
    write(program, '#!/bin/sh\nexec "$(dirname "$0")/python" -m service "$@"\n')
    program.chmod(0o755)


def digest(name: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def holds_all_of(wanted: str, other: str) -> bool:
    pinned = [set(_PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text())) for name in (wanted, other)]
    return pinned[1] <= pinned[0]


def read_stamp() -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def write(path: Path, text: str) -> None:
    """Writes the file unless it already says this."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (CannotInstall, OSError) as error:
        say(f"environment: {error}")
        sys.exit(1)
