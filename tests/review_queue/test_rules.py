"""What goes first in a queue, and how long a claim holds."""

from datetime import UTC, datetime, timedelta

import pytest

from service.kernel import limits
from service.review_queue import rules

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kinds", "reports", "reach", "minutes"),
    [
        ((), 0, 0, 0),
        (("off_topic",), 0, 0, 0),
        (("spam",), 1, 0, 60),
        (("spam", "hate"), 1, 0, 480),
        (("a kind that nobody listed",), 1, 0, 0),
        (("spam",), 2, 0, 180),
        (("spam",), 8, 0, 420),
        ((), 0, 1, 20),
        ((), 0, 1023, 200),
        (("illegal",), 10**9, 10**9, rules.URGENCY_MINUTES_MAX),
    ],
)
def test_urgency_counts_the_gravest_kind_and_doublings(
    kinds: tuple[str, ...], reports: int, reach: int, minutes: int
) -> None:
    assert rules.urgency(frozenset(kinds), reports=reports, reach=reach) == minutes


def test_urgency_never_falls_when_more_complain_or_more_read() -> None:
    by_reports = [rules.urgency(frozenset({"abuse"}), reports=n) for n in range(200)]
    by_reach = [rules.urgency(frozenset(), reach=n) for n in range(200)]
    assert by_reports == sorted(by_reports)
    assert by_reach == sorted(by_reach)


def test_a_threat_goes_before_an_older_squabble_but_not_before_everything() -> None:
    threat, squabble = (rules.urgency(frozenset({kind})) for kind in ("threat", "off_topic"))
    assert 10 * 60 < threat - squabble < 2 * 24 * 60


def test_a_claim_holds_until_its_end_and_not_at_it() -> None:
    until = rules.lease_until(NOON)
    assert until == NOON + timedelta(seconds=limits.claim_lease_s)
    assert rules.holder("mo-1", until, until - timedelta(microseconds=1)) == "mo-1"
    assert rules.holder("mo-1", until, until) is None
    assert rules.holder(None, None, NOON) is None


@pytest.mark.parametrize(("likelihood", "minutes"), [(0.0, 0), (0.5, 0), (0.75, 120), (1.0, 240)])
def test_what_the_model_is_surer_of_goes_earlier(likelihood: float, minutes: int) -> None:
    assert rules.urgency(frozenset(), likelihood=likelihood) == minutes
    assert rules.urgency(frozenset({"spam"}), likelihood=likelihood) == rules.urgency(frozenset({"spam"})) + minutes
