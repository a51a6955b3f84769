"""What goes wrong is said in plain words, and goes on from where it was."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_decision_is_tried_again_by_itself_when_too_many_were_made(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Decided in haste.")
    page = console.sign_in()
    console.sees("Decided in haste.")
    console.refuses_once("/v1/admin/decisions", 429, "too-many-requests", retry_after_s=2)

    console.press("a")

    console.is_warned("Too many requests in a short time.")
    console.is_warned("again by itself in 0:0")
    console.is_told("Approved the comment by Sam Subscriber.")
    expect(page.locator("#alerts")).to_be_empty()


def test_comment_stays_in_hand_when_the_connection_is_gone(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Decided in a tunnel.")
    page = console.sign_in()
    console.sees("Decided in a tunnel.")
    page.route("**/v1/admin/decisions", lambda route: route.abort(), times=1)

    console.press("a")

    console.is_warned("The service did not answer.")
    expect(page.locator("#subject-text")).to_have_text("Decided in a tunnel.")
    page.get_by_role("button", name="Try again now").press("Enter")
    console.is_told("Approved the comment by Sam Subscriber.")
    console.faults.remove("Failed to load resource: net::ERR_FAILED")


def test_moderator_knows_whom_to_ask_when_role_does_not_allow_reviewing(console: Console, newsroom: Newsroom) -> None:
    console.sign_in(newsroom.token(part="service"))

    console.is_warned("Your account may not do this. Ask an administrator")
