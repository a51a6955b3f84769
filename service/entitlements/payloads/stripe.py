"""Stripe's events, read as the same call: `customer.subscription.*`, by the subscription's status.

| Stripe says                                   | here it is                                            |
|-----------------------------------------------|-------------------------------------------------------|
| `active`, `trialing`                          | the same; its end is told when it comes               |
| these with `cancel_at` or at the period's end | `canceled`, valid until then                          |
| `past_due`                                    | `past_due`                                            |
| `unpaid`                                      | `expired`                                             |
| `paused`                                      | `paused`                                              |
| `canceled`                                    | `canceled`, over since `ended_at`                     |
| `incomplete`, `incomplete_expired`            | nothing: it never began, and revokes no other         |

The subscriber is `metadata.subscriber` of the subscription, else the customer's id. A customer may have several
subscriptions; each is followed by its own id. Whole seconds are Stripe's finest time, so two events of one second
are told apart by what they say, as everywhere: the one that denies wins.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec

from service.entitlements.payloads.call import Call, EventType, Identifier, Subscriber, moment, not_ahead
from service.entitlements.rules import Known, Status
from service.kernel.problems import InvalidRequest

# Seconds since 1970; the bound keeps the conversion within what a datetime holds.
Seconds = msgspec.Meta(ge=0, le=200_000_000_000)

_STATUS: Final[dict[str, Status | None]] = {
    "active": "active",
    "trialing": "trialing",
    "past_due": "past_due",
    "unpaid": "expired",
    "paused": "paused",
    "canceled": "canceled",
    "incomplete": None,
    "incomplete_expired": None,
}


class _Item(msgspec.Struct, frozen=True):
    # Where newer versions of Stripe's API keep the period; a subscription has one item or several.
    current_period_end: Annotated[int, Seconds] | None = None
    price: dict[str, Any] | None = None


class _Items(msgspec.Struct, frozen=True):
    data: list[_Item] = []


class _Metadata(msgspec.Struct, frozen=True):
    subscriber: Subscriber | None = None


class _Customer(msgspec.Struct, frozen=True):
    id: Subscriber


class _Subscription(msgspec.Struct, frozen=True):
    id: Identifier
    status: str
    customer: Subscriber | _Customer
    metadata: _Metadata = _Metadata()
    cancel_at_period_end: bool = False
    cancel_at: Annotated[int, Seconds] | None = None
    ended_at: Annotated[int, Seconds] | None = None
    current_period_end: Annotated[int, Seconds] | None = None
    items: _Items = _Items()


class _SubscriptionData(msgspec.Struct, frozen=True):
    object: _Subscription


class _SubscriptionEvent(msgspec.Struct, frozen=True):
    created: Annotated[int, Seconds]
    data: _SubscriptionData


class _AnyEvent(msgspec.Struct, frozen=True):
    id: Identifier
    type: EventType


_decode_any = msgspec.json.Decoder(_AnyEvent).decode
_decode_subscription = msgspec.json.Decoder(_SubscriptionEvent).decode


def read_stripe(body: bytes, now: datetime) -> Call:
    """The call in an event; msgspec's DecodeError or ValidationError, or InvalidRequest, for one that is wrong.

    Members that are not named here are passed over: they are Stripe's, and there are many.
    """
    event = _decode_any(body)
    if not event.type.startswith("customer.subscription."):
        return Call(event.type, event.id)
    about = _decode_subscription(body)
    said = about.data.object
    if said.status not in _STATUS:
        raise InvalidRequest.of("data.object.status", "is none that is known here")
    customer = said.customer.id if isinstance(said.customer, _Customer) else said.customer
    subscriber = said.metadata.subscriber or customer
    status = _STATUS[said.status]
    if status is None:
        return Call(event.type, event.id, subject=subscriber)
    as_of = not_ahead("created", _moment(about.created), now)
    return Call(event.type, event.id, subject=subscriber, news=_claim(said, status, as_of))


def _claim(said: _Subscription, status: Status, as_of: datetime) -> Known:
    ends = said.cancel_at or (_period_end(said) if said.cancel_at_period_end else None)
    until: datetime | None = None
    if status == "canceled":
        until = _moment(said.ended_at) if said.ended_at else as_of
    elif status in ("active", "trialing") and ends is not None:
        status, until = "canceled", moment("data.object.cancel_at", _moment(ends))
    return Known("webhook", status, _plan(said), until, as_of, subscription=said.id)


def _period_end(said: _Subscription) -> int | None:
    ends = [item.current_period_end for item in said.items.data if item.current_period_end]
    return said.current_period_end or max(ends, default=None)


def _plan(said: _Subscription) -> str | None:
    """The name that the publisher gave the price, or its id."""
    for item in said.items.data:
        for name in ("nickname", "lookup_key", "id"):
            if item.price and isinstance(found := item.price.get(name), str) and found:
                return found.replace("\0", "")[:200]
    return None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
