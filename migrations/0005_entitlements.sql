-- migrate:up
-- What each source last said of a subscriber. A row is replaced only by something newer from the same source; which source counts
-- is decided when it is read.
CREATE TABLE entitlements (
  subject      text NOT NULL,
  source       text NOT NULL CHECK (source IN ('token', 'webhook')),
  -- The source's own id of the subscription where a subscriber may have several; empty where it speaks of the subscriber as a whole.
  subscription text NOT NULL DEFAULT '',
  status       text NOT NULL CHECK (status IN ('active', 'trialing', 'past_due', 'paused', 'canceled', 'expired', 'refunded', 'none')),
  plan         text,
  valid_until  timestamptz,
  -- The token's `iat`, or the event's timestamp.
  as_of        timestamptz NOT NULL,
  -- The `as_of` with which the unbroken run of this status began: the grace period of a failed payment counts from it.
  status_since timestamptz NOT NULL,
  PRIMARY KEY (subject, source, subscription)
) WITH (fillfactor = 80);

-- Every signed call of the subscription system, so that a repeated one changes nothing and a wrong one can be looked into.
CREATE TABLE subscription_receipts (
  webhook_id   text PRIMARY KEY,
  received_at  timestamptz NOT NULL,
  type         text,
  subject      text,
  as_of        timestamptz,
  outcome      text NOT NULL CHECK (outcome IN ('applied', 'older', 'ignored', 'invalid')),
  detail       text,
  body         text NOT NULL
);
-- The operators' view, newest first, and the sweep of old ones.
CREATE INDEX subscription_receipts_newest ON subscription_receipts (received_at DESC, webhook_id);
CREATE INDEX subscription_receipts_of_subject ON subscription_receipts (subject, received_at DESC);

-- migrate:down
DROP TABLE subscription_receipts;
DROP TABLE entitlements;
