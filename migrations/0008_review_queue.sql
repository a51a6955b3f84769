-- migrate:up
-- Comments that wait for a person, once per queue. A decision removes the row; what was decided is in `decisions`.
CREATE TABLE review_items (
  story_id       text NOT NULL,
  comment_id     uuid NOT NULL,
  queue          text NOT NULL CHECK (queue IN ('held', 'reported', 'unreviewed', 'appealed', 'escalated')),
  site           text NOT NULL,
  waiting_since  timestamptz NOT NULL,
  -- Greater goes first in the order `urgent`.
  urgency        integer NOT NULL DEFAULT 0,
  claimed_by     text,
  claimed_until  timestamptz,
  PRIMARY KEY (story_id, comment_id, queue),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
) WITH (fillfactor = 80);
-- Each order of a queue, of one site or of all.
CREATE INDEX review_items_oldest ON review_items (queue, waiting_since, comment_id);
CREATE INDEX review_items_urgent ON review_items (queue, urgency DESC, waiting_since, comment_id);
CREATE INDEX review_items_of_site_oldest ON review_items (queue, site, waiting_since, comment_id);
CREATE INDEX review_items_of_site_urgent ON review_items (queue, site, urgency DESC, waiting_since, comment_id);
-- A moderator's own claims, and the sweep of lapsed ones.
CREATE INDEX review_items_claimed ON review_items (claimed_by, claimed_until) WHERE claimed_by IS NOT NULL;

-- How many wait, kept by the triggers below: exact at any size without counting. The slot spreads the rows that
-- concurrent writers lock; a queue's count is the sum of its slots.
CREATE TABLE queue_counts (
  site     text NOT NULL,
  queue    text NOT NULL,
  slot     integer NOT NULL,
  waiting  integer NOT NULL,
  PRIMARY KEY (site, queue, slot)
) WITH (fillfactor = 50);

CREATE FUNCTION count_review_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO queue_counts AS counted (site, queue, slot, waiting)
    VALUES (NEW.site, NEW.queue, abs(hashtext(NEW.story_id) % 16), 1)
    ON CONFLICT (site, queue, slot) DO UPDATE SET waiting = counted.waiting + 1;
  ELSE
    UPDATE queue_counts SET waiting = waiting - 1
     WHERE site = OLD.site AND queue = OLD.queue AND slot = abs(hashtext(OLD.story_id) % 16);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER review_items_counted AFTER INSERT OR DELETE ON review_items
  FOR EACH ROW EXECUTE FUNCTION count_review_item();

-- migrate:down
DROP TABLE queue_counts, review_items;
DROP FUNCTION count_review_item;
