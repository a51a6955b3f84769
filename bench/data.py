"""Threads of any size straight into the tables, in the shape of real ones, with every count as the service keeps it."""

import asyncpg

# Two in five are roots; the rest answer one of the hundred comments before them, as live discussions do. Ids are
# UUIDv7.
_COMMENTS = """
INSERT INTO comments (story_id, id, author_id, side, about, body, body_html, status, created_at, votes_up, votes_down,
                      changed_version)
SELECT $1, bench_id($1, n), bench_id('readers', n % 500), CASE n % 5 WHEN 0 THEN 'critics' WHEN 1 THEN 'defenders' END,
       CASE WHEN n % 7 = 0 THEN 'key-point-1' END, body, '<p>' || body || '</p>', 'published', moment,
       (hashtext($1 || n) & 1023) % 40, (hashtext(n || $1) & 1023) % 12, 1
  FROM (SELECT n, timestamptz '2026-01-01' + n * interval '1 second' AS moment,
               repeat('A sentence of an ordinary comment. ', 2 + n % 9) AS body
          FROM generate_series(0, $2 - 1) n) made
"""
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION bench_id(story text, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((1767225600 + n)::bigint * 1000), 12, '0') || '7000' || '8000' || substr(md5(story), 1, 12))::uuid
  $$;
CREATE OR REPLACE FUNCTION bench_parent(story text, n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN n < 2 OR (hashtext(story || 'p' || n) & 1023) % 5 < 2 THEN NULL
              ELSE greatest(0, n - 1 - (hashtext(n || 'p' || story) & 1023) % 100) END $$;
"""
_REPLIES = """
WITH RECURSIVE placed AS (
  SELECT n, NULL::integer AS parent, 0 AS depth, '{}'::uuid[] AS ancestors
    FROM generate_series(0, $2 - 1) n WHERE bench_parent($1, n) IS NULL
  UNION ALL
  SELECT c.n, p.n, p.depth + 1, p.ancestors || bench_id($1, p.n)
    FROM placed p JOIN (SELECT n, bench_parent($1, n) AS parent FROM generate_series(0, $2 - 1) n) c ON c.parent = p.n
)
UPDATE comments SET parent_id = bench_id($1, p.parent), depth = p.depth, ancestors =
         CASE WHEN p.depth > 56 THEN p.ancestors[1:6] || p.ancestors[p.depth - 49:] ELSE p.ancestors END,
       hangs_under = CASE WHEN p.depth <= 6 THEN bench_id($1, p.parent) ELSE p.ancestors[6] END
  FROM placed p
 WHERE comments.story_id = $1 AND comments.id = bench_id($1, p.n) AND p.depth > 0
"""
_COUNTS = """
UPDATE comments c SET reply_count = b.replies, direct_reply_count = b.direct
  FROM (SELECT a.id, count(*) AS replies, count(*) FILTER (WHERE r.parent_id = a.id) AS direct
          FROM comments r CROSS JOIN LATERAL unnest(r.ancestors) AS a (id)
         WHERE r.story_id = $1 GROUP BY a.id) b
 WHERE c.story_id = $1 AND c.id = b.id
"""


async def prepare(conn: asyncpg.Connection) -> None:
    """What all threads share: their authors."""
    await conn.execute(_FUNCTIONS)
    await conn.execute(
        "INSERT INTO readers (id, name, first_seen_at) SELECT bench_id('readers', n), 'Reader ' || n, now()"
        " FROM generate_series(0, 499) n"
    )


async def make_thread(conn: asyncpg.Connection, story: str, size: int) -> None:
    """A story of that many comments."""
    await conn.execute(
        "INSERT INTO stories (id, site, title, created_at, updated_at, thread_version, comment_count, sides, anchors)"
        " VALUES ($1, 'bench', $1, now(), now(), 1, $2, $3::text::jsonb, $4::text::jsonb)",
        story,
        size,
        '[{"id": "critics", "label": "Critics"}, {"id": "defenders", "label": "Defenders"}]',
        '[{"id": "key-point-1", "kind": "key_point", "text": "The first point."}]',
    )
    await conn.execute(_COMMENTS, story, size)
    await conn.execute(_REPLIES, story, size)
    await conn.execute(_COUNTS, story)


async def settle(conn: asyncpg.Connection) -> None:
    """What autovacuum would have done by the time such a thread exists."""
    await conn.execute("VACUUM (ANALYZE) comments")
    await conn.execute("VACUUM (ANALYZE) stories")
    await conn.execute("VACUUM (ANALYZE) readers")
