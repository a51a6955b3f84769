-- Rows are locked in one order everywhere: story, comment, reader (several by id), review item, sanction.

-- name: get
SELECT id, site, section, url, title, published_at, state, mode, voting, closes_at, closed_at, slow_mode_s, default_sort,
       language, sides, anchors, forecasts, earlier_anchors, thread_version, comment_count, by_side, by_anchor, created_at, updated_at
  FROM stories
 WHERE id = :story_id;

-- name: lock
-- Whoever changes anything that a reader sees of a thread holds this first.
SELECT id, site, section, url, title, published_at, state, mode, voting, closes_at, closed_at, slow_mode_s, default_sort,
       language, sides, anchors, forecasts, earlier_anchors, thread_version, comment_count, by_side, by_anchor, created_at, updated_at
  FROM stories
 WHERE id = :story_id
   FOR UPDATE;

-- name: add
-- Nothing comes back when another request registered the story first.
INSERT INTO stories (id, site, section, url, title, published_at, state, mode, voting, closes_at, closed_at, slow_mode_s,
                     default_sort, language, sides, anchors, forecasts, thread_version, created_at, updated_at)
VALUES (:story_id, :site, :section, :url, :title, :published_at, :state, :mode, :voting, :closes_at, :closed_at, :slow_mode_s,
        :default_sort, :language, :sides, :anchors, :forecasts, 1, :now, :now)
ON CONFLICT (id) DO NOTHING
RETURNING thread_version;

-- name: change
UPDATE stories
   SET section = :section, url = :url, title = :title, published_at = :published_at, state = :state, mode = :mode,
       voting = :voting, closes_at = :closes_at, closed_at = :closed_at, slow_mode_s = :slow_mode_s,
       default_sort = :default_sort, language = :language, sides = :sides, anchors = :anchors, forecasts = :forecasts,
       earlier_anchors = :earlier_anchors, thread_version = thread_version + 1, updated_at = :now
 WHERE id = :story_id
RETURNING thread_version;

-- name: counts
-- Comment counts of up to a page of stories; an unknown or hidden one has no row.
SELECT id, comment_count
  FROM stories
 WHERE id = ANY(:story_ids::text[]) AND state <> 'hidden';

-- name: close_due
-- Closes what is past its time, a bounded number a run; the rows are locked in id order.
UPDATE stories
   SET state = 'closed', closed_at = closes_at, thread_version = thread_version + 1, updated_at = :now
 WHERE id IN (SELECT id FROM stories WHERE state = 'open' AND closes_at <= :now ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)
RETURNING id, thread_version;
