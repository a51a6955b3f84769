-- Events that wait to be sent on. A lane is what keeps its order: a story, or the event alone where it belongs to none.
-- The first waiting event of a lane is its head. Whoever locks a head may take it and those behind it, nobody else may:
-- so a lane is worked by one relay at a time, and an event that waits for its next try holds back the later ones.

-- name: append
-- Written in the transaction of what happened, while the story's row is locked: so positions follow the order of commits.
INSERT INTO outbox_events (id, topic, story_id, version, payload, happened_at)
VALUES (:id, :topic, :story_id, :version, :payload, :happened_at);

-- name: take
-- Leases the due heads of some lanes, each with a run of those behind it. `lanes` hops through the index from one lane to
-- the next, so a long queue of one story costs the others nothing. A head that another relay is taking is skipped; one that
-- it took meanwhile is not due any more when the lock is granted, and drops out.
WITH RECURSIVE lanes AS (
    (SELECT lane, id, position FROM outbox_events
      WHERE given_up_at IS NULL ORDER BY lane, position LIMIT 1)
    UNION ALL
    SELECT following.lane, following.id, following.position
      FROM lanes
     CROSS JOIN LATERAL (
           SELECT lane, id, position FROM outbox_events
            WHERE given_up_at IS NULL AND lane > lanes.lane
            ORDER BY lane, position LIMIT 1) AS following
), heads AS (
    SELECT head.lane, head.position
      FROM outbox_events AS head
      JOIN lanes ON lanes.id = head.id
     WHERE head.given_up_at IS NULL AND head.try_after <= :now AND head.lane <> ALL(:busy_lanes::text[])
     ORDER BY head.position
     LIMIT :most_lanes
       FOR UPDATE OF head SKIP LOCKED
), runs AS (
    SELECT event.id
      FROM heads
     CROSS JOIN LATERAL (
           SELECT id FROM outbox_events
            WHERE lane = heads.lane AND given_up_at IS NULL AND position >= heads.position
            ORDER BY position LIMIT :most_of_lane) AS event
)
UPDATE outbox_events AS taken
   SET try_after = :lease_until
  FROM runs
 WHERE taken.id = runs.id
RETURNING taken.id, taken.topic, taken.story_id, taken.version, taken.payload, taken.happened_at,
          taken.lane, taken.position, taken.attempts, taken.failing_since;

-- name: sent
DELETE FROM outbox_events WHERE id = ANY(:event_ids::uuid[]);

-- name: give_back
-- Due at once: they were leased and not tried.
UPDATE outbox_events SET try_after = '-infinity' WHERE id = ANY(:event_ids::uuid[]) AND given_up_at IS NULL;

-- name: failed
UPDATE outbox_events
   SET attempts = :attempts, failing_since = :failing_since, last_error = :last_error,
       try_after = coalesce(:try_after::timestamptz, try_after), given_up_at = :given_up_at
 WHERE id = :event_id;

-- name: put_back
-- What was set aside is taken again, in its old place in line.
UPDATE outbox_events
   SET given_up_at = NULL, attempts = 0, failing_since = NULL, try_after = '-infinity'
 WHERE given_up_at IS NOT NULL;

-- name: state
SELECT count(*) FILTER (WHERE given_up_at IS NULL) AS waiting,
       min(happened_at) FILTER (WHERE given_up_at IS NULL) AS oldest_at,
       count(*) FILTER (WHERE given_up_at IS NOT NULL) AS given_up
  FROM outbox_events;
