"""The subscription webhook's own format.

{"type": "subscription.updated", "timestamp": "2026-11-22T10:00:00Z",
 "data": {"subscriber": "<sub>", "status": "active", "plan": "yearly", "valid_until": "2027-11-22T00:00:00Z"}}
"""

from datetime import datetime

import msgspec

from service.accounts.rules.viewer import SubscriptionStatus
from service.entitlements.payloads.call import Call, EventType, Moment, Plan, Subscriber, moment, not_ahead
from service.entitlements.rules import Known


class Subscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a subscription stands."""

    subscriber: Subscriber
    status: SubscriptionStatus
    plan: Plan | None = None
    valid_until: Moment | None = None


class SubscriptionEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Any `subscription.*` event: it is taken by its `status`, as of its `timestamp`."""

    type: EventType
    timestamp: Moment
    data: Subscription


class _AnyEvent(msgspec.Struct, frozen=True):
    type: EventType


_decode_any = msgspec.json.Decoder(_AnyEvent).decode
_decode_subscription = msgspec.json.Decoder(SubscriptionEvent).decode


def read_standard(body: bytes, now: datetime) -> Call:
    """The call in a body; msgspec's DecodeError or ValidationError, or InvalidRequest, for one that is wrong."""
    named = _decode_any(body).type
    if not named.startswith("subscription."):
        return Call(named)
    event = _decode_subscription(body)
    as_of = not_ahead("timestamp", event.timestamp, now)
    return Call(named, subject=event.data.subscriber, news=claim("data.", event.data, as_of))


def claim(within: str, said: Subscription, as_of: datetime) -> Known:
    """The claim in a subscription; `within` is its place in the body, for the words of a refusal."""
    until = None if said.valid_until is None else moment(f"{within}valid_until", said.valid_until)
    return Known("webhook", said.status, said.plan, until, as_of)
