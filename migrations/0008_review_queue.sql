-- migrate:up
-- A moment less some minutes, which no time zone changes.
CREATE FUNCTION due_at(waiting_since timestamptz, urgency_minutes integer) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN waiting_since - make_interval(mins => urgency_minutes);

-- The names by which a comment's signals are found: of the checks, and of the kinds of what they noticed.
CREATE FUNCTION signal_names(signals jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN coalesce(
  (SELECT array_agg(DISTINCT name ORDER BY name)
     FROM jsonb_array_elements(signals) AS signal
    CROSS JOIN LATERAL (VALUES (signal ->> 'check'), (signal ->> 'kind')) AS noticed (name)
    WHERE name IS NOT NULL), '{}');

-- Comments that wait for a person, once per queue. A decision removes the row; what was decided is in `decisions`.
CREATE TABLE review_items (
  story_id       text NOT NULL,
  comment_id     uuid NOT NULL,
  queue          text NOT NULL CHECK (queue IN ('held', 'reported', 'unreviewed', 'appealed', 'escalated')),
  -- What queues are filtered by, repeated here from the story, the comment and its last screening.
  site           text NOT NULL,
  section        text,
  author_id      uuid,
  signals        text[] NOT NULL DEFAULT '{}',
  waiting_since  timestamptz NOT NULL,
  -- Minutes of head start: the order `urgent` takes a row as if it had waited so much longer (review_queue/rules.py).
  urgency        integer NOT NULL DEFAULT 0 CHECK (urgency >= 0),
  due_at         timestamptz GENERATED ALWAYS AS (due_at(waiting_since, urgency)) STORED,
  claimed_by     text,
  claimed_until  timestamptz,
  PRIMARY KEY (story_id, comment_id, queue),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id),
  CHECK ((claimed_by IS NULL) = (claimed_until IS NULL))
) WITH (fillfactor = 80);
-- Each order of a queue within a site; several sites are merged from as many walks.
CREATE INDEX review_items_by_wait ON review_items (queue, site, waiting_since, comment_id);
CREATE INDEX review_items_by_due ON review_items (queue, site, due_at, comment_id);
-- Filters that leave few rows; a story's are found by the primary key.
CREATE INDEX review_items_of_author ON review_items (author_id, queue);
CREATE INDEX review_items_of_section ON review_items (section, queue, site);
CREATE INDEX review_items_with_signal ON review_items USING gin (signals);
-- A moderator's own claims.
CREATE INDEX review_items_claimed ON review_items (claimed_by, queue) WHERE claimed_by IS NOT NULL;

-- How many wait, kept by the triggers below: exact at any size without counting. The slot, from the story's id, spreads the rows
-- that concurrent writers lock; a queue's count is the sum of its slots, and only the sum means anything.
CREATE TABLE queue_counts (
  site     text NOT NULL,
  queue    text NOT NULL,
  slot     integer NOT NULL,
  waiting  integer NOT NULL,
  PRIMARY KEY (site, queue, slot)
) WITH (fillfactor = 50);

-- Once a statement, and in key order, so that two statements that count in several rows cannot lock them crosswise.
CREATE FUNCTION count_review_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO queue_counts AS counted (site, queue, slot, waiting)
    SELECT site, queue, abs(hashtext(story_id) % 16), count(*)
      FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (site, queue, slot) DO UPDATE SET waiting = counted.waiting + excluded.waiting;
  ELSE
    INSERT INTO queue_counts AS counted (site, queue, slot, waiting)
    SELECT site, queue, abs(hashtext(story_id) % 16), -count(*)
      FROM removed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (site, queue, slot) DO UPDATE SET waiting = counted.waiting + excluded.waiting;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER review_items_counted_in AFTER INSERT ON review_items
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_review_items();
CREATE TRIGGER review_items_counted_out AFTER DELETE ON review_items
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_review_items();
-- A row stays in its queue and a story at its site, so nothing else moves a count.
CREATE FUNCTION refuse_moved_review_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a review item is removed from one queue and added to another, never moved';
END $$;
CREATE TRIGGER review_items_stay BEFORE UPDATE OF story_id, comment_id, queue, site ON review_items
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved_review_item();

-- A story that is given another section takes what waits along.
CREATE FUNCTION follow_section() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE review_items SET section = NEW.section WHERE story_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER stories_take_review_items_along AFTER UPDATE OF section ON stories
  FOR EACH ROW WHEN (OLD.section IS DISTINCT FROM NEW.section) EXECUTE FUNCTION follow_section();

-- migrate:down
DROP TRIGGER stories_take_review_items_along ON stories;
DROP TABLE queue_counts, review_items;
DROP FUNCTION count_review_items, refuse_moved_review_item, follow_section, signal_names, due_at;
