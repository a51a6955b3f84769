-- migrate:up
-- What was in force is never changed afterwards: every signal names its version.
CREATE TRIGGER screening_rules_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON screening_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Changes of the rules that would hit so many comments that a second admin looks at them first.
CREATE TABLE screening_rules_proposals (
  id           uuid PRIMARY KEY,
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
  state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'rejected', 'withdrawn', 'overtaken')),
  settled_by   text,
  settled_at   timestamptz,
  -- The version that it became.
  version      integer REFERENCES screening_rules,
  CHECK ((state = 'open') = (settled_by IS NULL)),
  CHECK ((state = 'open') = (settled_at IS NULL)),
  CHECK ((state = 'confirmed') = (version IS NOT NULL)),
  -- Nobody confirms or rejects what they proposed; nobody else withdraws it.
  CHECK (state <> 'withdrawn' OR settled_by = proposed_by),
  CHECK (state NOT IN ('confirmed', 'rejected') OR settled_by <> proposed_by)
);
-- Those that wait.
CREATE INDEX screening_rules_proposals_open ON screening_rules_proposals (id) WHERE state = 'open';

-- Screenings in which a rule that is only tried noticed something, newest first.
CREATE INDEX screenings_shadowed ON screenings (screened_at) WHERE jsonb_path_exists(signals, '$[*].would');

-- migrate:down
DROP INDEX screenings_shadowed;
DROP TABLE screening_rules_proposals;
DROP TRIGGER screening_rules_append_only ON screening_rules;
