-- name: parse
-- A search as PostgreSQL reads it in that language; empty where the language takes no word of it for one that says anything.
SELECT to_tsquery(text_config(:language), :exact)::text AS exact,
       to_tsquery(text_config(:language), :loose)::text AS loose,
       text_config(:language) <> 'pg_catalog.simple'::regconfig AS by_stems;

-- name: found_up_to
-- How many comments have the words, counted to a bound: by the index alone, and the rows that it names. Planned for its values
-- and without reading the table through, see the store.
SELECT count(*)::integer AS comments
  FROM (SELECT FROM comment_texts WHERE words @@ :loose::text::tsquery LIMIT :most) AS matched;

-- name: walk
-- A page of comments, newest first, out of those that its source sees: a bounded number, so that a page costs no more than that
-- however rare what is asked for, or however many there are. Ids tell the time, so bounds of time are bounds of ids.
SELECT c.story_id, c.id AS comment_id
  FROM ({{source}}) AS seen
  JOIN comments c ON c.story_id = seen.story_id AND c.id = seen.id
  JOIN stories s ON s.id = c.story_id
 WHERE c.created_at >= :after AND c.created_at < :before
   AND (:words::text IS NULL
        OR (c.status NOT IN ('deleted', 'erased')
            AND EXISTS (SELECT FROM comment_texts t WHERE t.comment_id = c.id AND t.words @@ :words::text::tsquery)))
   AND (:sites::text[] IS NULL OR s.site = ANY(:sites::text[]))
   AND (:story_id::text IS NULL OR c.story_id = :story_id)
   AND (:author_id::uuid IS NULL OR c.author_id = :author_id)
   AND (:status::text IS NULL OR c.status = :status)
   AND (:language::text IS NULL OR s.language = :language)
   AND (:signal::text IS NULL
        OR EXISTS (SELECT FROM screenings x
                    WHERE x.story_id = c.story_id AND x.comment_id = c.id AND x.revision = c.revision
                      AND signal_names(x.signals) @> ARRAY[:signal::text]))
 ORDER BY seen.id DESC
 LIMIT :most;

-- name: end_of_walk
-- The last comment that a full walk sees; none where there are fewer than that.
SELECT id FROM ({{source}}) AS seen ORDER BY id DESC OFFSET :window::integer - 1 LIMIT 1;

-- name: reread
-- Comments of a story whose words were read in another language than it is in now.
WITH due AS (
  SELECT t.comment_id, c.body, s.language
    FROM stories s
    JOIN comments c ON c.story_id = s.id
    JOIN comment_texts t ON t.comment_id = c.id
   WHERE s.id = :story_id AND t.language IS DISTINCT FROM s.language
   LIMIT :most
)
UPDATE comment_texts t
   SET language = due.language, words = comment_words(due.body, due.language)
  FROM due
 WHERE t.comment_id = due.comment_id;

-- name: story_to_reread
-- Locked until its comments are read: another worker takes another story.
SELECT story_id FROM stories_to_reread ORDER BY story_id LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: forget_story_to_reread
DELETE FROM stories_to_reread WHERE story_id = :story_id;

-- name: add_note
INSERT INTO reader_notes (id, reader_id, note, written_by, written_at)
SELECT :note_id, id, :note, :staff, :now FROM readers WHERE id = :reader_id;

-- name: notes_of
SELECT n.id, n.reader_id, n.note, n.written_by, w.name AS written_by_name, n.written_at, n.struck_at, n.struck_by
  FROM reader_notes n
  LEFT JOIN staff_names w ON w.subject = n.written_by
 WHERE n.reader_id = :reader_id AND n.id < :before_id
 ORDER BY n.id DESC
 LIMIT :most;

-- name: lock_note
SELECT n.id, n.reader_id, n.note, n.written_by, w.name AS written_by_name, n.written_at, n.struck_at, n.struck_by
  FROM reader_notes n
  LEFT JOIN staff_names w ON w.subject = n.written_by
 WHERE n.reader_id = :reader_id AND n.id = :note_id
   FOR UPDATE OF n;

-- name: strike_note
UPDATE reader_notes SET struck_at = :now, struck_by = :staff WHERE id = :note_id;

-- name: decisions_about
-- The last decisions about a reader's comments, on the sites that the moderator works on.
SELECT d.id, d.story_id, d.comment_id, d.action, d.seen_revision, d.old_status, d.new_status, d.reason, d.note, d.decided_by,
       d.decided_at, d.undoes
  FROM (SELECT * FROM decisions WHERE author_id = :reader_id ORDER BY id DESC LIMIT 10 * :most::integer) AS d
  JOIN stories s ON s.id = d.story_id
 WHERE :sites::text[] IS NULL OR s.site = ANY(:sites::text[])
 ORDER BY d.id DESC
 LIMIT :most;

-- name: reports_made
-- The last reports that a reader made, on the sites that the moderator works on.
SELECT r.id, r.story_id, r.comment_id, r.reason, r.note, r.reported_at, r.decided_at, r.upheld, r.reporter_id,
       a.name AS reporter_name
  FROM (SELECT * FROM reports WHERE reporter_id = :reader_id ORDER BY reported_at DESC LIMIT 10 * :most::integer) AS r
  JOIN stories s ON s.id = r.story_id
  JOIN readers a ON a.id = r.reporter_id
 WHERE :sites::text[] IS NULL OR s.site = ANY(:sites::text[])
 ORDER BY r.reported_at DESC, r.id DESC
 LIMIT :most;

-- name: reports_received
-- The last reports about what a reader wrote lately, on the sites that the moderator works on.
SELECT r.id, r.story_id, r.comment_id, r.reason, r.note, r.reported_at, r.decided_at, r.upheld, r.reporter_id,
       a.name AS reporter_name
  FROM (SELECT story_id, id, report_count FROM comments
         WHERE author_id = :reader_id ORDER BY id DESC LIMIT :comments_most) AS c
  JOIN reports r ON r.story_id = c.story_id AND r.comment_id = c.id
  JOIN stories s ON s.id = c.story_id
  JOIN readers a ON a.id = r.reporter_id
 WHERE c.report_count > 0 AND (:sites::text[] IS NULL OR s.site = ANY(:sites::text[]))
 ORDER BY r.reported_at DESC, r.id DESC
 LIMIT :most;
