-- migrate:up
-- Prints by which texts that say nearly the same find each other (screening/rules/prints.py): a few for each longer text of
-- the last days. Short-lived and written with every post, so without foreign keys; a print of a comment that is gone finds nothing.
CREATE TABLE screening_prints (
  print       bigint NOT NULL,
  written_at  timestamptz NOT NULL,
  story_id    text NOT NULL,
  comment_id  uuid NOT NULL
);
-- The newest texts with a print.
CREATE INDEX screening_prints_found ON screening_prints (print, written_at);
-- The sweep of those past their days. Rows are only ever added at the end, so that ranges of pages are ranges of time.
CREATE INDEX screening_prints_written ON screening_prints USING brin (written_at);

-- migrate:down
DROP TABLE screening_prints;
