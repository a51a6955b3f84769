"""Signing in, staying signed in, and what is left of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom

_KEPT = """() => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state,
  document.documentElement.outerHTML,
])"""


def test_token_is_kept_nowhere_when_signed_in(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("It waits.")
    token = newsroom.token()

    page = console.sign_in(token)

    console.sees("It waits.")
    assert token not in page.evaluate(_KEPT)
    assert page.input_value("#token") == ""
    page.reload()
    expect(page.locator("#sign-in")).to_be_visible()


def test_development_moderator_is_offered_when_the_service_is_in_development(console: Console) -> None:
    page = console.open()

    page.get_by_role("button", name="Sign in as the development moderator").click()

    expect(page.locator("#who")).to_have_text("Morgan Moss, Moderator")


def test_reason_is_told_when_token_is_not_good_for_reviewing(console: Console, newsroom: Newsroom) -> None:
    page = console.open()
    trouble = page.locator("#sign-in-trouble")
    for token, words in (
        ("not a token", "does not look like a token"),
        ("aaaa.bbbb.cccc", "does not accept this token"),
        (newsroom.site.token("subscriber"), "reader’s token"),
    ):
        page.fill("#token", token)
        console.press("Enter")
        expect(trouble).to_contain_text(words)
        expect(page.locator("#token")).to_be_focused()
    expect(page.locator("#sign-in")).to_be_visible()


def test_decision_goes_on_where_it_was_when_sign_in_ended_meanwhile(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Decided across a sign-in.", "The next.")
    page = console.sign_in(place="#/queues/held")
    console.sees("Decided across a sign-in.")
    console.refuses_once("/v1/admin/decisions", 401, "token-expired")

    console.press("r", "w")
    page.keyboard.type("A note that is kept.")
    console.press("Escape", "1")

    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    expect(page.locator("#sign-in-why")).to_contain_text("Morgan Moss")
    expect(page.locator("#note")).to_have_value("A note that is kept.")
    expect(page.locator("#subject-text")).to_have_text("Decided across a sign-in.")
    page.keyboard.insert_text(newsroom.token(lifetime_s=600))
    console.press("Enter")
    console.is_told("Rejected the comment by Sam Subscriber (Abuse).")
    console.sees("The next.")


def test_other_moderator_begins_anew_when_signing_in_for_the_first(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Read by one.")
    page = console.sign_in()
    console.sees("Read by one.")
    console.refuses_once("/v1/admin/decisions", 401, "token-expired")

    console.press("a")
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    page.keyboard.insert_text(newsroom.token("another", name="Alex Another"))
    console.press("Enter")

    expect(page.locator("#who")).to_have_text("Alex Another, Moderator")
    expect(page.locator("#notices")).to_be_empty()
    assert newsroom.status_of(comment) == "held"


def test_nothing_is_left_on_the_page_when_signed_out(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Secret until approved.")
    page = console.sign_in()
    console.sees("Secret until approved.")

    page.get_by_role("button", name="Sign out").click()

    expect(page.locator("#sign-in")).to_be_visible()
    assert "Secret until approved." not in page.inner_text("body")
    assert "Morgan Moss" not in page.inner_text("body")
