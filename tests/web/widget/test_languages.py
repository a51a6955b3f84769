"""The widget speaks the language of the page it stands in, and loads no other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]

COUNTED = {
    "en": "2 comments",
    "de": "2 Kommentare",
    "de-AT": "2 Kommentare",
    "fr": "2 commentaires",
    "es": "2 comentarios",
    "pt-BR": "2 comentários",
    "ar": "تعليقان",
    "ja": "コメント2件",
    "nl": "2 comments",
    "in valid": "2 comments",
}


def loaded_languages(page: StoryPage) -> list[str]:
    names = page.page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return sorted({found[1] for name in names if (found := re.search(r"/words/(\w\w)[.-]", name)) and found[1] != "en"})


@pytest.mark.parametrize("language", COUNTED)
def test_page_is_read_in_its_language_and_no_other_is_loaded(story: Story, read: Read, language: str) -> None:
    story.post("One")
    story.post("Two", by="reader-2")
    page = read(story.id, attributes=f'lang="{language}"')
    expect(page.element.locator(".count")).to_have_text(COUNTED[language])
    own = language.split("-", maxsplit=1)[0]
    assert loaded_languages(page) == ([own] if own in {"de", "fr", "es", "pt", "ar", "ja"} else [])


def test_composer_speaks_the_language_too(story: Story, read: Read) -> None:
    page = read(story.id, attributes='lang="de"')
    page.sign_in("subscriber", "schreibt")
    expect(page.element.get_by_label("Diskutieren Sie diesen Artikel")).to_be_visible()


# What only an English sentence has; a reader's own words are left out of what is looked at.
ENGLISH = re.compile(r"\b(the|your|you|and|of)\b", re.IGNORECASE)


def is_told_in_its_language(place: Locator, *own: str) -> None:
    told = place.inner_text()
    for words in own:
        told = told.replace(words, "")
    assert told.strip()
    assert ENGLISH.search(told) is None, told


@pytest.mark.parametrize("language", ["de", "ar"])
def test_decision_and_its_reasons_are_told_in_the_language_too(story: Story, read: Read, language: str) -> None:
    rejected = story.post("Kauf!", by=f"kauft-{language}")
    story.decide(rejected, "reject", reason="spam")
    page = read(story.id, attributes=f'lang="{language}"')
    page.sign_in("reader", f"kauft-{language}", "Ada")
    mine = page.comment("Kauf!")
    is_told_in_its_language(mine.locator(".mark"))
    mine.locator("[data-act=why]").click()
    expect(mine.locator(".decision dt")).to_have_count(7)
    is_told_in_its_language(mine.locator(".panel"))
    mine.locator(".decision textarea").fill("Nein.")
    mine.locator(".decision .primary").click()
    expect(mine.locator(".decision textarea")).to_have_count(0)
    is_told_in_its_language(mine.locator(".panel"))
    page.element.locator(".own").click()
    dialog = page.element.get_by_role("dialog")
    for part in range(2):
        dialog.locator(".chip").nth(part).click()
        expect(dialog.locator(".row")).to_have_count(1)
        for summary in dialog.locator("summary").all():
            summary.click()
        is_told_in_its_language(dialog, "A story", "Kauf!")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_refusal_and_limits_are_told_in_the_language_too(story: Story, read: Read, language: str) -> None:
    story.set(slow_mode_s=300)
    page = read(story.id, attributes=f'lang="{language}"')
    page.sign_in("subscriber", f"eilig-{language}", "Ada")
    text = page.element.locator(".entry textarea")
    for body in ("Eins", "Zwei"):
        text.fill(body)
        text.press("Control+Enter")
        expect(page.comment("Eins")).to_be_visible()
    expect(page.element.locator(".entry p.failure:not([role])")).to_be_visible()
    is_told_in_its_language(page.element.locator(".entry p.failure:not([role])"))
    is_told_in_its_language(page.element.locator("[role=status]:last-child"))
    story.set(slow_mode_s=0)
    page.element.evaluate("(element) => { element.token = 'not.a.token'; }")
    expect(page.element.locator(".entry .gate")).to_be_visible()
    is_told_in_its_language(page.element.locator(".entry"))
    page.sign_in("lapsed", f"ohne-{language}", "Ada")
    expect(page.element.locator(".own")).to_be_visible()
    is_told_in_its_language(page.element.locator(".entry"))


def test_language_is_that_of_the_nearest_element_that_has_one(story: Story, read: Read) -> None:
    story.post("Here")
    page = read(story.id, before='<div lang="fr">')
    expect(page.element.locator(".count")).to_have_text("1 commentaire")
    page.element.evaluate("(element) => { element.lang = 'es'; }")
    expect(page.element.locator(".count")).to_have_text("1 comentario")


def test_language_that_cannot_be_had_is_replaced_by_english(story: Story, read: Read) -> None:
    story.post("Here")
    page = read(story.id, before='<div id="later"></div>')
    expect(page.comment("Here")).to_be_visible()
    page.page.context.set_offline(False)
    page.page.route("**/words/**", lambda route: route.abort())
    # The page's own log is told; the reader reads on.
    page.page.evaluate("addEventListener('error', (event) => event.preventDefault())")
    page.element.evaluate("(element) => { element.lang = 'ja'; }")
    expect(page.element.locator("section")).to_have_attribute("lang", "ja")
    expect(page.element.locator(".count")).to_have_text("1 comment")


def test_arabic_is_laid_out_from_right_to_left_on_any_page(story: Story, read: Read) -> None:
    root = story.post("A question")
    story.post("An answer", by="reader-2", parent_id=root)
    page = read(story.id, attributes='lang="ar"', width=390)
    expect(page.element.locator("section")).to_have_attribute("dir", "rtl")
    replies = page.list.locator(".replies").first
    expect(replies).to_be_visible()
    assert replies.evaluate("(element) => getComputedStyle(element).borderRightWidth") == "2px"
    assert replies.evaluate("(element) => getComputedStyle(element).borderLeftWidth") == "0px"
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_comment_stands_in_the_language_of_the_page_and_in_its_own_direction(story: Story, read: Read) -> None:
    story.post("A question")
    page = read(story.id, attributes='lang="ar"')
    body = page.comment("A question").locator(".body")
    expect(body).to_have_attribute("lang", "ar")
    expect(body).to_have_attribute("dir", "auto")
    assert body.evaluate("(element) => getComputedStyle(element).direction") == "ltr"
