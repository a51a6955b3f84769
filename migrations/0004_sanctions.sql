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
  acknowledged_at  timestamptz,
  lifted_at        timestamptz,
  lifted_by        text,
  lift_reason      text,
  CHECK (kind <> 'suspend' OR until IS NOT NULL)
);
-- What is in force for a reader, and the reader's history.
CREATE INDEX sanctions_of_reader ON sanctions (reader_id, starts_at DESC);

-- migrate:down
DROP TABLE sanctions;
