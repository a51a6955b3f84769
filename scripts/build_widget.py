"""Builds the widget's files with esbuild, where Node.js and npm are; what is fresh is left as it is.

The service runs without them: it then serves the sources. So `--if-possible`, as `make run` and `make test` ask for it,
says in a line why nothing was built and goes on. With CI=true a build that could be made and fails is a failure.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from service.web.built import files_digest, sources_digest  # noqa: E402

BUILDER = ROOT / "scripts" / "widget"
WEB = ROOT / "service" / "web"
INSTALLED = BUILDER / "node_modules" / ".installed-lock"
OLDEST_NODE = 20
WAIT_S = 180
# What decides how the widget is built, apart from its sources; digest.mjs names the same.
BUILDER_FILES = ("build.mjs", "digest.mjs", "package-lock.json")


class CannotBuild(Exception):
    """One line that says what is missing on this machine."""


class BuildFailed(Exception):
    """What npm or the build said."""


def is_fresh() -> bool:
    """Whether what is built is of these sources, by this builder."""
    try:
        told = json.loads((WEB / "built" / "built.json").read_bytes())
    except (OSError, ValueError):
        return False
    wanted = {"sources": sources_digest(WEB), "builder": files_digest(BUILDER, BUILDER_FILES)}
    return all(told.get(name) == digest for name, digest in wanted.items())


def build() -> None:
    """CannotBuild where there is no Node.js to do it with, BuildFailed where that did not work."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise CannotBuild("there is no Node.js with npm")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not version.removeprefix("v").split(".")[0].isdigit() or int(version[1:].split(".")[0]) < OLDEST_NODE:
        raise CannotBuild(f"Node.js {OLDEST_NODE} or newer is needed, and this is {version or 'none that runs'}")
    with (BUILDER / "package-lock.json").open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)  # Checks and tests may be started side by side.
        if not is_fresh():
            install_and_run(node, npm)


def install_and_run(node: str, npm: str) -> None:
    lock = files_digest(BUILDER, ["package-lock.json"])
    if not INSTALLED.is_file() or INSTALLED.read_text() != lock:
        run([npm, "ci", "--silent"])
        INSTALLED.write_text(lock)
    run([node, "build.mjs"])


def run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, cwd=BUILDER, capture_output=True, text=True, check=False, timeout=WAIT_S)
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(f"{Path(command[0]).name} took longer than {WAIT_S} seconds") from error
    if done.returncode != 0:
        raise BuildFailed(f"{Path(command[0]).name} {command[1]}: {(done.stderr or done.stdout).strip()}")


def main(arguments: list[str]) -> int:
    if_possible = "--if-possible" in arguments
    if is_fresh():
        return 0
    try:
        build()
    except CannotBuild as reason:
        print(f"The widget is served from its sources: {reason}", file=sys.stderr)
        return 0 if if_possible else 1
    except BuildFailed as failure:
        print(f"The widget could not be built: {failure}", file=sys.stderr)
        return 0 if if_possible and os.environ.get("CI") != "true" else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
