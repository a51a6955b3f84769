"""Twenty moderators at once over a queue of 50,000: claim to decision, and the first page of each queue and order."""

import asyncio
import statistics
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import asyncpg

from bench import least_decision, queue_data
from bench.load import drive, request
from bench.moderators import at_work
from bench.queue_data import QUEUES
from bench.servers import Servers, bench_settings, served, servers
from service.app import dev_tokens
from service.exchange.actions.import_ndjson import import_ndjson
from service.infra.clock import SystemClock
from service.infra.postgres import Database
from service.review_queue.rules import Order

_ROUNDS = 3
_MODERATORS = 20
_REAL_THREADS = Path(__file__).resolve().parents[2] / "shared" / "data" / "reddit_threads.jsonl"
_LONG, _SHORT = "bench-long", "bench-short"


def measure(quick: bool) -> list[dict[str, Any]]:
    """Rows of moderators at work with their ceilings, then a row for each queue and order."""
    sizes = {_SHORT: 100, _LONG: 5_000} if quick else {_SHORT: 1_000, _LONG: 50_000}
    seconds = 0.5 if quick else 4.0
    with servers() as running:
        started = time.perf_counter()
        waiting = asyncio.run(_fill(running, sizes))
        filled_s = time.perf_counter() - started
        given = {"database_url": running.database_url, "redis_url": running.redis_url}
        with served("service", given) as port:
            pages = _pages(port, given, waiting, 0.15 if quick else 0.3)
            rows = [*_working(running, port, given, waiting[_LONG], seconds), *pages]
    real = "beside real threads" if _REAL_THREADS.exists() else "without the real threads, which are not here"
    return [*rows, {"what": f"({sum(waiting.values()):,} items in each queue, {real}, set up in {filled_s:.0f} s)"}]


async def _fill(running: Servers, sizes: dict[str, int]) -> dict[str, int]:
    conn = await asyncpg.connect(running.database_url, command_timeout=600)
    try:
        waiting = await queue_data.fill(conn, sizes)
    finally:
        await conn.close()
    if _REAL_THREADS.exists():
        await _import_real_threads(running)
    return waiting


async def _import_real_threads(running: Servers) -> None:
    db = await Database.open(running.database_url)
    try:
        with _REAL_THREADS.open("rb") as lines:
            await import_ndjson(db, SystemClock(), lines, _LONG, dry_run=False)
    finally:
        await db.close()


def _tokens(given: dict[str, Any], site: str) -> list[str]:
    settings, now = bench_settings(**given), SystemClock().now()
    return [
        dev_tokens.mint("moderator", settings, now, subject=f"moderator-{number}", sites=(site,))
        for number in range(_MODERATORS)
    ]


def _working(running: Servers, port: int, given: dict[str, Any], waiting: int, seconds: float) -> list[dict[str, Any]]:
    """Claim to decision over HTTP, beside the same dance with a bare application, and with PostgreSQL alone."""
    tokens = _tokens(given, _LONG)
    with served("bare", _bare(port, tokens[0])) as ceiling:
        sources: dict[str, Callable[[], dict[str, Any]]] = {
            "bare": lambda: at_work(ceiling, tokens, "held", seconds=seconds, bare=True),
            "asyncpg": lambda: asyncio.run(
                least_decision.measure(running.database_url, _LONG, _MODERATORS, max(0.5, seconds / 4))
            ),
            "claim to decision": lambda: at_work(port, tokens, "held", seconds=seconds),
            "claim to decision, alone": lambda: at_work(port, tokens[:1], "held", seconds=seconds),
        }
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in sources}
        for _ in range(_ROUNDS):
            for name, run in sources.items():
                found[name].append(run())
    rows = {name: _median(rounds) for name, rounds in found.items()}
    ours = rows["claim to decision"]["per_s"]
    return [
        {
            "what": f"{name}, {1 if 'alone' in name else _MODERATORS} moderators",
            "waiting": waiting,
            **row,
            "of_bare": ours / rows["bare"]["per_s"] if name == "claim to decision" else None,
            "of_asyncpg": ours / rows["asyncpg"]["per_s"] if name == "claim to decision" else None,
        }
        for name, row in rows.items()
    ]


def _median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    names = [name for name in ("per_s", "requests_per_s", "p50_ms", "p99_ms") if name in rounds[0]]
    return {name: statistics.median(found[name] for found in rounds) for name in names}


def _bare(port: int, token: str) -> dict[str, Any]:
    """What the bare application answers: the bytes and headers of a claim."""
    asked = Request(
        f"http://127.0.0.1:{port}/v1/admin/queues/held/claims",
        data=b'{"limit": 1}',
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Encoding": "identity"},
    )
    with urlopen(asked) as answer:
        skipped = {"date", "x-request-id", "connection"}
        headers = [(name.lower(), value) for name, value in answer.headers.items() if name.lower() not in skipped]
        return {"status": 200, "body": b64encode(answer.read()).decode(), "headers": headers}


def _pages(port: int, given: dict[str, Any], waiting: dict[str, int], seconds: float) -> list[dict[str, Any]]:
    """The first page of each queue in each order, of the long site and of the short one in turn."""
    headers = {
        site: {"Authorization": f"Bearer {_tokens(given, site)[0]}", "Accept-Encoding": "identity"} for site in waiting
    }
    rows = [_page_row(port, headers, waiting, f"{queue}?order={order}", seconds) for queue in QUEUES for order in Order]
    return [*rows, _page_row(port, headers, waiting, "", seconds)]


def _page_row(
    port: int, headers: dict[str, dict[str, str]], waiting: dict[str, int], page: str, seconds: float
) -> dict[str, Any]:
    path = f"/v1/admin/queues/{page}".rstrip("/")
    found: dict[str, list[dict[str, Any]]] = {_SHORT: [], _LONG: []}
    for _ in range(_ROUNDS):
        for site, rounds in found.items():
            rounds.append(drive(port, [request("GET", path, headers[site])], connections=4, seconds=seconds))
    short, long = (_median(found[site]) for site in (_SHORT, _LONG))
    return {
        "what": f"page {page}" if page else "counts of all queues",
        "waiting": waiting[_LONG],
        **long,
        "of_short_queue": short["per_s"] / long["per_s"],
    }
