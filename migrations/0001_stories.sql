-- migrate:up
-- The articles that readers comment on. The story is the key by which every table of the hot path is divided
-- (story_id first in each primary key), so that spreading stories over machines later is mechanical.
CREATE TABLE stories (
  id               text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9._:~-]{1,200}$'),
  site             text NOT NULL,
  section          text,
  url              text,
  title            text NOT NULL,
  published_at     timestamptz,
  state            text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'hidden')),
  mode             text NOT NULL DEFAULT 'post' CHECK (mode IN ('post', 'pre')),
  voting           text NOT NULL DEFAULT 'up_down' CHECK (voting IN ('off', 'up', 'up_down')),
  closes_at        timestamptz,
  closed_at        timestamptz,
  slow_mode_s      integer NOT NULL DEFAULT 0 CHECK (slow_mode_s >= 0),
  default_sort     text,
  -- BCP 47, the primary tag: what search reads the comments' words by.
  language         text CHECK (language ~ '^[a-z]{2,3}$'),
  -- As the newsroom gave them: [{id, label, claim}], [{id, kind, text}], [{id, question, closes_at}].
  sides            jsonb NOT NULL DEFAULT '[]',
  anchors          jsonb NOT NULL DEFAULT '[]',
  forecasts        jsonb NOT NULL DEFAULT '[]',
  -- Anchors that a later version of the story dropped while comments still hang on them.
  earlier_anchors  jsonb NOT NULL DEFAULT '[]',
  -- Rises by one with every change that a reader can see, in that change's transaction; the row's lock makes it gapless.
  thread_version   bigint NOT NULL DEFAULT 0,
  -- Published comments: in all, of each side, about each anchor.
  comment_count    integer NOT NULL DEFAULT 0 CHECK (comment_count >= 0),
  by_side          jsonb NOT NULL DEFAULT '{}',
  by_anchor        jsonb NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL
)
-- Every comment rewrites the row's counters: room for that on the page, and the long columns kept out of the way.
WITH (fillfactor = 60, toast_tuple_target = 256);
ALTER TABLE stories ALTER COLUMN anchors SET STORAGE EXTERNAL;
ALTER TABLE stories ALTER COLUMN sides SET STORAGE EXTERNAL;
ALTER TABLE stories ALTER COLUMN forecasts SET STORAGE EXTERNAL;

-- The sweep that closes stories when their time has come.
CREATE INDEX stories_closing ON stories (closes_at) WHERE state = 'open' AND closes_at IS NOT NULL;
-- A site's stories, newest first.
CREATE INDEX stories_of_site ON stories (site, published_at DESC, id);

-- migrate:down
DROP TABLE stories;
