-- name: take_turn
-- Until the transaction ends nobody else applies news of the same subscriber. A statement of its own, so that the ones after it
-- see what the one before committed. The lock belongs to the transaction, which a pooler in between allows.
SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('entitlement:' || :subject, 0))) AS turn;

-- name: claims_of
-- What each source last said of a subscriber: two rows at most.
SELECT source, status, plan, valid_until, as_of, status_since
  FROM entitlements
 WHERE subject = :subject;

-- name: keep_claim
-- Nothing comes back when something newer arrived meanwhile. What counts at the same instant was decided by the caller.
INSERT INTO entitlements AS known (subject, source, status, plan, valid_until, as_of, status_since)
VALUES (:subject, :source, :status, :plan, :valid_until, :as_of, :status_since)
ON CONFLICT (subject, source) DO UPDATE
   SET status = excluded.status, plan = excluded.plan, valid_until = excluded.valid_until,
       as_of = excluded.as_of, status_since = excluded.status_since
 WHERE excluded.as_of >= known.as_of
RETURNING subject;
