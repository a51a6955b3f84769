"""When reports bring a comment to the moderators, and who cannot report."""

from typing import get_args
from uuid import UUID

import pytest

from service.comments.rules import reporting
from service.kernel import limits
from service.review_queue.rules import SEVERITY_MINUTES

ADA, BEN = UUID(int=1), UUID(int=2)


def test_nobody_reports_their_own_comment() -> None:
    problem = reporting.refuse_report(ADA, ADA)
    assert problem is not None
    assert problem.slug == "permission-missing"
    assert reporting.refuse_report(ADA, BEN) is None
    assert reporting.refuse_report(None, BEN) is None


def test_enough_reports_bring_a_comment_to_review() -> None:
    few = ["off_topic"] * (limits.reports_to_review - 1)
    assert not reporting.needs_review(few)
    assert reporting.needs_review([*few, "off_topic"])


def test_what_is_said_to_be_illegal_is_reviewed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "reports_to_review", 3)
    assert not reporting.needs_review(["spam"])
    assert reporting.needs_review(["illegal"])


def test_graver_and_more_reports_press_more() -> None:
    assert reporting.report_urgency(["spam"], 0) < reporting.report_urgency(["hate"], 0)
    assert reporting.report_urgency(["spam"], 0) < reporting.report_urgency(["spam", "spam"], 0)
    assert reporting.report_urgency(["spam"], 0) < reporting.report_urgency(["spam"], 40)


@pytest.mark.parametrize("reason", get_args(reporting.Reason))
def test_every_reason_has_its_severity(reason: str) -> None:
    assert reason in SEVERITY_MINUTES


@pytest.mark.parametrize(("given", "kept"), [(None, None), ("  ", None), (" see\r\nabove ", "see\nabove")])
def test_an_empty_note_is_none(given: str | None, kept: str | None) -> None:
    assert reporting.clean_note(given) == kept
