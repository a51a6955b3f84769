-- migrate:up
-- What the automatic checks noticed about one revision, and what followed. No row: they noticed nothing.
CREATE TABLE screenings (
  story_id     text NOT NULL,
  comment_id   uuid NOT NULL,
  revision     integer NOT NULL,
  verdict      text NOT NULL CHECK (verdict IN ('publish', 'hold', 'refuse')),
  -- [{check, kind, detail, matched, start, end, score, threshold, rule_version}]
  signals      jsonb NOT NULL,
  screened_at  timestamptz NOT NULL,
  PRIMARY KEY (story_id, comment_id, revision),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
);

-- Every version of the screening rules; the greatest is in force.
CREATE TABLE screening_rules (
  version   integer PRIMARY KEY,
  rules     jsonb NOT NULL,
  made_by   text NOT NULL,
  made_at   timestamptz NOT NULL,
  note      text,
  -- The earlier version whose content this is.
  restores  integer CHECK (restores < version),
  -- The other admin, where the change needed one.
  confirmed_by  text CHECK (confirmed_by <> made_by)
);

-- migrate:down
DROP TABLE screening_rules, screenings;
