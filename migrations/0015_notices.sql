-- migrate:up
-- What somebody, with an account or without, says is illegal about a comment. What became of it is read from the comment's
-- decisions after it, so taking one back opens the notice again by itself.
CREATE TABLE notices (
  id              uuid PRIMARY KEY,
  -- SHA-256 of the secret with which its sender reads what became of it.
  token_digest    bytea NOT NULL,
  story_id        text NOT NULL,
  site            text NOT NULL,
  comment_id      uuid NOT NULL,
  revision        integer NOT NULL,
  -- A reader who was signed in.
  reader_id       uuid REFERENCES readers,
  legal_ground    text NOT NULL,
  explanation     text NOT NULL,
  received_at     timestamptz NOT NULL,
  -- How many decisions the comment had had: a later one answers it.
  decisions_then  integer NOT NULL,
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
);
CREATE INDEX notices_of_comment ON notices (story_id, comment_id, id);
CREATE INDEX notices_of_site ON notices (site, id DESC);

-- How its sender may be reached: kept apart, so that it can be erased alone and is read by nothing else.
CREATE TABLE notice_contacts (
  notice_id   uuid PRIMARY KEY REFERENCES notices ON DELETE CASCADE,
  name        text,
  email       text,
  received_at timestamptz NOT NULL,
  CHECK (name IS NOT NULL OR email IS NOT NULL)
);
-- The sweep of those past their days.
CREATE INDEX notice_contacts_received ON notice_contacts (received_at);

-- migrate:down
DROP TABLE notice_contacts, notices;
