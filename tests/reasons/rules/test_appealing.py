"""What can be appealed, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from service.reasons.rules.appealing import may_appeal_until, refuse_appeal, rejection_stands, sanction_holds

MADE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "stands", "after", "why"),
    [
        ("rejection", True, timedelta(0), None),
        ("rejection", True, timedelta(days=183, microseconds=-1), None),
        ("rejection", True, timedelta(days=183), "too-late"),
        ("rejection", False, timedelta(0), "not-in-force"),
        ("sanction", True, timedelta(days=10), None),
        ("sanction", False, timedelta(days=10), "not-in-force"),
        ("hold", True, timedelta(0), "being-reviewed"),
    ],
)
def test_what_stands_in_the_way(kind: str, stands: bool, after: timedelta, why: str | None) -> None:
    assert refuse_appeal(kind, MADE, stands=stands, days=183, now=MADE + after) == why
    until = may_appeal_until(kind, MADE, stands=stands, appealed=False, days=183, now=MADE + after)
    assert until == (MADE + timedelta(days=183) if why is None else None)


def test_what_was_appealed_is_not_appealed_again() -> None:
    assert may_appeal_until("rejection", MADE, stands=True, appealed=True, days=183, now=MADE) is None


@pytest.mark.parametrize(
    ("kind", "status", "superseded", "stands"),
    [
        ("rejection", "rejected", False, True),
        ("rejection", "rejected", True, False),
        ("rejection", "published", False, False),
        ("rejection", "deleted", False, False),
        ("hold", "held", False, True),
        ("hold", "rejected", False, False),
    ],
)
def test_a_restriction_stands_while_the_comment_is_as_it_left_it(
    kind: str, status: str | None, superseded: bool, stands: bool
) -> None:
    assert rejection_stands(kind, status, superseded=superseded) is stands


def test_a_sanction_holds_until_it_ends_is_lifted_or_acknowledged() -> None:
    later = MADE + timedelta(days=1)
    assert sanction_holds("ban", None, None, None, later)
    assert sanction_holds("ban", None, None, MADE, later)
    assert not sanction_holds("ban", None, MADE, None, later)
    assert not sanction_holds("suspend", later, None, None, later)
    assert not sanction_holds("warn", None, None, MADE, later)
