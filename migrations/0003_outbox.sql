-- migrate:up
-- Facts, written in the transaction that made them true and sent on by the relay. A row is deleted when every handler has had it.
CREATE TABLE outbox_events (
  -- UUIDv7: the order in which they are taken.
  id            uuid PRIMARY KEY,
  topic         text NOT NULL,
  story_id      text,
  -- The thread's version after the change, where the change is one that readers see.
  version       bigint,
  payload       jsonb NOT NULL,
  happened_at   timestamptz NOT NULL,
  attempts      integer NOT NULL DEFAULT 0,
  try_after     timestamptz NOT NULL,
  last_error    text,
  -- Set aside after the last try: kept for operators, not taken any more.
  given_up_at   timestamptz
);
-- The relay's next batch.
CREATE INDEX outbox_events_due ON outbox_events (try_after, id) WHERE given_up_at IS NULL;
-- Whether an earlier event of the same story still waits.
CREATE INDEX outbox_events_of_story ON outbox_events (story_id, id) WHERE given_up_at IS NULL;

-- migrate:down
DROP TABLE outbox_events;
