"""Sums days up, and reads figures over days: those that were summed up, and what is newer counted from its own rows."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime

from service.infra.sql import Connection
from service.infra.tools import Tools
from service.statistics import store
from service.statistics.rules import Days
from service.statistics.store import Figures

# Days that were not summed up and are counted for a request: today, and what a worker that was away left over.
_LIVE_DAYS_MAX = 3
BY_DAY = ("received", "held", "decided", "decided_by_rule", "rejected_for", "reports")


async def sum_up_days(tools: Tools, most: int) -> int:
    """Sums up at most so many days, each in its own transaction; how many there were."""
    for done in range(most):
        now = tools.clock.now()

        async def work(conn: Connection, now: datetime = now) -> bool:
            day = await store.next_day(conn, now)
            if day is not None:
                await store.sum_up(conn, day, now)
            return day is not None

        if not await tools.db.in_transaction(work):
            return done
    return most


async def read_figures(conn: Connection, days: Days, sites: Collection[str] | None, now: datetime) -> Figures:
    """The figures of these days on these sites, or on all of them."""
    today = now.astimezone(UTC).date()
    summed = await store.summed_days(conn, days)
    open_days = [day for day in reversed(days.every()) if day not in summed and day <= today]
    total: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    by_day: dict[date, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in await store.sums(conn, days, sites, BY_DAY):
        total[row.figure][row.key] += row.amount
        if row.day is not None:
            by_day[row.day][row.figure][row.key] += row.amount
    for day in open_days[:_LIVE_DAYS_MAX]:
        for figure in await store.figures_of_day(conn, day):
            if sites is None or figure.site in sites:
                total[figure.figure][figure.key] += figure.amount
                by_day[day][figure.figure][figure.key] += figure.amount
    queues = await store.queue_ages(conn, sites)
    return Figures(days, total, by_day, sorted(open_days[_LIVE_DAYS_MAX:]), queues)
