-- The database as the migrations make it, for reading. Made by `make schema`; change it with a new migration instead.
-- Left out: schema_migrations and schema_migration_checksums, which the migration runner keeps for itself.

-- The articles that readers comment on. The story is the key by which every table of the hot path is divided
-- (story_id first in each primary key), so that spreading stories over machines later is mechanical.
CREATE TABLE stories (
  id               text NOT NULL,
  site             text NOT NULL,
  section          text,
  url              text,
  title            text NOT NULL,
  published_at     timestamptz,
  state            text NOT NULL DEFAULT 'open',
  mode             text NOT NULL DEFAULT 'post',
  voting           text NOT NULL DEFAULT 'up_down',
  closes_at        timestamptz,
  closed_at        timestamptz,
  slow_mode_s      integer NOT NULL DEFAULT 0,
  default_sort     text,
  -- As the newsroom gave them: [{id, label, claim}], [{id, kind, text}], [{id, question, closes_at}].
  sides            jsonb NOT NULL DEFAULT '[]',
  anchors          jsonb NOT NULL DEFAULT '[]',
  forecasts        jsonb NOT NULL DEFAULT '[]',
  -- Anchors that a later version of the story dropped while comments still hang on them.
  earlier_anchors  jsonb NOT NULL DEFAULT '[]',
  -- Rises by one with every change that a reader can see, in that change's transaction; the row's lock makes it gapless.
  thread_version   bigint NOT NULL DEFAULT 0,
  -- Published comments: in all, of each side, about each anchor.
  comment_count    integer NOT NULL DEFAULT 0,
  by_side          jsonb NOT NULL DEFAULT '{}',
  by_anchor        jsonb NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  PRIMARY KEY (id),
  CHECK (comment_count >= 0),
  CHECK (id ~ '^[A-Za-z0-9._:~-]{1,200}$'),
  CHECK (mode IN ('post', 'pre')),
  CHECK (slow_mode_s >= 0),
  CHECK (state IN ('open', 'closed', 'hidden')),
  CHECK (voting IN ('off', 'up', 'up_down'))
)
-- Every comment rewrites the row's counters: room for that on the page, and the long columns kept out of the way.
WITH (fillfactor=60, toast_tuple_target=256);
ALTER TABLE stories ALTER COLUMN sides SET STORAGE EXTERNAL;
ALTER TABLE stories ALTER COLUMN anchors SET STORAGE EXTERNAL;
ALTER TABLE stories ALTER COLUMN forecasts SET STORAGE EXTERNAL;
-- The sweep that closes stories when their time has come.
CREATE INDEX stories_closing ON stories (closes_at) WHERE state = 'open' AND closes_at IS NOT NULL;
-- A site's stories, newest first.
CREATE INDEX stories_of_site ON stories (site, published_at DESC, id);

-- Readers who took part. `id` is public and ours; `subject` is the publisher's and never leaves the service.
CREATE TABLE readers (
  id                uuid NOT NULL,
  -- Null once the reader was erased, or for an author who came with an import.
  subject           text,
  name              text,
  picture_url       text,
  -- The token (its `iat`) that last set name and picture: only a newer one changes them.
  named_as_of       timestamptz,
  badges            text[] NOT NULL DEFAULT '{}',
  first_seen_at     timestamptz NOT NULL,
  erased_at         timestamptz,
  -- The record, kept in the transactions of what it counts.
  published_count   integer NOT NULL DEFAULT 0,
  approved_count    integer NOT NULL DEFAULT 0,
  rejected_count    integer NOT NULL DEFAULT 0,
  reports_received  integer NOT NULL DEFAULT 0,
  reports_made      integer NOT NULL DEFAULT 0,
  reports_upheld    integer NOT NULL DEFAULT 0,
  reports_declined  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE (subject),
  CHECK (published_count >= 0),
  CHECK (rejected_count >= 0)
) WITH (fillfactor=80);

-- Authors that a reader does not want to see.
CREATE TABLE mutes (
  reader_id  uuid NOT NULL,
  author_id  uuid NOT NULL,
  muted_at   timestamptz NOT NULL,
  PRIMARY KEY (reader_id, author_id),
  FOREIGN KEY (author_id) REFERENCES readers(id) ON DELETE CASCADE,
  FOREIGN KEY (reader_id) REFERENCES readers(id) ON DELETE CASCADE
);

-- Names of staff as their tokens gave them, so that a reader who looks like one of them is not shown as such.
CREATE TABLE staff_names (
  subject   text NOT NULL,
  name      text NOT NULL,
  -- What the name looks like: accounts/rules/names.py.
  skeleton  text NOT NULL,
  -- The token (its `iat`) that set it: only a newer one changes it.
  as_of     timestamptz NOT NULL,
  PRIMARY KEY (subject)
);
-- Whether a reader's name looks like that of somebody on the staff.
CREATE INDEX staff_names_alike ON staff_names (skeleton);

-- Facts, written in the transaction that made them true and sent on by the relay. A row is deleted when every handler has had it.
CREATE TABLE outbox_events (
  id             uuid NOT NULL,
  -- The order of writing. Ids are made before the story's row is locked, on machines whose clocks differ; this is taken under the lock.
  position       bigint GENERATED ALWAYS AS IDENTITY,
  topic          text NOT NULL,
  story_id       text,
  -- What keeps its order: a story, or the event alone (a story's id holds no space).
  lane           text NOT NULL GENERATED ALWAYS AS (COALESCE(story_id, (' ' || (id)::text))) STORED,
  -- The thread's version after the change, where the change is one that readers see.
  version        bigint,
  payload        jsonb NOT NULL,
  happened_at    timestamptz NOT NULL,
  -- Failed tries, the first of them, and what the last one said.
  attempts       integer NOT NULL DEFAULT 0,
  failing_since  timestamptz,
  last_error     text,
  -- Not taken before: the end of a relay's lease, or the next try.
  try_after      timestamptz NOT NULL DEFAULT '-infinity',
  -- Set aside after the last try: kept for operators, not taken any more.
  given_up_at    timestamptz,
  PRIMARY KEY (id)
)
-- Rows are leased and deleted soon after they came; `try_after` is in no index, so that a lease rewrites no index entry.
WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);
-- The waiting events of each lane in order: the heads of all lanes, and the run behind a head.
CREATE INDEX outbox_events_waiting ON outbox_events (lane, "position") WHERE given_up_at IS NULL;
-- What was set aside, oldest first.
CREATE INDEX outbox_events_given_up ON outbox_events (given_up_at, id) WHERE given_up_at IS NOT NULL;

-- Limits on readers, past and in force. Rows are never deleted: lifting one fills in `lifted_at`.
CREATE TABLE sanctions (
  id               uuid NOT NULL,
  reader_id        uuid NOT NULL,
  -- Null: everywhere.
  site             text,
  kind             text NOT NULL,
  reason           text NOT NULL,
  note             text,
  starts_at        timestamptz NOT NULL,
  until            timestamptz,
  -- The staff member's subject; null when a rule added it.
  added_by         text,
  acknowledged_at  timestamptz,
  lifted_at        timestamptz,
  lifted_by        text,
  lift_reason      text,
  PRIMARY KEY (id),
  FOREIGN KEY (reader_id) REFERENCES readers(id),
  CHECK (kind <> 'suspend' OR until IS NOT NULL),
  CHECK (kind IN ('warn', 'premoderate', 'suspend', 'ban'))
);
-- What is in force for a reader, and the reader's history.
CREATE INDEX sanctions_of_reader ON sanctions (reader_id, starts_at DESC);

-- What each source last said of a subscriber. A row is replaced only by something newer from the same source; which source counts
-- is decided when it is read.
CREATE TABLE entitlements (
  subject       text NOT NULL,
  source        text NOT NULL,
  -- The source's own id of the subscription where a subscriber may have several; empty where it speaks of the subscriber as a whole.
  subscription  text NOT NULL DEFAULT '',
  status        text NOT NULL,
  plan          text,
  valid_until   timestamptz,
  -- The token's `iat`, or the event's timestamp.
  as_of         timestamptz NOT NULL,
  -- The `as_of` with which the unbroken run of this status began: the grace period of a failed payment counts from it.
  status_since  timestamptz NOT NULL,
  PRIMARY KEY (subject, source, subscription),
  CHECK (source IN ('token', 'webhook')),
  CHECK (status IN ('active', 'trialing', 'past_due', 'paused', 'canceled', 'expired', 'refunded', 'none'))
) WITH (fillfactor=80);

-- Every signed call of the subscription system, so that a repeated one changes nothing and a wrong one can be looked into.
CREATE TABLE subscription_receipts (
  webhook_id   text NOT NULL,
  received_at  timestamptz NOT NULL,
  type         text,
  subject      text,
  as_of        timestamptz,
  outcome      text NOT NULL,
  detail       text,
  body         text NOT NULL,
  PRIMARY KEY (webhook_id),
  CHECK (outcome IN ('applied', 'older', 'ignored', 'invalid'))
);
-- The operators' view, newest first, and the sweep of old ones.
CREATE INDEX subscription_receipts_newest ON subscription_receipts (received_at DESC, webhook_id);
CREATE INDEX subscription_receipts_of_subject ON subscription_receipts (subject, received_at DESC);

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
  story_id            text NOT NULL,
  id                  uuid NOT NULL,
  parent_id           uuid,
  -- Where it hangs on a page: its parent, or above the greatest depth the ancestor at that depth. Null for a root.
  hangs_under         uuid,
  -- From the root down: the first 6 and the nearest 50, which for all but very long chains is every one.
  ancestors           uuid[] NOT NULL DEFAULT '{}',
  depth               integer NOT NULL DEFAULT 0,
  -- Null for an author who is not known any more.
  author_id           uuid,
  side                text,
  about               text,
  body                text NOT NULL,
  body_html           text NOT NULL,
  status              text NOT NULL,
  revision            integer NOT NULL DEFAULT 1,
  created_at          timestamptz NOT NULL,
  edited_at           timestamptz,
  votes_up            integer NOT NULL DEFAULT 0,
  votes_down          integer NOT NULL DEFAULT 0,
  -- What `best` and `controversial` sort by; see threads/rules/ranking.py.
  best_rank           double precision GENERATED ALWAYS AS (best_rank(votes_up, votes_down)) STORED,
  controversy_rank    double precision GENERATED ALWAYS AS (controversy_rank(votes_up, votes_down)) STORED,
  -- Published replies: at every depth below, and directly below.
  reply_count         integer NOT NULL DEFAULT 0,
  direct_reply_count  integer NOT NULL DEFAULT 0,
  report_count        integer NOT NULL DEFAULT 0,
  featured_at         timestamptz,
  featured_note       text,
  -- The thread's version of the last change that a reader could see in this row.
  changed_version     bigint NOT NULL DEFAULT 0,
  -- On a page: a published comment, or the placeholder of one that was removed but still has replies.
  shown               boolean GENERATED ALWAYS AS (((status = 'published') OR (reply_count > 0))) STORED,
  PRIMARY KEY (story_id, id),
  FOREIGN KEY (author_id) REFERENCES readers(id),
  FOREIGN KEY (story_id) REFERENCES stories(id),
  FOREIGN KEY (story_id, parent_id) REFERENCES comments(story_id, id),
  CHECK (direct_reply_count >= 0),
  CHECK (reply_count >= 0),
  CHECK (status IN ('published', 'held', 'rejected', 'deleted', 'erased')),
  CHECK (votes_down >= 0),
  CHECK (votes_up >= 0)
) WITH (fillfactor=85);
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

-- Earlier texts of edited comments.
CREATE TABLE comment_revisions (
  story_id     text NOT NULL,
  comment_id   uuid NOT NULL,
  revision     integer NOT NULL,
  body         text NOT NULL,
  side         text,
  -- When this text was written, and when the next one took its place.
  written_at   timestamptz NOT NULL,
  replaced_at  timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id, revision),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id)
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
  reader_id   uuid NOT NULL,
  value       smallint NOT NULL,
  previous    smallint NOT NULL DEFAULT 0,
  voted_at    timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id, reader_id),
  FOREIGN KEY (reader_id) REFERENCES readers(id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  CHECK (value IN ('-1'::integer, 0, 1))
) WITH (fillfactor=90);
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
  reporter_id  uuid NOT NULL,
  id           uuid NOT NULL,
  revision     integer NOT NULL,
  reason       text NOT NULL,
  note         text,
  reported_at  timestamptz NOT NULL,
  -- Filled in by the decision that answered it: did it find the reporter right? Null where the author had changed the
  -- words before anybody looked.
  decided_at   timestamptz,
  decision_id  uuid,
  upheld       boolean,
  PRIMARY KEY (story_id, comment_id, reporter_id),
  FOREIGN KEY (reporter_id) REFERENCES readers(id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  CHECK (reason IN ('abuse', 'harassment', 'hate', 'spam', 'misinformation', 'off_topic', 'illegal', 'other'))
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

-- What the automatic checks noticed about one revision, and what followed. No row: they noticed nothing.
CREATE TABLE screenings (
  story_id     text NOT NULL,
  comment_id   uuid NOT NULL,
  revision     integer NOT NULL,
  verdict      text NOT NULL,
  -- [{check, kind, detail, matched, start, end, score, threshold, rule_version}]
  signals      jsonb NOT NULL,
  screened_at  timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id, revision),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  CHECK (verdict IN ('publish', 'hold', 'refuse'))
);

-- Every version of the screening rules; the greatest is in force.
CREATE TABLE screening_rules (
  version  integer NOT NULL,
  rules    jsonb NOT NULL,
  made_by  text NOT NULL,
  made_at  timestamptz NOT NULL,
  note     text,
  PRIMARY KEY (version)
);

-- A moment less some minutes, which no time zone changes.
CREATE FUNCTION due_at(waiting_since timestamptz, urgency_minutes integer) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN waiting_since - make_interval(mins => urgency_minutes);

-- The names by which a comment's signals are found: of the checks, and of the kinds of what they noticed.
CREATE FUNCTION signal_names(signals jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN coalesce(
  (SELECT array_agg(DISTINCT name ORDER BY name)
     FROM jsonb_array_elements(signals) AS signal
    CROSS JOIN LATERAL (VALUES (signal ->> 'check'), (signal ->> 'kind')) AS noticed (name)
    WHERE name IS NOT NULL), '{}');

-- Comments that wait for a person, once per queue. A decision removes the row; what was decided is in `decisions`.
CREATE TABLE review_items (
  story_id       text NOT NULL,
  comment_id     uuid NOT NULL,
  queue          text NOT NULL,
  -- What queues are filtered by, repeated here from the story, the comment and its last screening.
  site           text NOT NULL,
  section        text,
  author_id      uuid,
  signals        text[] NOT NULL DEFAULT '{}',
  waiting_since  timestamptz NOT NULL,
  -- Minutes of head start: the order `urgent` takes a row as if it had waited so much longer (review_queue/rules.py).
  urgency        integer NOT NULL DEFAULT 0,
  due_at         timestamptz GENERATED ALWAYS AS (due_at(waiting_since, urgency)) STORED,
  claimed_by     text,
  claimed_until  timestamptz,
  PRIMARY KEY (story_id, comment_id, queue),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
  CHECK (queue IN ('held', 'reported', 'unreviewed', 'appealed', 'escalated')),
  CHECK (urgency >= 0)
) WITH (fillfactor=80);
-- Each order of a queue within a site; several sites are merged from as many walks.
CREATE INDEX review_items_by_wait ON review_items (queue, site, waiting_since, comment_id);
CREATE INDEX review_items_by_due ON review_items (queue, site, due_at, comment_id);
-- Filters that leave few rows; a story's are found by the primary key.
CREATE INDEX review_items_of_author ON review_items (author_id, queue);
CREATE INDEX review_items_of_section ON review_items (section, queue, site);
CREATE INDEX review_items_with_signal ON review_items USING gin (signals);
-- A moderator's own claims.
CREATE INDEX review_items_claimed ON review_items (claimed_by, queue) WHERE claimed_by IS NOT NULL;

-- How many wait, kept by the triggers below: exact at any size without counting. The slot, from the story's id, spreads the rows
-- that concurrent writers lock; a queue's count is the sum of its slots, and only the sum means anything.
CREATE TABLE queue_counts (
  site     text NOT NULL,
  queue    text NOT NULL,
  slot     integer NOT NULL,
  waiting  integer NOT NULL,
  PRIMARY KEY (site, queue, slot)
) WITH (fillfactor=50);

-- Once a statement, and in key order, so that two statements that count in several rows cannot lock them crosswise.
CREATE FUNCTION count_review_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO queue_counts AS counted (site, queue, slot, waiting)
    SELECT site, queue, abs(hashtext(story_id) % 16), count(*)
      FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (site, queue, slot) DO UPDATE SET waiting = counted.waiting + excluded.waiting;
  ELSE
    INSERT INTO queue_counts AS counted (site, queue, slot, waiting)
    SELECT site, queue, abs(hashtext(story_id) % 16), -count(*)
      FROM removed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (site, queue, slot) DO UPDATE SET waiting = counted.waiting + excluded.waiting;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER review_items_counted_in AFTER INSERT ON review_items REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_review_items();

CREATE TRIGGER review_items_counted_out AFTER DELETE ON review_items REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_review_items();

-- A row stays in its queue and a story at its site, so nothing else moves a count.
CREATE FUNCTION refuse_moved_review_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a review item is removed from one queue and added to another, never moved';
END $$;

CREATE TRIGGER review_items_stay BEFORE UPDATE OF story_id, comment_id, queue, site ON review_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved_review_item();

-- A story that is given another section takes what waits along.
CREATE FUNCTION follow_section() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE review_items SET section = NEW.section WHERE story_id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER stories_take_review_items_along AFTER UPDATE OF section ON stories FOR EACH ROW WHEN (old.section IS DISTINCT FROM new.section) EXECUTE FUNCTION follow_section();

-- What people (and rules) decided about comments. Append-only: taking one back is another decision.
CREATE TABLE decisions (
  id             uuid NOT NULL,
  story_id       text NOT NULL,
  comment_id     uuid NOT NULL,
  -- The comment's first decision, its second, …: counted under the comment's lock, so that nodes' clocks do not matter.
  number         integer NOT NULL,
  author_id      uuid,
  -- What the moderator saw.
  seen_revision  integer NOT NULL,
  action         text NOT NULL,
  old_status     text NOT NULL,
  new_status     text NOT NULL,
  -- What taking it back puts back: the queues that it emptied, [{queue, waiting_since, urgency}], and how the comment
  -- was featured, {at, note}.
  resolved       jsonb NOT NULL DEFAULT '[]',
  was_featured   jsonb,
  reason         text,
  note           text,
  -- The staff member's subject; null when a rule decided.
  decided_by     text,
  decided_at     timestamptz NOT NULL,
  -- The decision that this one takes back.
  undoes         uuid,
  PRIMARY KEY (id),
  -- A comment's decisions, in order.
  UNIQUE (story_id, comment_id, number),
  UNIQUE (undoes),
  FOREIGN KEY (author_id) REFERENCES readers(id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  FOREIGN KEY (undoes) REFERENCES decisions(id),
  CHECK (action IN ('approve', 'reject', 'feature', 'unfeature', 'restore', 'escalate', 'undo')),
  CHECK ((action = 'undo') = (undoes IS NOT NULL)),
  CHECK (action <> 'reject' OR reason IS NOT NULL),
  CHECK (number > 0)
);
-- An author's; a moderator's.
CREATE INDEX decisions_of_author ON decisions (author_id, id DESC);
CREATE INDEX decisions_by_staff ON decisions (decided_by, id DESC);

-- Every act of staff, settings included. UUIDv7 ids: their order is the order of the acts.
CREATE TABLE audit_entries (
  id            uuid NOT NULL,
  at            timestamptz NOT NULL,
  -- The staff member's subject.
  actor         text NOT NULL,
  action        text NOT NULL,
  subject_kind  text NOT NULL,
  subject_id    text NOT NULL,
  site          text,
  before        jsonb,
  after         jsonb,
  PRIMARY KEY (id)
);
-- One actor's, one site's and one thing's entries, newest first.
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, id DESC);
CREATE INDEX audit_entries_of_site ON audit_entries (site, id DESC);
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_kind, subject_id, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

CREATE TRIGGER decisions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where an imported comment came from, so that a second import adds nothing twice and a later one finds its parents.
CREATE TABLE imported_comments (
  source      text NOT NULL,
  story_id    text NOT NULL,
  source_id   text NOT NULL,
  comment_id  uuid NOT NULL,
  PRIMARY KEY (source, story_id, source_id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id)
);
