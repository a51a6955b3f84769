-- Rows are locked in one order everywhere: story, comment, reader (by id), review item, sanction.

-- name: lock_reader
-- So that what is added to one reader at once, by people and by rules, is decided one after another. No key: posting goes on.
SELECT id, subject FROM readers WHERE id = :reader_id FOR NO KEY UPDATE;

-- name: add
INSERT INTO sanctions (id, reader_id, site, kind, reason, note, starts_at, until, added_by, decision_id)
VALUES (:id, :reader_id, :site, :kind, :reason, :note, :now, :until, :added_by, :decision_id)
RETURNING id, reader_id, site, kind, reason, note, starts_at, until, added_by, acknowledged_at, lifted_at, lifted_by, lift_reason;

-- name: get
SELECT id, reader_id, site, kind, reason, note, starts_at, until, added_by, acknowledged_at, lifted_at, lifted_by, lift_reason
  FROM sanctions
 WHERE id = :id AND reader_id = :reader_id;

-- name: lift
-- Nothing comes back for one that is not this reader's, was lifted before, or has ended: there is nothing left to lift. With
-- `ended_too` one that has ended is lifted all the same, for the record.
UPDATE sanctions
   SET lifted_at = :now, lifted_by = :lifted_by, lift_reason = :lift_reason
 WHERE id = :id AND reader_id = :reader_id AND lifted_at IS NULL AND (until IS NULL OR until > :now OR :ended_too::boolean)
RETURNING id, reader_id, site, kind, reason, note, starts_at, until, added_by, acknowledged_at, lifted_at, lifted_by, lift_reason;

-- name: acknowledge
-- Again is no change: the first moment stays.
UPDATE sanctions
   SET acknowledged_at = coalesce(acknowledged_at, :now)
 WHERE id = :id AND reader_id = :reader_id
RETURNING id, reader_id, site, kind, reason, note, starts_at, until, added_by, acknowledged_at, lifted_at, lifted_by, lift_reason;

-- name: history
-- All of a reader's, in force or over, newest first: what the reader and the moderators see, and what a rule has to respect.
SELECT id, reader_id, site, kind, reason, note, starts_at, until, added_by, acknowledged_at, lifted_at, lifted_by, lift_reason
  FROM sanctions
 WHERE reader_id = :reader_id
 ORDER BY starts_at DESC, id DESC;
