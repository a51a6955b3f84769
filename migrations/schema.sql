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
  -- BCP 47, the primary tag: what search reads the comments' words by.
  language         text,
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
  CHECK (language ~ '^[a-z]{2,3}$'),
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
  -- The decision on a comment that it came with: who reverses that lifts it too.
  decision_id      uuid,
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
-- Those that came with a decision.
CREATE INDEX sanctions_of_decision ON sanctions (decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX sanctions_by_day ON sanctions (starts_at);
CREATE INDEX sanctions_by_day_lifted ON sanctions (lifted_at) WHERE lifted_at IS NOT NULL;

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
-- A day's own rows.
CREATE INDEX reports_by_day ON reports (reported_at);
CREATE INDEX reports_by_day_answered ON reports (decided_at) WHERE decided_at IS NOT NULL;

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
-- Screenings in which a rule that is only tried noticed something, newest first.
CREATE INDEX screenings_shadowed ON screenings (screened_at) WHERE jsonb_path_exists(signals, '$[*]."would"'::jsonpath);

-- Every version of the screening rules; the greatest is in force.
CREATE TABLE screening_rules (
  version       integer NOT NULL,
  rules         jsonb NOT NULL,
  made_by       text NOT NULL,
  made_at       timestamptz NOT NULL,
  note          text,
  -- The earlier version whose content this is.
  restores      integer,
  -- The other admin, where the change needed one.
  confirmed_by  text,
  PRIMARY KEY (version),
  CHECK (restores < version),
  CHECK (confirmed_by <> made_by)
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

-- Prints by which texts that say nearly the same find each other (screening/rules/prints.py): a few for each longer text of
-- the last days. Short-lived and written with every post, so without foreign keys; a print of a comment that is gone finds nothing.
CREATE TABLE screening_prints (
  print       bigint NOT NULL,
  written_at  timestamptz NOT NULL,
  story_id    text NOT NULL,
  comment_id  uuid NOT NULL
);
-- The newest texts with a print.
CREATE INDEX screening_prints_found ON screening_prints (print, written_at);
-- The sweep of those past their days. Rows are only ever added at the end, so that ranges of pages are ranges of time.
CREATE INDEX screening_prints_written ON screening_prints USING brin (written_at);

-- What was in force is never changed afterwards: every signal names its version.
CREATE TRIGGER screening_rules_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON screening_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Changes of the rules that would hit so many comments that a second admin looks at them first.
CREATE TABLE screening_rules_proposals (
  id           uuid NOT NULL,
  -- The version in force that it would follow; once there is another, the proposal is overtaken.
  on_version   integer NOT NULL,
  rules        jsonb NOT NULL,
  restores     integer,
  note         text,
  -- Of so many of the newest comments, so many would have been held or refused that were not.
  sampled      integer NOT NULL,
  hit          integer NOT NULL,
  proposed_by  text NOT NULL,
  proposed_at  timestamptz NOT NULL,
  state        text NOT NULL DEFAULT 'open',
  settled_by   text,
  settled_at   timestamptz,
  -- The version that it became.
  version      integer,
  PRIMARY KEY (id),
  FOREIGN KEY (version) REFERENCES screening_rules(version),
  CHECK ((state = 'open') = (settled_by IS NULL)),
  CHECK ((state = 'open') = (settled_at IS NULL)),
  CHECK ((state = 'confirmed') = (version IS NOT NULL)),
  -- Nobody confirms or rejects what they proposed; nobody else withdraws it.
  CHECK (state <> 'withdrawn' OR settled_by = proposed_by),
  CHECK ((state <> ALL (ARRAY['confirmed', 'rejected'])) OR settled_by <> proposed_by),
  CHECK (state IN ('open', 'confirmed', 'rejected', 'withdrawn', 'overtaken'))
);
-- Those that wait.
CREATE INDEX screening_rules_proposals_open ON screening_rules_proposals (id) WHERE state = 'open';

-- Every model that was trained on this installation's decisions, with how it did on decisions held back from it.
CREATE TABLE screening_models (
  version        integer NOT NULL,
  made_at        timestamptz NOT NULL,
  -- `refused`: it did not do well enough to be used.
  state          text NOT NULL,
  -- Why it is refused.
  why            text,
  -- {learned_from, held_back, rejected, average_precision, roc_auc, at: [{threshold, precision, recall, held}]}
  figures        jsonb NOT NULL,
  -- The newest decision that it learned from.
  learned_until  timestamptz NOT NULL,
  -- Null once it is too old to be taken back.
  weights        bytea,
  PRIMARY KEY (version),
  CHECK (state IN ('in_use', 'retired', 'refused'))
);
-- The one that texts are scored by.
CREATE UNIQUE INDEX screening_models_in_use ON screening_models (state) WHERE state = 'in_use';

-- A UUIDv7 of a moment, for rows that the database makes by itself.
CREATE FUNCTION id_of_moment(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE RETURN
  encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid;

-- Whatever restricted a reader, once each: a rejection, an automatic hold, a sanction. Kept by the triggers below, so that
-- no way of restricting somebody can leave it out. What its reader is told of it is read from here (service/reasons).
CREATE TABLE restrictions (
  -- The id of the decision or of the sanction; a hold has one of its own.
  id              uuid NOT NULL,
  reader_id       uuid NOT NULL,
  kind            text NOT NULL,
  story_id        text,
  comment_id      uuid,
  -- The text that it was about.
  revision        integer,
  -- What held a comment: `screening`, `premoderation`, `reports`. Null for the other kinds.
  held_by         text,
  -- The version of the rules that held it; it stands in each signal too.
  rule_version    integer,
  -- How many decisions the comment had had when it was held.
  decisions_then  integer,
  made_at         timestamptz NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY (reader_id) REFERENCES readers(id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  CHECK ((kind = 'sanction') = (comment_id IS NULL)),
  CHECK ((kind = 'hold') = (held_by IS NOT NULL)),
  CHECK (kind IN ('rejection', 'hold', 'sanction'))
);
-- A reader's, newest first; a comment's.
CREATE INDEX restrictions_of_reader ON restrictions (reader_id, id DESC);
CREATE INDEX restrictions_of_comment ON restrictions (story_id, comment_id, kind, id DESC) WHERE comment_id IS NOT NULL;

-- What somebody was told stays as it was told.
CREATE TRIGGER restrictions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON restrictions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION note_rejection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO restrictions (id, reader_id, kind, story_id, comment_id, revision, made_at)
  VALUES (NEW.id, NEW.author_id, 'rejection', NEW.story_id, NEW.comment_id, NEW.seen_revision, NEW.decided_at);
  RETURN NULL;
END $$;

CREATE TRIGGER decisions_note_rejection AFTER INSERT ON decisions FOR EACH ROW WHEN (new.action = 'reject' AND new.author_id IS NOT NULL) EXECUTE FUNCTION note_rejection();

CREATE FUNCTION note_sanction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO restrictions (id, reader_id, kind, made_at) VALUES (NEW.id, NEW.reader_id, 'sanction', NEW.starts_at);
  RETURN NULL;
END $$;

CREATE TRIGGER sanctions_note_sanction AFTER INSERT ON sanctions FOR EACH ROW EXECUTE FUNCTION note_sanction();

-- A story where every comment is read first restricts nobody in particular; any other reason to hold does. Asked at the end of
-- the transaction, when the comment is as it is left: a check may add what it noticed without holding anything. What was noted
-- about a hold that still lasts is not noted twice.
CREATE FUNCTION note_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held_by text;
  rule_version integer;
  noticed_at timestamptz := CASE TG_OP WHEN 'INSERT' THEN NEW.screened_at ELSE now() END;
  decisions_so_far integer;
BEGIN
  -- OLD is null where the row is new. The same thing noticed once more counts once more.
  WITH added AS (
    SELECT signal ->> 'check' AS name, (signal ->> 'rule_version')::integer AS version
      FROM (SELECT jsonb_array_elements(NEW.signals) EXCEPT ALL SELECT jsonb_array_elements(OLD.signals)) AS noticed (signal)
     WHERE signal ->> 'kind' = 'hold' AND signal ->> 'check' <> 'story_mode')
  SELECT CASE WHEN bool_and(name = 'premoderation') THEN 'premoderation' WHEN bool_and(name = 'reports') THEN 'reports'
              ELSE 'screening' END,
         max(version)
    INTO held_by, rule_version
    FROM added
  HAVING count(*) > 0;
  IF held_by IS NOT NULL THEN
    SELECT coalesce(max(number), 0) INTO decisions_so_far
      FROM decisions WHERE story_id = NEW.story_id AND comment_id = NEW.comment_id;
    INSERT INTO restrictions (id, reader_id, kind, story_id, comment_id, revision, held_by, rule_version, decisions_then, made_at)
    SELECT id_of_moment(noticed_at), c.author_id, 'hold', c.story_id, c.id, NEW.revision, held_by, rule_version,
           decisions_so_far, noticed_at
      FROM comments c
     WHERE c.story_id = NEW.story_id AND c.id = NEW.comment_id AND c.author_id IS NOT NULL AND c.status = 'held'
       AND NOT EXISTS (
           SELECT FROM restrictions r
            WHERE r.story_id = c.story_id AND r.comment_id = c.id AND r.kind = 'hold' AND r.revision = NEW.revision
              AND r.decisions_then = decisions_so_far);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER screenings_note_hold AFTER INSERT OR UPDATE OF verdict, signals ON screenings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.verdict = 'hold') EXECUTE FUNCTION note_hold();

-- An author's objection to a restriction, and the ruling on it. One each, for good.
CREATE TABLE appeals (
  id              uuid NOT NULL,
  restriction_id  uuid NOT NULL,
  reader_id       uuid NOT NULL,
  -- The comment that was rejected, or the sanction.
  story_id        text,
  comment_id      uuid,
  sanction_id     uuid,
  -- Where it is ruled on; null for a sanction that holds everywhere.
  site            text,
  text            text NOT NULL,
  made_at         timestamptz NOT NULL,
  -- Who took the decision that it is against: they do not rule on it. Filled in by the database.
  restricted_by   text[] NOT NULL DEFAULT '{}',
  status          text NOT NULL DEFAULT 'open',
  ruled_by        text,
  ruled_at        timestamptz,
  -- In words, for the author.
  ruling          text,
  -- The decision by which a reversal brought the comment back.
  decision_id     uuid,
  claimed_by      text,
  claimed_until   timestamptz,
  PRIMARY KEY (id),
  UNIQUE (decision_id),
  UNIQUE (restriction_id),
  FOREIGN KEY (reader_id) REFERENCES readers(id),
  FOREIGN KEY (restriction_id) REFERENCES restrictions(id),
  FOREIGN KEY (sanction_id) REFERENCES sanctions(id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id),
  CONSTRAINT another_moderator CHECK (ruled_by <> ALL (restricted_by)),
  CHECK ((comment_id IS NULL) <> (sanction_id IS NULL)),
  CHECK ((status IN ('upheld', 'reversed')) = (ruled_by IS NOT NULL)),
  CHECK ((ruled_by IS NULL) = (ruling IS NULL)),
  CHECK ((status = 'open') = (ruled_at IS NULL)),
  CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
  CHECK (status IN ('open', 'upheld', 'reversed', 'withdrawn'))
) WITH (fillfactor=80);
-- Of a status on a site, oldest and newest first; several sites are merged from as many walks. Null stands for everywhere.
CREATE INDEX appeals_of_site ON appeals (status, site, id);
CREATE INDEX appeals_of_status ON appeals (status, id);
CREATE INDEX appeals_of_reader ON appeals (reader_id, id);
-- What is asked before each decision on a comment, and before a sanction is lifted.
CREATE INDEX appeals_of_comment ON appeals (story_id, comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX appeals_of_sanction ON appeals (sanction_id) WHERE sanction_id IS NOT NULL;
CREATE INDEX appeals_claimed ON appeals (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX appeals_by_day_ruled ON appeals (ruled_at) WHERE ruled_at IS NOT NULL;

-- Whoever ever rejected the comment, or added the sanction, took part in what the appeal is against.
CREATE FUNCTION name_the_first_moderators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.restricted_by := CASE
    WHEN NEW.comment_id IS NOT NULL THEN ARRAY(
      SELECT DISTINCT decided_by FROM decisions
       WHERE story_id = NEW.story_id AND comment_id = NEW.comment_id AND new_status = 'rejected' AND decided_by IS NOT NULL)
    ELSE ARRAY(SELECT added_by FROM sanctions WHERE id = NEW.sanction_id AND added_by IS NOT NULL) END;
  RETURN NEW;
END $$;

CREATE TRIGGER appeals_name_the_first_moderators BEFORE INSERT ON appeals FOR EACH ROW EXECUTE FUNCTION name_the_first_moderators();

CREATE FUNCTION refuse_changed_ruling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.restricted_by <> OLD.restricted_by OR NEW.restriction_id <> OLD.restriction_id THEN
    RAISE EXCEPTION 'what appeal % is against does not change', OLD.id;
  END IF;
  -- The decision that carries a reversal out is named once it is made.
  IF OLD.status <> 'open' AND ((NEW.status, NEW.ruled_by, NEW.ruled_at) IS DISTINCT FROM (OLD.status, OLD.ruled_by, OLD.ruled_at)
                               OR (OLD.decision_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM OLD.decision_id)) THEN
    RAISE EXCEPTION 'appeal % was answered already', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appeals_ruled_once BEFORE UPDATE ON appeals FOR EACH ROW EXECUTE FUNCTION refuse_changed_ruling();

-- An appealed comment is decided about by the ruling alone; a ruling is not undone; and what a ruling let stand is not
-- rejected again, in the same words, by a rule or by those whose decision it reversed.
CREATE FUNCTION refuse_decision_against_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  appeal appeals;
BEGIN
  FOR appeal IN SELECT * FROM appeals WHERE story_id = NEW.story_id AND comment_id = NEW.comment_id LOOP
    IF appeal.status = 'open' THEN
      RAISE EXCEPTION 'appeal % waits for its ruling', appeal.id USING ERRCODE = 'SC002';
    END IF;
    IF appeal.decision_id = NEW.undoes THEN
      RAISE EXCEPTION 'the ruling on appeal % stands', appeal.id USING ERRCODE = 'SC002';
    END IF;
    IF appeal.status = 'reversed' AND NEW.new_status = 'rejected' AND NEW.old_status <> 'rejected'
       AND (NEW.decided_by IS NULL OR NEW.decided_by = ANY (appeal.restricted_by))
       AND NEW.seen_revision = (SELECT revision FROM restrictions WHERE id = appeal.restriction_id) THEN
      RAISE EXCEPTION 'the ruling on appeal % let these words stand', appeal.id USING ERRCODE = 'SC002';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;

CREATE TRIGGER decisions_heed_appeals BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_decision_against_appeal();

CREATE FUNCTION refuse_lifting_appealed_sanction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM appeals WHERE sanction_id = NEW.id AND status = 'open') THEN
    RAISE EXCEPTION 'the appeal against sanction % waits for its ruling', NEW.id USING ERRCODE = 'SC002';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER sanctions_heed_appeals BEFORE UPDATE OF lifted_at ON sanctions FOR EACH ROW WHEN (new.lifted_at IS NOT NULL AND old.lifted_at IS NULL) EXECUTE FUNCTION refuse_lifting_appealed_sanction();

-- Who takes a comment back takes the appeal back with it.
CREATE FUNCTION withdraw_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE appeals
     SET status = 'withdrawn', ruled_at = now(), claimed_by = NULL, claimed_until = NULL
   WHERE story_id = NEW.story_id AND comment_id = NEW.id AND status = 'open';
  RETURN NULL;
END $$;

CREATE TRIGGER comments_withdraw_appeal AFTER UPDATE OF status ON comments FOR EACH ROW WHEN (old.status = 'rejected' AND (new.status IN ('deleted', 'erased'))) EXECUTE FUNCTION withdraw_appeal();

-- What somebody, with an account or without, says is illegal about a comment. What became of it is read from the comment's
-- decisions after it, so taking one back opens the notice again by itself.
CREATE TABLE notices (
  id              uuid NOT NULL,
  -- SHA-256 of the secret with which its sender reads what became of it.
  token_digest    bytea NOT NULL,
  story_id        text NOT NULL,
  site            text NOT NULL,
  comment_id      uuid NOT NULL,
  revision        integer NOT NULL,
  -- A reader who was signed in.
  reader_id       uuid,
  legal_ground    text NOT NULL,
  explanation     text NOT NULL,
  received_at     timestamptz NOT NULL,
  -- How many decisions the comment had had: a later one answers it.
  decisions_then  integer NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY (reader_id) REFERENCES readers(id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments(story_id, id)
);
CREATE INDEX notices_of_comment ON notices (story_id, comment_id, id);
CREATE INDEX notices_of_site ON notices (site, id DESC);

-- How its sender may be reached: kept apart, so that it can be erased alone and is read by nothing else.
CREATE TABLE notice_contacts (
  notice_id    uuid NOT NULL,
  name         text,
  email        text,
  received_at  timestamptz NOT NULL,
  PRIMARY KEY (notice_id),
  FOREIGN KEY (notice_id) REFERENCES notices(id) ON DELETE CASCADE,
  CHECK (name IS NOT NULL OR email IS NOT NULL)
);
-- The sweep of those past their days.
CREATE INDEX notice_contacts_received ON notice_contacts (received_at);

-- Decisions about many comments at once. What was counted is kept, comment by comment with the revision seen, so that what is
-- decided later is exactly that; each comment is then decided alone, in a transaction of its own.
CREATE TABLE bulk_acts (
  id             uuid NOT NULL,
  kind           text NOT NULL,
  -- What was asked for, as it was sent.
  selection      jsonb NOT NULL,
  -- Whom a sanction alongside would limit.
  author_id      uuid,
  -- The site of all of it; null where it is not one alone.
  site           text,
  comments       integer NOT NULL,
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  -- Null while it was only counted.
  begun_at       timestamptz,
  reason         text,
  note           text,
  sanction_id    uuid,
  undo_begun_at  timestamptz,
  undone_by      text,
  PRIMARY KEY (id),
  FOREIGN KEY (author_id) REFERENCES readers(id),
  CHECK ((begun_at IS NULL) = (reason IS NULL)),
  CHECK (undo_begun_at IS NULL OR begun_at IS NOT NULL),
  CHECK (kind IN ('replies', 'author'))
);
-- The sweep of what was counted and never begun.
CREATE INDEX bulk_acts_counted ON bulk_acts (made_at) WHERE begun_at IS NULL;

CREATE TABLE bulk_items (
  act_id         uuid NOT NULL,
  place          integer NOT NULL,
  comment_id     uuid NOT NULL,
  seen_revision  integer NOT NULL,
  -- The decision of a colleague to let it stand that this one knowingly goes against.
  overrules      uuid,
  -- `failed`: could not be decided; `kept`: could not be taken back. `problem` says why.
  state          text NOT NULL DEFAULT 'waiting',
  decision_id    uuid,
  problem        text,
  PRIMARY KEY (act_id, place),
  FOREIGN KEY (act_id) REFERENCES bulk_acts(id) ON DELETE CASCADE,
  CHECK (state IN ('waiting', 'done', 'failed', 'undone', 'kept'))
);
-- The next ones, and how many there are of each state.
CREATE INDEX bulk_items_by_state ON bulk_items (act_id, state, place);

-- Moderators' notes on readers. One is never removed: it is struck through.
CREATE TABLE reader_notes (
  id          uuid NOT NULL,
  reader_id   uuid NOT NULL,
  note        text NOT NULL,
  written_by  text NOT NULL,
  written_at  timestamptz NOT NULL,
  struck_at   timestamptz,
  struck_by   text,
  PRIMARY KEY (id),
  FOREIGN KEY (reader_id) REFERENCES readers(id),
  CHECK ((struck_at IS NULL) = (struck_by IS NULL))
);
CREATE INDEX reader_notes_of_reader ON reader_notes (reader_id, id DESC);

-- How PostgreSQL reads a text in that language (BCP 47, primary tag): with its stems where it knows the language.
CREATE FUNCTION text_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE language
    WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
    WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
    WHEN 'da' THEN 'pg_catalog.danish'::regconfig
    WHEN 'de' THEN 'pg_catalog.german'::regconfig
    WHEN 'el' THEN 'pg_catalog.greek'::regconfig
    WHEN 'en' THEN 'pg_catalog.english'::regconfig
    WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
    WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
    WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
    WHEN 'fr' THEN 'pg_catalog.french'::regconfig
    WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
    WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
    WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
    WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
    WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
    WHEN 'it' THEN 'pg_catalog.italian'::regconfig
    WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
    WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
    WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
    WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'nb' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
    WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
    WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
    WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
    WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
    WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
    WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
    WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
    ELSE 'pg_catalog.simple'::regconfig
  END;

-- The words as written (A), so that any of them is found exactly and in its place; behind them, in a known language, their
-- stems (B).
CREATE FUNCTION comment_words(body text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  setweight(to_tsvector('pg_catalog.simple'::regconfig, body), 'A')
  || CASE WHEN text_config(language) = 'pg_catalog.simple'::regconfig THEN ''::tsvector
     ELSE setweight(to_tsvector(text_config(language), body), 'B') END;

-- What comments are found by. A table of its own: a vote or a reply rewrites a comment's row and, with its ranks, every index on
-- it, and this one is dear to write.
CREATE TABLE comment_texts (
  comment_id  uuid NOT NULL,
  story_id    text NOT NULL,
  -- The story's, when it was read.
  language    text,
  words       tsvector NOT NULL,
  PRIMARY KEY (comment_id)
);
-- New entries are gathered, and sorted in by portions small enough that the post which has to do it is not held up.
CREATE INDEX comment_texts_by_word ON comment_texts USING gin (words) WITH (gin_pending_list_limit='256');

CREATE FUNCTION keep_comment_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  spoken text := (SELECT language FROM stories WHERE id = NEW.story_id);
BEGIN
  INSERT INTO comment_texts AS kept (comment_id, story_id, language, words)
  VALUES (NEW.id, NEW.story_id, spoken, comment_words(NEW.body, spoken))
  ON CONFLICT (comment_id) DO UPDATE SET language = excluded.language, words = excluded.words;
  RETURN NULL;
END $$;

CREATE TRIGGER comments_are_found AFTER INSERT ON comments FOR EACH ROW EXECUTE FUNCTION keep_comment_text();

CREATE TRIGGER comments_are_found_anew AFTER UPDATE OF body ON comments FOR EACH ROW WHEN (old.body IS DISTINCT FROM new.body) EXECUTE FUNCTION keep_comment_text();

-- Stories whose comments are to be read again, in another language; emptied by a sweep.
CREATE TABLE stories_to_reread (
  story_id  text NOT NULL,
  PRIMARY KEY (story_id),
  FOREIGN KEY (story_id) REFERENCES stories(id)
);

CREATE FUNCTION ask_to_reread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stories_to_reread (story_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER stories_change_language AFTER UPDATE OF language ON stories FOR EACH ROW WHEN (old.language IS DISTINCT FROM new.language) EXECUTE FUNCTION ask_to_reread();

-- The chain over the record of staff acts: each link's hash covers the link before it and the entry's content. A link is made
-- shortly after its entry, by the worker, in batches: so the chain makes no act of staff wait for another.
CREATE TABLE audit_links (
  position   bigint NOT NULL,
  entry_id   uuid NOT NULL,
  hash       bytea NOT NULL,
  sealed_at  timestamptz NOT NULL,
  PRIMARY KEY ("position"),
  UNIQUE (entry_id),
  FOREIGN KEY (entry_id) REFERENCES audit_entries(id),
  CHECK (length(hash) = 32),
  CHECK ("position" > 0)
);

-- The entries that have no link yet, in the transaction that made them: whenever that commits, the next run finds them here.
CREATE TABLE audit_unsealed (
  entry_id  uuid NOT NULL,
  PRIMARY KEY (entry_id),
  FOREIGN KEY (entry_id) REFERENCES audit_entries(id)
);

CREATE FUNCTION ask_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (entry_id) SELECT id FROM added;
  RETURN NULL;
END $$;

CREATE TRIGGER audit_entries_ask_for_seal AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_for_seal();

CREATE TRIGGER audit_links_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What each day came to, by site: sums that the worker makes of days that are over, so that a month costs what it shows.
CREATE TABLE daily_figures (
  -- In UTC.
  day     date NOT NULL,
  site    text NOT NULL,
  figure  text NOT NULL,
  -- What it is of: an action, a reason, a side, a moderator, a rule; empty where it is of nothing in particular.
  key     text NOT NULL DEFAULT '',
  amount  bigint NOT NULL,
  PRIMARY KEY (day, site, figure, key)
);

-- The days whose figures are there, and since when.
CREATE TABLE daily_figures_days (
  day        date NOT NULL,
  summed_at  timestamptz NOT NULL,
  PRIMARY KEY (day)
);

-- Days of the past to which something came later, such as imported comments.
CREATE TABLE daily_figures_due (
  day  date NOT NULL,
  PRIMARY KEY (day)
);

CREATE FUNCTION ask_to_sum_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO daily_figures_due (day)
  SELECT DISTINCT (comments.created_at AT TIME ZONE 'UTC')::date
    FROM added JOIN comments ON comments.story_id = added.story_id AND comments.id = added.comment_id
   ORDER BY 1
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER imported_comments_change_figures AFTER INSERT ON imported_comments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_to_sum_again();

-- What the role needs under which the service runs, where that is not the one that owns the tables: everything but changing what
-- is only ever added to. To be called again after every migration, which `story-comments migrate --grant-to` does.
CREATE FUNCTION grant_to_service(service name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', service);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', service);
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', service);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries, audit_links, decisions FROM %I', service);
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON schema_migrations, schema_migration_checksums FROM %I', service);
END $$;
