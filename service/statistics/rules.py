"""How figures are read out of sums: percentiles out of a histogram, shares, and whether a difference says anything."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import erfc, sqrt
from typing import Final

import msgspec

from service.kernel.moments import EARLIEST
from service.kernel.problems import InvalidRequest

DAYS_MAX: Final = 400
DAYS_DEFAULT: Final = 30
# Each step of the histogram of waiting times is by so much longer than the one before: a percentile is exact to a
# tenth.
STEP: Final = 1.2
# Below this many decisions on either side of a comparison nothing is said.
DECIDED_MIN: Final = 30
# How rarely chance alone may produce what is called notable, all comparisons of a table taken together.
CHANCE_MOST: Final = 0.01

_NOTHING_NOTABLE = (
    "No side's rejections differ from the others' by more than chance explains. A difference would not prove a bias "
    "either: sides may differ in what they write."
)


class Days(msgspec.Struct, frozen=True):
    """Days in UTC, both included."""

    first: date
    last: date

    def every(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


class Share(msgspec.Struct, frozen=True):
    """How many of those that were decided about went otherwise in the end; `rate` is null where none was decided
    about."""

    name: str
    decided: int
    overturned: int
    rate: float | None


class Side(msgspec.Struct, frozen=True):
    """One side of the stories: what was written and rejected there, and the share of rejections there and elsewhere.

    `p_value` is how often chance alone would bring about a difference as large, null where there is too little to tell.
    """

    side: str
    comments: int
    decided: int
    rejected: int
    share: float | None
    others_share: float | None
    p_value: float | None
    notable: bool


def days_between(first: date | None, last: date | None, today: date) -> Days:
    """The days asked for, up to today; the last thirty where nothing is said. InvalidRequest for what makes no
    sense."""
    last = today if last is None else min(last, today)
    if last < EARLIEST.date():
        raise InvalidRequest.of("to", f"must not lie before the year {EARLIEST.year}")
    first = last - timedelta(days=DAYS_DEFAULT - 1) if first is None else first
    if first > last:
        raise InvalidRequest.of("from", "must not lie behind `to`, or in the future")
    if (last - first).days >= DAYS_MAX:
        raise InvalidRequest.of("from", f"may lie at most {DAYS_MAX} days before `to`")
    return Days(first, last)


def month_of(first: date) -> Days:
    """The days of the month that begins on that day."""
    following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    return Days(first.replace(day=1), following - timedelta(days=1))


def percentile(histogram: Mapping[int, int], share: float) -> float | None:
    """Seconds within which this share of what was decided was decided; None for an empty histogram.

    Step n of the histogram counts what took from STEP**n up to STEP**(n + 1) seconds. Within a step it is taken to be
    spread evenly by ratio, so the answer is off by a tenth at most.
    """
    total = sum(histogram.values())
    if not total:
        return None
    wanted, passed = share * total, 0
    for step, count in sorted(histogram.items()):
        if passed + count >= wanted:
            return float(STEP ** (step + (wanted - passed) / count))
        passed += count
    return float(STEP ** (max(histogram) + 1))


def share_of(part: int, whole: int) -> float | None:
    """A share, rounded as it is shown; None of nothing."""
    return round(part / whole, 4) if whole else None


def shares(decided: Mapping[str, int], overturned: Mapping[str, int]) -> list[Share]:
    """Rates by name, the most decided about first."""
    names = sorted(decided, key=lambda name: (-decided[name], name))
    return [
        Share(name, decided[name], overturned.get(name, 0), share_of(overturned.get(name, 0), decided[name]))
        for name in names
    ]


def sides(comments: Mapping[str, int], decided: Mapping[str, int], rejected: Mapping[str, int]) -> list[Side]:
    """Each side against all the others together."""
    names = sorted(comments.keys() | decided.keys(), key=lambda name: (-comments.get(name, 0), name))
    all_decided, all_rejected = sum(decided.values()), sum(rejected.values())
    found = []
    for name in names:
        here, against = decided.get(name, 0), rejected.get(name, 0)
        elsewhere, against_elsewhere = all_decided - here, all_rejected - against
        chance = chance_of_difference(against, here, against_elsewhere, elsewhere)
        found.append(
            Side(
                side=name,
                comments=comments.get(name, 0),
                decided=here,
                rejected=against,
                share=share_of(against, here),
                others_share=share_of(against_elsewhere, elsewhere),
                p_value=None if chance is None else round(chance, 6),
                notable=chance is not None and chance < CHANCE_MOST / max(1, len(names)),
            )
        )
    return found


def chance_of_difference(part: int, whole: int, other_part: int, other_whole: int) -> float | None:
    """How often two shares would differ as much if they were of one kind; None where there is too little to tell.

    The two-sided z-test of two proportions with a pooled variance: Fleiss, Levin, Paik, "Statistical Methods for Rates
    and Proportions", 3rd edition, section 3.2, without the correction for continuity.
    """
    if whole < DECIDED_MIN or other_whole < DECIDED_MIN:
        return None
    pooled = (part + other_part) / (whole + other_whole)
    variance = pooled * (1 - pooled) * (1 / whole + 1 / other_whole)
    if variance == 0:
        return 1.0
    return erfc(abs(part / whole - other_part / other_whole) / sqrt(variance) / sqrt(2))


def note_on(rows: Sequence[Side]) -> str:
    """What the table of sides says, in words."""
    if not any(row.p_value is not None for row in rows):
        return f"Too little was decided to compare sides: {DECIDED_MIN} decisions on each are needed."
    if not (notable := [row for row in rows if row.notable]):
        return _NOTHING_NOTABLE
    said = ", ".join(
        f"{row.side} ({row.share or 0:.0%} rejected, {row.others_share or 0:.0%} elsewhere)" for row in notable
    )
    return f"More than chance explains: {said}. Look at examples of both sides before drawing conclusions."
