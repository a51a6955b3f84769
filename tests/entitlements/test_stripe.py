"""Stripe's subscription events: what each status comes to here, and the same care as for the service's own format."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from service.entitlements import store
from service.entitlements.payloads.stripe import read_stripe
from service.entitlements.rules import entitlement_of
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from service.kernel.problems import InvalidRequest
from tests.entitlements.calls import call, event, stripe_call

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
GRACE = timedelta(days=14)


def stripe_event(
    status: str,
    *,
    number: int = 1,
    at: int = AT,
    type_: str = "customer.subscription.updated",
    subscription: str = "sub_1",
    metadata: dict[str, str] | None = None,
    **members: Any,
) -> bytes:
    """An event as Stripe sends it, shortened to some of its many members."""
    return msgspec.json.encode(
        {
            "id": f"evt_{number}",
            "object": "event",
            "api_version": "2025-03-31.basil",
            "created": at,
            "type": type_,
            "livemode": False,
            "data": {
                "object": {
                    "id": subscription,
                    "object": "subscription",
                    "status": status,
                    "customer": "cus_1",
                    "metadata": {"subscriber": "reader-1"} if metadata is None else metadata,
                    "cancel_at_period_end": False,
                    "cancel_at": None,
                    "items": {
                        "object": "list",
                        "data": [
                            {
                                "id": "si_1",
                                "current_period_end": AT + 86400,
                                "price": {"id": "price_1", "nickname": "Yearly"},
                            }
                        ],
                    },
                    **members,
                },
                "previous_attributes": {"status": "trialing"},
            },
        }
    )


@pytest.fixture
def stripe(tools: Tools) -> Tools:
    return msgspec.structs.replace(tools, settings=msgspec.structs.replace(tools.settings, webhook_format="stripe"))


@pytest.mark.parametrize(
    ("status", "members", "becomes", "until_s", "entitled"),
    [
        ("active", {}, "active", None, True),
        ("trialing", {"trial_end": AT + 60}, "trialing", None, True),
        ("active", {"cancel_at_period_end": True}, "canceled", AT + 86400, True),
        (
            "active",
            {
                "cancel_at_period_end": True,
                "items": {"data": [{"price": {"id": "Yearly"}}]},
                "current_period_end": AT + 60,
            },
            "canceled",
            AT + 60,
            True,
        ),
        ("trialing", {"cancel_at": AT + 60}, "canceled", AT + 60, True),
        ("past_due", {}, "past_due", None, True),
        ("unpaid", {}, "expired", None, False),
        ("paused", {}, "paused", None, False),
        ("canceled", {"ended_at": AT - 60}, "canceled", AT - 60, False),
        ("canceled", {"ended_at": None}, "canceled", AT, False),
    ],
)
def test_a_status_becomes_ours(
    status: str, members: dict[str, Any], becomes: str, until_s: int | None, entitled: bool
) -> None:
    call_ = read_stripe(stripe_event(status, **members), NOW)
    assert call_.news is not None
    assert (call_.id, call_.subject, call_.news.plan, call_.news.subscription) == (
        "evt_1",
        "reader-1",
        "Yearly",
        "sub_1",
    )
    assert (call_.news.status, call_.news.as_of) == (becomes, NOW)
    assert call_.news.valid_until == (None if until_s is None else datetime.fromtimestamp(until_s, UTC))
    assert entitlement_of([call_.news], "newest", GRACE, NOW).entitled is entitled


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired"])
def test_a_subscription_that_never_began_says_nothing(status: str) -> None:
    assert read_stripe(stripe_event(status), NOW).news is None


@pytest.mark.parametrize("type_", ["invoice.paid", "charge.refunded", "customer.updated"])
def test_other_events_say_nothing(type_: str) -> None:
    call_ = read_stripe(stripe_event("active", type_=type_), NOW)
    assert (call_.type, call_.id, call_.news) == (type_, "evt_1", None)


@pytest.mark.parametrize("customer", ["cus_1", {"id": "cus_1", "object": "customer"}])
def test_without_metadata_the_customer_is_the_subscriber(customer: object) -> None:
    assert read_stripe(stripe_event("active", metadata={"other": "x"}, customer=customer), NOW).subject == "cus_1"


@pytest.mark.parametrize(
    "body",
    [
        stripe_event("vip"),
        stripe_event("active", at=AT + 301),
        stripe_event("active", customer=17),
        stripe_event("active", metadata={"subscriber": ""}),
        stripe_event("active", cancel_at="soon"),
        stripe_event("active", cancel_at=10**15),
        stripe_event("active", cancel_at=-1),
        msgspec.json.encode({"id": "evt_1", "type": "customer.subscription.updated"}),
        msgspec.json.encode({"type": "invoice.paid"}),
        b"nonsense",
    ],
)
async def test_a_signed_but_wrong_event_is_refused_and_kept(stripe: Tools, db: Database, body: bytes) -> None:
    with pytest.raises((InvalidRequest, msgspec.DecodeError)):
        read_stripe(body, NOW)
    assert await stripe_call(stripe, body) == "invalid-request"
    assert await stripe_call(stripe, body) == "invalid-request"
    async with db.read() as conn:
        assert [row.outcome for row in await store.receipts(conn, subject=None, outcome=None, before=None, most=9)] == [
            "invalid"
        ]


async def test_an_event_is_taken_once_by_its_own_id(stripe: Tools, db: Database) -> None:
    assert await stripe_call(stripe, stripe_event("active")) is None
    assert await stripe_call(stripe, stripe_event("active")) is None
    async with db.read() as conn:
        assert [
            row.webhook_id for row in await store.receipts(conn, subject=None, outcome=None, before=None, most=9)
        ] == ["evt_1"]
        assert [claim.status for claim in await store.claims_of(conn, "reader-1")] == ["active"]


async def test_the_end_of_one_subscription_leaves_the_other(stripe: Tools, db: Database, clock: FixedClock) -> None:
    await stripe_call(stripe, stripe_event("active", number=1, subscription="sub_old", at=AT - 100))
    await stripe_call(stripe, stripe_event("active", number=2, subscription="sub_new", at=AT - 50))
    ended = stripe_event(
        "canceled", number=3, subscription="sub_old", type_="customer.subscription.deleted", ended_at=AT
    )
    await stripe_call(stripe, ended)
    async with db.read() as conn:
        claims = await store.claims_of(conn, "reader-1")
    assert entitlement_of(claims, "newest", GRACE, clock.now()).entitled
    await stripe_call(stripe, stripe_event("canceled", number=4, subscription="sub_new", ended_at=AT))
    async with db.read() as conn:
        claims = await store.claims_of(conn, "reader-1")
    assert not entitlement_of(claims, "newest", GRACE, clock.now()).entitled


async def test_each_format_is_signed_in_its_own_way(tools: Tools, stripe: Tools, clock: FixedClock) -> None:
    assert await stripe_call(tools, stripe_event("active")) == "webhook-refused"
    assert await call(stripe, "msg_1", event("active", clock.now())) == "webhook-refused"
