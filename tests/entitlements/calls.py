"""Calls of a subscription system, signed as it would sign them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from service.entitlements.actions.receive import receive_call
from service.infra.signatures import sign_standard, sign_stripe
from service.infra.tools import Tools
from service.kernel.problems import Problem

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_bm90IHRoZSBzYW1lIHNlY3JldCBhdCBhbGw="


def event(
    status: str,
    at: datetime,
    *,
    subscriber: str = "reader-1",
    until: datetime | None = None,
    type_: str = "subscription.updated",
) -> bytes:
    """The body of an event in the service's own format."""
    return body_of(
        type=type_,
        timestamp=at,
        data={"subscriber": subscriber, "status": status, "plan": "yearly", "valid_until": until},
    )


def body_of(**members: Any) -> bytes:
    return msgspec.json.encode(members)


async def call(tools: Tools, webhook_id: str, body: bytes, secret: str = SECRET) -> str | None:
    """Sends a rightly signed call; the slug of the problem that answered it, or None."""
    return await send(tools, sign_standard(secret, webhook_id, tools.clock.now(), body), body)


async def stripe_call(tools: Tools, body: bytes, secret: str = SECRET) -> str | None:
    return await send(tools, sign_stripe(secret, tools.clock.now(), body), body)


async def send(tools: Tools, headers: Mapping[str, str], body: bytes) -> str | None:
    try:
        await receive_call(tools, headers, body)
    except Problem as problem:
        return problem.slug
    return None
