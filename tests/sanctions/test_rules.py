"""Sanctions as tables: what holds when and where, and what a rule may add after a person decided."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from service.sanctions.rules import Kind, Sanction, in_force, may_rule_add, refuse_sanction

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)


def sanction(
    kind: Kind = "ban",
    *,
    site: str | None = None,
    starts_at: datetime = NOW - DAY,
    until: datetime | None = None,
    acknowledged_at: datetime | None = None,
    lifted_at: datetime | None = None,
    by_person: bool = False,
) -> Sanction:
    return Sanction(
        UUID(int=next(_numbers)), site, kind, "spam", starts_at, until, acknowledged_at, lifted_at, by_person
    )


@pytest.mark.parametrize(
    ("given", "site", "holds"),
    [
        (sanction(), "main", True),
        (sanction(), None, True),
        (sanction(site="main"), "main", True),
        (sanction(site="other"), "main", False),
        (sanction(site="other"), None, True),
        (sanction(starts_at=NOW), "main", True),
        (sanction(starts_at=NOW + DAY), "main", False),
        (sanction("suspend", until=NOW + DAY), "main", True),
        (sanction("suspend", until=NOW), "main", False),
        (sanction("suspend", until=NOW - DAY), "main", False),
        (sanction("premoderate", until=NOW - DAY), "main", False),
        (sanction(lifted_at=NOW), "main", False),
        (sanction("warn"), "main", True),
        (sanction("warn", acknowledged_at=NOW), "main", False),
        (sanction("ban", acknowledged_at=NOW), "main", True),
    ],
)
def test_a_sanction_holds_in_its_time_and_place(given: Sanction, site: str | None, holds: bool) -> None:
    assert in_force([given], site, NOW) == ([given] if holds else [])


@pytest.mark.parametrize(
    ("kind", "until", "field"),
    [
        ("suspend", None, "until"),
        ("suspend", NOW, "until"),
        ("ban", NOW - DAY, "until"),
        ("suspend", NOW + DAY, None),
        ("ban", None, None),
        ("ban", NOW + DAY, None),
        ("warn", None, None),
        ("premoderate", NOW + DAY, None),
    ],
)
def test_a_suspension_needs_its_end_and_no_end_may_be_past(
    kind: Kind, until: datetime | None, field: str | None
) -> None:
    refused = refuse_sanction(kind, until, NOW)
    assert (refused.members["errors"][0]["field"] if refused else None) == field


def lifted(kind: Kind, *, site: str | None = None, by_person: bool = True) -> Sanction:
    return sanction(kind, site=site, lifted_at=NOW - DAY, by_person=by_person)


@pytest.mark.parametrize(
    ("history", "kind", "site", "may"),
    [
        ([], "premoderate", "main", True),
        # What a person lifted stays lifted, on the sites that it was lifted on.
        ([lifted("premoderate")], "premoderate", "main", False),
        ([lifted("premoderate", site="main")], "premoderate", "main", False),
        ([lifted("premoderate", site="other")], "premoderate", "main", True),
        ([lifted("premoderate", site="main")], "premoderate", None, False),
        # A suspension and a ban stand for one another: neither may replace the other.
        ([lifted("suspend")], "ban", "main", False),
        ([lifted("ban")], "suspend", "main", False),
        ([lifted("warn")], "premoderate", "main", True),
        ([lifted("ban")], "warn", "main", True),
        # What a rule lifted, or what ended by itself, a rule may add again.
        ([lifted("suspend", by_person=False)], "suspend", "main", True),
        ([sanction("suspend", until=NOW - DAY)], "suspend", "main", True),
        # What holds already is not added twice.
        ([sanction("premoderate")], "premoderate", "main", False),
        ([sanction("premoderate", site="main")], "premoderate", None, True),
        ([sanction("premoderate")], "suspend", "main", True),
    ],
)
def test_no_rule_restores_what_a_person_lifted(
    history: list[Sanction], kind: Kind, site: str | None, may: bool
) -> None:
    assert may_rule_add(history, kind, site, NOW) is may
