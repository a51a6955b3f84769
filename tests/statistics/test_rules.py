"""How figures are read out of sums."""

from datetime import date
from math import log

import pytest

from service.kernel.problems import InvalidRequest
from service.statistics import rules
from service.statistics.rules import DAYS_MAX, STEP, Days, chance_of_difference, days_between, month_of, percentile

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, Days(date(2026, 10, 24), TODAY)),
        (date(2026, 11, 1), None, Days(date(2026, 11, 1), TODAY)),
        (None, date(2026, 11, 10), Days(date(2026, 10, 12), date(2026, 11, 10))),
        (date(2026, 11, 1), date(2026, 12, 31), Days(date(2026, 11, 1), TODAY)),
        (TODAY, TODAY, Days(TODAY, TODAY)),
    ],
)
def test_days_are_those_asked_for_and_the_last_thirty_otherwise(
    first: date | None, last: date | None, days: Days
) -> None:
    assert days_between(first, last, TODAY) == days


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 10), date(2026, 11, 9)),
        (date(2026, 11, 23), None),
        (date(2025, 1, 1), None),
        # Thirty days before it there is no calendar.
        (None, date(1, 1, 1)),
    ],
)
def test_days_that_make_no_sense_are_refused(first: date | None, last: date | None) -> None:
    with pytest.raises(InvalidRequest):
        days_between(first, last, TODAY)


def test_a_range_has_all_its_days() -> None:
    assert len(days_between(date(2025, 10, 20), None, TODAY).every()) == 399 <= DAYS_MAX
    assert month_of(date(2026, 2, 1)) == Days(date(2026, 2, 1), date(2026, 2, 28))
    assert month_of(date(2024, 12, 1)) == Days(date(2024, 12, 1), date(2024, 12, 31))


def _steps(seconds: list[float]) -> dict[int, int]:
    histogram: dict[int, int] = {}
    for one in seconds:
        step = int(log(max(one, 1)) / log(STEP))
        histogram[step] = histogram.get(step, 0) + 1
    return histogram


@pytest.mark.parametrize(
    "seconds",
    [
        [60.0],
        [float(n) for n in range(1, 1000)],
        [5.0] * 90 + [86_400.0] * 10,
        [1.5**n for n in range(40)],
    ],
    ids=len,
)
def test_percentiles_are_exact_to_a_step(seconds: list[float]) -> None:
    ordered = sorted(seconds)
    for share in (0.1, 0.5, 0.9, 1.0):
        true = ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]
        found = percentile(_steps(seconds), share)
        assert found is not None
        assert true / STEP <= found <= true * STEP, share


def test_nothing_has_no_percentile_and_no_share() -> None:
    assert percentile({}, 0.5) is None
    assert rules.share_of(0, 0) is None


def test_the_chance_of_a_difference_is_that_of_the_textbook() -> None:
    # 60 of 200 against 90 of 200: z = 3.0984, two-sided.
    assert chance_of_difference(60, 200, 90, 200) == pytest.approx(0.001946, abs=2e-6)
    assert chance_of_difference(90, 200, 60, 200) == chance_of_difference(60, 200, 90, 200)
    assert chance_of_difference(10, 100, 10, 100) == 1.0
    assert chance_of_difference(0, 100, 0, 100) == 1.0
    assert chance_of_difference(1, 29, 90, 200) is None


def test_sides_are_compared_with_all_others_together() -> None:
    rows = rules.sides(
        {"critics": 900, "defenders": 800}, {"critics": 200, "defenders": 200}, {"critics": 90, "defenders": 60}
    )
    assert [(row.side, row.comments, row.share, row.others_share) for row in rows] == [
        ("critics", 900, 0.45, 0.3),
        ("defenders", 800, 0.3, 0.45),
    ]
    assert all(row.notable for row in rows)
    assert "critics (45% rejected, 30% elsewhere)" in rules.note_on(rows)
    even = rules.sides({}, {"a": 100, "b": 100}, {"a": 10, "b": 12})
    assert not any(row.notable for row in even)
    assert "by more than chance" in rules.note_on(even)
    few = rules.sides({"a": 5}, {"a": 3}, {"a": 3})
    assert (few[0].p_value, few[0].others_share) == (None, None)
    assert "Too little" in rules.note_on(few)


def test_rates_are_by_name_the_most_decided_first() -> None:
    found = rules.shares({"a": 10, "b": 30}, {"b": 3})
    assert [(one.name, one.overturned, one.rate) for one in found] == [("b", 3, 0.1), ("a", 0, 0.0)]
