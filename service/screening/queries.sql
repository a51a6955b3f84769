-- name: current_rules
SELECT version, rules FROM screening_rules ORDER BY version DESC LIMIT 1;

-- name: version
SELECT version, rules, made_by, made_at, note, restores, confirmed_by FROM screening_rules WHERE version = :version;

-- name: newest_version
SELECT version, rules, made_by, made_at, note, restores, confirmed_by FROM screening_rules ORDER BY version DESC LIMIT 1;

-- name: history
-- Newest first, without the rules themselves, which may be long.
SELECT version, made_by, made_at, note, restores, confirmed_by
  FROM screening_rules
 WHERE version < coalesce(:before_version::integer, 2147483647)
 ORDER BY version DESC
 LIMIT :most;

-- name: lock_rules
-- Changes of the rules go one after the other; who reads them waits for nobody.
LOCK TABLE screening_rules IN SHARE ROW EXCLUSIVE MODE;

-- name: add_version
INSERT INTO screening_rules (version, rules, made_by, made_at, note, restores, confirmed_by)
VALUES (:version, :rules, :made_by, :now, :note, :restores, :confirmed_by);

-- name: add_proposal
INSERT INTO screening_rules_proposals (id, on_version, rules, restores, note, sampled, hit, proposed_by, proposed_at)
VALUES (:proposal_id, :on_version, :rules, :restores, :note, :sampled, :hit, :proposed_by, :now);

-- name: proposal
SELECT id, on_version, restores, note, sampled, hit, proposed_by, proposed_at, state, settled_by, settled_at, version, rules
  FROM screening_rules_proposals
 WHERE id = :proposal_id;

-- name: open_proposals
-- Without their rules, which may be long.
SELECT id, on_version, restores, note, sampled, hit, proposed_by, proposed_at, state, settled_by, settled_at, version
  FROM screening_rules_proposals
 WHERE state = 'open'
 ORDER BY id
 LIMIT :most;

-- name: settle_proposal
-- The caller holds the lock of the rules, so it is still open.
UPDATE screening_rules_proposals
   SET state = :state, settled_by = :settled_by, settled_at = :now, version = :version
 WHERE id = :proposal_id;

-- name: overtake_proposals
-- Whoever made the new version has settled what was to follow the old one.
UPDATE screening_rules_proposals
   SET state = 'overtaken', settled_by = :settled_by, settled_at = :now
 WHERE state = 'open';

-- name: shadow_counts
-- What each part that is only tried would have done, among the newest screenings since then that hold such a note, and how those
-- comments fare: what people rejected speaks for the part, what they approved against it.
SELECT signal ->> 'check' AS "check", signal ->> 'list' AS list, signal ->> 'would' AS would,
       count(DISTINCT noted.comment_id)::integer AS comments,
       count(DISTINCT noted.comment_id) FILTER (WHERE comments.status = 'published')::integer AS published,
       count(DISTINCT noted.comment_id) FILTER (WHERE comments.status = 'held')::integer AS held,
       count(DISTINCT noted.comment_id) FILTER (WHERE comments.status = 'rejected')::integer AS rejected,
       min(noted.screened_at) AS first_at, max(noted.screened_at) AS last_at
  FROM (SELECT story_id, comment_id, signals, screened_at
          FROM screenings
         WHERE jsonb_path_exists(signals, '$[*].would') AND screened_at >= :since
         ORDER BY screened_at DESC
         LIMIT :most) AS noted
  JOIN comments ON comments.story_id = noted.story_id AND comments.id = noted.comment_id
 CROSS JOIN LATERAL jsonb_array_elements(noted.signals) AS signal
 WHERE signal ->> 'would' IS NOT NULL
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3;

-- name: count_comments
-- By the index of ids alone, which are made in the order of time; no further than the bound.
SELECT count(*)::integer FROM (SELECT FROM comments WHERE id >= :from_id LIMIT :most) AS written;

-- name: sample
-- The newest comments before an id, each with what was known of its author when it was written, as far as the author's last
-- hundred comments tell. What their authors or an erasure took away is nobody's example. An author's earlier comments are asked
-- for by an array of one author, and sorted by author: an equality would leave the planner free to walk all comments by id instead,
-- which reads the whole table for an author who seldom writes.
SELECT c.story_id, c.id, c.body, c.side, c.about, c.parent_id IS NOT NULL AS is_reply, c.status, c.created_at, s.mode,
       coalesce(past.published, 0)::integer AS published_count, coalesce(decided.approved, 0)::integer AS approved_count,
       coalesce(past.rejected, 0)::integer AS rejected_count,
       ARRAY(SELECT body FROM comments
              WHERE author_id = ANY(ARRAY[c.author_id]) AND id < c.id
              ORDER BY author_id, id DESC LIMIT 10) AS recent_bodies,
       ARRAY(SELECT created_at FROM comments
              WHERE author_id = ANY(ARRAY[c.author_id]) AND id < c.id
              ORDER BY author_id, id DESC LIMIT 20) AS recent_at
  FROM (SELECT * FROM comments
         WHERE id < :before_id AND id >= :from_id AND status IN ('published', 'held', 'rejected')
         ORDER BY id DESC
         LIMIT :most) AS c
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE earlier.status = 'published') AS published,
              count(*) FILTER (WHERE earlier.status = 'rejected') AS rejected
         FROM (SELECT status FROM comments
                WHERE author_id = ANY(ARRAY[c.author_id]) AND id < c.id
                ORDER BY author_id, id DESC LIMIT 100) AS earlier) AS past ON true
  LEFT JOIN LATERAL (
       SELECT count(*) AS approved
         FROM (SELECT FROM decisions
                WHERE author_id = c.author_id AND decided_at < c.created_at AND action IN ('approve', 'restore')
                ORDER BY id DESC LIMIT 100) AS lately) AS decided ON true
 ORDER BY c.id DESC;
