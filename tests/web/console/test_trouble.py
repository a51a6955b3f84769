"""What goes wrong is said in plain words, and goes on from where it was."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.builders import a_comment, a_story
from tests.site import Site
from tests.web.console.driver import Console


def test_decision_is_tried_again_by_itself_when_too_many_were_made(console: Console, site: Site) -> None:
    a_comment(site, a_story(site, mode="pre"), "Decided in haste.")
    page = console.sign_in()
    console.sees("Decided in haste.")
    console.refuses_once("/v1/admin/decisions", 429, "too-many-requests", retry_after_s=2)

    console.press("a")

    console.is_warned("Too many requests in a short time.")
    console.is_warned("again by itself in 0:0")
    console.is_told("Approved Sam Subscriber’s comment.")
    expect(page.locator("#alerts")).to_be_empty()


def test_comment_stays_in_hand_when_the_connection_is_gone(console: Console, site: Site) -> None:
    a_comment(site, a_story(site, mode="pre"), "Decided in a tunnel.")
    page = console.sign_in()
    console.sees("Decided in a tunnel.")
    page.route("**/v1/admin/decisions", lambda route: route.abort(), times=1)

    console.press("a")

    console.is_warned("The service did not answer.")
    expect(page.locator("#subject-text")).to_have_text("Decided in a tunnel.")
    page.get_by_role("button", name="Try again now").press("Enter")
    console.is_told("Approved Sam Subscriber’s comment.")
    console.faults.remove("Failed to load resource: net::ERR_FAILED")


def test_moderator_knows_whom_to_ask_when_role_does_not_allow_reviewing(console: Console, site: Site) -> None:
    console.sign_in(site.token("service"))

    console.is_warned("Your account may not do this. Ask an administrator")
