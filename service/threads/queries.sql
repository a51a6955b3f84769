-- name: page
-- A page of roots with three levels of first replies, and the story, in one round trip. Every level is an index scan that
-- ends after its rows: the cost depends on the page, not on the thread. The story's row comes with the first comment, or alone when
-- there is none; no row at all means that there is no such story. Filled in per order and filter: see store.py.
WITH story AS (
  SELECT to_jsonb(s)::text AS story FROM stories s WHERE s.id = {{story}}
), level0 AS MATERIALIZED (
  SELECT *, row_number() OVER () AS place
    FROM (SELECT {{columns}}, {{key}}::double precision AS key
            FROM comments c
           WHERE c.story_id = {{story}} AND {{which}}
           ORDER BY {{order}}
           LIMIT :most) c
), {{levels}}
SELECT {{shown}}, c.level, c.place, c.key,
       CASE WHEN coalesce(c.level, 0) = 0 AND coalesce(c.place, 1) = 1 THEN story.story END AS story
  FROM story
  LEFT JOIN (SELECT *, 0 AS level FROM level0
             UNION ALL SELECT *, 1 FROM level1
             UNION ALL SELECT *, 2 FROM level2
             UNION ALL SELECT *, 3 FROM level3) c ON true
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true;

-- name: balanced_page
-- The same with roots of several sides that take turns. Each lane is walked by its own index for no more than a page; whose turn
-- comes first is the order of the lanes given.
WITH story AS (
  SELECT to_jsonb(s)::text AS story FROM stories s WHERE s.id = :story_id
), picked AS MATERIALIZED (
  SELECT c.*, l.lane
    FROM unnest(:sides::text[], :keys::double precision[], :ids::uuid[]) WITH ORDINALITY AS l (side, key, id, lane)
   CROSS JOIN LATERAL (
     SELECT *, row_number() OVER () AS turn
       FROM (SELECT {{columns}}, c.best_rank AS key
               FROM comments c
              WHERE c.story_id = :story_id AND c.side = l.side AND c.parent_id IS NULL AND c.shown{{filter}}
                AND (c.best_rank, c.id) < (l.key, l.id)
              ORDER BY c.best_rank DESC, c.id DESC
              LIMIT :most) c) c
   WHERE l.side IS NOT NULL
  UNION ALL
  SELECT c.*, l.lane
    FROM unnest(:sides::text[], :keys::double precision[], :ids::uuid[]) WITH ORDINALITY AS l (side, key, id, lane)
   CROSS JOIN LATERAL (
     SELECT *, row_number() OVER () AS turn
       FROM (SELECT {{columns}}, c.best_rank AS key
               FROM comments c
              WHERE c.story_id = :story_id AND c.side IS NULL AND c.parent_id IS NULL AND c.shown{{filter}}
                AND (c.best_rank, c.id) < (l.key, l.id)
              ORDER BY c.best_rank DESC, c.id DESC
              LIMIT :most) c) c
   WHERE l.side IS NULL
), level0 AS MATERIALIZED (
  SELECT {{bare}}, key, row_number() OVER (ORDER BY turn, lane) AS place FROM picked ORDER BY turn, lane LIMIT :most
), {{levels}}
SELECT {{shown}}, c.level, c.place, c.key,
       CASE WHEN coalesce(c.level, 0) = 0 AND coalesce(c.place, 1) = 1 THEN story.story END AS story
  FROM story
  LEFT JOIN (SELECT *, 0 AS level FROM level0
             UNION ALL SELECT *, 1 FROM level1
             UNION ALL SELECT *, 2 FROM level2
             UNION ALL SELECT *, 3 FROM level3) c ON true
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true;

-- name: context
-- A comment with its first replies (levels 0 to 3) and the comments above it (level -1, from the root down).
WITH target AS MATERIALIZED (
  SELECT {{columns}}, c.ancestors, 1::bigint AS place, NULL::double precision AS key FROM comments c WHERE c.id = :comment_id LIMIT 1
), story AS (
  SELECT to_jsonb(s)::text AS story FROM stories s WHERE s.id = (SELECT story_id FROM target)
), above AS (
  SELECT {{columns}}, NULL::double precision AS key, c.depth::bigint AS place
    FROM comments c
   WHERE c.story_id = (SELECT story_id FROM target) AND c.id = ANY((SELECT ancestors FROM target)::uuid[])
), level0 AS (
  SELECT {{bare}}, key, place FROM target
), {{levels}}
SELECT {{shown}}, c.level, c.place, c.key, CASE WHEN c.level = 0 THEN story.story END AS story
  FROM story
  JOIN (SELECT *, 0 AS level FROM level0
        UNION ALL SELECT *, -1 FROM above
        UNION ALL SELECT *, 1 FROM level1
        UNION ALL SELECT *, 2 FROM level2
        UNION ALL SELECT *, 3 FROM level3) c ON true
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true;

-- name: changes
-- What readers can see differently since a version, oldest change first.
SELECT {{shown}}, c.changed_version, c.shown
  FROM comments c
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true
 WHERE c.story_id = :story_id AND c.changed_version > :after
 ORDER BY c.changed_version, c.id
 LIMIT :most;

-- name: version
SELECT thread_version FROM stories WHERE id = :story_id AND state <> 'hidden';

-- name: own_layer
-- What of a story belongs to one reader: comments that only they see, with the last decision and the restriction in force;
-- comments that they may still change; votes; muted authors. One round trip, each part bounded, newest first.
SELECT s.thread_version,
  coalesce((SELECT jsonb_agg(o) FROM (
    SELECT {{shown}}, {{told}}
      FROM comments c
      LEFT JOIN readers a ON a.id = c.author_id
      {{decided}}
     WHERE c.author_id = :reader_id AND c.story_id = :story_id AND c.status IN ('held', 'rejected')
     ORDER BY c.id DESC LIMIT :most) o), '[]') AS waiting,
  coalesce((SELECT jsonb_agg(o) FROM (
    SELECT id, created_at FROM comments
     WHERE author_id = :reader_id AND id > :editable_from AND story_id = :story_id AND status IN ('published', 'held')
     ORDER BY id DESC LIMIT :most) o), '[]') AS editable,
  coalesce((SELECT jsonb_object_agg(o.comment_id, o.value) FROM (
    SELECT comment_id, value FROM votes
     WHERE reader_id = :reader_id AND story_id = :story_id AND value <> 0
     ORDER BY comment_id DESC LIMIT :votes_most) o), '{}') AS votes,
  coalesce((SELECT jsonb_agg(o.author_id) FROM (
    SELECT author_id FROM mutes WHERE reader_id = :reader_id LIMIT :mutes_most) o), '[]') AS muted
  FROM stories s
 WHERE s.id = :story_id AND s.state <> 'hidden';

-- name: newest_of_story
-- The newest published comments of a story, replies included, for its feed.
SELECT {{shown}}, s.title AS story_title, s.url AS story_url
  FROM comments c
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true
 WHERE c.story_id = :story_id AND c.status = 'published' AND s.state <> 'hidden'
 ORDER BY c.id DESC
 LIMIT :most;

-- name: newest_of_site
-- The newest published comments of a site, looked for among the newest of the installation: a bounded look.
SELECT {{shown}}, s.title AS story_title, s.url AS story_url
  FROM (SELECT * FROM comments WHERE status = 'published' ORDER BY id DESC LIMIT :looked_at) c
  JOIN stories s ON s.id = c.story_id AND s.site = :site AND s.state <> 'hidden'
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true
 ORDER BY c.id DESC
 LIMIT :most;

-- name: featured_of_site
-- What a site's newsroom has chosen last, looked for among what was chosen last in the installation: a bounded look.
SELECT {{shown}}, s.title AS story_title, s.url AS story_url
  FROM (SELECT * FROM comments WHERE featured_at IS NOT NULL AND status = 'published'
         ORDER BY featured_at DESC LIMIT :looked_at) c
  JOIN stories s ON s.id = c.story_id AND s.site = :site AND s.state <> 'hidden'
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true
 ORDER BY c.featured_at DESC
 LIMIT :most;

-- name: own_comments
-- A reader's own comments, newest first, whatever their status, with what was decided about them and where they stand.
SELECT {{shown}}, {{told}}, s.title AS story_title, s.url AS story_url
  FROM comments c
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN LATERAL (SELECT name, picture_url, badges FROM readers WHERE id = c.author_id LIMIT 1) a ON true
  {{decided}}
 WHERE c.author_id = :reader_id AND c.id < :before AND c.status <> 'erased'
 ORDER BY c.id DESC
 LIMIT :most;
