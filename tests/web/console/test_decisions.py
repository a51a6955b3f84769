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
