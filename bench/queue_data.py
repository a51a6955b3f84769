"""What waits for moderators: two sites with queues of two lengths, over imported threads."""

import asyncpg

from bench import data

QUEUES = ("held", "reported", "unreviewed", "appealed", "escalated")
# Each generated thread is so long, and so many of its comments wait in each queue.
_THREAD = 600
_WAITING = 500

# Held answers to comments of the thread, newer than all of them; readers' counts know nothing of what is held.
_HELD = """
INSERT INTO comments (story_id, id, parent_id, hangs_under, ancestors, depth, author_id, body, body_html, status,
                      created_at)
SELECT $1, bench_id($1, 100000 + n), above.id, above.id, above.ancestors || above.id, above.depth + 1,
       bench_id('readers', n % 500), body, '<p>' || body || '</p>', 'held', now() - n * interval '20 seconds'
  FROM generate_series(0, $2 - 1) n
  JOIN LATERAL (SELECT id, ancestors, depth FROM comments WHERE story_id = $1 AND id = bench_id($1, n)) above
    ON above.depth < 6
 CROSS JOIN LATERAL (SELECT 'Look at https://cheap-watches.example/' || n || ', it is what I bought.' AS body) made
"""
_SCREENED = """
INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
SELECT story_id, id, 1, 'hold',
       '[{"check": "links", "kind": "hold", "detail": "a link of a reader who is new"}]'::text::jsonb, created_at
  FROM comments WHERE story_id = $1 AND status = 'held'
"""
_ITEMS = """
INSERT INTO review_items (story_id, comment_id, queue, site, author_id, signals, waiting_since, urgency)
SELECT story_id, id, queue, $2, author_id,
       CASE queue WHEN 'held' THEN ARRAY['hold', 'links'] ELSE '{}'::text[] END,
       now() - (row_number() OVER (PARTITION BY queue)) * interval '17 seconds',
       (hashtext(id::text || queue) & 255)
  FROM comments CROSS JOIN unnest($3::text[]) AS queue
 WHERE story_id = $1 AND (status = 'held') = (queue = 'held')
"""
_REPORTED = """
INSERT INTO reports (story_id, comment_id, reporter_id, id, revision, reason, reported_at)
SELECT story_id, comment_id, bench_id('readers', reporter), gen_random_uuid(), 1, 'spam', waiting_since
  FROM review_items CROSS JOIN generate_series(0, 1) AS reporter
 WHERE story_id = $1 AND queue = 'reported'
"""


async def fill(conn: asyncpg.Connection, sites: dict[str, int]) -> dict[str, int]:
    """Sites with at least so many waiting items in each queue; how many there are in `held`."""
    await data.prepare(conn)
    for site, waiting in sites.items():
        for number in range(-(-waiting // _WAITING) + 1):
            await _add_story(conn, site, f"{site}-{number}")
    await data.settle(conn)
    for table in ("review_items", "screenings", "reports", "queue_counts"):
        await conn.execute(f"VACUUM (ANALYZE) {table}")
    return {site: await waiting_in(conn, site, "held") for site in sites}


async def waiting_in(conn: asyncpg.Connection, site: str, queue: str) -> int:
    """How many items the rows themselves say there are."""
    found: int = await conn.fetchval("SELECT count(*) FROM review_items WHERE site = $1 AND queue = $2", site, queue)
    return found


async def _add_story(conn: asyncpg.Connection, site: str, story: str) -> None:
    async with conn.transaction():
        await data.make_thread(conn, story, _THREAD)
        await conn.execute("UPDATE stories SET site = $2 WHERE id = $1", story, site)
        await conn.execute(_HELD, story, _THREAD)
        await conn.execute(_SCREENED, story)
        await conn.execute(_ITEMS, story, site, list(QUEUES))
        await conn.execute(_REPORTED, story)
