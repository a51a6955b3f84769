-- migrate:up
-- Facts, written in the transaction that made them true and sent on by the relay. A row is deleted when every handler has had it.
CREATE TABLE outbox_events (
  id            uuid PRIMARY KEY,
  -- The order of writing. Ids are made before the story's row is locked, on machines whose clocks differ; this is taken under the lock.
  position      bigint GENERATED ALWAYS AS IDENTITY,
  topic         text NOT NULL,
  story_id      text,
  -- What keeps its order: a story, or the event alone (a story's id holds no space).
  lane          text NOT NULL GENERATED ALWAYS AS (coalesce(story_id, ' ' || id::text)) STORED,
  -- The thread's version after the change, where the change is one that readers see.
  version       bigint,
  payload       jsonb NOT NULL,
  happened_at   timestamptz NOT NULL,
  -- Failed tries, the first of them, and what the last one said.
  attempts      integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  last_error    text,
  -- Not taken before: the end of a relay's lease, or the next try.
  try_after     timestamptz NOT NULL DEFAULT '-infinity',
  -- Set aside after the last try: kept for operators, not taken any more.
  given_up_at   timestamptz
)
-- Rows are leased and deleted soon after they came; `try_after` is in no index, so that a lease rewrites no index entry.
WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
-- The waiting events of each lane in order: the heads of all lanes, and the run behind a head.
CREATE INDEX outbox_events_waiting ON outbox_events (lane, position) WHERE given_up_at IS NULL;
-- What was set aside, oldest first.
CREATE INDEX outbox_events_given_up ON outbox_events (given_up_at, id) WHERE given_up_at IS NOT NULL;

-- migrate:down
DROP TABLE outbox_events;
