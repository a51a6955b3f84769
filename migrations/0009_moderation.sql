-- migrate:up
-- What people (and rules) decided about comments. Append-only: taking one back is another decision.
CREATE TABLE decisions (
  id             uuid PRIMARY KEY,
  story_id       text NOT NULL,
  comment_id     uuid NOT NULL,
  -- The comment's first decision, its second, …: counted under the comment's lock, so that nodes' clocks do not matter.
  number         integer NOT NULL CHECK (number > 0),
  author_id      uuid REFERENCES readers,
  -- What the moderator saw.
  seen_revision  integer NOT NULL,
  action         text NOT NULL CHECK (action IN ('approve', 'reject', 'feature', 'unfeature', 'restore', 'escalate', 'undo')),
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
  undoes         uuid UNIQUE REFERENCES decisions,
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id),
  -- A comment's decisions, in order.
  UNIQUE (story_id, comment_id, number),
  CHECK ((action = 'undo') = (undoes IS NOT NULL)),
  CHECK (action <> 'reject' OR reason IS NOT NULL)
);
-- An author's; a moderator's.
CREATE INDEX decisions_of_author ON decisions (author_id, id DESC);
CREATE INDEX decisions_by_staff ON decisions (decided_by, id DESC);

-- Every act of staff, settings included. UUIDv7 ids: their order is the order of the acts.
CREATE TABLE audit_entries (
  id           uuid PRIMARY KEY,
  at           timestamptz NOT NULL,
  -- The staff member's subject.
  actor        text NOT NULL,
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   text NOT NULL,
  site         text,
  before       jsonb,
  after        jsonb
);
-- One actor's, one site's and one thing's entries, newest first.
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, id DESC);
CREATE INDEX audit_entries_of_site ON audit_entries (site, id DESC);
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_kind, subject_id, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- migrate:down
DROP TABLE audit_entries, decisions;
DROP FUNCTION refuse_change;
