-- name: take_turn
-- Until the transaction ends nobody else applies news of the same subscriber. A statement of its own, so that the ones
-- after it see what the one before committed. The lock belongs to the transaction, which a pooler in between allows.
SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('entitlement:' || :subject, 0))) AS turn;

-- name: claims_of
-- What each source last said of a subscriber, and of each of the subscriptions that it tells apart.
SELECT source, status, plan, valid_until, as_of, status_since, subscription
  FROM entitlements
 WHERE subject = :subject
 ORDER BY source, subscription;

-- name: webhook_claims_of_many
-- What the subscription system last said of each of many subscribers: reconciling skips those of which nothing is new.
SELECT subject, status, plan, valid_until, as_of, status_since, subscription
  FROM entitlements
 WHERE subject = ANY(:subjects::text[])
   AND source = 'webhook';

-- name: keep_claim
-- Nothing comes back when something newer arrived meanwhile. What counts at the same instant the caller has decided.
INSERT INTO entitlements AS known (subject, source, subscription, status, plan, valid_until, as_of, status_since)
VALUES (:subject, :source, :subscription, :status, :plan, :valid_until, :as_of, :status_since)
ON CONFLICT (subject, source, subscription) DO UPDATE
   SET status = excluded.status, plan = excluded.plan, valid_until = excluded.valid_until,
       as_of = excluded.as_of, status_since = excluded.status_since
 WHERE excluded.as_of >= known.as_of
RETURNING subject;

-- name: keep_receipt
-- One row a call. Nothing comes back for a call that was taken before: it must change nothing now. One that could not be
-- understood then is given another chance, since this version may understand it. Of two at once the second waits for the
-- first one's transaction.
INSERT INTO subscription_receipts AS kept (webhook_id, received_at, type, subject, as_of, outcome, detail, body)
VALUES (:webhook_id, :received_at, :type, :subject, :as_of, :outcome, :detail, :body)
ON CONFLICT (webhook_id) DO UPDATE
   SET received_at = excluded.received_at, type = excluded.type, subject = excluded.subject, as_of = excluded.as_of,
       outcome = excluded.outcome, detail = excluded.detail, body = excluded.body
 WHERE kept.outcome = 'invalid'
RETURNING webhook_id;

-- name: receipts
-- Operators' list, newest first.
SELECT webhook_id, received_at, type, subject, as_of, outcome, detail, body
  FROM subscription_receipts
 WHERE (:outcome::text IS NULL OR outcome = :outcome)
   AND (:before_at::timestamptz IS NULL OR (received_at, webhook_id) < (:before_at, :before_id::text))
 ORDER BY received_at DESC, webhook_id DESC
 LIMIT :most;

-- name: receipts_of_subject
-- The same of one subscriber.
SELECT webhook_id, received_at, type, subject, as_of, outcome, detail, body
  FROM subscription_receipts
 WHERE subject = :subject
   AND (:outcome::text IS NULL OR outcome = :outcome)
   AND (:before_at::timestamptz IS NULL OR (received_at, webhook_id) < (:before_at, :before_id::text))
 ORDER BY received_at DESC, webhook_id DESC
 LIMIT :most;

-- name: sweep_receipts
-- Receipts past their days. A call that old is refused by its timestamp long before its receipt is gone.
DELETE FROM subscription_receipts
 WHERE webhook_id IN (SELECT webhook_id FROM subscription_receipts WHERE received_at < :before ORDER BY received_at LIMIT :most);
