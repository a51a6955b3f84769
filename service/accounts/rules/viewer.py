"""Viewer: who is calling. Nobody known, a reader of the publisher, or one of its staff.

A viewer is what a verified token says and nothing else; what is known about a reader beyond that (entitlement,
sanctions, the public id) is read from the database where it is needed, because a token may be older than the truth.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from service.accounts.rules.permissions import Role

SubscriptionStatus = Literal["active", "trialing", "past_due", "paused", "canceled", "expired", "refunded"]


class SubscriptionClaim(msgspec.Struct, frozen=True):
    """The publisher's login on a reader's subscription, as of the token's `iat`."""

    status: SubscriptionStatus
    plan: str | None = None
    valid_until: datetime | None = None


class Anonymous(msgspec.Struct, frozen=True, tag="anonymous"):
    """A caller without a token."""


class Reader(msgspec.Struct, frozen=True, tag="reader"):
    """A signed-in reader. `subject` is the publisher's own id and never leaves the service."""

    subject: str
    # As the token gives it; what is shown is decided by `rules/names.py`.
    name: str | None
    picture_url: str | None
    issued_at: datetime
    expires_at: datetime
    # None: the token says nothing about a subscription.
    subscription: SubscriptionClaim | None = None


class Staff(msgspec.Struct, frozen=True, tag="staff"):
    """One of the newsroom, or one of its systems."""

    subject: str
    name: str | None
    roles: frozenset[Role]
    # None: every site.
    sites: frozenset[str] | None
    issued_at: datetime
    expires_at: datetime


Viewer = Anonymous | Reader | Staff

ANONYMOUS: Final = Anonymous()
