"""Statements of reasons: each restriction says what it means, why, by what, and what can be done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.moderation.rules.decisions import Reason
from service.reasons.rules import words
from service.reasons.rules.statements import Facts, excerpt, statement
from service.sanctions.rules import Kind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def facts(**changes: Any) -> Facts:
    given: dict[str, Any] = {"kind": "rejection", "made_at": NOW, "reason": "spam", "by_rule": False, **changes}
    return Facts(**given)


def signal(**changes: Any) -> dict[str, Any]:
    return {"check": "words", "kind": "hold", "detail": "on the list “insults”", "rule_version": 7, **changes}


def test_a_rejection_by_a_moderator() -> None:
    said = statement(facts(story_site="main"), 183)
    assert (said.effect, said.reason, said.ground, said.source) == ("removed", "spam", "rules", "moderator")
    assert (said.decided_by, said.automated.detection, said.automated.decision) == ("moderator", False, False)
    assert (said.rules, said.scope.site, said.until) == ([], "main", None)
    assert "until 24 May 2027, 12:00 UTC" in said.redress
    assert "another moderator" in said.redress
    assert "article 21" in said.redress


def test_illegal_content_rests_on_the_law_and_everything_else_on_the_rules() -> None:
    assert statement(facts(reason="illegal"), 1).ground == "law"
    assert {statement(facts(reason=reason), 1).ground for reason in words.REASONS if reason != "illegal"} == {"rules"}


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, "moderator"),
        ({"signals": [signal()]}, "automatic"),
        ({"signals": [signal()], "after_report": True}, "report"),
        ({"after_report": True, "after_notice": True}, "notice"),
        ({"signals": [signal(kind="note")]}, "moderator"),
        ({"signals": [signal(check="story_mode")]}, "moderator"),
    ],
)
def test_what_led_to_it(changes: dict[str, Any], source: str) -> None:
    assert statement(facts(**changes), 1).source == source


def test_an_automatic_hold_names_the_rule_its_version_and_the_readers_own_words() -> None:
    body = "You utter moron, go away."
    signals = [
        signal(matched="moron", start=10, end=15),
        signal(matched="moron", start=10, end=15),
        signal(matched="somebody else's words"),
        signal(check="links", rule_version=7),
        signal(kind="note", would="refuse", matched="away"),
    ]
    said = statement(
        facts(kind="hold", held_by="screening", reason=None, by_rule=True, body=body, signals=signals), 183
    )
    assert (said.effect, said.reason, said.decided_by) == ("waits", "screening", "rule")
    assert (said.automated.detection, said.automated.decision) == (True, True)
    assert [(rule.name, rule.version, [match.text for match in rule.matched]) for rule in said.rules] == [
        ("words", 7, ["moron"]),
        ("links", 7, []),
    ]
    assert "you are told why" in said.redress


def test_a_place_outside_the_text_quotes_nothing() -> None:
    for start, end in ((0, 99), (-1, 3), (3, 3), (4, 2)):
        said = statement(facts(body="A text.", signals=[signal(start=start, end=end)]), 1)
        assert said.rules[0].matched == []


def test_reports_that_hide_a_comment_are_a_rule_with_a_version() -> None:
    said = statement(facts(kind="hold", held_by="reports", reason=None, by_rule=True, rule_version=3), 1)
    assert (said.source, said.reason, said.decided_by) == ("report", "reports", "rule")
    assert (said.automated.detection, said.automated.decision) == (False, True)
    assert [(rule.name, rule.version) for rule in said.rules] == [("reports", 3)]


def test_being_read_first_is_no_finding_about_the_text() -> None:
    said = statement(
        facts(kind="hold", held_by="premoderation", by_rule=True, signals=[signal(check="premoderation")]), 1
    )
    assert said.reason == "premoderation"
    assert said.automated.detection is False


def test_a_sanction_says_where_and_how_long_it_holds() -> None:
    until = NOW + timedelta(days=3)
    said = statement(
        facts(kind="sanction", sanction_kind="suspend", reason="You went on after a warning.", until=until), 183
    )
    assert (said.effect, said.reason, said.reason_words) == ("suspend", "sanction", "You went on after a warning.")
    assert (said.scope.site, said.until) == (None, until)
    assert said.duration_words == "Until 25 November 2026, 12:00 UTC."
    elsewhere = statement(facts(kind="sanction", sanction_kind="ban", sanction_site="sport"), 183)
    assert (elsewhere.scope.site, elsewhere.duration_words) == ("sport", "Until a moderator lifts it.")


def test_every_reason_and_sanction_has_words() -> None:
    for reason in Reason.__args__:  # type: ignore[attr-defined]
        assert statement(facts(reason=reason), 1).reason == reason
    for kind in Kind.__args__:  # type: ignore[attr-defined]
        assert statement(facts(kind="sanction", sanction_kind=kind), 1).effect_words


@pytest.mark.parametrize(
    ("body", "short"),
    [
        ("Short.", "Short."),
        ("Two\n\nlines.", "Two lines."),
        ("word " * 60, " ".join(["word"] * 40) + "…"),
        ("x" * 300, "x" * 200 + "…"),
    ],
)
def test_excerpts_end_at_a_word(body: str, short: str) -> None:
    assert excerpt(body) == short
