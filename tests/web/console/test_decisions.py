"""The other decisions: featured with a line why, escalated with a note, restored; and an author who is gone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_comment_is_featured_with_a_line_why_when_f_is_pressed(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    comment = newsroom.comment("A comment worth reading.", by=f"{newsroom.name}-author")
    page = console.sign_in(newsroom.token("the-admin", part="admin"), place=f"#/comments/{comment['id']}")
    expect(page.get_by_role("heading", level=1, name="Comment by")).to_be_focused()

    console.press("f")
    expect(page.get_by_label("Note")).to_be_focused()
    page.keyboard.type("It explains the figures.")
    console.press("Control+Enter")

    console.is_told("Featured it.")
    with newsroom.site.api() as api:
        shown = api.get(f"/v1/comments/{comment['id']}").raise_for_status().json()
    assert shown["featured"]["note"] == "It explains the figures."
    console.press("f")
    console.is_told("Unfeatured it.")


def test_comment_waits_for_somebody_else_when_e_is_pressed(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("A matter for the lawyers.")
    page = console.sign_in()
    console.sees("A matter for the lawyers.")

    console.press("e")
    page.keyboard.type("Is this a quotation?")
    console.press("Control+Enter")

    console.is_told("Escalated the comment by Sam Subscriber.")
    console.press("g", "e")
    console.sees("A matter for the lawyers.")
    expect(page.locator("#evidence")).to_contain_text("Escalated")


def test_rejected_comment_is_restored_when_s_is_pressed(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Rejected by mistake.")
    with newsroom.moderator("another") as api:
        order = {"comment_id": comment["id"], "seen_revision": 1, "action": "reject", "reason": "spam"}
        api.post("/v1/admin/decisions", json={"decisions": [order]}).raise_for_status()
    page = console.sign_in(place=f"#/comments/{comment['id']}")
    expect(page.get_by_role("heading", level=1, name="Comment by")).to_be_focused()

    console.press("s")

    console.is_told("Restored it.")
    assert newsroom.kept_status_of(comment) == "published"


def test_nothing_of_a_screen_is_left_when_signed_out_there(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Read on its own page.")
    page = console.sign_in(place=f"#/comments/{comment['id']}")
    expect(page.locator("#screen")).to_contain_text("Read on its own page.")

    page.get_by_role("button", name="Sign out").press("Enter")

    expect(page.locator("#sign-in")).to_be_visible()
    assert "Read on its own page." not in page.inner_text("body")


def test_editor_begins_with_the_search_when_queues_are_not_theirs(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    newsroom.comment("Found by an editor, and chosen.", by=f"{newsroom.name}-author")
    page = console.sign_in(newsroom.token("the-editor", part="editor"))

    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.type("chosen")
    console.press("Enter")
    expect(page.locator(".item-row")).to_have_count(1)
    expect(page.locator("[data-queue]")).to_have_count(0)
    expect(page.locator("#alerts")).to_be_empty()
    console.press("j", "Enter")
    expect(page.get_by_role("heading", level=1, name="Comment by")).to_be_focused()
    console.press("f")
    expect(page.get_by_label("Note")).to_be_focused()


def test_comment_is_decided_when_its_author_is_not_known_any_more(console: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Written by nobody.")
    newsroom.forget_author(comment)
    page = console.sign_in()
    console.sees("Written by nobody.")
    expect(page.locator("#evidence")).to_contain_text("Not known any more.")

    console.press("i")
    expect(page.get_by_role("dialog")).to_have_count(0)
    console.press("r")
    expect(page.get_by_text("Limit the author too")).to_have_count(0)
    console.press("4")

    console.is_told("Rejected the comment by a former reader (Spam).")


def test_notice_of_illegal_content_stands_among_the_reports(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    comment = newsroom.comment("A claim about somebody.", by=f"{newsroom.name}-author")
    notice = {
        "comment_id": comment["id"],
        "explanation": "This sentence is a libel.",
        "legal_ground": "Defamation",
        "good_faith": True,
    }
    with newsroom.site.api() as api:
        api.post("/v1/notices", json=notice).raise_for_status()

    page = console.sign_in(place="#/queues/reported")

    console.sees("A claim about somebody.")
    expect(page.locator("#evidence")).to_contain_text("Illegal 1")
    expect(page.locator("#evidence")).to_contain_text("This sentence is a libel.")
