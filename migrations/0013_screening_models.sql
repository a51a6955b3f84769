-- migrate:up
-- Every model that was trained on this installation's decisions, with how it did on decisions held back from it.
CREATE TABLE screening_models (
  version       integer PRIMARY KEY,
  made_at       timestamptz NOT NULL,
  -- `refused`: it did not do well enough to be used.
  state         text NOT NULL CHECK (state IN ('in_use', 'retired', 'refused')),
  -- Why it is refused.
  why           text,
  -- {learned_from, held_back, rejected, average_precision, roc_auc, at: [{threshold, precision, recall, held}]}
  figures       jsonb NOT NULL,
  -- The newest decision that it learned from.
  learned_until timestamptz NOT NULL,
  -- Null once it is too old to be taken back.
  weights       bytea
);
-- The one that texts are scored by.
CREATE UNIQUE INDEX screening_models_in_use ON screening_models (state) WHERE state = 'in_use';

-- migrate:down
DROP TABLE screening_models;
