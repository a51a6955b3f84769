"""The list that the subscription system gives for reconciling: every subscriber's state, page by page.

    {"subscriptions": [{"subscriber": "<sub>", "status": "active", "plan": "yearly", "valid_until": null,
                        "timestamp": "2026-11-22T10:00:00Z"}], "next": "https://…?page=2"}

`timestamp` is the moment that the state is as of: when the subscription last changed. `next` is null on the last page.
A system whose subscribers may have several subscriptions names each by `subscription`, as its events do.
"""

from datetime import datetime

import msgspec

from service.entitlements.payloads.call import Identifier, Moment, not_ahead
from service.entitlements.payloads.standard import Subscription, claim
from service.entitlements.rules import Known


class Listed(Subscription, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subscriber's state in the list."""

    timestamp: Moment
    subscription: Identifier | None = None


class ListPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page. Its entries are read one by one, so that a wrong one fails alone."""

    subscriptions: list[msgspec.Raw]
    next: str | None = None


_decode_page = msgspec.json.Decoder(ListPage).decode
_decode_listed = msgspec.json.Decoder(Listed).decode


def read_page(body: bytes) -> ListPage:
    """The page; msgspec's DecodeError or ValidationError when it is none."""
    return _decode_page(body)


def read_listed(entry: msgspec.Raw, now: datetime) -> tuple[str, Known]:
    """Subscriber and claim; msgspec's ValidationError or InvalidRequest for an entry that is wrong."""
    listed = _decode_listed(entry)
    said = claim("", listed, not_ahead("timestamp", listed.timestamp, now))
    return listed.subscriber, msgspec.structs.replace(said, subscription=listed.subscription or "")
