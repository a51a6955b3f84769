"""Fails when a tracked file names a package registry's host: a lock with one works on some networks only."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Written so that this file does not name them either.
HOSTS = re.compile(rb"p[y]pi\.org|pythonh[o]sted\.org|registry\.n[p]mjs|registry\.y[a]rnpkg|index[-_]url\s*=?\s*http")


def main() -> int:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        print("hosts: this is not a git checkout, so there are no tracked files to look through")
        return 0
    found = [
        f"{name}:{number}: names a registry's host"
        for name in listed.stdout.decode().split("\0")
        if name and (ROOT / name).is_file()
        for number, line in enumerate((ROOT / name).read_bytes().split(b"\n"), start=1)
        if HOSTS.search(line)
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
