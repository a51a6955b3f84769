"""Taking, deciding, skipping and undoing, by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_first_held_comment_is_shown_in_its_context_when_moderator_signs_in(
    console: Console, newsroom: Newsroom
) -> None:
    newsroom.story(title="The story's title")
    root = newsroom.comment("What is answered.", by="rosa")
    newsroom.story(title="The story's title", mode="pre")
    newsroom.comment("A *held* answer.", by="sam", parent_id=root["id"], side="critics", about="key-point-1")

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


def test_approved_comment_is_published_and_next_is_taken_when_a_is_pressed(
    console: Console, newsroom: Newsroom
) -> None:
    first, second = newsroom.held("The first.", "The second.")
    page = console.sign_in()
    console.sees("The first.")

    console.press("a")

    console.is_told("Approved the comment by Sam Subscriber.")
    console.sees("The second.")
    assert newsroom.status_of(first) == "published"
    assert newsroom.status_of(second) == "held"
    expect(page.locator('[data-queue="held"] .queue-count')).to_have_text("1")


def test_comment_is_rejected_with_reason_and_note_when_r_and_a_number_are_pressed(
    console: Console, newsroom: Newsroom
) -> None:
    first, _ = newsroom.held("Buy this.", "The second.")
    page = console.sign_in()
    console.sees("Buy this.")

    console.press("r")
    expect(page.get_by_role("button", name="Abuse")).to_be_focused()
    console.press("w")
    page.keyboard.type("The 4th time, and approved by nobody.")
    console.press("Escape", "4")

    console.is_told("Rejected the comment by Sam Subscriber (Spam).")
    console.sees("The second.")
    assert newsroom.status_of(first) == "rejected"
    with newsroom.reader() as api:
        assert api.get("/v1/comments/" + first["id"]).status_code == 404


def test_nothing_is_rejected_when_question_is_left_with_escape(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("It stays.")
    page = console.sign_in()
    console.sees("It stays.")

    console.press("r", "Escape", "4")

    expect(page.get_by_role("button", name="Reject")).to_be_focused()
    expect(page.locator("#notices")).to_be_empty()
    assert newsroom.status_of(comment) == "held"


def test_edited_comment_is_shown_anew_when_decision_saw_an_older_revision(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("The first text.")
    page = console.sign_in()
    console.sees("The first text.")
    with newsroom.reader() as api:
        edit = {"body": "The second text.", "seen_revision": 1}
        api.patch(f"/v1/comments/{comment['id']}", json=edit).raise_for_status()

    console.press("a")

    console.is_told("was edited while you were reading it, so nothing was decided. This is its text now.")
    console.sees("The second text.")
    expect(page.locator(".facts")).to_contain_text("Revision 2")
    page.get_by_text("What it said before").click()
    expect(page.get_by_text("The first text.")).to_be_visible()
    assert newsroom.status_of(comment) == "held"
    console.press("a")
    console.is_told("Approved the comment by Sam Subscriber.")
    assert newsroom.status_of(comment) == "published"


def test_moderator_is_told_and_goes_on_when_another_was_faster(console: Console, newsroom: Newsroom) -> None:
    first, _ = newsroom.held("Decided twice.", "The second.")
    console.sign_in()
    console.sees("Decided twice.")
    with newsroom.moderator("another") as api:
        order = {"comment_id": first["id"], "seen_revision": 1, "action": "reject", "reason": "spam"}
        api.post("/v1/admin/decisions", json={"decisions": [order]}).raise_for_status()

    console.press("a")

    console.is_told("was rejected by someone in the meantime, so your decision changed nothing.")
    console.sees("The second.")
    assert newsroom.status_of(first) == "rejected"


def test_undone_decision_brings_its_comment_back_when_u_is_pressed(console: Console, newsroom: Newsroom) -> None:
    first, _ = newsroom.held("Approved by mistake.", "The second.")
    page = console.sign_in()
    console.sees("Approved by mistake.")
    console.press("a")
    console.sees("The second.")

    console.press("u")

    console.is_told("Taken back: Approved the comment by Sam Subscriber.")
    console.sees("Approved by mistake.")
    assert newsroom.status_of(first) == "held"
    expect(page.locator(".history")).to_have_count(0)
    expect(page.locator('[data-queue="held"] .queue-count')).to_have_text("2")


def test_skipped_comment_is_free_for_another_moderator_when_n_is_pressed(
    console: Console, newsroom: Newsroom, browser: Browser
) -> None:
    newsroom.held("The first.", "The second.")
    console.sign_in()
    console.sees("The first.")

    console.press("n")

    console.is_told("Passed over the comment by Sam Subscriber.")
    console.sees("The second.")
    other = Console(browser, newsroom)
    other.sign_in(newsroom.token("another"))
    other.sees("The first.")
    other.close()


def test_passed_over_comments_are_offered_again_when_nothing_else_is_left(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("The first.", "The second.")
    page = console.sign_in()
    console.sees("The first.")
    console.press("n")
    console.sees("The second.")

    console.press("n")

    expect(page.locator("#in-hand h1")).to_have_text("Only what you passed over is left")
    console.press("n")
    console.sees("The first.")


def test_reports_are_shown_and_answered_when_g_r_is_pressed(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    comment = newsroom.comment("Go away, all of you.")
    for reader, reason, note in (("rosa", "hate", "Not for the first time."), ("timo", "abuse", None)):
        with newsroom.reader(reader) as api:
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
    console.is_told("Rejected the comment by Sam Subscriber (Hate).")
    console.is_done("Reported")
    assert newsroom.status_of(comment) == "rejected"


def test_new_comment_is_offered_when_it_comes_to_an_empty_queue(console: Console, newsroom: Newsroom) -> None:
    page = console.sign_in()
    console.is_done()

    newsroom.held("Just written.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # As when the window is looked at again.

    expect(page.locator("#in-hand h1")).to_have_text("1 comment waits in Held")
    expect(page.locator("#said")).to_have_text("1 comment waits in Held")
    console.press("n")
    console.sees("Just written.")


def test_comment_in_hand_is_given_back_when_the_page_is_closed(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("In hand.")
    page = console.sign_in()
    console.sees("In hand.")

    page.goto("about:blank")

    for _ in range(100):
        if newsroom.is_free():
            return
        page.wait_for_timeout(50)
    raise AssertionError("the claim was not given back")


def test_comment_is_taken_up_again_when_its_window_was_lost(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Held by a window that is gone.")
    with newsroom.moderator() as api:
        api.post("/v1/admin/queues/held/claims", json={"limit": 1}).raise_for_status()

    console.sign_in()

    console.sees("Held by a window that is gone.")


def test_claim_is_made_longer_when_the_moderator_is_at_work(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("A long read.")
    page = console.page
    page.clock.install()
    console.sign_in()
    console.sees("A long read.")

    page.clock.fast_forward(270_000)
    with page.expect_response("**/claims") as renewal:
        console.press("Shift")
        page.clock.run_for(2_000)

    assert renewal.value.request.post_data_json == {"comment_ids": [renewal.value.json()["items"][0]["comment"]["id"]]}
    expect(page.locator(".lease")).to_have_text(re.compile(r"Yours for 0:\d\d"))
    expect(page.locator("#subject-text")).to_have_text("A long read.")


def test_moderator_is_told_when_claim_has_run_out(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Left alone.")
    page = console.page
    page.clock.install()
    console.sign_in()
    console.sees("Left alone.")

    page.clock.fast_forward(400_000)

    expect(page.locator(".lease")).to_have_text("No longer yours alone")
    expect(page.locator("#said")).to_contain_text("no longer kept for you alone")


def test_moderator_is_told_and_goes_on_when_another_has_the_comment_now(console: Console, newsroom: Newsroom) -> None:
    first, _ = newsroom.held("Read for too long.", "The second.")
    console.sign_in()
    console.sees("Read for too long.")
    newsroom.let_claims_lapse()
    assert newsroom.is_free()

    console.press("a")

    console.is_told("another moderator has it now, so nothing was decided.")
    console.sees("The second.")
    assert newsroom.status_of(first) == "held"
