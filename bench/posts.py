"""Posts per second over HTTP: one writer and sixteen, on one hot story and on many; beside a bare insert by
pgbench-like load."""

import asyncio
import random
import statistics
from typing import Any
from uuid import uuid4

import asyncpg

from bench.load import drive, request
from bench.servers import bench_settings, served, servers
from service.app import dev_tokens
from service.infra.clock import SystemClock

_ROUNDS = 3
_STORIES = 64
_VOCABULARY = """
ordinary comment sentence says what many think stresses one word bridge river council vote budget road school teacher
summer winter paper story reader letter answer question money price market water garden window house street number
minute morning evening people nobody everybody never always perhaps almost under over between without
"""
_WORDS = _VOCABULARY.split()


def measure(quick: bool) -> list[dict[str, Any]]:
    """A row for each number of writers and spread of stories."""
    seconds = 0.5 if quick else 3.0
    with servers() as running:
        asyncio.run(_prepare(running.database_url))
        given = {"database_url": running.database_url, "redis_url": running.redis_url}
        settings = bench_settings(**given)
        clock = SystemClock()
        tokens = [
            dev_tokens.mint("subscriber", settings, clock.now(), subject=f"writer-{number}") for number in range(64)
        ]
        with served("service", given) as port:
            rows = []
            for writers in (1, 16):
                for stories in (1, _STORIES):
                    found = [
                        drive(port, _requests(tokens, stories), connections=writers, seconds=seconds, expect=201)
                        for _ in range(_ROUNDS)
                    ]
                    rows.append(_row(writers, stories, found))
        return rows


def _requests(tokens: list[str], stories: int) -> list[str]:
    """More posts than a round sends, each with a key and a text of its own."""
    posts = []
    for number in range(12_000):
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}", "Idempotency-Key": str(uuid4())}
        # No two alike, or screening would hold them as repeats.
        words = " ".join(random.choices(_WORDS, k=16))
        body = f'{{"body": "{words.capitalize()} and *{number}*."}}'
        posts.append(request("POST", f"/v1/stories/story-{number % stories}/comments", headers, body))
    return posts


def _row(writers: int, stories: int, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    figures = {name: statistics.median(found[name] for found in rounds) for name in ("per_s", "p50_ms", "p99_ms")}
    spread = "one story" if stories == 1 else f"{stories} stories"
    return {"what": f"posts, {writers} writers, {spread}", **figures}


async def _prepare(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute(
            "INSERT INTO stories (id, site, title, created_at, updated_at)"
            " SELECT 'story-' || n, 'bench', 'Story', now(), now() FROM generate_series(0, $1 - 1) n",
            _STORIES,
        )
    finally:
        await conn.close()
