-- name: standing
-- Everything that decides what a reader may do, in one round trip: asked before every write. One row always, whoever asks.
-- The last comment is looked for only on a slow story, and only among ids as young as the wait (UUIDv7: time comes first).
SELECT r.id AS reader_id,
       ARRAY(SELECT ROW(e.source, e.status, e.plan, e.valid_until, e.as_of, e.status_since, e.subscription)
               FROM entitlements e
              WHERE e.subject = :subject) AS claims,
       ARRAY(SELECT ROW(x.id, x.site, x.kind, x.reason, x.starts_at, x.until, x.acknowledged_at, x.lifted_at, x.lifted_by IS NOT NULL)
               FROM sanctions x
              WHERE x.reader_id = r.id
                AND x.lifted_at IS NULL
                AND (x.until IS NULL OR x.until > :now)) AS sanctions,
       s.id AS story_id,
       s.site,
       s.state,
       s.closes_at,
       s.closed_at,
       s.slow_mode_s,
       CASE WHEN s.slow_mode_s > 0 THEN (
         SELECT c.created_at
           FROM comments c
          WHERE c.author_id = r.id
            AND c.story_id = s.id
            AND c.id >= (lpad(to_hex((extract(epoch FROM :now::timestamptz - make_interval(secs => s.slow_mode_s)) * 1000)::bigint), 12, '0')
                         || '00000000000000000000')::uuid
          ORDER BY c.id DESC
          LIMIT 1)
       END AS last_comment_at
  FROM (SELECT 1) AS always
  LEFT JOIN readers r ON r.subject = :subject
  LEFT JOIN stories s ON s.id = :story_id;

-- name: shown_name
-- What stands beside a reader's comments.
SELECT name FROM readers WHERE id = :reader_id;
