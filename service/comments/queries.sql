-- Rows are locked in one order everywhere: story, comment, reader (several by id), review item, sanction.

-- name: get
-- One comment whatever its status, with its author.
SELECT c.story_id, c.id, c.parent_id, c.hangs_under, c.depth, c.author_id, a.name AS author_name,
       a.picture_url AS author_picture_url, a.badges AS author_badges, c.side, c.about, c.body, c.body_html, c.status,
       c.revision, c.created_at, c.edited_at, c.votes_up, c.votes_down, c.reply_count, c.direct_reply_count,
       c.featured_at, c.featured_note
  FROM comments c
  LEFT JOIN readers a ON a.id = c.author_id
 WHERE c.id = :comment_id;

-- name: many
-- Those of the comments that exist, whatever their status, with their authors.
SELECT c.story_id, c.id, c.parent_id, c.hangs_under, c.depth, c.author_id, a.name AS author_name,
       a.picture_url AS author_picture_url, a.badges AS author_badges, c.side, c.about, c.body, c.body_html, c.status,
       c.revision, c.created_at, c.edited_at, c.votes_up, c.votes_down, c.reply_count, c.direct_reply_count,
       c.featured_at, c.featured_note
  FROM comments c
  LEFT JOIN readers a ON a.id = c.author_id
 WHERE c.story_id = :story_id AND c.id = ANY(:comment_ids::uuid[]);

-- name: posting_context
-- What a post needs to know besides its author's standing, in one round trip: the story's choices, the comment that
-- is answered, the first answer to the same key, what the author wrote here lately, and texts of the last days, whoever's, that
-- share a print with the new one (of each print the newest, the most alike first). A flood is counted in at most as many of the
-- author's comments as the rules can ask for. Always one row.
SELECT s.mode, s.sides, s.anchors, s.url AS story_url, r.name AS author_name, r.picture_url AS author_picture_url, r.badges AS author_badges,
       p.id AS parent_id, p.status AS parent_status, p.depth AS parent_depth, p.ancestors AS parent_ancestors,
       k.fingerprint AS key_fingerprint, k.answer AS key_answer,
       coalesce(r.published_count, 0) AS published_count, coalesce(r.approved_count, 0) AS approved_count,
       coalesce(r.rejected_count, 0) AS rejected_count,
       coalesce((SELECT array_agg(o.body) FROM (
           SELECT body FROM comments WHERE author_id = :author_id ORDER BY id DESC LIMIT 10) o), '{}') AS recent_bodies,
       ARRAY(SELECT id FROM comments WHERE author_id = :author_id ORDER BY id DESC LIMIT 20) AS recent_ids,
       ARRAY(SELECT ROW(c.id, c.author_id, c.status, left(c.body, 2000))
               FROM (SELECT found.story_id, found.comment_id
                       FROM unnest(:prints::bigint[]) AS looked_for (print)
                      CROSS JOIN LATERAL (SELECT story_id, comment_id FROM screening_prints
                                           WHERE print = looked_for.print AND written_at > :prints_since
                                           ORDER BY written_at DESC
                                           LIMIT 12) AS found
                      GROUP BY found.story_id, found.comment_id
                      ORDER BY count(*) DESC
                      LIMIT 12) AS printed
               JOIN comments c ON c.story_id = printed.story_id AND c.id = printed.comment_id
              WHERE c.status IN ('published', 'held', 'rejected')) AS alike
  FROM (SELECT 1) one
  LEFT JOIN stories s ON s.id = :story_id
  LEFT JOIN comments p ON p.story_id = :story_id AND p.id = :parent_id
  LEFT JOIN idempotency_keys k ON k.reader_id = :author_id AND k.key = :key
  LEFT JOIN readers r ON r.id = :author_id;

-- name: post
-- The whole of a post in one statement, because the story's row is locked from the first change to the commit and nothing
-- should be waited for in between. Nothing comes back when the key was used before; `refuse` undoes all of it when
-- the story closed or the parent went meanwhile. The parts run in the order in which they name one another.
WITH used_key AS (
  INSERT INTO idempotency_keys (reader_id, key, fingerprint, answer, made_at)
  VALUES (:author_id, :key, :fingerprint, :answer, :now)
  ON CONFLICT (reader_id, key) DO NOTHING
  RETURNING 1
), story AS (
  UPDATE stories
     SET thread_version = thread_version + :published,
         comment_count = comment_count + :published,
         by_side = CASE WHEN :side::text IS NULL OR :published = 0 THEN by_side
                   ELSE by_side || jsonb_build_object(:side::text, coalesce((by_side->>:side::text)::integer, 0) + 1) END,
         by_anchor = CASE WHEN :about::text IS NULL OR :published = 0 THEN by_anchor
                     ELSE by_anchor || jsonb_build_object(:about::text, coalesce((by_anchor->>:about::text)::integer, 0) + 1) END
   WHERE id = :story_id AND state = 'open' AND (closes_at IS NULL OR closes_at > :now) AND EXISTS (SELECT FROM used_key)
  RETURNING thread_version, site, section
), parent AS (
  SELECT c.id
    FROM comments c, story
   WHERE c.story_id = :story_id AND c.id = :parent_id AND c.status = 'published'
     FOR UPDATE OF c
), added AS (
  INSERT INTO comments (story_id, id, parent_id, hangs_under, ancestors, depth, author_id, side, about, body, body_html,
                        status, created_at, changed_version)
  SELECT :story_id, :comment_id::uuid, :parent_id, :hangs_under::uuid, :ancestors::uuid[], :depth::integer, :author_id,
         :side, :about, :body, :body_html, :status, :now,
         CASE WHEN :published = 1 THEN story.thread_version ELSE 0 END
    FROM story
   WHERE :parent_id::uuid IS NULL OR EXISTS (SELECT FROM parent)
  RETURNING id
), above AS (
  UPDATE comments c
     SET reply_count = c.reply_count + 1,
         direct_reply_count = c.direct_reply_count + (c.id = :parent_id)::integer,
         changed_version = story.thread_version
    FROM story, added
   WHERE c.story_id = :story_id AND c.id = ANY(:ancestors::uuid[]) AND :published = 1
), record AS (
  UPDATE readers SET published_count = published_count + 1
   WHERE id = :author_id AND :published = 1 AND EXISTS (SELECT FROM added)
), screening AS (
  INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
  SELECT :story_id, id, 1, :verdict, :signals, :now FROM added WHERE :signals::jsonb IS NOT NULL
), item AS (
  INSERT INTO review_items (story_id, comment_id, queue, site, section, author_id, signals, waiting_since, urgency)
  SELECT :story_id, added.id, 'held', story.site, story.section, :author_id, coalesce(signal_names(:signals::jsonb), '{}'),
         :now, :urgency::integer
    FROM added, story WHERE :published = 0
), prints AS (
  INSERT INTO screening_prints (print, written_at, story_id, comment_id)
  SELECT unnest(:prints::bigint[]), :now, :story_id, id FROM added
), origin AS (
  INSERT INTO comment_origins (story_id, comment_id, network, seen_at)
  SELECT :story_id, id, :network, :now FROM added WHERE :network::cidr IS NOT NULL
), event AS (
  INSERT INTO outbox_events (id, topic, story_id, version, payload, happened_at, try_after)
  SELECT :event_id::uuid, :topic, :story_id, CASE WHEN :published = 1 THEN story.thread_version END, :payload::jsonb, :now, :now
    FROM story, added
)
SELECT CASE
         WHEN NOT EXISTS (SELECT FROM story) THEN refuse('story-closed')
         WHEN NOT EXISTS (SELECT FROM added) THEN refuse('parent-gone')
       END AS refused,
       (SELECT thread_version FROM story) AS thread_version
  FROM used_key;

-- name: key_answer
SELECT fingerprint, answer FROM idempotency_keys WHERE reader_id = :reader_id AND key = :key;

-- name: target
-- What a change of one comment needs to know before it asks for the author's standing.
SELECT c.story_id, c.status, c.author_id, c.parent_id, c.side, c.about, s.voting, s.state
  FROM comments c
  JOIN stories s ON s.id = c.story_id
 WHERE c.id = :comment_id;

-- name: lock
-- The story's row first, then the comment's: its newest state, with where it stands.
WITH story AS MATERIALIZED (SELECT id, site FROM stories WHERE id = :story_id FOR UPDATE)
SELECT c.story_id, story.site, c.id, c.parent_id, c.ancestors, c.depth, c.author_id, c.side, c.about, c.body, c.status,
       c.revision, c.created_at, c.edited_at, c.reply_count, c.report_count, c.featured_at
  FROM story
  JOIN comments c ON c.story_id = story.id
 WHERE c.id = :comment_id
   FOR UPDATE OF c;

-- name: move
-- A change of status with everything that it changes: the story's counts and version, the counts of the comments above, the
-- author's record. The caller holds the locks and gives the differences.
WITH story AS (
  UPDATE stories
     SET thread_version = thread_version + :bump,
         comment_count = comment_count + :published,
         by_side = CASE WHEN :side::text IS NULL OR :published = 0 THEN by_side
                   ELSE by_side || jsonb_build_object(:side::text, coalesce((by_side->>:side::text)::integer, 0) + :published) END,
         by_anchor = CASE WHEN :about::text IS NULL OR :published = 0 THEN by_anchor
                     ELSE by_anchor || jsonb_build_object(:about::text, coalesce((by_anchor->>:about::text)::integer, 0) + :published) END
   WHERE id = :story_id
  RETURNING thread_version
), moved AS (
  UPDATE comments c
     SET status = :status,
         body = CASE WHEN :status = 'erased' THEN '' ELSE c.body END,
         body_html = CASE WHEN :status = 'erased' THEN '' ELSE c.body_html END,
         author_id = CASE WHEN :status = 'erased' THEN NULL ELSE c.author_id END,
         featured_at = CASE WHEN :status = 'published' THEN c.featured_at END,
         featured_note = CASE WHEN :status = 'published' THEN c.featured_note END,
         changed_version = CASE WHEN :bump > 0 THEN story.thread_version ELSE c.changed_version END
    FROM story
   WHERE c.story_id = :story_id AND c.id = :comment_id
), above AS (
  UPDATE comments c
     SET reply_count = c.reply_count + :published,
         direct_reply_count = c.direct_reply_count + CASE WHEN c.id = :parent_id THEN :published ELSE 0 END,
         changed_version = story.thread_version
    FROM story
   WHERE c.story_id = :story_id AND c.id = ANY(:ancestors::uuid[]) AND :published <> 0
), record AS (
  UPDATE readers
     SET published_count = published_count + :published,
         rejected_count = rejected_count + :rejected
   WHERE id = :author_id
)
SELECT thread_version FROM story;

-- name: revise
-- The earlier text is kept, the new one takes its place. The caller holds the locks and moves counts by `move`.
WITH earlier AS (
  INSERT INTO comment_revisions (story_id, comment_id, revision, body, side, written_at, replaced_at)
  SELECT story_id, id, revision, body, side, coalesce(edited_at, created_at), :now
    FROM comments
   WHERE story_id = :story_id AND id = :comment_id
)
UPDATE comments
   SET body = :body, body_html = :body_html, side = :side, revision = revision + 1, edited_at = :now
 WHERE story_id = :story_id AND id = :comment_id
RETURNING revision;

-- name: move_side
-- An edit of a published comment that changes sides: one less here, one more there.
UPDATE stories
   SET by_side = by_side
       || CASE WHEN :old_side::text IS NULL THEN '{}'::jsonb
          ELSE jsonb_build_object(:old_side::text, coalesce((by_side->>:old_side::text)::integer, 0) - 1) END
       || CASE WHEN :new_side::text IS NULL THEN '{}'::jsonb
          ELSE jsonb_build_object(:new_side::text, coalesce((by_side->>:new_side::text)::integer, 0) + 1) END
 WHERE id = :story_id;

-- name: approval
-- The revision that a moderator let stand, with what was noticed about it and its words, where nothing was decided against
-- the comment since. Featuring it says nothing of that.
SELECT d.seen_revision AS revision, coalesce(s.signals, '[]') AS signals, coalesce(r.body, c.body) AS body
  FROM (SELECT action, seen_revision
          FROM decisions
         WHERE story_id = :story_id AND comment_id = :comment_id AND action NOT IN ('feature', 'unfeature')
         ORDER BY number DESC
         LIMIT 1) AS d
  JOIN comments c ON c.story_id = :story_id AND c.id = :comment_id
  LEFT JOIN comment_revisions r ON r.story_id = c.story_id AND r.comment_id = c.id AND r.revision = d.seen_revision
  LEFT JOIN screenings s ON s.story_id = c.story_id AND s.comment_id = c.id AND s.revision = d.seen_revision
 WHERE d.action IN ('approve', 'restore');

-- name: signals_of
SELECT signals FROM screenings WHERE story_id = :story_id AND comment_id = :comment_id AND revision = :revision;

-- name: keep_screening
INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
VALUES (:story_id, :comment_id, :revision, :verdict, :signals, :now);

-- name: screening
-- What is known of the present text: nothing noticed is a verdict too. A person's decision about this text ends what a check may do.
SELECT coalesce(s.verdict, 'publish') AS verdict, coalesce(s.signals, '[]') AS signals,
       EXISTS(SELECT FROM decisions AS d
               WHERE d.story_id = c.story_id AND d.comment_id = c.id AND d.seen_revision = c.revision
                 AND d.decided_by IS NOT NULL) AS is_decided
  FROM comments AS c
  LEFT JOIN screenings AS s ON s.story_id = c.story_id AND s.comment_id = c.id AND s.revision = c.revision
 WHERE c.story_id = :story_id AND c.id = :comment_id;

-- name: rescreen
INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
VALUES (:story_id, :comment_id, :revision, :verdict, :signals, :now)
ON CONFLICT (story_id, comment_id, revision) DO UPDATE SET verdict = excluded.verdict, signals = excluded.signals;

-- name: keep_prints
INSERT INTO screening_prints (print, written_at, story_id, comment_id)
SELECT unnest(:prints::bigint[]), :now, :story_id, :comment_id;

-- name: vote
-- One row a reader and comment. The row remembers what it replaced, and the comment's counts move by the difference, whatever
-- other voters do at the same time; the ranks follow by themselves. The counts are those of the locked row: an UPDATE tries its
-- checks on the row of its snapshot first, and to that one an overtaken vote of the same reader could bring a count below zero.
-- Nothing comes back when the comment is not published, or is the voter's own.
WITH target AS MATERIALIZED (
  SELECT story_id, id, votes_up, votes_down FROM comments
   WHERE story_id = :story_id AND id = :comment_id AND status = 'published' AND author_id IS DISTINCT FROM :reader_id
     FOR NO KEY UPDATE
), given AS (
  INSERT INTO votes AS v (story_id, comment_id, reader_id, value, previous, voted_at)
  SELECT story_id, id, :reader_id, :value, 0, :now FROM target
  ON CONFLICT (story_id, comment_id, reader_id)
  DO UPDATE SET previous = v.value, value = excluded.value, voted_at = excluded.voted_at
  RETURNING value, previous
), counted AS (
  SELECT given.value <> given.previous AS is_change,
         target.votes_up + (given.value = 1)::integer - (given.previous = 1)::integer AS votes_up,
         target.votes_down + (given.value = -1)::integer - (given.previous = -1)::integer AS votes_down
    FROM target CROSS JOIN given
), changed AS (
  UPDATE comments c
     SET votes_up = counted.votes_up, votes_down = counted.votes_down
    FROM counted
   WHERE c.story_id = :story_id AND c.id = :comment_id AND counted.is_change
  RETURNING c.id
), unannounced AS (
  INSERT INTO votes_unannounced (story_id, comment_id)
  SELECT :story_id, :comment_id FROM changed
)
SELECT votes_up, votes_down FROM counted;

-- name: announce_votes
-- Takes what is waiting and moves each story's version once, its row locked in id order; the comments carry that version.
WITH taken AS (
  DELETE FROM votes_unannounced
   WHERE ctid = ANY(ARRAY(SELECT ctid FROM votes_unannounced LIMIT :most FOR UPDATE SKIP LOCKED))
  RETURNING story_id, comment_id
), locked AS (
  SELECT s.id FROM stories s WHERE s.id IN (SELECT story_id FROM taken) ORDER BY s.id FOR UPDATE
), bumped AS (
  UPDATE stories s SET thread_version = s.thread_version + 1
    FROM locked WHERE s.id = locked.id
  RETURNING s.id, s.thread_version
), marked AS (
  UPDATE comments c SET changed_version = bumped.thread_version
    FROM bumped, (SELECT DISTINCT story_id, comment_id FROM taken) t
   WHERE bumped.id = t.story_id AND c.story_id = t.story_id AND c.id = t.comment_id
  RETURNING c.story_id, c.id
)
SELECT bumped.id AS story_id, bumped.thread_version,
       ARRAY(SELECT marked.id FROM marked WHERE marked.story_id = bumped.id) AS comment_ids
  FROM bumped;

-- name: forget_keys
DELETE FROM idempotency_keys
 WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE made_at < :before LIMIT :most));

-- name: forget_origins
DELETE FROM comment_origins
 WHERE ctid = ANY(ARRAY(SELECT ctid FROM comment_origins WHERE seen_at < :before LIMIT :most));

-- name: forget_prints
DELETE FROM screening_prints
 WHERE ctid = ANY(ARRAY(SELECT ctid FROM screening_prints WHERE written_at < :before LIMIT :most));

-- name: add_report
-- A reader's first report of a comment with all that counts it; a second changes nothing. The caller holds the comment's lock.
-- Both readers' rows are locked in the order of their ids, before either is written.
WITH locked AS MATERIALIZED (
  SELECT id FROM readers WHERE id = :reporter_id OR id = :author_id::uuid ORDER BY id FOR NO KEY UPDATE
), added AS (
  INSERT INTO reports (story_id, comment_id, reporter_id, id, revision, reason, note, reported_at)
  VALUES (:story_id, :comment_id, :reporter_id, :report_id, :revision, :reason, :note, :now)
  ON CONFLICT (story_id, comment_id, reporter_id) DO NOTHING
  RETURNING 1
), counted AS (
  UPDATE comments SET report_count = report_count + 1
   WHERE story_id = :story_id AND id = :comment_id AND EXISTS (SELECT FROM added)
), recorded AS (
  UPDATE readers
     SET reports_made = reports_made + (readers.id = :reporter_id)::integer,
         reports_received = reports_received + (readers.id IS NOT DISTINCT FROM :author_id)::integer
    FROM locked
   WHERE readers.id = locked.id AND EXISTS (SELECT FROM added)
)
SELECT (SELECT count(*) FROM locked)::integer AS locked, EXISTS (SELECT FROM added) AS added;

-- name: own_report
SELECT reason, note, reported_at
  FROM reports
 WHERE story_id = :story_id AND comment_id = :comment_id AND reporter_id = :reporter_id;

-- name: open_reports
-- Those that wait for an answer, each with how its reporter's earlier ones were answered.
SELECT r.reason, r.revision, a.reports_upheld AS upheld, a.reports_declined AS declined
  FROM reports r
  JOIN readers a ON a.id = r.reporter_id
 WHERE r.story_id = :story_id AND r.comment_id = :comment_id AND r.decided_at IS NULL
 ORDER BY r.reported_at DESC
 LIMIT :most;

-- name: add_signal
-- One more thing that was noticed about a revision after it was screened. A note of the same check, which tells of an earlier
-- state of the same thing, gives way to it.
INSERT INTO screenings AS kept (story_id, comment_id, revision, verdict, signals, screened_at)
VALUES (:story_id, :comment_id, :revision, :verdict, jsonb_build_array(:signal::jsonb), :now)
ON CONFLICT (story_id, comment_id, revision) DO UPDATE
   SET verdict = CASE WHEN kept.verdict = 'publish' THEN excluded.verdict ELSE kept.verdict END,
       signals = coalesce((SELECT jsonb_agg(earlier) FROM jsonb_array_elements(kept.signals) AS earlier
                            WHERE (earlier ->> 'check', earlier ->> 'kind') <> (:signal::jsonb ->> 'check', 'note')), '[]')
                 || excluded.signals;
