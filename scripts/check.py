"""What `make check` runs: every check that needs no server, all of them, two at a time."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

# The slowest comes first, so that the others run beside it.
CHECKS: dict[str, list[str]] = {
    "types": [PYTHON, "-m", "mypy"],
    "imports": [
        PYTHON,
        "-c",
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())",
    ],
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "hosts": [PYTHON, "scripts/hosts.py"],
    "words": [PYTHON, "scripts/words.py"],
    "sizes": [PYTHON, "scripts/sizes.py"],
}


def run(command: list[str]) -> tuple[int, str, float]:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout.strip(), time.monotonic() - started


def main() -> int:
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, (code, output, seconds) in zip(CHECKS, pool.map(run, CHECKS.values()), strict=True):
            print(f"{name}: {'ok' if code == 0 else 'FAILED'} ({seconds:.1f} s)", flush=True)
            if code != 0:
                failed.append(name)
                print(output, flush=True)
    print(f"check: {', '.join(failed)} failed" if failed else "check: all is well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
