"""The rules of screening as a form: tried, put in force, taken back."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.axe import violations
from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_word_list_is_tried_put_in_force_and_taken_back(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    for number, author in enumerate(("ann", "ben", "cat", "dan")):
        newsroom.comment(f"The weather was fine on day {number}, said {author}.", by=author)
    newsroom.comment("I saw a zeppelin over the harbour.", by="eva")
    page = console.sign_in(newsroom.site.token("admin", "rules-admin"))
    console.is_done()

    console.press("g", "w")
    expect(page.get_by_role("heading", level=1, name="Rules of screening")).to_be_focused()
    assert violations(page) == []
    page.get_by_role("button", name="Add a word list").press("Enter")
    page.keyboard.type("airships")
    fresh = page.get_by_role("group", name="A new list")
    fresh.get_by_label("Words, one a line").fill("zeppelin*\nblimp")
    fresh.get_by_label("Use").select_option("on")
    page.get_by_role("heading", level=1).focus()
    console.press("p")
    preview = page.get_by_role("region", name="What the change would do")
    expect(preview.get_by_role("heading")).to_be_focused()
    expect(preview).to_contain_text("airships: would ask in 1 more")
    assert violations(page) == []

    console.press("w")
    page.keyboard.type("They are not our subject.")
    console.press("Enter")
    console.is_told("The rules are in force.")
    expect(page.locator("#screen")).to_contain_text("Version 1, by rules-admin")
    expect(page.get_by_role("group", name="airships")).to_be_visible()
    page.get_by_role("button", name="Put in force again: version 0").press("Enter")
    console.is_told("Version 0 is in force again.")
    expect(page.get_by_role("group", name="airships")).to_have_count(0)


def test_second_admin_confirms_a_change_that_hits_many(console: Console, newsroom: Newsroom, browser: Browser) -> None:
    newsroom.story()
    for author in ("fay", "gil", "hal", "ida"):
        newsroom.comment(f"As {author} says: the forecast was wrong again today.", by=author)
    page = console.sign_in(newsroom.site.token("admin", "rules-admin"), place="#/rules")
    expect(page.get_by_role("heading", level=1, name="Rules of screening")).to_be_focused()
    page.get_by_role("button", name="Add a word list").press("Enter")
    page.keyboard.type("weather")
    fresh = page.get_by_role("group", name="A new list")
    fresh.get_by_label("Words, one a line").fill("forecast")
    fresh.get_by_label("Use").select_option("on")
    page.get_by_role("button", name="Put in force", exact=True).press("Enter")
    console.is_told("another admin has to confirm it")
    waits = page.get_by_role("region", name="A change that waits")
    expect(waits).to_contain_text("It is your own: another admin confirms it.")
    expect(waits.get_by_role("button", name="Confirm it")).to_have_count(0)

    other = Console(browser, newsroom)
    second = other.sign_in(newsroom.site.token("admin", "second-admin"), place="#/rules")
    second.get_by_role("button", name="What it changes").press("Enter")
    expect(second.get_by_role("region", name="What it changes")).to_contain_text("forecast")
    assert violations(second) == []
    second.get_by_role("button", name="Confirm it").press("Enter")
    other.is_told("The change is in force.")
    expect(second.locator("#screen")).to_contain_text("confirmed by second-admin")
    other.close()
    assert other.faults == []


def test_wrong_value_is_named_and_nothing_changed(console: Console, newsroom: Newsroom) -> None:
    page = console.sign_in(newsroom.site.token("admin", "rules-admin"), place="#/rules")
    expect(page.get_by_role("heading", level=1, name="Rules of screening")).to_be_focused()

    page.get_by_text("Links", exact=True).press("Enter")
    page.get_by_label("At most", exact=True).first.fill("-4")
    page.get_by_role("button", name="Put in force", exact=True).press("Enter")

    expect(page.get_by_role("alert").filter(has_text="links")).to_be_visible()
    expect(page.locator("#notices")).to_be_empty()
