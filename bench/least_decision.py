"""What PostgreSQL alone gives moderators: the service's own claim, and the least that a decision changes."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import asyncpg

from service.infra.clock import SystemClock
from service.infra.sql import Queries
from service.review_queue.rules import lease_until
from service.review_queue.store import Filters

# In one statement and one commit.
_LEAST_DECISION = """
WITH moved AS (UPDATE comments SET status = 'published' WHERE story_id = $1 AND id = $2),
     gone AS (DELETE FROM review_items WHERE story_id = $1 AND comment_id = $2),
     kept AS (INSERT INTO decisions (id, story_id, comment_id, number, seen_revision, action, old_status, new_status,
                                     decided_by, decided_at)
              VALUES ($3, $1, $2, 1, 1, 'approve', 'held', 'published', 'bench', now()))
INSERT INTO outbox_events (id, topic, story_id, payload, happened_at)
VALUES ($4, 'comment.approved', $1, '{}', now())
"""


async def measure(database_url: str, site: str, connections: int, seconds: float) -> dict[str, Any]:
    """Pairs per second, and what a pair took."""
    claim = next(query for query in Queries.every if query.name == "review_queue.claim_urgent")
    took: list[float] = []

    async def work(number: int, conn: asyncpg.Connection) -> None:
        while (started := time.perf_counter()) < until:
            now = SystemClock().now()
            filters = Filters(sites=frozenset({site})).values()
            ends = lease_until(now)
            item = await claim.maybe(
                conn, queue="held", moderator=f"bench-{number}", now=now, until=ends, most=1, **filters
            )
            if item is None:
                continue
            await conn.execute(_LEAST_DECISION, item.story_id, item.comment_id, uuid4(), uuid4())
            took.append(time.perf_counter() - started)

    settings = {"plan_cache_mode": "force_custom_plan", "jit": "off"}
    conns = [await asyncpg.connect(database_url, server_settings=settings) for _ in range(connections)]
    started = time.perf_counter()
    until = started + seconds
    try:
        await asyncio.gather(*(work(number, conn) for number, conn in enumerate(conns)))
    finally:
        elapsed = time.perf_counter() - started
        for conn in conns:
            await conn.close()
    took.sort()
    return {
        "per_s": len(took) / elapsed,
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
    }
