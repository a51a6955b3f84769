-- Appeals are made, and ruled on, under the lock of what they are about: a comment's, or for a sanction its reader's. Rows are
-- locked in one order everywhere: story, comment, reader (by id), review item, appeal, sanction.

-- name: add
-- Who may not rule on it the database fills in.
INSERT INTO appeals (id, restriction_id, reader_id, story_id, comment_id, sanction_id, site, text, made_at)
VALUES (:appeal_id, :restriction_id, :reader_id, :story_id, :comment_id, :sanction_id, :site, :text, :now);

-- name: get
SELECT id, restriction_id, reader_id, story_id, comment_id, sanction_id, site, text, made_at, restricted_by, status, ruled_by,
       ruled_at, ruling, decision_id, claimed_by, claimed_until
  FROM appeals
 WHERE id = :appeal_id;

-- name: settle
UPDATE appeals
   SET status = :status, ruled_by = :ruled_by, ruled_at = :now, ruling = :ruling, claimed_by = NULL, claimed_until = NULL
 WHERE id = :appeal_id;

-- name: name_decision
UPDATE appeals SET decision_id = :decision_id WHERE id = :appeal_id;

-- name: sanctions_with
-- Those that came with a decision and were not lifted, each with its appeal where one waits.
SELECT s.id AS sanction_id, a.id AS appeal_id
  FROM sanctions s
  LEFT JOIN appeals a ON a.sanction_id = s.id AND a.status = 'open'
 WHERE s.decision_id = :decision_id AND s.lifted_at IS NULL
 ORDER BY s.id;

-- name: page_oldest
SELECT id, restriction_id, reader_id, story_id, comment_id, sanction_id, site, text, made_at, restricted_by, status, ruled_by,
       ruled_at, ruling, decision_id, claimed_by, claimed_until
  FROM appeals
 WHERE status = :status AND id > coalesce(:place::uuid, '00000000-0000-0000-0000-000000000000')
   AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
   AND (:on_comment::boolean IS NULL OR (comment_id IS NOT NULL) = :on_comment)
   AND (:author_id::uuid IS NULL OR reader_id = :author_id)
   AND (:held_by::text IS NULL OR (claimed_by = :held_by AND claimed_until > :now))
 ORDER BY id
 LIMIT :most;

-- name: page_newest
SELECT id, restriction_id, reader_id, story_id, comment_id, sanction_id, site, text, made_at, restricted_by, status, ruled_by,
       ruled_at, ruling, decision_id, claimed_by, claimed_until
  FROM appeals
 WHERE status = :status AND id < coalesce(:place::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
   AND (:on_comment::boolean IS NULL OR (comment_id IS NOT NULL) = :on_comment)
   AND (:author_id::uuid IS NULL OR reader_id = :author_id)
   AND (:held_by::text IS NULL OR (claimed_by = :held_by AND claimed_until > :now))
 ORDER BY id DESC
 LIMIT :most;

-- name: claim_next
-- The oldest that wait, that nobody holds and that this moderator may rule on. A comment that somebody else holds in a queue is
-- passed by too. SKIP LOCKED: so is what another one is just taking.
WITH free AS MATERIALIZED (
  SELECT id FROM appeals
   WHERE status = 'open' AND (claimed_until IS NULL OR claimed_until <= :now) AND :moderator <> ALL(restricted_by)
     AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
     AND (:on_comment::boolean IS NULL OR (comment_id IS NOT NULL) = :on_comment)
     AND (comment_id IS NULL OR NOT EXISTS (
         SELECT FROM review_items i
          WHERE i.story_id = appeals.story_id AND i.comment_id = appeals.comment_id
            AND i.claimed_until > :now AND i.claimed_by <> :moderator))
   ORDER BY id
   LIMIT :most
     FOR UPDATE SKIP LOCKED)
UPDATE appeals AS a
   SET claimed_by = :moderator, claimed_until = :until
  FROM free
 WHERE a.id = free.id
RETURNING a.id, a.restriction_id, a.reader_id, a.story_id, a.comment_id, a.sanction_id, a.site, a.text, a.made_at, a.restricted_by,
          a.status, a.ruled_by, a.ruled_at, a.ruling, a.decision_id, a.claimed_by, a.claimed_until;

-- name: claim_these
-- Chosen ones, and those already held by this moderator: their lease begins anew.
WITH free AS MATERIALIZED (
  SELECT id FROM appeals
   WHERE id = ANY(:appeal_ids::uuid[]) AND status = 'open' AND :moderator <> ALL(restricted_by)
     AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_by = :moderator)
     AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
   ORDER BY id
     FOR UPDATE SKIP LOCKED)
UPDATE appeals AS a
   SET claimed_by = :moderator, claimed_until = :until
  FROM free
 WHERE a.id = free.id
RETURNING a.id, a.restriction_id, a.reader_id, a.story_id, a.comment_id, a.sanction_id, a.site, a.text, a.made_at, a.restricted_by,
          a.status, a.ruled_by, a.ruled_at, a.ruling, a.decision_id, a.claimed_by, a.claimed_until;

-- name: release
UPDATE appeals SET claimed_by = NULL, claimed_until = NULL WHERE id = :appeal_id AND claimed_by = :moderator;

-- name: authors
-- The records of those who appeal.
SELECT id, name, published_count, rejected_count, reports_received FROM readers WHERE id = ANY(:reader_ids::uuid[]);
