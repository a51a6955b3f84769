-- Events that wait to be sent on. A lane is what keeps its order: a story, or the event alone when it belongs to none.
-- The first waiting event of a lane is its head, and only who holds the head may take those behind it.

-- name: append
-- Written in the transaction of what happened, while the story's row is locked: so positions follow the order of commits.
INSERT INTO outbox_events (id, topic, story_id, version, payload, happened_at, try_after)
VALUES (:id, :topic, :story_id, :version, :payload, :happened_at, :happened_at);
