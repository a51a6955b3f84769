"""Typed calls over daily figures: counted from the rows of a day, kept, and summed over days."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from service.infra.clock import id_at
from service.infra.sql import Connection, Queries
from service.statistics.rules import STEP, Days

queries = Queries(__file__)

# So long days that were summed up are counted anew, once a day.
_AGAIN_DAYS = 40


class Figure(msgspec.Struct, frozen=True):
    """How much there was of something on a day, on a site; an empty site stands for everywhere."""

    site: str
    figure: str
    key: str
    amount: int


class Sum(msgspec.Struct, frozen=True):
    """A figure over days, or of one of them."""

    day: date | None
    figure: str
    key: str
    amount: int


class QueueAge(msgspec.Struct, frozen=True):
    """A queue: how many wait, since when the first, the middle one and the one behind nine of ten do."""

    queue: str
    count: int
    oldest_at: datetime
    half_since: datetime
    most_since: datetime


class Figures(msgspec.Struct, frozen=True):
    """Sums by figure and key, over all days and, for some, by day. `missing` days are in none of them."""

    days: Days
    total: dict[str, dict[str, int]]
    by_day: dict[date, dict[str, dict[str, int]]]
    missing: list[date]
    queues: list[QueueAge]

    def of(self, figure: str) -> dict[str, int]:
        """The figure by its keys."""
        return self.total.get(figure, {})

    def all(self, figure: str) -> int:
        """The figure whatever its keys."""
        return sum(self.of(figure).values())


_FIGURES_OF_DAY = queries.bind("figures_of_day", Figure)
_SUMS = queries.bind("sums", Sum)
_SUMMED_DAYS = queries.bind("summed_days", date)
_NEXT_DAY = queries.bind("next_day", date)
_BEGIN_DAY = queries.bind("begin_day", int)
_FORGET_DUE = queries.bind("forget_due", int)
_FORGET_DAY = queries.bind("forget_day", int)
_KEEP_DAY = queries.bind("keep_day", int)
_QUEUE_AGES = queries.bind("queue_ages", QueueAge)


async def figures_of_day(conn: Connection, day: date) -> list[Figure]:
    """What the day came to, from its own rows."""
    start = datetime.combine(day, time(), UTC)
    finish = start + timedelta(days=1)
    return await _FIGURES_OF_DAY.many(
        conn, start=start, finish=finish, first_id=id_at(start, 0), end_id=id_at(finish, 0), step=STEP
    )


async def sum_up(conn: Connection, day: date, now: datetime) -> None:
    """Counts the day and keeps what it came to, in the caller's transaction."""
    await _BEGIN_DAY.run(conn, day=day, now=now)
    await _FORGET_DUE.run(conn, day=day)
    found = await figures_of_day(conn, day)
    await _FORGET_DAY.run(conn, day=day)
    await _KEEP_DAY.run(
        conn,
        day=day,
        sites=[one.site for one in found],
        figures=[one.figure for one in found],
        keys=[one.key for one in found],
        amounts=[one.amount for one in found],
    )


async def next_day(conn: Connection, now: datetime) -> date | None:
    """The day before today that is to be summed up next; None where all are."""
    today = now.astimezone(UTC).date()
    return await _NEXT_DAY.maybe(conn, today=today, before=now - timedelta(days=1), again_days=_AGAIN_DAYS)


async def summed_days(conn: Connection, days: Days) -> set[date]:
    """Those of the days that were summed up."""
    return set(await _SUMMED_DAYS.many(conn, first=days.first, last=days.last))


async def sums(conn: Connection, days: Days, sites: Collection[str] | None, by_day: Sequence[str]) -> list[Sum]:
    """The figures of days that were summed up, on these sites; those named by day, the others together."""
    return await _SUMS.many(
        conn,
        first=days.first,
        last=days.last,
        sites=None if sites is None else sorted(sites),
        by_day=list(by_day),
    )


async def queue_ages(conn: Connection, sites: Collection[str] | None) -> list[QueueAge]:
    """How long what waits in each queue has waited; a queue in which nothing waits is left out."""
    return await _QUEUE_AGES.many(conn, sites=None if sites is None else sorted(sites))
