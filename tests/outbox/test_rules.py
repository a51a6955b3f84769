from datetime import UTC, datetime, timedelta

import pytest

from service.kernel import limits
from service.outbox.rules import next_try, retry_delay_s

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "jitter", "delay_s"),
    [
        (1, 0.0, 0.5),
        (1, 1.0, 1.0),
        (2, 1.0, 2.0),
        (5, 0.5, 12.0),
        (11, 1.0, 900.0),
        (5000, 1.0, 900.0),
        (5000, 0.0, 450.0),
    ],
)
def test_the_delay_doubles_up_to_the_longest(attempts: int, jitter: float, delay_s: float) -> None:
    assert retry_delay_s(attempts, jitter) == delay_s


def test_there_is_no_delay_before_the_first_failure() -> None:
    with pytest.raises(ValueError, match="0 failed attempts"):
        retry_delay_s(0, 0.5)


def test_what_may_pass_is_tried_for_a_day() -> None:
    just_before = NOON + timedelta(seconds=limits.outbox_retry_for_s - 1)
    assert next_try(200, NOON, just_before, 1.0, may_pass=True) == just_before + timedelta(seconds=900)
    assert next_try(2, NOON, NOON + timedelta(days=1), 1.0, may_pass=True) is None


def test_a_fault_is_given_up_sooner() -> None:
    last = limits.outbox_faults_max
    assert next_try(last - 1, NOON, NOON, 0.0, may_pass=False) is not None
    assert next_try(last, NOON, NOON, 0.0, may_pass=False) is None
    assert next_try(last, NOON, NOON, 0.0, may_pass=True) is not None


def test_a_long_outage_is_lived_through_when_the_first_failure_was_just_now() -> None:
    """What counts is for how long it has failed, not for how long it has waited."""
    assert next_try(1, NOON, NOON, 0.0, may_pass=True) == NOON + timedelta(seconds=0.5)
