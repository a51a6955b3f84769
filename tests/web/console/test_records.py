"""A reader's and a comment's whole record, limits on readers, and what changed under a moderator's eyes."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_author_is_suspended_beside_the_rejection_when_l_is_pressed(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Spam again.")
    page = console.sign_in()
    console.sees("Spam again.")

    console.press("r", "l")
    kind = page.get_by_label("Limit on the author")
    expect(kind).to_be_focused()
    kind.select_option("suspend")
    page.get_by_label("For how long").select_option("7")
    console.press("Escape", "4")

    console.is_told("Rejected the comment by Sam Subscriber (Spam), and suspended its author.")
    assert newsroom.status_of(comment) == "rejected"
    with newsroom.reader() as api:
        (sanction,) = api.get("/v1/me").raise_for_status().json()["sanctions"]
    assert (sanction["kind"], sanction["reason"], sanction["site"]) == ("suspend", "Spam", newsroom.name)

    console.press("u")
    console.is_told("The limit on the author stays")


def test_decision_waits_for_a_day_when_the_limit_has_none_yet(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Not yet decided.")
    page = console.sign_in()
    console.sees("Not yet decided.")

    console.press("r", "l")
    page.get_by_label("Limit on the author").select_option("suspend")
    page.get_by_label("For how long").select_option("date")
    console.press("Escape", "4")

    expect(page.get_by_role("alert").filter(has_text="Choose a day")).to_be_visible()
    expect(page.get_by_label("Until when")).to_be_focused()
    assert newsroom.status_of(comment) == "held"


def test_author_is_warned_and_the_warning_lifted_when_i_is_pressed(console: Console, newsroom: Newsroom) -> None:
    newsroom.story(mode="pre")
    newsroom.comment("By someone rude.", by="rude")
    page = console.sign_in()
    console.sees("By someone rude.")

    console.press("i")
    panel = page.get_by_role("dialog", name="Sam Subscriber")
    expect(panel).to_contain_text("Never limited.")
    panel.get_by_text("Set a limit").press("Enter")
    panel.get_by_label("Reason").fill("Please stay civil.")
    panel.get_by_role("button", name="Set the limit").press("Enter")
    expect(panel.get_by_role("status")).to_have_text("Set: warn.")
    expect(panel.locator(".sanction")).to_contain_text("Please stay civil.")

    panel.get_by_text("Lift it").press("Enter")
    panel.get_by_label("Why it is lifted").fill("It was another reader.")
    console.press("Enter")
    expect(panel.get_by_role("status")).to_have_text("Lifted: warn.")
    expect(panel.locator(".sanction.over")).to_be_visible()
    console.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#subject-text")).to_have_text("By someone rude.")


def test_comment_stays_in_hand_when_its_author_is_read_about_on_a_page(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Kept in hand.")
    page = console.sign_in()
    console.sees("Kept in hand.")
    console.press("i")
    page.get_by_role("link", name="Open as a page").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Sam Subscriber", exact=True)).to_be_focused()
    expect(page.locator("#screen")).to_contain_text("Last comments")
    expect(page.locator("#bar")).to_be_hidden()
    assert not newsroom.is_free()

    console.press("g", "h")

    console.sees("Kept in hand.")


def test_whole_record_is_read_and_decided_from_when_c_is_pressed(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("The first text.")
    with newsroom.reader() as api:
        edit = {"body": "The second text.", "seen_revision": 1}
        api.patch(f"/v1/comments/{comment['id']}", json=edit).raise_for_status()
    page = console.sign_in()
    console.sees("The second text.")

    console.press("c")
    expect(page.get_by_role("heading", level=1, name="Comment by Sam Subscriber")).to_be_focused()
    screen = page.locator("#screen")
    expect(screen).to_contain_text("Revision 1")
    expect(screen.locator("del")).to_have_text("first")
    expect(screen.locator("ins")).to_have_text("second")
    console.press("a")

    console.is_told("Approved it.")
    expect(screen).to_contain_text("held → Published", ignore_case=True)
    assert newsroom.status_of(comment) == "published"
    console.press("u")
    console.is_told("Taken back.")
    assert newsroom.status_of(comment) == "held"


def test_colleagues_approval_is_overruled_when_o_is_pressed(console: Console, newsroom: Newsroom) -> None:
    first, _ = newsroom.held("Read differently.", "The second.")
    console.sign_in()
    console.sees("Read differently.")
    with newsroom.moderator("another") as api:
        order = {"comment_id": first["id"], "seen_revision": 1, "action": "approve"}
        api.post("/v1/admin/decisions", json={"decisions": [order]}).raise_for_status()

    console.press("r", "1")
    console.is_told("was approved by someone in the meantime, so your decision changed nothing.")
    console.sees("The second.")
    assert newsroom.status_of(first) == "published"
    console.press("o")

    console.is_told("Rejected the comment by Sam Subscriber (Abuse).")
    assert newsroom.status_of(first) == "rejected"


def test_changed_words_are_marked_when_the_text_was_edited_meanwhile(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("It was a good day.")
    page = console.sign_in()
    console.sees("It was a good day.")
    with newsroom.reader() as api:
        edit = {"body": "It was a bad day.", "seen_revision": 1}
        api.patch(f"/v1/comments/{comment['id']}", json=edit).raise_for_status()

    console.press("a")

    changed = page.get_by_label("What changed")
    expect(changed.locator("del")).to_have_text("good")
    expect(changed.locator("ins")).to_have_text("bad")


def test_what_the_checks_found_is_marked_at_its_place(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    newsroom.comment("Nobody needs v i a g r a, said the doctor.", by="doc")
    page = console.sign_in()
    console.sees("Nobody needs v i a g r a, said the doctor.")

    expect(page.locator("#evidence .signals")).to_contain_text("word list spam")
    page.get_by_text("As written").press("Enter")

    expect(page.locator("#in-hand .raw mark")).to_have_text("v i a g r a")
