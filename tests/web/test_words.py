"""The widget's languages: complete, alike, and every text said somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts import words

ENGLISH: dict[str, words.Catalogue] = {
    "reading": {"more": "More of {what}", "count": {"one": "{count} comment", "other": "{count} comments"}},
    "writing": {"post": "Post"},
    "parts": {},
}


def german(**changes: words.Text | None) -> dict[str, words.Catalogue]:
    reading: dict[str, words.Text | None] = {
        "more": "Mehr von {what}",
        "count": {"one": "{count} Kommentar", "other": "{count} Kommentare"},
    }
    kept = {name: text for name, text in {**reading, **changes}.items() if text is not None}
    return {"reading": kept, "writing": {"post": "Senden"}, "parts": {}}


def test_every_language_says_everything() -> None:
    assert words.faults() == []


@pytest.mark.parametrize("language", sorted(words.PLURALS))
def test_a_language_has_its_own_words(language: str) -> None:
    english, own = (words.read_catalogue(words.FOLDER / f"{name}.js") for name in ("en", language))
    alike = [name for part in words.PARTS for name, text in english[part].items() if text == own[part][name]]
    assert len(alike) < 10 or language == "en"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, []),
        ({"more": None}, ["reading lacks more"]),
        ({"extra": "Noch etwas"}, ["reading has extra, which English has not"]),
        ({"more": "Mehr"}, ["more (text) has the placeholders [] instead of ['what']"]),
        ({"more": "Mehr von {was}"}, ["more (text) has the placeholders ['was'] instead of ['what']"]),
        ({"more": "  {what}"}, []),
        ({"count": "{count} Kommentare"}, ["count has no plurals"]),
        ({"count": {"other": "{count} da"}}, ["count has the plurals ['other'] instead of ['one', 'other']"]),
        ({"count": {"one": "Ein Kommentar", "other": "{count} Kommentare"}}, []),
        (
            {"count": {"one": "{count} Kommentar", "other": "Kommentare"}},
            ["count (other) has the placeholders [] instead of ['count']"],
        ),
    ],
)
def test_a_difference_is_named(changes: dict[str, words.Text | None], fault: list[str]) -> None:
    assert list(words.faults_in("de", german(**changes), ENGLISH)) == fault


def test_texts_and_scripts_are_held_together() -> None:
    script = 'words.say("more", { what }); words.say("lost"); words.say(`co${rest}`)'
    assert list(words.faults_of_scripts(ENGLISH, script)) == [
        "a script says lost, which is no text",
        "no script says post",
    ]


def test_a_text_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xx.js"
    path.write_text('export const reading = {\n  one: "1",\n  one: "2",\n};\nexport const writing = {\n  a: "b",\n};\n')
    with pytest.raises(ValueError, match="one: stands there twice"):
        words.read_catalogue(path)


@pytest.fixture(scope="module")
def categories(browser: Browser) -> dict[str, list[str]]:
    page = browser.new_page()
    told: dict[str, list[str]] = page.evaluate(
        """(languages) => Object.fromEntries(languages.map(
          (one) => [one, new Intl.PluralRules(one).resolvedOptions().pluralCategories]))""",
        sorted(words.PLURALS),
    )
    page.close()
    return told


def test_plurals_are_those_that_browsers_choose_among(categories: dict[str, list[str]]) -> None:
    assert {language: frozenset(found) for language, found in categories.items()} == words.PLURALS
