-- migrate:up
-- Limits on readers, past and in force. Rows are never deleted: lifting one fills in `lifted_at`.
CREATE TABLE sanctions (
  id               uuid PRIMARY KEY,
  reader_id        uuid NOT NULL REFERENCES readers,
  -- Null: everywhere.
  site             text,
  kind             text NOT NULL CHECK (kind IN ('warn', 'premoderate', 'suspend', 'ban')),
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
  CHECK (kind <> 'suspend' OR until IS NOT NULL)
);
-- What is in force for a reader, and the reader's history.
CREATE INDEX sanctions_of_reader ON sanctions (reader_id, starts_at DESC);
-- Those that came with a decision.
CREATE INDEX sanctions_of_decision ON sanctions (decision_id) WHERE decision_id IS NOT NULL;

-- migrate:down
DROP TABLE sanctions;
