-- What live messages and their streams need to know of a story. Comments and stories are read by their own stores.

-- name: versions
-- For streams that begin, and for those whose messages may have been lost. What readers may not see has no row.
SELECT id, thread_version
  FROM stories
 WHERE id = ANY(:story_ids::text[]) AND state <> 'hidden';

-- name: counts
SELECT thread_version, comment_count, by_side, by_anchor
  FROM stories
 WHERE id = :story_id;
