"""`make bench`: what pages, tokens, posts, moderation, limits and the front cost, beside ceilings of the same run."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import front, hot, moderation, posts, screening, threads, tokens, widget


def _token_rows(quick: bool) -> list[dict[str, Any]]:
    """Tokens verified per second of one core, anew and remembered."""
    costs = asyncio.run(tokens.measure(0.2 if quick else 1.0))
    return [
        {
            "what": cost.algorithm,
            "verified_us": cost.verified_us,
            "verified_per_s": round(1e6 / cost.verified_us),
            "remembered_us": cost.remembered_us,
            "remembered_per_s": round(1e6 / cost.remembered_us),
        }
        for cost in costs
    ]


def _limit_rows(quick: bool) -> list[dict[str, Any]]:
    """Limits asked of a Redis of the bench's own."""
    with tempfile.TemporaryDirectory() as folder:
        return front.measure_limits(quick, Path(folder) / "redis")


MEASURES: dict[str, Callable[[bool], list[dict[str, Any]]]] = {
    "threads": threads.measure,
    "hot": hot.measure,
    "posts": posts.measure,
    "screening": screening.measure,
    "moderation": moderation.measure,
    "tokens": _token_rows,
    "front": front.measure,
    "limits": _limit_rows,
    "widget": widget.measure,
}


def main() -> None:
    """Runs what is named, or everything, and prints a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="|".join(MEASURES), help="everything unless named")
    parser.add_argument(
        "--quick", action="store_true", help="smaller threads and shorter rounds, to try the bench itself"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    if unknown := set(given.what) - set(MEASURES):
        parser.error(f"there is no measure {min(unknown)!r}; there are {', '.join(MEASURES)}")
    found = {name: MEASURES[name](given.quick) for name in given.what or MEASURES}
    if given.json:
        json.dump(found, sys.stdout, indent=1)
        print()
        return
    for name, rows in found.items():
        print(f"\n{name}")
        _print_table(rows)


def _print_table(rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    table = [columns, *[[_shown(row.get(column)) for column in columns] for row in rows]]
    widths = [max(len(line[at]) for line in table) for at in range(len(columns))]
    for line in table:
        print(
            "  ".join(
                cell.rjust(width) if at else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
