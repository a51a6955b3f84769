-- name: model_in_use
SELECT version FROM screening_models WHERE state = 'in_use';

-- name: weights
SELECT weights FROM screening_models WHERE version = :version;

-- name: newest_model
-- Whether or not it is used.
SELECT version, made_at, state, why, figures, learned_until FROM screening_models ORDER BY version DESC LIMIT 1;

-- name: models
SELECT version, made_at, state, why, figures, learned_until FROM screening_models ORDER BY version DESC LIMIT :most;

-- name: retire
-- Makes room for this version, unless another process was first with it.
UPDATE screening_models SET state = 'retired'
 WHERE state = 'in_use' AND version < :version
   AND NOT EXISTS (SELECT FROM screening_models WHERE version = :version);

-- name: add_model
-- Nothing is added where another process was first with this version.
INSERT INTO screening_models (version, made_at, state, why, figures, learned_until, weights)
VALUES (:version, :now, :state, :why, :figures, :learned_until, :weights)
ON CONFLICT (version) DO NOTHING;

-- name: forget_weights
UPDATE screening_models SET weights = NULL
 WHERE weights IS NOT NULL AND state <> 'in_use'
   AND version <= (SELECT max(version) FROM screening_models) - :kept;
