"""Subscription states as tables: who is entitled when, which word counts, and that order of arrival does not matter."""

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import msgspec
import pytest

from service.accounts.rules.viewer import Reader, SubscriptionClaim
from service.entitlements.rules import (
    NOTHING_KNOWN,
    Known,
    Source,
    SourceSetting,
    Status,
    continued,
    entitlement_of,
    supersedes,
    token_claim,
    worth_keeping,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GRACE = timedelta(days=14)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def said(
    status: Status,
    *,
    as_of: datetime = NOW - DAY,
    until: datetime | None = None,
    source: Source = "webhook",
    since: datetime | None = None,
    subscription: str = "",
    plan: str | None = None,
) -> Known:
    return Known(source, status, plan, until, as_of, since, subscription)


@pytest.mark.parametrize(
    ("claim", "entitled", "status"),
    [
        (said("active"), True, "active"),
        (said("active", until=NOW + SECOND), True, "active"),
        (said("active", until=NOW), False, "expired"),
        (said("active", until=NOW - DAY), False, "expired"),
        (said("trialing"), True, "trialing"),
        (said("trialing", until=NOW + DAY), True, "trialing"),
        (said("trialing", until=NOW - SECOND), False, "expired"),
        # The grace period from the first news that payment failed …
        (said("past_due", as_of=NOW), True, "past_due"),
        (said("past_due", as_of=NOW - GRACE + SECOND), True, "past_due"),
        (said("past_due", as_of=NOW - GRACE), False, "past_due"),
        # … which later news of the same does not move …
        (said("past_due", as_of=NOW, since=NOW - GRACE), False, "past_due"),
        (said("past_due", as_of=NOW, since=NOW - GRACE + SECOND), True, "past_due"),
        # … or from the end of the paid time, if that came earlier.
        (said("past_due", as_of=NOW, until=NOW - GRACE), False, "past_due"),
        (said("past_due", as_of=NOW, until=NOW - GRACE + SECOND), True, "past_due"),
        (said("past_due", as_of=NOW - GRACE, until=NOW + 30 * DAY), False, "past_due"),
        (said("canceled"), False, "canceled"),
        (said("canceled", until=NOW + SECOND), True, "canceled"),
        (said("canceled", until=NOW), False, "canceled"),
        (said("paused"), False, "paused"),
        (said("paused", until=NOW + DAY), False, "paused"),
        (said("expired"), False, "expired"),
        (said("expired", until=NOW + DAY), False, "expired"),
        (said("refunded"), False, "refunded"),
        (said("refunded", until=NOW + DAY), False, "refunded"),
    ],
)
def test_a_status_entitles_as_the_contract_says(claim: Known, entitled: bool, status: str) -> None:
    held = entitlement_of([claim], "newest", GRACE, NOW)
    assert (held.entitled, held.status, held.source, held.valid_until) == (
        entitled,
        status,
        "webhook",
        claim.valid_until,
    )


@pytest.mark.parametrize(
    ("claim", "ends"),
    [
        (said("active"), None),
        (said("active", until=NOW + DAY), NOW + DAY),
        (said("canceled", until=NOW + DAY), NOW + DAY),
        (said("past_due", as_of=NOW - DAY), NOW - DAY + GRACE),
        (said("active", until=NOW - DAY), None),
        (said("paused", until=NOW + DAY), None),
    ],
)
def test_an_entitlement_says_when_it_ends_by_itself(claim: Known, ends: datetime | None) -> None:
    held = entitlement_of([claim], "newest", GRACE, NOW)
    assert held.entitled_until == ends
    if ends is not None:
        assert entitlement_of([claim], "newest", GRACE, ends - SECOND).entitled
        assert not entitlement_of([claim], "newest", GRACE, ends).entitled


def test_without_grace_a_failed_payment_ends_at_once() -> None:
    assert not entitlement_of([said("past_due", as_of=NOW)], "newest", timedelta(0), NOW).entitled


def test_nothing_known_is_not_entitled() -> None:
    assert entitlement_of([], "newest", GRACE, NOW) == NOTHING_KNOWN
    assert entitlement_of([said("none", source="token")], "newest", GRACE, NOW) == NOTHING_KNOWN


ACTIVE_WEBHOOK_OLD = said("active", as_of=NOW - 2 * DAY)
CANCELED_WEBHOOK_NEW = said("canceled", as_of=NOW)
ACTIVE_TOKEN = said("active", as_of=NOW - DAY, source="token")
PAUSED_TOKEN = said("paused", as_of=NOW - DAY, source="token")


@pytest.mark.parametrize(
    ("claims", "setting", "status", "source"),
    [
        ([ACTIVE_WEBHOOK_OLD, PAUSED_TOKEN], "newest", "paused", "token"),
        ([CANCELED_WEBHOOK_NEW, ACTIVE_TOKEN], "newest", "canceled", "webhook"),
        ([ACTIVE_WEBHOOK_OLD, PAUSED_TOKEN], "webhook", "active", "webhook"),
        ([CANCELED_WEBHOOK_NEW, ACTIVE_TOKEN], "webhook", "canceled", "webhook"),
        ([ACTIVE_WEBHOOK_OLD, PAUSED_TOKEN], "token", "paused", "token"),
        ([CANCELED_WEBHOOK_NEW, ACTIVE_TOKEN], "token", "active", "token"),
        ([ACTIVE_TOKEN], "webhook", "none", None),
        ([CANCELED_WEBHOOK_NEW], "token", "none", None),
        # At the same instant the one that denies wins, whichever it is.
        ([said("active", as_of=NOW), said("refunded", as_of=NOW, source="token")], "newest", "refunded", "token"),
        ([said("expired", as_of=NOW), said("active", as_of=NOW, source="token")], "newest", "expired", "webhook"),
        # A token that says nothing hides older tokens, and never outvotes the other source.
        ([said("active", as_of=NOW - DAY), said("none", as_of=NOW, source="token")], "newest", "active", "webhook"),
        ([ACTIVE_TOKEN, said("none", as_of=NOW, source="token")], "newest", "none", None),
        ([ACTIVE_TOKEN, said("none", as_of=NOW - 2 * DAY, source="token")], "newest", "active", "token"),
        # An older token that is still valid does not outvote a newer one.
        (
            [said("active", as_of=NOW - DAY, source="token"), said("paused", as_of=NOW, source="token")],
            "newest",
            "paused",
            "token",
        ),
    ],
)
def test_the_source_that_counts_is_the_configured_one(
    claims: list[Known], setting: SourceSetting, status: str, source: str | None
) -> None:
    for order in permutations(claims):
        held = entitlement_of(order, setting, GRACE, NOW)
        assert (held.status, held.source) == (status, source)


def test_of_several_subscriptions_the_best_one_counts() -> None:
    ended = said("canceled", as_of=NOW, until=NOW, subscription="sub_a")
    running = said("active", as_of=NOW - DAY, subscription="sub_b")
    assert entitlement_of([ended, running], "newest", GRACE, NOW).status == "active"
    # And as of the latest news of any of them: an older token does not come between.
    token = said("paused", as_of=NOW - timedelta(hours=1), source="token")
    assert entitlement_of([ended, running, token], "newest", GRACE, NOW).status == "active"
    assert entitlement_of([ended], "newest", GRACE, NOW).status == "canceled"


STATUSES: tuple[Status, ...] = ("active", "trialing", "past_due", "paused", "canceled", "expired", "refunded")
EVENTS = [
    said(status, as_of=NOW + minutes * timedelta(minutes=1), until=until)
    for status, minutes, until in product(STATUSES, (0, 1), (None, NOW + DAY))
]


def left_by(arrivals: tuple[Known, ...]) -> Known:
    """What a store that asks `supersedes` of each arrival is left with; the run of a status set aside."""
    kept: Known | None = None
    for news in arrivals:
        if supersedes(news, kept, GRACE):
            kept = continued(news, kept)
    assert kept is not None
    return msgspec.structs.replace(kept, status_since=None)


def test_every_order_of_two_events_ends_in_the_newest() -> None:
    for one, other in product(EVENTS, EVENTS):
        kept = left_by((one, other))
        assert kept == left_by((other, one)) == left_by((one, other, one, other))
        assert kept.as_of == max(one.as_of, other.as_of)


def test_every_order_of_three_events_with_repeats_ends_in_the_newest() -> None:
    some = EVENTS[::3]
    for events in product(some, some, some):
        ends = {left_by(order) for order in permutations(events)}
        assert len(ends) == 1
        assert ends == {left_by((*events, *reversed(events)))}
        assert ends.pop().as_of == max(event.as_of for event in events)


def test_at_the_same_instant_the_one_that_denies_is_kept() -> None:
    moments = [NOW - 30 * DAY, NOW, NOW + DAY]
    same = [said(status, as_of=NOW, until=until) for status in STATUSES for until in (None, *moments)]
    for one, other in product(same, same):
        kept = left_by((one, other))
        for moment in moments:
            both = [entitlement_of([claim], "newest", GRACE, moment).entitled for claim in (one, other)]
            assert entitlement_of([kept], "newest", GRACE, moment).entitled == all(both)


def test_repeated_news_of_a_failed_payment_does_not_stretch_the_grace_period() -> None:
    first = continued(said("past_due", as_of=NOW - 10 * DAY), said("active", as_of=NOW - 20 * DAY))
    again = continued(said("past_due", as_of=NOW), first)
    assert (first.status_since, again.status_since, again.as_of) == (NOW - 10 * DAY, NOW - 10 * DAY, NOW)
    paid = continued(said("active", as_of=NOW + DAY), again)
    failed = continued(said("past_due", as_of=NOW + 2 * DAY), paid)
    assert failed.status_since == NOW + 2 * DAY


def reader(subscription: SubscriptionClaim | None) -> Reader:
    return Reader("sub", "Zoë", None, NOW - DAY, NOW + DAY, subscription)


def test_a_tokens_claim_is_as_of_its_iat() -> None:
    assert token_claim(reader(SubscriptionClaim("active", "yearly", NOW))) == Known(
        "token", "active", "yearly", NOW, NOW - DAY
    )
    assert token_claim(reader(None)) == Known("token", "none", None, None, NOW - DAY)


@pytest.mark.parametrize(
    ("new", "old", "kept"),
    [
        (said("active"), None, True),
        (said("none"), None, False),
        (said("none", as_of=NOW), said("active"), True),
        (said("active"), said("active"), False),
        (said("active", as_of=NOW), said("active"), True),
        (said("active", as_of=NOW - 2 * DAY), said("paused"), False),
        (said("paused"), said("active"), True),
        (said("active"), said("paused"), False),
    ],
)
def test_a_tokens_claim_is_stored_only_when_it_is_news(new: Known, old: Known | None, kept: bool) -> None:
    assert worth_keeping(new, old, GRACE) is kept
