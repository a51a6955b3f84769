-- migrate:up
-- What people (and rules) decided about comments. Append-only: taking one back is another decision.
CREATE TABLE decisions (
  id             uuid PRIMARY KEY,
  story_id       text NOT NULL,
  comment_id     uuid NOT NULL,
  author_id      uuid REFERENCES readers,
  -- What the moderator saw.
  seen_revision  integer NOT NULL,
  action         text NOT NULL CHECK (action IN ('approve', 'reject', 'feature', 'unfeature', 'restore', 'escalate', 'hold')),
  old_status     text NOT NULL,
  new_status     text NOT NULL,
  reason         text,
  note           text,
  -- The staff member's subject; null when a rule decided.
  decided_by     text,
  decided_at     timestamptz NOT NULL,
  -- The decision that this one takes back.
  undoes         uuid UNIQUE REFERENCES decisions,
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
);
-- A comment's decisions; an author's; a moderator's.
CREATE INDEX decisions_of_comment ON decisions (story_id, comment_id, id DESC);
CREATE INDEX decisions_of_author ON decisions (author_id, id DESC);
CREATE INDEX decisions_by_staff ON decisions (decided_by, id DESC);

-- Every act of staff, settings included.
CREATE TABLE audit_entries (
  id           uuid PRIMARY KEY,
  at           timestamptz NOT NULL,
  actor        text NOT NULL,
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   text NOT NULL,
  site         text,
  before       jsonb,
  after        jsonb
);
-- The record, newest first; of one actor; of one thing.
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, id DESC);
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_kind, subject_id, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- migrate:down
DROP TABLE audit_entries, decisions;
DROP FUNCTION refuse_change;
