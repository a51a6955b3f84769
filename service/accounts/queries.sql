-- name: find
-- The usual case of a reader who was here before: one read, nothing locked.
SELECT id, named_as_of, first_seen_at
  FROM readers
 WHERE subject = :subject;

-- name: meet
-- Creates the reader or takes over what a newer token says. Nothing comes back when the row is as new already, which is also
-- what a second first request of the same reader finds. The name of somebody on the staff is seen here, in the same
-- statement, so that no list of staff needs to be kept in each process. A token without a name leaves the name as it is.
INSERT INTO readers AS known (id, subject, name, picture_url, named_as_of, first_seen_at)
SELECT :new_id, :subject,
       CASE WHEN EXISTS (SELECT FROM staff_names WHERE skeleton = ANY(:skeletons::text[])) THEN :neutral
            ELSE coalesce(:name, :nameless) END,
       :picture_url, :issued_at, :now
ON CONFLICT (subject) DO UPDATE
   SET name = CASE WHEN :name::text IS NULL THEN known.name ELSE excluded.name END,
       picture_url = excluded.picture_url,
       named_as_of = excluded.named_as_of
 WHERE known.named_as_of IS NULL OR known.named_as_of < excluded.named_as_of
RETURNING id, named_as_of, first_seen_at;

-- name: note_staff_name
-- Only a newer token changes the name.
INSERT INTO staff_names AS known (subject, name, skeleton, as_of)
VALUES (:subject, :name, :skeleton, :issued_at)
ON CONFLICT (subject) DO UPDATE
   SET name = excluded.name, skeleton = excluded.skeleton, as_of = excluded.as_of
 WHERE known.as_of < excluded.as_of;

-- name: mute
-- No row comes back when there is no such author. One who is muted already stays so since then. The number of mutes is
-- bounded by not adding to a full list; `muted` tells.
WITH author AS (SELECT id FROM readers WHERE id = :author_id),
     added AS (
       INSERT INTO mutes (reader_id, author_id, muted_at)
       SELECT :reader_id, id, :now FROM author
        WHERE (SELECT count(*) FROM mutes WHERE reader_id = :reader_id) < :mutes_max
       ON CONFLICT DO NOTHING
       RETURNING author_id)
SELECT EXISTS (SELECT FROM added)
       OR EXISTS (SELECT FROM mutes WHERE reader_id = :reader_id AND author_id = :author_id) AS muted
  FROM author;

-- name: unmute
DELETE FROM mutes
 WHERE reader_id = :reader_id
   AND author_id = :author_id;

-- name: muted
-- The authors whom a reader has muted, the latest first. A reader's list is short (`mutes_max`), so it is sorted as a whole.
SELECT m.author_id AS id, a.name, a.picture_url, m.muted_at
  FROM mutes m
  JOIN readers a ON a.id = m.author_id
 WHERE m.reader_id = :reader_id
   AND (m.muted_at, m.author_id) < (:before_at, :before_id)
 ORDER BY m.muted_at DESC, m.author_id DESC
 LIMIT :most;
