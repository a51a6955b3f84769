-- migrate:up
-- Where an imported comment came from, so that a second import adds nothing twice and a later one finds its parents.
CREATE TABLE imported_comments (
  source      text NOT NULL,
  story_id    text NOT NULL,
  source_id   text NOT NULL,
  comment_id  uuid NOT NULL,
  PRIMARY KEY (source, story_id, source_id),
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id)
);

-- migrate:down
DROP TABLE imported_comments;
