"""Figures as JSON and CSV."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

from msgspec import Struct

from service.review_queue.rules import Queue
from service.statistics import rules
from service.statistics.rules import Share, Side
from service.statistics.store import Figures


class Comments(Struct, frozen=True):
    """Comments that came in, and those that a rule held, reports included."""

    received: int
    held: int


class Day(Struct, frozen=True):
    """One day, in UTC."""

    day: date
    received: int
    held: int
    decided: int
    rejected: int
    reports: int


class Decisions(Struct, frozen=True):
    """Decisions, by people and by rules; taking one back is one too."""

    total: int
    by_people: int
    by_rules: int
    by_action: dict[str, int]
    rejections_by_reason: dict[str, int]


class Times(Struct, frozen=True):
    """How long comments waited that people decided about: in seconds, exact to a tenth; null where there was none."""

    count: int
    p50_s: float | None
    p90_s: float | None


class Age(Struct, frozen=True):
    """How long what waits in a queue now has waited, in seconds."""

    count: int
    oldest_at: datetime | None
    p50_s: float | None
    p90_s: float | None


class ModeratorShare(Share, frozen=True):
    """The same of a moderator, who is named as far as a token did."""

    label: str | None


class Overturned(Struct, frozen=True):
    """Holds that people let stand, by the check that held; decisions that somebody else reversed, by who took them.

    Those who may not read the record of staff acts see their own row alone.
    """

    by_rule: list[Share]
    by_moderator: list[ModeratorShare]


class Sides(Struct, frozen=True):
    """Rejections by the side that comments took, and whether they differ by more than chance explains."""

    note: str
    rows: list[Side]


class Reports(Struct, frozen=True):
    received: int
    by_reason: dict[str, int]
    upheld: int
    declined: int


class Appeals(Struct, frozen=True):
    """Appeals that came in, and rulings on them."""

    received: int
    upheld: int
    reversed: int


class Sanctions(Struct, frozen=True):
    added: int
    by_kind: dict[str, int]
    by_rules: int
    lifted: int


class Statistics(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Figures of a range of days. `missing_days` were not summed up yet and are in none of the figures.

    `automated_share` is that of rules in all holds and rejections.
    """

    first: date
    last: date
    site: str | None
    as_of: datetime
    missing_days: list[date]
    comments: Comments
    by_day: list[Day]
    decisions: Decisions
    automated_share: float | None
    time_to_decision: Times
    queues: dict[str, Age]
    overturned: Overturned
    sides: Sides
    reports: Reports
    appeals: Appeals
    notices: int
    sanctions: Sanctions


class Row(Struct, frozen=True):
    """One figure of a transparency report."""

    section: str
    measure: str
    key: str
    value: float | None


class Transparency(Struct, frozen=True):
    """The figures of a month. `complete` once the month is over and every day of it was summed up."""

    month: str
    site: str | None
    as_of: datetime
    complete: bool
    rows: list[Row]


def statistics(
    found: Figures, site: str | None, now: datetime, names: Mapping[str, str], only: str | None
) -> Statistics:
    """What staff are shown; moderators by `names`, and of them `only` one where that is given."""
    moderators = rules.shares(found.of("judged_by"), found.of("overturned_of"))
    sides = rules.sides(found.of("received_by_side"), found.of("decided_by_side"), found.of("rejected_by_side"))
    return Statistics(
        first=found.days.first,
        last=found.days.last,
        site=site,
        as_of=now,
        missing_days=found.missing,
        comments=Comments(found.all("received"), found.all("held")),
        by_day=[_day(found, day) for day in found.days.every() if day not in found.missing],
        decisions=_decisions(found),
        automated_share=_automated_share(found),
        time_to_decision=_times(found),
        queues=_queues(found, now),
        overturned=Overturned(
            rules.shares(found.of("rule_judged"), found.of("rule_overturned")),
            [
                ModeratorShare(one.name, one.decided, one.overturned, one.rate, names.get(one.name))
                for one in moderators
                if only is None or one.name == only
            ],
        ),
        sides=Sides(rules.note_on(sides), sides),
        reports=_reports(found),
        appeals=_appeals(found),
        notices=found.all("notices"),
        sanctions=_sanctions(found),
    )


def transparency(found: Figures, month: date, site: str | None, now: datetime) -> Transparency:
    """The month's figures, one a row."""
    times, reports, appeals, sanctions = _times(found), _reports(found), _appeals(found), _sanctions(found)
    rows = [
        Row("comments", "received", "", found.all("received")),
        *(Row("comments", "held_by_rules", key, amount) for key, amount in sorted(found.of("held").items())),
        *(Row("decisions", "by_people", key, amount) for key, amount in sorted(found.of("decided").items())),
        *(Row("decisions", "by_rules", key, amount) for key, amount in sorted(found.of("decided_by_rule").items())),
        *(Row("decisions", "rejections", key, amount) for key, amount in sorted(found.of("rejected_for").items())),
        Row("decisions", "automated_share", "", _automated_share(found)),
        Row("time_to_decision", "seconds", "p50", times.p50_s),
        Row("time_to_decision", "seconds", "p90", times.p90_s),
        *(Row("reports", "received", key, amount) for key, amount in sorted(reports.by_reason.items())),
        Row("reports", "upheld", "", reports.upheld),
        Row("reports", "declined", "", reports.declined),
        Row("notices", "received", "", found.all("notices")),
        Row("appeals", "received", "", appeals.received),
        Row("appeals", "upheld", "", appeals.upheld),
        Row("appeals", "reversed", "", appeals.reversed),
        Row("decisions", "overturned", "", found.all("overturned_of")),
        *(Row("sanctions", "added", key, amount) for key, amount in sorted(sanctions.by_kind.items())),
        Row("sanctions", "added_by_rules", "", sanctions.by_rules),
        Row("sanctions", "lifted", "", sanctions.lifted),
    ]
    over = found.days.last < now.astimezone(UTC).date()
    return Transparency(month.strftime("%Y-%m"), site, now, over and not found.missing, rows)


def as_csv(report: Transparency) -> str:
    """The rows as RFC 4180 has them, with a line of names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("section", "measure", "key", "value"))
    writer.writerows((row.section, row.measure, row.key, "" if row.value is None else row.value) for row in report.rows)
    return text.getvalue()


def _day(found: Figures, day: date) -> Day:
    of = found.by_day.get(day, {})

    def count(figure: str) -> int:
        return sum(of.get(figure, {}).values())

    decided = count("decided") + count("decided_by_rule")
    return Day(day, count("received"), count("held"), decided, count("rejected_for"), count("reports"))


def _decisions(found: Figures) -> Decisions:
    people, by_rules = found.of("decided"), found.of("decided_by_rule")
    actions = {name: people.get(name, 0) + by_rules.get(name, 0) for name in sorted(people.keys() | by_rules.keys())}
    by_people, automatic = sum(people.values()), sum(by_rules.values())
    reasons = dict(sorted(found.of("rejected_for").items()))
    return Decisions(by_people + automatic, by_people, automatic, actions, reasons)


def _automated_share(found: Figures) -> float | None:
    """Of everything that restricted a comment, what no person decided."""
    automatic = found.all("held") + found.of("decided_by_rule").get("reject", 0)
    return rules.share_of(automatic, automatic + found.of("decided").get("reject", 0))


def _times(found: Figures) -> Times:
    histogram = {int(step): count for step, count in found.of("decided_in").items()}
    return Times(sum(histogram.values()), rules.percentile(histogram, 0.5), rules.percentile(histogram, 0.9))


def _queues(found: Figures, now: datetime) -> dict[str, Age]:
    known = {age.queue: age for age in found.queues}
    ages = {}
    for queue in Queue:
        age = known.get(queue)
        if age is None:
            ages[str(queue)] = Age(0, None, None, None)
            continue
        half, most = (now - age.half_since).total_seconds(), (now - age.most_since).total_seconds()
        ages[str(queue)] = Age(age.count, age.oldest_at, max(0.0, half), max(0.0, most))
    return ages


def _reports(found: Figures) -> Reports:
    reasons = dict(sorted(found.of("reports").items()))
    return Reports(sum(reasons.values()), reasons, found.all("reports_upheld"), found.all("reports_declined"))


def _appeals(found: Figures) -> Appeals:
    ruled = found.of("appeals_ruled")
    return Appeals(found.all("appeals"), ruled.get("upheld", 0), ruled.get("reversed", 0))


def _sanctions(found: Figures) -> Sanctions:
    people, by_rules = found.of("sanctions"), found.of("sanctions_by_rule")
    kinds = {name: people.get(name, 0) + by_rules.get(name, 0) for name in sorted(people.keys() | by_rules.keys())}
    return Sanctions(sum(kinds.values()), kinds, sum(by_rules.values()), found.all("sanctions_lifted"))
