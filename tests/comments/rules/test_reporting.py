"""What reports weigh, when they bring a comment to the moderators or hide it, and who cannot report."""

from typing import Literal, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.comments.rules import reporting
from service.comments.rules.reporting import OpenReport
from service.review_queue.rules import SEVERITY_MINUTES
from service.screening.rules.ruleset import Reports

ADA, BEN = UUID(int=1), UUID(int=2)


def test_nobody_reports_their_own_comment() -> None:
    problem = reporting.refuse_report(ADA, ADA)
    assert problem is not None
    assert problem.slug == "permission-missing"
    assert reporting.refuse_report(ADA, BEN) is None
    assert reporting.refuse_report(None, BEN) is None


def _report(reason: str = "spam", *, upheld: int = 0, declined: int = 0, revision: int = 1) -> OpenReport:
    return OpenReport(reason, revision, upheld, declined)


def test_a_report_weighs_as_much_as_it_is_likely_to_be_right() -> None:
    rules = Reports(prior_accuracy=0.5, prior_reports=4)
    assert reporting.likely_right(0, 0, rules) == 0.5
    assert reporting.likely_right(6, 0, rules) == 0.8
    assert reporting.likely_right(0, 6, rules) == 0.2
    # As much is known of it as was assumed: half way between both.
    assert reporting.likely_right(4, 0, rules) == 0.75


@given(
    upheld=st.integers(0, 10_000),
    declined=st.integers(0, 10_000),
    prior=st.floats(0.01, 0.99),
    strength=st.floats(0.5, 100),
)
def test_weights_follow_records(upheld: int, declined: int, prior: float, strength: float) -> None:
    rules = Reports(prior_accuracy=prior, prior_reports=strength)
    weight = reporting.likely_right(upheld, declined, rules)
    assert 0 < weight < 1
    assert reporting.likely_right(upheld + 1, declined, rules) > weight
    assert reporting.likely_right(upheld, declined + 1, rules) < weight


def test_by_default_one_report_is_reviewed_unless_its_reporter_is_nearly_always_wrong() -> None:
    assert reporting.weigh([_report()], 1, Reports()).brings_to_review
    assert not reporting.weigh([_report(declined=20)], 1, Reports()).brings_to_review
    assert reporting.weigh([_report(declined=20)] * 3, 1, Reports()).brings_to_review
    assert not reporting.weigh([], 1, Reports()).brings_to_review


def test_what_is_said_to_be_illegal_is_reviewed_at_once() -> None:
    rules = Reports(review_at=3)
    assert not reporting.weigh([_report(upheld=20)], 1, rules).brings_to_review
    assert reporting.weigh([_report("illegal", declined=20)], 1, rules).brings_to_review


def test_enough_of_them_hide_a_comment_until_it_is_seen() -> None:
    rules = Reports(review_at=1, hide_at=1.5)
    assert not reporting.weigh([_report()] * 2, 1, rules).hides
    assert reporting.weigh([_report()] * 3, 1, rules).hides
    assert reporting.weigh([_report(upheld=40)] * 2, 1, rules).hides
    assert not reporting.weigh([_report(declined=40)] * 10, 1, rules).hides


def test_reports_of_earlier_words_do_not_hide_those_that_took_their_place() -> None:
    weighed = reporting.weigh([_report()] * 3 + [_report(revision=2)], 2, Reports(hide_at=1.5))
    assert (weighed.weight, weighed.weight_now, weighed.hides, weighed.brings_to_review) == (2.0, 0.5, False, True)


@pytest.mark.parametrize("use", ["off", "shadow"])
def test_rules_that_do_not_act_let_each_report_be_reviewed_and_hide_nothing(use: Literal["off", "shadow"]) -> None:
    rules = Reports(review_at=5, hide_at=5, use=use)
    weighed = reporting.weigh([_report(declined=100)], 1, rules)
    assert (weighed.brings_to_review, weighed.hides, weighed.would_hide) == (True, False, False)
    many = reporting.weigh([_report()] * 10, 1, rules)
    assert (many.hides, many.would_hide) == (False, use == "shadow")


def test_moderators_are_told_why_a_comment_was_hidden() -> None:
    rules = Reports(hide_at=1.5)
    signal = reporting.report_signal(reporting.weigh([_report()] * 3, 1, rules), rules, 7)
    assert signal is not None
    assert (signal.check, signal.kind, signal.would, signal.score, signal.threshold, signal.rule_version) == (
        "reports", "hold", None, 1.5, 1.5, 7,
    )  # fmt: skip
    assert signal.detail == "3 readers reported it; by their records 1.5 of them are right"
    assert reporting.report_signal(reporting.weigh([_report()], 1, rules), rules, 7) is None
    tried = Reports(hide_at=1.5, use="shadow")
    note = reporting.report_signal(reporting.weigh([_report()] * 3, 1, tried), tried, 7)
    assert note is not None
    assert (note.kind, note.would) == ("note", "hold")


def test_graver_and_more_reports_press_more() -> None:
    spam = reporting.report_urgency([_report("spam")], 0)
    assert spam < reporting.report_urgency([_report("hate")], 0)
    assert spam < reporting.report_urgency([_report("spam"), _report("spam")], 0)
    assert spam < reporting.report_urgency([_report("spam")], 40)


@pytest.mark.parametrize("reason", get_args(reporting.Reason))
def test_every_reason_has_its_severity(reason: str) -> None:
    assert reason in SEVERITY_MINUTES


@pytest.mark.parametrize(("note", "kept"), [(None, None), ("  ", None), (" see\r\nabove ", "see\nabove")])
def test_an_empty_note_is_none(note: str | None, kept: str | None) -> None:
    assert reporting.clean_note(note) == kept
