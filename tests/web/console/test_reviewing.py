"""Taking, deciding, skipping and undoing, by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, expect

from tests.builders import a_comment, a_story
from tests.site import Site
from tests.web.console.driver import Console


def held(site: Site, *bodies: str, by: str = "sam") -> list[dict[str, Any]]:
    """Comments that wait, the first the longest."""
    story = a_story(site, mode="pre", title="A story that is read first")
    return [a_comment(site, story, body, by=by) for body in bodies]


def status_of(site: Site, comment: dict[str, Any], by: str = "sam") -> str:
    """As its author sees it."""
    with site.api("subscriber", by) as api:
        mine = api.get(f"/v1/me/stories/{comment['story_id']}").raise_for_status().json()["comments"]
        own = {one["id"]: one["status"] for one in mine}
        if comment["id"] in own:
            return str(own[comment["id"]])
        return str(api.get(f"/v1/comments/{comment['id']}").raise_for_status().json()["status"])


def test_first_held_comment_is_shown_in_its_context_when_moderator_signs_in(console: Console, site: Site) -> None:
    story = a_story(site, title="The story's title")
    root = a_comment(site, story, "What is answered.", by="rosa")
    with site.api("editor") as api:
        api.patch(f"/v1/admin/stories/{story}", json={"mode": "pre"}).raise_for_status()
    a_comment(site, story, "A *held* answer.", by="sam", parent_id=root["id"], side="critics", about="key-point-1")

    page = console.sign_in()

    console.sees("A held answer.")
    expect(page.locator("#subject-text em")).to_have_text("held")
    expect(page.get_by_role("link", name="The story's title")).to_have_attribute("href", "https://news.example/a-story")
    expect(page.get_by_label("What it answers")).to_contain_text("What is answered.")
    expect(page.locator(".facts")).to_contain_text("Critics")
    expect(page.locator(".facts")).to_contain_text("Revision 1")
    expect(page.locator(".lease")).to_have_text(re.compile(r"Yours for \d:\d\d"))
    expect(page.locator("#evidence")).to_contain_text("Sam Subscriber")
    expect(page.locator("#who")).to_have_text("Morgan Moss, Moderator")
    expect(page.locator('[data-queue="held"] .queue-count')).to_have_text("1")
    expect(page).to_have_title("(1) Held · Review")


def test_approved_comment_is_published_and_next_is_taken_when_a_is_pressed(console: Console, site: Site) -> None:
    first, second = held(site, "The first.", "The second.")
    page = console.sign_in()
    console.sees("The first.")

    console.press("a")

    console.is_told("Approved Sam Subscriber’s comment.")
    console.sees("The second.")
    assert status_of(site, first) == "published"
    assert status_of(site, second) == "held"
    expect(page.locator('[data-queue="held"] .queue-count')).to_have_text("1")


def test_comment_is_rejected_with_reason_and_note_when_r_and_a_number_are_pressed(console: Console, site: Site) -> None:
    first, _ = held(site, "Buy this.", "The second.")
    page = console.sign_in()
    console.sees("Buy this.")

    console.press("r")
    expect(page.get_by_role("button", name="Abuse")).to_be_focused()
    console.press("w")
    page.keyboard.type("The 4th time, and approved by nobody.")
    console.press("Escape", "4")

    console.is_told("Rejected Sam Subscriber’s comment (Spam).")
    console.sees("The second.")
    assert status_of(site, first) == "rejected"
    with site.api("subscriber", "sam") as api:
        assert api.get("/v1/comments/" + first["id"]).status_code == 404


def test_nothing_is_rejected_when_question_is_left_with_escape(console: Console, site: Site) -> None:
    (comment,) = held(site, "It stays.")
    page = console.sign_in()
    console.sees("It stays.")

    console.press("r", "Escape", "4")

    expect(page.get_by_role("button", name="Reject")).to_be_focused()
    expect(page.locator("#notices")).to_be_empty()
    assert status_of(site, comment) == "held"


def test_edited_comment_is_shown_anew_when_decision_saw_an_older_revision(console: Console, site: Site) -> None:
    (comment,) = held(site, "The first text.")
    page = console.sign_in()
    console.sees("The first text.")
    with site.api("subscriber", "sam") as api:
        edit = {"body": "The second text.", "seen_revision": 1}
        api.patch(f"/v1/comments/{comment['id']}", json=edit).raise_for_status()

    console.press("a")

    console.is_told("was edited while you were reading it, so nothing was decided. This is its text now.")
    console.sees("The second text.")
    expect(page.locator(".facts")).to_contain_text("Revision 2")
    page.get_by_text("What it said before").click()
    expect(page.get_by_text("The first text.")).to_be_visible()
    assert status_of(site, comment) == "held"
    console.press("a")
    console.is_told("Approved Sam Subscriber’s comment.")
    assert status_of(site, comment) == "published"


def test_moderator_is_told_and_goes_on_when_another_was_faster(console: Console, site: Site) -> None:
    first, _ = held(site, "Decided twice.", "The second.")
    console.sign_in()
    console.sees("Decided twice.")
    with site.api("moderator", "another") as api:
        order = {"comment_id": first["id"], "seen_revision": 1, "action": "reject", "reason": "spam"}
        api.post("/v1/admin/decisions", json={"decisions": [order]}).raise_for_status()

    console.press("a")

    console.is_told("was rejected by someone in the meantime, so your decision changed nothing.")
    console.sees("The second.")
    assert status_of(site, first) == "rejected"


def test_undone_decision_brings_its_comment_back_when_u_is_pressed(console: Console, site: Site) -> None:
    first, _ = held(site, "Approved by mistake.", "The second.")
    page = console.sign_in()
    console.sees("Approved by mistake.")
    console.press("a")
    console.sees("The second.")

    console.press("u")

    console.is_told("Taken back: Approved Sam Subscriber’s comment.")
    console.sees("Approved by mistake.")
    assert status_of(site, first) == "held"
    expect(page.locator(".history")).to_have_count(0)
    expect(page.locator('[data-queue="held"] .queue-count')).to_have_text("2")


def test_skipped_comment_is_free_for_another_moderator_when_n_is_pressed(
    console: Console, site: Site, browser: Browser
) -> None:
    held(site, "The first.", "The second.")
    console.sign_in()
    console.sees("The first.")

    console.press("n")

    console.is_told("Passed over Sam Subscriber’s comment.")
    console.sees("The second.")
    other = Console(browser, site)
    other.sign_in(site.token("moderator", "another"))
    other.sees("The first.")
    other.close()


def test_passed_over_comments_are_offered_again_when_nothing_else_is_left(console: Console, site: Site) -> None:
    held(site, "The first.", "The second.")
    page = console.sign_in()
    console.sees("The first.")
    console.press("n")
    console.sees("The second.")

    console.press("n")

    expect(page.locator("#in-hand h1")).to_have_text("Only what you passed over is left")
    console.press("n")
    console.sees("The first.")


def test_reports_are_shown_and_answered_when_g_r_is_pressed(console: Console, site: Site) -> None:
    comment = a_comment(site, a_story(site), "Go away, all of you.")
    for reader, reason, note in (("rosa", "hate", "Not for the first time."), ("timo", "abuse", None)):
        with site.api("subscriber", reader) as api:
            report = {"reason": reason, **({"note": note} if note else {})}
            api.post(f"/v1/comments/{comment['id']}/reports", json=report).raise_for_status()
    page = console.sign_in()
    console.is_done()

    console.press("g", "r")

    console.sees("Go away, all of you.")
    expect(page.locator("#evidence")).to_contain_text("2 reports")
    expect(page.locator("#evidence")).to_contain_text("Not for the first time.")
    expect(page.locator('[data-queue="reported"]')).to_have_attribute("aria-current", "page")
    console.press("r", "3")
    console.is_told("Rejected Sam Subscriber’s comment (Hate).")
    console.is_done("Reported")
    assert status_of(site, comment) == "rejected"


def test_new_comment_is_offered_when_it_comes_to_an_empty_queue(console: Console, site: Site) -> None:
    page = console.sign_in()
    console.is_done()

    held(site, "Just written.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # As when the window is looked at again.

    expect(page.locator("#in-hand h1")).to_have_text("1 comment waits in Held")
    expect(page.locator("#said")).to_have_text("1 comment waits in Held")
    console.press("n")
    console.sees("Just written.")


def test_comment_in_hand_is_given_back_when_the_page_is_closed(console: Console, site: Site) -> None:
    held(site, "In hand.")
    page = console.sign_in()
    console.sees("In hand.")

    page.goto("about:blank")

    with site.api("moderator", "another") as api:
        for _ in range(100):
            answer = api.post("/v1/admin/queues/held/claims", json={"limit": 1})
            if answer.status_code == 200 and answer.json()["items"]:
                return
            page.wait_for_timeout(50)
    raise AssertionError("the claim was not given back")
