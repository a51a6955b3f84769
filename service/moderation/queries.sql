-- Rows are locked in one order everywhere: story, comment, reader (by id), review item, sanction. The queues' counts, which
-- all stories share, are moved last.

-- name: place
-- Where a comment is, before anything of it is locked (a story stays at its site), and how many decisions it has had.
SELECT c.story_id, s.site,
       coalesce((SELECT max(d.number) FROM decisions d WHERE d.story_id = c.story_id AND d.comment_id = c.id), 0) AS decisions
  FROM comments c
  JOIN stories s ON s.id = c.story_id
 WHERE c.id = :comment_id;

-- name: last_decision
-- The caller holds the comment's lock, so it stays the last.
SELECT id, story_id, comment_id, number, seen_revision, action, old_status, new_status, resolved, was_featured, reason, note,
       decided_by, decided_at, undoes
  FROM decisions
 WHERE story_id = :story_id AND comment_id = :comment_id
 ORDER BY number DESC
 LIMIT 1;

-- name: decision
SELECT id, story_id, comment_id, number, seen_revision, action, old_status, new_status, resolved, was_featured, reason, note,
       decided_by, decided_at, undoes
  FROM decisions
 WHERE id = :decision_id;

-- name: appeals_of
-- Against rejections of the comment, each with the text that was rejected. The caller holds the comment's lock, under which
-- appeals are made and ruled on.
SELECT a.id, a.status, r.revision, a.restricted_by, a.decision_id
  FROM appeals a
  JOIN restrictions r ON r.id = a.restriction_id
 WHERE a.story_id = :story_id AND a.comment_id = :comment_id;

-- name: open_appeal_of_sanction
SELECT id FROM appeals WHERE sanction_id = :sanction_id AND status = 'open';

-- name: append_decision
INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status, new_status, resolved,
                       was_featured, reason, note, decided_by, decided_at, undoes)
VALUES (:decision_id, :story_id, :comment_id, :number, :author_id, :seen_revision, :action, :old_status, :new_status, :resolved,
        :was_featured, :reason, :note, :decided_by, :now, :undoes);

-- name: answer_reports
-- Answers a comment's reports and moves the records of those whom that concerns: the reporters', and the author's count of
-- approved comments. Which reports: those that wait for an answer; with `overturns` those too that were answered the other
-- way; with `undone` those instead that this decision answered. An answer of null lets them wait again. Who reported words
-- that the author has changed since is not said to be wrong: that report is closed without an answer. The readers' rows, the author's for what follows included, are locked first and in the order of their ids: two decisions that concern
-- the same two readers in opposite roles would otherwise wait for one another.
WITH due AS MATERIALIZED (
  SELECT reporter_id, upheld AS was,
         CASE WHEN :answer::boolean OR revision >= :revision::integer THEN :answer::boolean END AS became
    FROM reports
   WHERE story_id = :story_id AND comment_id = :comment_id
     AND CASE WHEN :undone::uuid IS NOT NULL THEN decision_id = :undone
              ELSE :answers::boolean AND (decided_at IS NULL OR (:overturns::boolean AND upheld = NOT :answer::boolean))
         END
), locked AS MATERIALIZED (
  SELECT id FROM readers
   WHERE id = :author_id::uuid OR id IN (SELECT reporter_id FROM due)
   ORDER BY id
     FOR NO KEY UPDATE
), answered AS (
  UPDATE reports
     SET upheld = due.became,
         decided_at = CASE WHEN :answer::boolean IS NOT NULL THEN :now::timestamptz END,
         decision_id = CASE WHEN :answer::boolean IS NOT NULL THEN :decision_id::uuid END
    FROM due
   WHERE reports.story_id = :story_id AND reports.comment_id = :comment_id AND reports.reporter_id = due.reporter_id
), recorded AS (
  UPDATE readers
     SET reports_upheld = reports_upheld + coalesce(due.became, false)::integer - coalesce(due.was, false)::integer,
         reports_declined = reports_declined + coalesce(NOT due.became, false)::integer - coalesce(NOT due.was, false)::integer
    FROM due
   WHERE readers.id = due.reporter_id AND EXISTS (SELECT FROM locked WHERE locked.id = due.reporter_id)
), approved AS (
  UPDATE readers
     SET approved_count = approved_count + :approved::integer
   WHERE id = :author_id AND :approved::integer <> 0 AND EXISTS (SELECT FROM locked WHERE locked.id = :author_id)
)
SELECT (SELECT count(*) FROM due)::integer AS answered, (SELECT count(*) FROM locked)::integer AS locked;

-- name: feature
-- The caller holds the locks; readers see the change, so the thread's version rises with it.
WITH story AS (
  UPDATE stories SET thread_version = thread_version + 1 WHERE id = :story_id RETURNING thread_version
)
UPDATE comments
   SET featured_at = :featured_at, featured_note = :note, changed_version = story.thread_version
  FROM story
 WHERE story_id = :story_id AND id = :comment_id
RETURNING changed_version;

-- name: featured
SELECT featured_at AS at, featured_note AS note FROM comments WHERE story_id = :story_id AND id = :comment_id;

-- name: details
-- Everything that a moderator is shown of a page of items, in one round trip: each part by the key of its comment, and each
-- bounded. The names of the parts' fields stand in the store.
SELECT c.story_id, c.id, c.parent_id, c.hangs_under, c.depth, c.author_id, a.name AS author_name,
       a.picture_url AS author_picture_url, a.badges AS author_badges, c.side, c.about, c.body, c.body_html, c.status,
       c.revision, c.created_at, c.edited_at, c.votes_up, c.votes_down, c.reply_count, c.direct_reply_count,
       c.featured_at, c.featured_note,
       s.site, s.section, s.title AS story_title, s.url AS story_url,
       c.ancestors[greatest(1, cardinality(c.ancestors) - :ancestors_near::integer + 1):] AS ancestors_near,
       c.ancestors[1] AS root_id,
       coalesce(a.published_count, 0) AS published_count, coalesce(a.rejected_count, 0) AS rejected_count,
       coalesce(a.reports_received, 0) AS reports_received,
       ARRAY(SELECT ROW(x.id, x.site, x.kind, x.reason, x.starts_at, x.until, x.acknowledged_at, x.lifted_at, x.lifted_by IS NOT NULL)
               FROM sanctions x
              WHERE x.reader_id = c.author_id AND x.lifted_at IS NULL AND (x.until IS NULL OR x.until > :now)) AS sanctions,
       coalesce((SELECT screenings.signals FROM screenings
                  WHERE screenings.story_id = c.story_id AND screenings.comment_id = c.id AND screenings.revision = c.revision),
                '[]'::jsonb) AS signals,
       -- Notices of illegal content among them: each is answered by the first decision after it that is not taken back.
       ARRAY(SELECT ROW(complaint.reason, complaint.note, complaint.made_at)
               FROM (SELECT r.reason, r.note, r.reported_at AS made_at
                       FROM reports r
                      WHERE r.story_id = c.story_id AND r.comment_id = c.id AND r.decided_at IS NULL
                      UNION ALL
                     SELECT 'illegal', n.legal_ground || E'\n\n' || n.explanation, n.received_at
                       FROM notices n
                      WHERE n.story_id = c.story_id AND n.comment_id = c.id AND NOT EXISTS (
                            SELECT FROM decisions d
                             WHERE d.story_id = n.story_id AND d.comment_id = n.comment_id AND d.number > n.decisions_then
                               AND d.action IN ('approve', 'reject', 'restore')
                               AND NOT EXISTS (SELECT FROM decisions u WHERE u.undoes = d.id))) AS complaint
              ORDER BY complaint.made_at DESC
              LIMIT :reports_most::integer) AS reports,
       ARRAY(SELECT i.queue FROM review_items i WHERE i.story_id = c.story_id AND i.comment_id = c.id) AS waiting,
       (SELECT ROW(d.id, d.number, d.action, d.reason, d.decided_by, d.decided_at, d.undoes)
          FROM decisions d
         WHERE d.story_id = c.story_id AND d.comment_id = c.id
         ORDER BY d.number DESC
         LIMIT 1) AS last_decision
  FROM unnest(:story_ids::text[], :comment_ids::uuid[]) AS wanted (story_id, comment_id)
  JOIN comments c ON c.story_id = wanted.story_id AND c.id = wanted.comment_id
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN readers a ON a.id = c.author_id;

-- name: comments_of_stories
-- The comments that a page's items answer, by the keys of their stories.
SELECT c.story_id, c.id, c.parent_id, c.hangs_under, c.depth, c.author_id, a.name AS author_name,
       a.picture_url AS author_picture_url, a.badges AS author_badges, c.side, c.about, c.body, c.body_html, c.status,
       c.revision, c.created_at, c.edited_at, c.votes_up, c.votes_down, c.reply_count, c.direct_reply_count,
       c.featured_at, c.featured_note
  FROM unnest(:story_ids::text[], :comment_ids::uuid[]) AS wanted (story_id, comment_id)
  JOIN comments c ON c.story_id = wanted.story_id AND c.id = wanted.comment_id
  LEFT JOIN readers a ON a.id = c.author_id;

-- name: staff_names
-- What those who hold items are called, as far as their tokens said.
SELECT subject, name FROM staff_names WHERE subject = ANY(:subjects::text[]);

-- name: examples
-- What people of this installation decided about texts, newest first, each comment by the last decision that stands. A comment off
-- topic says nothing about its words; an erased one has none.
SELECT text.body, d.action = 'reject' AS rejected, d.decided_at
  FROM (SELECT story_id, comment_id, number, seen_revision, action, reason, decided_at, id
          FROM decisions
         WHERE decided_by IS NOT NULL AND action IN ('approve', 'reject', 'restore')
         ORDER BY id DESC LIMIT :most) AS d
  JOIN comments AS c ON c.story_id = d.story_id AND c.id = d.comment_id
  LEFT JOIN comment_revisions AS r ON r.story_id = d.story_id AND r.comment_id = d.comment_id AND r.revision = d.seen_revision
 CROSS JOIN LATERAL (SELECT CASE WHEN c.revision = d.seen_revision THEN c.body ELSE r.body END AS body) AS text
 WHERE c.status <> 'erased' AND text.body IS NOT NULL AND d.reason IS DISTINCT FROM 'off_topic'
   AND NOT EXISTS (SELECT FROM decisions AS later
                    WHERE later.story_id = d.story_id AND later.comment_id = d.comment_id AND later.number > d.number
                      AND later.action IN ('approve', 'reject', 'restore', 'undo'))
 ORDER BY d.id DESC;

-- name: decided_since
-- Counted up to so many.
SELECT count(*)::integer
  FROM (SELECT FROM decisions WHERE decided_by IS NOT NULL AND decided_at > :since ORDER BY id DESC LIMIT :most) AS d;

-- name: decisions_of
SELECT id, story_id, comment_id, number, seen_revision, action, old_status, new_status, resolved, was_featured, reason, note,
       decided_by, decided_at, undoes
  FROM decisions
 WHERE story_id = :story_id AND comment_id = :comment_id
 ORDER BY number DESC
 LIMIT :most;

-- name: revisions_of
-- Earlier texts, newest first; the present one is the comment's own.
SELECT revision, body, side, written_at, replaced_at
  FROM comment_revisions
 WHERE story_id = :story_id AND comment_id = :comment_id
 ORDER BY revision DESC
 LIMIT :most;

-- name: screenings_of
SELECT revision, verdict, signals, screened_at
  FROM screenings
 WHERE story_id = :story_id AND comment_id = :comment_id
 ORDER BY revision DESC
 LIMIT :most;

-- name: reports_of
-- With what is known of each reporter's judgement so far.
SELECT r.id, r.revision, r.reason, r.note, r.reported_at, r.decided_at, r.upheld, r.reporter_id, a.name AS reporter_name,
       a.reports_upheld, a.reports_declined
  FROM reports r
  JOIN readers a ON a.id = r.reporter_id
 WHERE r.story_id = :story_id AND r.comment_id = :comment_id
 ORDER BY r.reported_at DESC, r.id
 LIMIT :most;

-- name: reader
-- A reader's record: the counts are kept in the transactions of what they count.
SELECT id, name, picture_url, badges, first_seen_at, erased_at, published_count, approved_count, rejected_count,
       reports_received, reports_made, reports_upheld, reports_declined
  FROM readers
 WHERE id = :reader_id;

-- name: recent_comments_of
-- Newest first; among the last few, those on the sites that the moderator works on.
SELECT c.story_id, c.id, c.parent_id, c.hangs_under, c.depth, c.author_id, a.name AS author_name,
       a.picture_url AS author_picture_url, a.badges AS author_badges, c.side, c.about, c.body, c.body_html, c.status,
       c.revision, c.created_at, c.edited_at, c.votes_up, c.votes_down, c.reply_count, c.direct_reply_count,
       c.featured_at, c.featured_note
  FROM (SELECT * FROM comments WHERE author_id = :reader_id ORDER BY id DESC LIMIT 10 * :most::integer) AS c
  JOIN stories s ON s.id = c.story_id
  LEFT JOIN readers a ON a.id = c.author_id
 WHERE :sites::text[] IS NULL OR s.site = ANY(:sites::text[])
 ORDER BY c.id DESC
 LIMIT :most;
