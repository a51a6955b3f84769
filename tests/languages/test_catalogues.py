"""The catalogues say the same in every language, all of it is said somewhere, and nothing is said that they lack."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from service.app.problem_catalogue import problem_types
from service.kernel.problems import Problem
from service.languages import catalogues
from service.languages.catalogues import (
    LANGUAGES,
    Text,
    Texts,
    english,
    every,
    faults_in,
    faults_of_text,
    made_of,
    words_in,
)
from service.languages.plurals import CATEGORIES, category
from service.languages.said import said

_SERVICE = Path(catalogues.__file__).parents[1]


@cache
def _sources() -> dict[Path, ast.Module]:
    paths = (path for path in _SERVICE.rglob("*.py") if "web" not in path.relative_to(_SERVICE).parts)
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _strings() -> tuple[set[str], set[str]]:
    """The texts that sources name whole, and the beginnings of those whose end is found at run time."""
    whole, beginnings = set(), set()
    for tree in _sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return whole, {begin for begin in beginnings if re.fullmatch(r"[a-z]+\.\w*", begin)}


def _named_for_sure() -> Iterator[str]:
    for tree in _sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("said", "say"):
                    yield str(node.args[0].value)
    yield from (kind.text for kind in problem_types().values() if kind.text)


def slugs_for_readers() -> frozenset[str]:
    """The problem types that are told in readers' languages: those with a text, and those that are given one."""
    by_name = {kind.__name__: kind.slug for kind in problem_types().values()}
    found = {kind.slug for kind in problem_types().values() if kind.text}
    for tree in _sources().values():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and any("said(" in ast.unparse(given) for given in node.args)):
                continue
            called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(called, ast.Name) and called.id in by_name:
                found.add(by_name[called.id])
    # These get theirs from tables and helpers.
    return frozenset({*found, "comment-refused", "subscription-required", "too-many-requests", "appeal-not-possible"})


def test_the_languages_are_those_of_the_widget() -> None:
    widget = {path.stem for path in (_SERVICE / "web" / "shared" / "words").glob("*.js")}
    assert set(LANGUAGES) == widget == set(CATEGORIES)
    assert [words.language for words in every()] == list(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_text_or_has_other_places(language: str) -> None:
    assert list(faults_in(language, slugs_for_readers())) == []


def test_every_text_is_said_somewhere() -> None:
    whole, beginnings = _strings()
    unsaid = [
        name
        for name in catalogues._read("en")
        if name not in whole and not any(name.startswith(begin) for begin in beginnings)
    ]
    assert unsaid == []


def test_what_is_said_stands_in_the_catalogue() -> None:
    assert [name for name in _named_for_sure() if not english().has(name)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_in_english(language: str) -> None:
    if language == "en":
        return
    same = {name for name, text in catalogues._read(language).items() if text == catalogues._read("en").get(name)}
    assert same <= {"forms.between", "forms.moment"}


@pytest.mark.parametrize(
    ("text", "model", "fault"),
    [
        ("Bis {until}", "Until {until}", None),
        ("Bis dann", "Until {until}", "places"),
        ("Bis {until} und {more}", "Until {until}", "places"),
        ("Bis {until.year}", "Until {until}", "places"),
        ("Bis {until", "Until {until}", "places"),
        (" ", "Until then", "empty"),
        ("Nein", {"one": "{count} no", "other": "{count} nos"}, "plural"),
        ({"one": "{count} Nein"}, {"one": "{count} no", "other": "{count} nos"}, "plural"),
        ({"one": "Ein Nein", "other": "{count} Nein"}, {"one": "{count} no", "other": "{count} nos"}, None),
        ({"one": "{count} Nein", "other": "Viele"}, {"one": "{count} no", "other": "{count} nos"}, "places"),
        ("Etwas Neues", None, None),
    ],
)
def test_a_text_that_cannot_stand_for_the_english_one_is_found(
    text: Text, model: Text | None, fault: str | None
) -> None:
    found = list(faults_of_text("de", text, model))
    assert bool(found) is (fault is not None)
    assert all(fault in each for each in found if fault)


def test_a_text_that_is_missing_or_wrong_is_said_in_english() -> None:
    model: Texts = {"forms.months": "", "a.missing": "Nothing yet.", "a.wrong": "Room for {most}.", "a.good": "Fine."}
    german = made_of("de", {"a.wrong": "Platz für {least}.", "a.good": "Gut."}, model)
    told = [german.say("a.missing"), german.say("a.wrong", most=3), german.say("a.good")]
    assert told == ["Nothing yet.", "Room for 3.", "Gut."]


def test_values_become_words_of_the_language() -> None:
    moment = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
    told = [words_in(language).say("durations.until", until=moment) for language in ("en", "de", "fr", "ar", "ja")]
    assert told == [
        "Until 1 March 2026, 09:05 UTC.",
        "Bis zum 1. März 2026, 09:05 Uhr (UTC).",
        "Jusqu’au 1 mars 2026 à 09:05 (UTC).",
        "حتى 1 مارس 2026، الساعة 09:05 بالتوقيت العالمي.",
        "2026年3月1日 09:05（協定世界時）まで。",
    ]
    refused = said("problems.comment_refused", reasons=(said("advice.links_refused"), said("advice.other_refused")))
    assert words_in("ja").tell(refused) == (
        "このコメントは公開できません。リンクの一つは、ここからはリンクしない場所につながっています。これはここでは公開できません。"
    )


def test_braces_in_a_value_are_only_text() -> None:
    assert english().say("scopes.site", site="{site.__class__}") == "Every discussion on {site.__class__}."


@pytest.mark.parametrize(
    ("language", "count", "form"),
    [
        ("en", 1, "one"), ("en", 0, "other"), ("en", 2, "other"), ("de", 1, "one"), ("de", 0, "other"),
        ("fr", 0, "one"), ("fr", 1, "one"), ("fr", 2, "other"), ("pt", 0, "one"), ("es", 0, "other"), ("es", 1, "one"),
        ("ja", 1, "other"), ("ja", 0, "other"),
        ("ar", 0, "zero"), ("ar", 1, "one"), ("ar", 2, "two"), ("ar", 3, "few"), ("ar", 10, "few"), ("ar", 11, "many"),
        ("ar", 99, "many"), ("ar", 100, "other"), ("ar", 102, "other"), ("ar", 103, "few"), ("ar", 111, "many"),
        ("ar", 200, "other"), ("xx", 1, "other"),
    ],
)  # fmt: skip
def test_plural_forms_are_those_of_unicode(language: str, count: int, form: str) -> None:
    assert category(language, count) == form


@pytest.mark.parametrize("kind", [kind for kind in problem_types().values() if kind.text], ids=lambda kind: kind.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_for_readers_is_in_one_language_throughout(kind: type[Problem], language: str) -> None:
    problem = Problem.__new__(kind)
    Problem.__init__(problem)
    words = words_in(language)
    document = problem.body("request-1", words)
    assert problem.in_language_of(words) is words
    assert document["detail"] == words.say(kind.text)
    assert (document["title"] == kind.title) is (language == "en")
