-- Walks: each order of a queue is read within one site by its own index, and several sites are merged from as many walks of
-- at most a page each, so that a page costs the same however long the queue is. The sites are those that the counts know, and
-- of these a story's own where one is asked for.
-- Filters that leave few rows (author, story, section, signal) have indexes of their own; which way is shorter depends on their
-- values, so these statements are planned for the values that they have (`infra.sql.planned_for_values`). A row that someone holds is passed over by claims alone, and counts as free from `claimed_until` on.

-- name: enqueue
-- A comment stands in a queue once: coming again, it keeps its place or is moved up, and nobody's claim is touched.
-- What queues are filtered by is copied from the story, the comment and its latest screening, which is stored before.
INSERT INTO review_items AS item (story_id, comment_id, queue, site, section, author_id, signals, waiting_since, urgency)
SELECT comments.story_id, comments.id, :queue, :site, stories.section, comments.author_id,
       coalesce(signal_names(screenings.signals), '{}'), :now, :urgency
  FROM comments
  JOIN stories ON stories.id = comments.story_id
  LEFT JOIN screenings ON screenings.story_id = comments.story_id AND screenings.comment_id = comments.id
                      AND screenings.revision = comments.revision
 WHERE comments.story_id = :story_id AND comments.id = :comment_id
ON CONFLICT (story_id, comment_id, queue) DO UPDATE
   SET signals = excluded.signals,
       waiting_since = least(item.waiting_since, excluded.waiting_since),
       urgency = greatest(item.urgency, excluded.urgency);

-- name: claim_urgent
-- SKIP LOCKED: what another moderator is just taking is passed by and not waited for. A comment that somebody else holds in
-- another queue is passed by too.
WITH free AS MATERIALIZED (
  SELECT item.story_id, item.comment_id
    FROM (SELECT DISTINCT site FROM queue_counts
           WHERE queue = :queue AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
             AND (:story_id::text IS NULL OR site = (SELECT site FROM stories WHERE id = :story_id))) AS place
   CROSS JOIN LATERAL (
         SELECT story_id, comment_id, due_at
           FROM review_items AS walked
          WHERE queue = :queue AND site = place.site
            AND (claimed_until IS NULL OR claimed_until <= :now)
            AND NOT EXISTS (SELECT FROM review_items AS elsewhere
                             WHERE elsewhere.story_id = walked.story_id AND elsewhere.comment_id = walked.comment_id
                               AND elsewhere.claimed_until > :now AND elsewhere.claimed_by <> :moderator)
            AND (:section::text IS NULL OR section = :section)
            AND (:story_id::text IS NULL OR story_id = :story_id)
            AND (:author_id::uuid IS NULL OR author_id = :author_id)
            AND (:signal::text IS NULL OR signals @> ARRAY[:signal::text])
            AND (:before::timestamptz IS NULL OR waiting_since < :before)
            AND (:after::timestamptz IS NULL OR waiting_since >= :after)
          ORDER BY due_at, comment_id
          LIMIT :most
            FOR UPDATE SKIP LOCKED) AS item
   ORDER BY item.due_at, item.comment_id
   LIMIT :most)
UPDATE review_items AS item
   SET claimed_by = :moderator, claimed_until = :until
  FROM free
 WHERE item.story_id = free.story_id AND item.comment_id = free.comment_id AND item.queue = :queue
RETURNING item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
          item.claimed_by, item.claimed_until;

-- name: claim_oldest
WITH free AS MATERIALIZED (
  SELECT item.story_id, item.comment_id
    FROM (SELECT DISTINCT site FROM queue_counts
           WHERE queue = :queue AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
             AND (:story_id::text IS NULL OR site = (SELECT site FROM stories WHERE id = :story_id))) AS place
   CROSS JOIN LATERAL (
         SELECT story_id, comment_id, waiting_since
           FROM review_items AS walked
          WHERE queue = :queue AND site = place.site
            AND (claimed_until IS NULL OR claimed_until <= :now)
            AND NOT EXISTS (SELECT FROM review_items AS elsewhere
                             WHERE elsewhere.story_id = walked.story_id AND elsewhere.comment_id = walked.comment_id
                               AND elsewhere.claimed_until > :now AND elsewhere.claimed_by <> :moderator)
            AND (:section::text IS NULL OR section = :section)
            AND (:story_id::text IS NULL OR story_id = :story_id)
            AND (:author_id::uuid IS NULL OR author_id = :author_id)
            AND (:signal::text IS NULL OR signals @> ARRAY[:signal::text])
            AND (:before::timestamptz IS NULL OR waiting_since < :before)
            AND (:after::timestamptz IS NULL OR waiting_since >= :after)
          ORDER BY waiting_since, comment_id
          LIMIT :most
            FOR UPDATE SKIP LOCKED) AS item
   ORDER BY item.waiting_since, item.comment_id
   LIMIT :most)
UPDATE review_items AS item
   SET claimed_by = :moderator, claimed_until = :until
  FROM free
 WHERE item.story_id = free.story_id AND item.comment_id = free.comment_id AND item.queue = :queue
RETURNING item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
          item.claimed_by, item.claimed_until;

-- name: claim_newest
WITH free AS MATERIALIZED (
  SELECT item.story_id, item.comment_id
    FROM (SELECT DISTINCT site FROM queue_counts
           WHERE queue = :queue AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
             AND (:story_id::text IS NULL OR site = (SELECT site FROM stories WHERE id = :story_id))) AS place
   CROSS JOIN LATERAL (
         SELECT story_id, comment_id, waiting_since
           FROM review_items AS walked
          WHERE queue = :queue AND site = place.site
            AND (claimed_until IS NULL OR claimed_until <= :now)
            AND NOT EXISTS (SELECT FROM review_items AS elsewhere
                             WHERE elsewhere.story_id = walked.story_id AND elsewhere.comment_id = walked.comment_id
                               AND elsewhere.claimed_until > :now AND elsewhere.claimed_by <> :moderator)
            AND (:section::text IS NULL OR section = :section)
            AND (:story_id::text IS NULL OR story_id = :story_id)
            AND (:author_id::uuid IS NULL OR author_id = :author_id)
            AND (:signal::text IS NULL OR signals @> ARRAY[:signal::text])
            AND (:before::timestamptz IS NULL OR waiting_since < :before)
            AND (:after::timestamptz IS NULL OR waiting_since >= :after)
          ORDER BY waiting_since DESC, comment_id DESC
          LIMIT :most
            FOR UPDATE SKIP LOCKED) AS item
   ORDER BY item.waiting_since DESC, item.comment_id DESC
   LIMIT :most)
UPDATE review_items AS item
   SET claimed_by = :moderator, claimed_until = :until
  FROM free
 WHERE item.story_id = free.story_id AND item.comment_id = free.comment_id AND item.queue = :queue
RETURNING item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
          item.claimed_by, item.claimed_until;

-- name: claim_these
-- Chosen ones, and those already held by this moderator: their lease begins anew.
WITH free AS MATERIALIZED (
  SELECT walked.story_id, walked.comment_id
    FROM comments
    JOIN review_items AS walked ON walked.story_id = comments.story_id AND walked.comment_id = comments.id
   WHERE comments.id = ANY(:comment_ids::uuid[]) AND walked.queue = :queue
     AND (:sites::text[] IS NULL OR walked.site = ANY(:sites::text[]))
     AND NOT EXISTS (SELECT FROM review_items AS elsewhere
                      WHERE elsewhere.story_id = walked.story_id AND elsewhere.comment_id = walked.comment_id
                        AND elsewhere.claimed_until > :now AND elsewhere.claimed_by <> :moderator)
     FOR UPDATE OF walked SKIP LOCKED)
UPDATE review_items AS item
   SET claimed_by = :moderator, claimed_until = :until
  FROM free
 WHERE item.story_id = free.story_id AND item.comment_id = free.comment_id AND item.queue = :queue
RETURNING item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
          item.claimed_by, item.claimed_until;

-- name: release
-- Gives back what this moderator holds of a comment, in whatever queue.
UPDATE review_items
   SET claimed_by = NULL, claimed_until = NULL
 WHERE story_id = :story_id AND comment_id = :comment_id AND claimed_by = :moderator;

-- name: resolve
-- By the primary key, so a comment's rows are locked, and counted out, in the queues' alphabetical order.
DELETE FROM review_items
 WHERE story_id = :story_id AND comment_id = :comment_id AND queue = ANY(:queues::text[])
RETURNING story_id, comment_id, queue, site, waiting_since, urgency, due_at, claimed_by, claimed_until;

-- name: of_comment
SELECT story_id, comment_id, queue, site, waiting_since, urgency, due_at, claimed_by, claimed_until
  FROM review_items
 WHERE story_id = :story_id AND comment_id = :comment_id
 ORDER BY queue;

-- name: counts
-- The triggers' sums, and for each queue the head of each of its sites' walks.
SELECT counted.queue, sum(counted.waiting)::integer AS count, min(head.waiting_since) AS oldest_at
  FROM (SELECT queue, site, sum(waiting) AS waiting
          FROM queue_counts
         WHERE :sites::text[] IS NULL OR site = ANY(:sites::text[])
         GROUP BY queue, site) AS counted
  LEFT JOIN LATERAL (SELECT waiting_since FROM review_items
                      WHERE review_items.queue = counted.queue AND review_items.site = counted.site
                      ORDER BY waiting_since, comment_id
                      LIMIT 1) AS head ON true
 GROUP BY counted.queue;

-- name: drift
-- Where the kept counts and the rows differ, which should be nowhere. It reads every row: for a sweep, not for a request.
SELECT coalesce(kept.site, found.site) AS site, coalesce(kept.queue, found.queue) AS queue,
       coalesce(kept.waiting, 0)::integer AS counted, coalesce(found.waiting, 0)::integer AS found
  FROM (SELECT site, queue, sum(waiting) AS waiting FROM queue_counts GROUP BY site, queue) AS kept
  FULL JOIN (SELECT site, queue, count(*) AS waiting FROM review_items GROUP BY site, queue) AS found
    ON found.site = kept.site AND found.queue = kept.queue
 WHERE coalesce(kept.waiting, 0) <> coalesce(found.waiting, 0);

-- name: with_signal
-- How many items have a signal, counted to a bound by the signals' own index.
SELECT count(*)::integer AS items
  FROM (SELECT FROM review_items WHERE signals @> ARRAY[:signal::text] LIMIT :most) AS found;

-- name: page_oldest
SELECT item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
       item.claimed_by, item.claimed_until
  FROM (SELECT DISTINCT site FROM queue_counts
         WHERE queue = :queue AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
           AND (:story_id::text IS NULL OR site = (SELECT site FROM stories WHERE id = :story_id))) AS place
 CROSS JOIN LATERAL (
       SELECT story_id, comment_id, queue, site, waiting_since, urgency, due_at, claimed_by, claimed_until
         FROM review_items
        WHERE queue = :queue AND site = place.site
          AND (waiting_since, comment_id) > (coalesce(:place_at::timestamptz, '-infinity'),
                                             coalesce(:place_id::uuid, '00000000-0000-0000-0000-000000000000'))
          AND (:section::text IS NULL OR section = :section)
          AND (:story_id::text IS NULL OR story_id = :story_id)
          AND (:author_id::uuid IS NULL OR author_id = :author_id)
          AND (:signal::text IS NULL OR signals @> ARRAY[:signal::text])
          AND (:held_by::text IS NULL OR (claimed_by = :held_by AND claimed_until > :now))
          AND (:before::timestamptz IS NULL OR waiting_since < :before)
          AND (:after::timestamptz IS NULL OR waiting_since >= :after)
        ORDER BY waiting_since, comment_id
        LIMIT :most) AS item
 ORDER BY item.waiting_since, item.comment_id
 LIMIT :most;

-- name: page_newest
SELECT item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
       item.claimed_by, item.claimed_until
  FROM (SELECT DISTINCT site FROM queue_counts
         WHERE queue = :queue AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
           AND (:story_id::text IS NULL OR site = (SELECT site FROM stories WHERE id = :story_id))) AS place
 CROSS JOIN LATERAL (
       SELECT story_id, comment_id, queue, site, waiting_since, urgency, due_at, claimed_by, claimed_until
         FROM review_items
        WHERE queue = :queue AND site = place.site
          AND (waiting_since, comment_id) < (coalesce(:place_at::timestamptz, 'infinity'),
                                             coalesce(:place_id::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          AND (:section::text IS NULL OR section = :section)
          AND (:story_id::text IS NULL OR story_id = :story_id)
          AND (:author_id::uuid IS NULL OR author_id = :author_id)
          AND (:signal::text IS NULL OR signals @> ARRAY[:signal::text])
          AND (:held_by::text IS NULL OR (claimed_by = :held_by AND claimed_until > :now))
          AND (:before::timestamptz IS NULL OR waiting_since < :before)
          AND (:after::timestamptz IS NULL OR waiting_since >= :after)
        ORDER BY waiting_since DESC, comment_id DESC
        LIMIT :most) AS item
 ORDER BY item.waiting_since DESC, item.comment_id DESC
 LIMIT :most;

-- name: page_urgent
SELECT item.story_id, item.comment_id, item.queue, item.site, item.waiting_since, item.urgency, item.due_at,
       item.claimed_by, item.claimed_until
  FROM (SELECT DISTINCT site FROM queue_counts
         WHERE queue = :queue AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
           AND (:story_id::text IS NULL OR site = (SELECT site FROM stories WHERE id = :story_id))) AS place
 CROSS JOIN LATERAL (
       SELECT story_id, comment_id, queue, site, waiting_since, urgency, due_at, claimed_by, claimed_until
         FROM review_items
        WHERE queue = :queue AND site = place.site
          AND (due_at, comment_id) > (coalesce(:place_at::timestamptz, '-infinity'),
                                      coalesce(:place_id::uuid, '00000000-0000-0000-0000-000000000000'))
          AND (:section::text IS NULL OR section = :section)
          AND (:story_id::text IS NULL OR story_id = :story_id)
          AND (:author_id::uuid IS NULL OR author_id = :author_id)
          AND (:signal::text IS NULL OR signals @> ARRAY[:signal::text])
          AND (:held_by::text IS NULL OR (claimed_by = :held_by AND claimed_until > :now))
          AND (:before::timestamptz IS NULL OR waiting_since < :before)
          AND (:after::timestamptz IS NULL OR waiting_since >= :after)
        ORDER BY due_at, comment_id
        LIMIT :most) AS item
 ORDER BY item.due_at, item.comment_id
 LIMIT :most;
