-- Notices of illegal content. What became of one is read from the comment's decisions after it that were not taken back.

-- name: add
-- The caller holds the comment's lock, so no decision comes between.
INSERT INTO notices (id, token_digest, story_id, site, comment_id, revision, reader_id, legal_ground, explanation, received_at,
                     decisions_then)
SELECT :notice_id, :token_digest, :story_id, :site, :comment_id, :revision, :reader_id, :legal_ground, :explanation, :now,
       coalesce((SELECT max(number) FROM decisions WHERE story_id = :story_id AND comment_id = :comment_id), 0);

-- name: add_contact
INSERT INTO notice_contacts (notice_id, name, email, received_at) VALUES (:notice_id, :name, :email, :now);

-- name: notices
SELECT n.id, n.token_digest, n.story_id, n.site, n.comment_id, n.revision, n.reader_id, n.legal_ground, n.explanation, n.received_at,
       c.status AS comment_status, d.id AS decision_id, d.action, d.decided_at, d.id IS NOT NULL AND d.decided_by IS NULL AS by_rule,
       EXISTS (SELECT FROM notice_contacts WHERE notice_id = n.id) AS has_contact
  FROM {{from}}
  JOIN comments c ON c.story_id = n.story_id AND c.id = n.comment_id
  LEFT JOIN LATERAL (
       SELECT id, action, decided_at, decided_by FROM decisions made
        WHERE made.story_id = n.story_id AND made.comment_id = n.comment_id AND made.number > n.decisions_then
          AND made.action IN ('approve', 'reject', 'restore')
          AND NOT EXISTS (SELECT FROM decisions undone WHERE undone.undoes = made.id)
        ORDER BY made.number DESC
        LIMIT 1) AS d ON true
 ORDER BY n.id DESC;

-- name: contact
SELECT name, email, received_at FROM notice_contacts WHERE notice_id = :notice_id;

-- name: forget_contacts
DELETE FROM notice_contacts
 WHERE notice_id = ANY(ARRAY(SELECT notice_id FROM notice_contacts WHERE received_at < :before LIMIT :most));
