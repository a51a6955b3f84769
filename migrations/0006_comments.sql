-- migrate:up
-- What `best` sorts by: the lower end of the 95 % Wilson score interval of the share of up votes; below zero where nobody
-- voted up. threads/rules/ranking.py has the formula, its source, and a test holds both to the same values.
CREATE FUNCTION best_rank(up integer, down integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE
    WHEN up = 0 AND down = 0 THEN 0
    WHEN up = 0 THEN -1 / (1 + 3.8416 / down::double precision)
    ELSE (up::double precision / (up + down) + 3.8416 / (2 * (up + down)::double precision)
          - 1.96 * sqrt((up::double precision * down / (up + down) + 0.9604) / ((up + down)::double precision * (up + down))))
         / (1 + 3.8416 / (up + down)::double precision)
  END;

-- What `controversial` sorts by: many votes, evenly split.
CREATE FUNCTION controversy_rank(up integer, down integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE
    WHEN up = 0 OR down = 0 THEN 0
    ELSE power((up + down)::double precision, least(up, down)::double precision / greatest(up, down))
  END;

-- Ends a statement, and with it all that it did, when it turns out midway that it may not be done. The action knows the SQLSTATE.
CREATE FUNCTION refuse(why text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', why USING ERRCODE = 'SC001';
END $$;

-- One row a comment, with its current text. UUIDv7 ids: their order is the order of writing.
CREATE TABLE comments (
  story_id            text NOT NULL REFERENCES stories,
  id                  uuid NOT NULL,
  parent_id           uuid,
  -- Where it hangs on a page: its parent, or above the greatest depth the ancestor at that depth. Null for a root.
  hangs_under         uuid,
  -- From the root down: the first 6 and the nearest 50, which for all but very long chains is every one.
  ancestors           uuid[] NOT NULL DEFAULT '{}',
  depth               integer NOT NULL DEFAULT 0,
  -- Null for an author who is not known any more.
  author_id           uuid REFERENCES readers,
  side                text,
  about               text,
  body                text NOT NULL,
  body_html           text NOT NULL,
  status              text NOT NULL CHECK (status IN ('published', 'held', 'rejected', 'deleted', 'erased')),
  revision            integer NOT NULL DEFAULT 1,
  created_at          timestamptz NOT NULL,
  edited_at           timestamptz,
  votes_up            integer NOT NULL DEFAULT 0 CHECK (votes_up >= 0),
  votes_down          integer NOT NULL DEFAULT 0 CHECK (votes_down >= 0),
  -- What `best` and `controversial` sort by; see threads/rules/ranking.py.
  best_rank           double precision GENERATED ALWAYS AS (best_rank(votes_up, votes_down)) STORED,
  controversy_rank    double precision GENERATED ALWAYS AS (controversy_rank(votes_up, votes_down)) STORED,
  -- Published replies: at every depth below, and directly below.
  reply_count         integer NOT NULL DEFAULT 0 CHECK (reply_count >= 0),
  direct_reply_count  integer NOT NULL DEFAULT 0 CHECK (direct_reply_count >= 0),
  report_count        integer NOT NULL DEFAULT 0,
  featured_at         timestamptz,
  featured_note       text,
  -- The thread's version of the last change that a reader could see in this row.
  changed_version     bigint NOT NULL DEFAULT 0,
  -- On a page: a published comment, or the placeholder of one that was removed but still has replies.
  shown               boolean GENERATED ALWAYS AS (status = 'published' OR reply_count > 0) STORED,
  PRIMARY KEY (story_id, id),
  FOREIGN KEY (story_id, parent_id) REFERENCES comments (story_id, id)
) WITH (fillfactor = 85);

-- A comment by its id alone, as permalinks and decisions name it.
CREATE INDEX comments_by_id ON comments (id);
-- Replies under a comment, oldest first.
CREATE INDEX comments_replies ON comments (story_id, hangs_under, id) WHERE shown AND hangs_under IS NOT NULL;
-- What changed since a version.
CREATE INDEX comments_changed ON comments (story_id, changed_version, id);
-- The newest published comments of all stories: a site's feed.
CREATE INDEX comments_newest ON comments (id) WHERE status = 'published';
-- A reader's own comments, newest first.
CREATE INDEX comments_of_author ON comments (author_id, id DESC);
-- A reader's own comments of one story that are not published: the viewer's layer.
CREATE INDEX comments_own_waiting ON comments (author_id, story_id, id) WHERE status IN ('held', 'rejected');

-- Pages of roots: each order alone, within a side, about an anchor, and within both. Ids break ties, so every order is total.
CREATE INDEX roots_by_time ON comments (story_id, id) WHERE parent_id IS NULL AND shown;
CREATE INDEX roots_by_best ON comments (story_id, best_rank, id) WHERE parent_id IS NULL AND shown;
CREATE INDEX roots_by_replies ON comments (story_id, reply_count, id) WHERE parent_id IS NULL AND shown;
CREATE INDEX roots_by_controversy ON comments (story_id, controversy_rank, id) WHERE parent_id IS NULL AND shown;
CREATE INDEX side_roots_by_time ON comments (story_id, side, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL;
CREATE INDEX side_roots_by_best ON comments (story_id, side, best_rank, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL;
-- Those without a side, which take turns with the sides in the balanced order.
CREATE INDEX unsided_roots_by_best ON comments (story_id, best_rank, id) WHERE parent_id IS NULL AND shown AND side IS NULL;
CREATE INDEX unsided_about_roots_by_best ON comments (story_id, about, best_rank, id) WHERE parent_id IS NULL AND shown AND side IS NULL AND about IS NOT NULL;
CREATE INDEX side_roots_by_replies ON comments (story_id, side, reply_count, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL;
CREATE INDEX side_roots_by_controversy ON comments (story_id, side, controversy_rank, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL;
CREATE INDEX about_roots_by_time ON comments (story_id, about, id) WHERE parent_id IS NULL AND shown AND about IS NOT NULL;
CREATE INDEX about_roots_by_best ON comments (story_id, about, best_rank, id) WHERE parent_id IS NULL AND shown AND about IS NOT NULL;
CREATE INDEX about_roots_by_replies ON comments (story_id, about, reply_count, id) WHERE parent_id IS NULL AND shown AND about IS NOT NULL;
CREATE INDEX about_roots_by_controversy ON comments (story_id, about, controversy_rank, id) WHERE parent_id IS NULL AND shown AND about IS NOT NULL;
CREATE INDEX side_about_roots_by_time ON comments (story_id, side, about, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL AND about IS NOT NULL;
CREATE INDEX side_about_roots_by_best ON comments (story_id, side, about, best_rank, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL AND about IS NOT NULL;
CREATE INDEX side_about_roots_by_replies ON comments (story_id, side, about, reply_count, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL AND about IS NOT NULL;
CREATE INDEX side_about_roots_by_controversy ON comments (story_id, side, about, controversy_rank, id) WHERE parent_id IS NULL AND shown AND side IS NOT NULL AND about IS NOT NULL;

-- What the newsroom has chosen, across a site.
CREATE INDEX featured_comments ON comments (featured_at DESC) WHERE featured_at IS NOT NULL AND status = 'published';

-- Earlier texts of edited comments.
CREATE TABLE comment_revisions (
  story_id    text NOT NULL,
  comment_id  uuid NOT NULL,
  revision    integer NOT NULL,
  body        text NOT NULL,
  side        text,
  -- When this text was written, and when the next one took its place.
  written_at  timestamptz NOT NULL,
  replaced_at timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id, revision),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
);

-- The first answer to each key, so that a retry gets it again.
CREATE TABLE idempotency_keys (
  reader_id    uuid NOT NULL,
  key          text NOT NULL,
  -- SHA-256 of the story and the body that came with it.
  fingerprint  bytea NOT NULL,
  answer       bytea NOT NULL,
  made_at      timestamptz NOT NULL,
  PRIMARY KEY (reader_id, key)
);
-- The sweep of those past their days.
CREATE INDEX idempotency_keys_made ON idempotency_keys (made_at);

-- One row a reader and comment, also for a vote taken back (0). `previous` is what the last change replaced: the same statement
-- moves the comment's counts by the difference.
CREATE TABLE votes (
  story_id    text NOT NULL,
  comment_id  uuid NOT NULL,
  reader_id   uuid NOT NULL REFERENCES readers,
  value       smallint NOT NULL CHECK (value IN (-1, 0, 1)),
  previous    smallint NOT NULL DEFAULT 0,
  voted_at    timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id, reader_id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
) WITH (fillfactor = 90);
-- A reader's votes in one story: the viewer's layer.
CREATE INDEX votes_of_reader ON votes (reader_id, story_id, comment_id);

-- Comments whose votes changed since pages were last told; emptied by a sweep every few seconds.
CREATE TABLE votes_unannounced (
  story_id    text NOT NULL,
  comment_id  uuid NOT NULL
);

-- One report a reader and comment.
CREATE TABLE reports (
  story_id     text NOT NULL,
  comment_id   uuid NOT NULL,
  reporter_id  uuid NOT NULL REFERENCES readers,
  id           uuid NOT NULL,
  revision     integer NOT NULL,
  reason       text NOT NULL CHECK (reason IN ('abuse', 'harassment', 'hate', 'spam', 'misinformation', 'off_topic', 'illegal', 'other')),
  note         text,
  reported_at  timestamptz NOT NULL,
  -- Filled in by the decision that answered it: did it find the reporter right? Null where the author had changed the
  -- words before anybody looked.
  decided_at   timestamptz,
  decision_id  uuid,
  upheld       boolean,
  PRIMARY KEY (story_id, comment_id, reporter_id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
);
-- Reports that a reader made.
CREATE INDEX reports_of_reporter ON reports (reporter_id, reported_at DESC);

-- Where a comment came from: a truncated address, kept for a limited time.
CREATE TABLE comment_origins (
  story_id    text NOT NULL,
  comment_id  uuid NOT NULL,
  network     cidr NOT NULL,
  seen_at     timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id)
);
-- The sweep of those past their days.
CREATE INDEX comment_origins_seen ON comment_origins (seen_at);

-- migrate:down
DROP TABLE comment_origins, reports, votes_unannounced, votes, idempotency_keys, comment_revisions, comments;
DROP FUNCTION refuse(text);
DROP FUNCTION controversy_rank(integer, integer);
DROP FUNCTION best_rank(integer, integer);
