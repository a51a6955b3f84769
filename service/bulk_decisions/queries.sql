-- A comment's rows are locked as in every decision: story, comment, readers, review items, sanction. Before all of them a row of
-- `bulk_items`, which nothing else locks.

-- name: below
-- A comment and whatever answers it, at any depth, as far as it can be rejected. Comments know their nearest ancestors, and the
-- first ones: in a longer chain those at the end of what is known are looked below in turn. It reads the story's comments once,
-- and once more for each fifty levels of a chain. The comment itself comes first.
WITH RECURSIVE found AS (
  SELECT c.story_id, c.id, c.depth, 0 AS levels
    FROM comments c
   WHERE c.story_id = :story_id AND c.id = :comment_id
  UNION
  SELECT c.story_id, c.id, c.depth, c.depth - (found.depth - found.levels)
    FROM found
    JOIN comments c ON c.story_id = found.story_id AND c.ancestors @> ARRAY[found.id]
   WHERE found.levels % :levels_known::integer = 0
)
SELECT c.story_id, c.id AS comment_id, c.author_id, s.site, c.status, c.revision, c.created_at, last.id AS let_stand_by
  FROM (SELECT DISTINCT story_id, id FROM found) AS chosen
  JOIN comments c ON c.story_id = chosen.story_id AND c.id = chosen.id
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN LATERAL (
       SELECT d.id, d.action, d.decided_by FROM decisions d
        WHERE d.story_id = c.story_id AND d.comment_id = c.id
        ORDER BY d.number DESC LIMIT 1) AS last
    ON c.status = 'published' AND last.action = ANY(:let_stand::text[]) AND last.decided_by <> :staff
   AND NOT EXISTS (SELECT FROM review_items i
                    WHERE i.story_id = c.story_id AND i.comment_id = c.id AND i.queue <> 'appealed')
 WHERE c.status IN ('published', 'held')
 ORDER BY c.id <> :comment_id, c.id
 LIMIT :most;

-- name: of_author
-- An author's comments as far as they can be rejected, newest first: a walk of the author's own index between two ids.
SELECT c.story_id, c.id AS comment_id, c.author_id, s.site, c.status, c.revision, c.created_at, last.id AS let_stand_by
  FROM comments c
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN LATERAL (
       SELECT d.id, d.action, d.decided_by FROM decisions d
        WHERE d.story_id = c.story_id AND d.comment_id = c.id
        ORDER BY d.number DESC LIMIT 1) AS last
    ON c.status = 'published' AND last.action = ANY(:let_stand::text[]) AND last.decided_by <> :staff
   AND NOT EXISTS (SELECT FROM review_items i
                    WHERE i.story_id = c.story_id AND i.comment_id = c.id AND i.queue <> 'appealed')
 WHERE c.author_id = :author_id AND c.status IN ('published', 'held')
   AND c.id >= :first_id AND c.id <= :last_id
   AND c.created_at >= :after AND c.created_at < :before
   AND (:sites::text[] IS NULL OR s.site = ANY(:sites::text[]))
   AND (:story_id::text IS NULL OR c.story_id = :story_id)
 ORDER BY c.id DESC
 LIMIT :most;

-- name: is_author
SELECT EXISTS (SELECT FROM readers WHERE id = :author_id) AS known;

-- name: keep_act
INSERT INTO bulk_acts (id, kind, selection, author_id, site, comments, made_by, made_at)
VALUES (:act_id, :kind, :selection, :author_id, :site, :comments, :made_by, :now);

-- name: keep_items
INSERT INTO bulk_items (act_id, place, comment_id, seen_revision, overrules)
SELECT :act_id, place, comment_id, revision, overrules
  FROM unnest(:comment_ids::uuid[], :revisions::integer[], :overruled::uuid[])
       WITH ORDINALITY AS given (comment_id, revision, overrules, place);

-- name: act
SELECT id, kind, selection, author_id, site, comments, made_by, made_at, begun_at, reason, note, sanction_id, undo_begun_at,
       undone_by
  FROM bulk_acts
 WHERE id = :act_id;

-- name: lock_act
SELECT id, kind, selection, author_id, site, comments, made_by, made_at, begun_at, reason, note, sanction_id, undo_begun_at,
       undone_by
  FROM bulk_acts
 WHERE id = :act_id
   FOR UPDATE;

-- name: begin_act
UPDATE bulk_acts
   SET begun_at = :now, reason = :reason, note = :note, sanction_id = :sanction_id
 WHERE id = :act_id;

-- name: begin_undo
UPDATE bulk_acts SET undo_begun_at = :now, undone_by = :staff WHERE id = :act_id;

-- name: counts
SELECT state, count(*)::integer AS comments FROM bulk_items WHERE act_id = :act_id GROUP BY state;

-- name: problems
SELECT comment_id, problem FROM bulk_items
 WHERE act_id = :act_id AND state IN ('failed', 'kept')
 ORDER BY state, place
 LIMIT :most;

-- name: next_items
SELECT place, comment_id, seen_revision, overrules, decision_id
  FROM bulk_items
 WHERE act_id = :act_id AND state = :state AND place > :after
 ORDER BY place
 LIMIT :most;

-- name: hold_item
-- Nothing comes back for one that the same request, sent twice at once, is just deciding or has decided, and, once the act is
-- being taken back, for one that still waits.
SELECT i.place
  FROM bulk_items i
  JOIN bulk_acts a ON a.id = i.act_id
 WHERE i.act_id = :act_id AND i.place = :place AND i.state = :state AND (:state <> 'waiting' OR a.undo_begun_at IS NULL)
   FOR UPDATE OF i SKIP LOCKED;

-- name: note_item
UPDATE bulk_items
   SET state = :state, decision_id = coalesce(:decision_id, decision_id), problem = :problem
 WHERE act_id = :act_id AND place = :place;

-- name: forget
-- What was counted and never begun.
DELETE FROM bulk_acts
 WHERE id IN (SELECT id FROM bulk_acts WHERE begun_at IS NULL AND made_at < :before ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED);
