-- migrate:up
-- Readers who took part. `id` is public and ours; `subject` is the publisher's and never leaves the service.
CREATE TABLE readers (
  id               uuid PRIMARY KEY,
  -- Null once the reader was erased, or for an author who came with an import.
  subject          text UNIQUE,
  name             text,
  picture_url      text,
  -- The token (its `iat`) that last set name and picture: only a newer one changes them.
  named_as_of      timestamptz,
  badges           text[] NOT NULL DEFAULT '{}',
  first_seen_at    timestamptz NOT NULL,
  erased_at        timestamptz,
  -- The record, kept in the transactions of what it counts.
  published_count  integer NOT NULL DEFAULT 0 CHECK (published_count >= 0),
  approved_count   integer NOT NULL DEFAULT 0,
  rejected_count   integer NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),
  reports_received integer NOT NULL DEFAULT 0,
  reports_made     integer NOT NULL DEFAULT 0,
  reports_upheld   integer NOT NULL DEFAULT 0,
  reports_declined integer NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

-- Authors that a reader does not want to see.
CREATE TABLE mutes (
  reader_id  uuid NOT NULL REFERENCES readers ON DELETE CASCADE,
  author_id  uuid NOT NULL REFERENCES readers ON DELETE CASCADE,
  muted_at   timestamptz NOT NULL,
  PRIMARY KEY (reader_id, author_id)
);

-- Names of staff as their tokens gave them, so that a reader who looks like one of them is not shown as such.
CREATE TABLE staff_names (
  subject   text PRIMARY KEY,
  name      text NOT NULL,
  -- What the name looks like: accounts/rules/names.py.
  skeleton  text NOT NULL,
  -- The token (its `iat`) that set it: only a newer one changes it.
  as_of     timestamptz NOT NULL
);
-- Whether a reader's name looks like that of somebody on the staff.
CREATE INDEX staff_names_alike ON staff_names (skeleton);

-- migrate:down
DROP TABLE staff_names;
DROP TABLE mutes;
DROP TABLE readers;
