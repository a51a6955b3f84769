"""Installs Chromium for the tests of pages where that is possible (as root, with apt); else says what is left
out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
UPDATE = ["apt-get", "-q", "update"]
INSTALL = ["apt-get", "-q", "install", "-y", "--no-install-recommends", "chromium"]
WAIT_S = 600


def main() -> None:
    if any(shutil.which(name) for name in NAMES):
        return
    if reason := install():
        print(f"Browser tests will be skipped: there is no Chromium, and {reason}", file=sys.stderr)


def install() -> str | None:
    """Why Chromium could not be installed, or None when it was."""
    if os.geteuid() != 0:
        return "only root can install it (apt-get install chromium)"
    if shutil.which("apt-get") is None:
        return "this system has no apt-get to install it with"
    print("Installing Chromium for the tests of pages", file=sys.stderr, flush=True)
    for command in (UPDATE, INSTALL):
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=WAIT_S, stdin=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"'{' '.join(command)}' took longer than {WAIT_S} seconds"
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]
            return f"'{' '.join(command)}' failed: {last}"
    return None


if __name__ == "__main__":
    main()
