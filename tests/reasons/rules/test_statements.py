"""Statements of reasons: each restriction says what it means, why, by what, and what can be done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.languages.catalogues import LANGUAGES, english, words_in
from service.moderation.rules.decisions import Reason
from service.reasons.rules import statements
from service.reasons.rules.statements import Facts, Statement, excerpt
from service.sanctions.rules import Kind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def facts(**changes: Any) -> Facts:
    given: dict[str, Any] = {"kind": "rejection", "made_at": NOW, "reason": "spam", "by_rule": False, **changes}
    return Facts(**given)


def statement(given: Facts, days: int) -> Statement:
    return statements.statement(given, days, english())


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
    others = [reason for reason in Reason.__args__ if reason != "illegal"]  # type: ignore[attr-defined]
    assert {statement(facts(reason=reason), 1).ground for reason in others} == {"rules"}


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
    ("found", "by_rule", "decided"),
    [
        (False, False, "By a moderator."),
        (True, False, "By a moderator. It was noticed automatically."),
        (True, True, "Automatically, by a rule. It was noticed automatically."),
        (False, True, "Automatically, by a rule."),
    ],
)
def test_who_decided_and_who_noticed_is_said_in_words(found: bool, by_rule: bool, decided: str) -> None:
    said = statement(facts(by_rule=by_rule, signals=[signal()] if found else []), 1)
    assert said.decided_by_words == decided


def test_the_parts_are_the_whole_statement_in_words() -> None:
    said = statement(facts(body="You moron.", signals=[signal(start=4, end=9), signal(check="links")]), 183)
    assert [(part.title, part.words, part.quotes) for part in said.parts] == [
        ("Effect", said.effect_words, []),
        ("Reason", said.reason_words, []),
        ("Noticed", said.rules[0].words, ["moron"]),
        ("Noticed", said.rules[1].words, []),
        ("Based on", said.ground_words, []),
        ("What led to it", said.source_words, []),
        ("Decided", said.decided_by_words, []),
        ("Where and how long", f"{said.scope.words} {said.duration_words}", []),
        ("What you can do", said.redress, []),
    ]


# Where a language says nothing in English that the reader would have to understand.
@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
@pytest.mark.parametrize(
    "changes",
    [
        {"signals": [signal()], "after_report": True},
        {"kind": "hold", "held_by": "screening", "by_rule": True, "signals": [signal()]},
        {"kind": "hold", "held_by": "reports", "by_rule": True},
        {"kind": "sanction", "sanction_kind": "suspend", "reason": "abuse", "until": NOW + timedelta(days=1)},
        {"kind": "sanction", "sanction_kind": "ban", "reason": "abuse", "sanction_site": "sport"},
    ],
)
def test_a_statement_is_in_one_language_and_its_codes_are_the_same_in_all(
    language: str, changes: dict[str, Any]
) -> None:
    english_one = statement(facts(**changes), 183)
    said = statements.statement(facts(**changes), 183, words_in(language))
    for theirs, ours in zip(english_one.parts, said.parts, strict=True):
        assert theirs.words != ours.words
        assert theirs.title != ours.title
    codes = ("effect", "reason", "ground", "source", "decided_by", "automated", "starts_at", "until")
    assert [getattr(said, code) for code in codes] == [getattr(english_one, code) for code in codes]


def test_a_moderators_own_words_stay_as_they_are() -> None:
    given = facts(kind="sanction", sanction_kind="warn", reason="Please calm down.")
    said = statements.statement(given, 183, words_in("de"))
    assert (said.reason, said.reason_words) == ("sanction", "Please calm down.")
    assert said.effect_words.startswith("Sie wurden verwarnt")


def test_moments_in_sentences_are_written_as_the_language_writes_them() -> None:
    given = facts(kind="sanction", sanction_kind="suspend", until=NOW)
    assert (
        statements.statement(given, 1, words_in("de")).duration_words == "Bis zum 22. November 2026, 12:00 Uhr (UTC)."
    )
    assert statements.statement(given, 1, words_in("ja")).duration_words == "2026年11月22日 12:00（協定世界時）まで。"


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
