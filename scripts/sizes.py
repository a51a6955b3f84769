"""Fails when the widget, as it is built, weighs more than its bounds: gzipped, scripts and styles together.

    python scripts/sizes.py            the gate, as `make check` runs it
    python scripts/sizes.py --all      every file, in bytes: plain, gzip, brotli

The styles are inside the scripts, so a script's weight is all there is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import build_widget
from service.web.built import Built, read_built

READING = ("embed.js",)
AFTERWARDS = ("widget/more.js",)

# gzip bytes; the first two are what is promised.
MOST: Mapping[str, int] = {
    "reading": 12_000,
    "all": 20_000,
    "count.js": 1_024,
    "parts-words.js": 1_500,
    "latest.js": 3_000,
    "bubbles.js": 3_000,
}


def weights(built: Built) -> dict[str, int]:
    """The gzip size of each file, as it was packed to be sent."""
    return {path: len(built.gzip[path]) for path in built.files}


def totals(weights: Mapping[str, int]) -> dict[str, int]:
    """What is held to a bound: what reading loads, all that a reader can open, and the small elements."""
    reading = total(weights, READING)
    return {
        "reading": reading,
        "all": reading + total(weights, AFTERWARDS),
        **{name: weights[name] for name in MOST if name in weights},
    }


def total(weights: Mapping[str, int], names: Iterable[str]) -> int:
    return sum(weights[name] for name in names)


def faults(weights: Mapping[str, int]) -> list[str]:
    """What is too heavy, or belongs to nothing that is weighed; one line each."""
    found = [
        f"{name} is {size} bytes, {size - MOST[name]} too many"
        for name, size in totals(weights).items()
        if size > MOST[name]
    ]
    known = {*READING, *AFTERWARDS, *MOST}
    return found + [f"{name} is not weighed" for name in weights if name not in known and not name.startswith("words/")]


def main(arguments: list[str]) -> int:
    if build_widget.main(["--if-possible"]) != 0:
        return 1
    built = read_built(build_widget.WEB)
    if isinstance(built, str):
        print(f"sizes: not weighed, because {built}")
        return 0
    found = weights(built)
    if "--all" in arguments:
        for path, size in sorted(found.items()):
            print(f"{path:24} {len(built.files[path]):7} {size:7} {len(built.brotli[path]):7}")
    for name, size in totals(found).items():
        print(f"{name}: {size} of {MOST[name]} bytes")
    for fault in faults(found):
        print(f"FAULT: {fault}")
    return 1 if faults(found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
