"""Finding comments whatever their status, and rejecting many at once with the count first."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.axe import violations
from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_comments_are_found_by_words_and_rejected_together(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    first = newsroom.comment("The harbour was empty on that morning.", by="ann")
    newsroom.comment("Nobody was at the harbour in the evening.", by="ben")
    newsroom.comment("Something else entirely.", by="cat")
    page = console.sign_in()
    console.is_done()

    console.press("g", "s")
    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.type("harbour morning")
    console.press("Enter")
    expect(page.locator(".item-row .item-text")).to_have_text(["The harbour was empty on that morning."])
    assert violations(page) == []

    console.press("/")
    page.get_by_label("Words").fill("harbour")
    console.press("Enter")
    expect(page.locator(".item-row")).to_have_count(2)
    console.press("Shift+A", "r", "6")
    console.is_told("Rejected 2 comments (Off topic).")
    assert newsroom.kept_status_of(first) == "rejected"
    console.press("j", "j", "Enter")
    expect(page.get_by_role("heading", level=1, name="Comment by")).to_be_focused()


def test_comment_goes_with_its_replies_when_counted_and_confirmed(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    root = newsroom.comment("A root that derails everything.", by="ann")
    reply = newsroom.comment("An answer to it.", by="ben", parent_id=root["id"])
    newsroom.comment("An answer to the answer.", by="cat", parent_id=reply["id"])
    page = console.sign_in(place=f"#/comments/{root['id']}")
    expect(page.get_by_role("heading", level=1, name="Comment by")).to_be_focused()

    console.press("Shift+R")
    many = page.get_by_role("region", name="Reject many at once")
    expect(many.get_by_role("heading", name="3 comments would be rejected")).to_be_focused()
    assert violations(page) == []
    many.get_by_label("Reason for all of them").select_option("off_topic")
    many.get_by_role("button", name="Reject 3 comments").press("Enter")

    expect(many.get_by_role("status")).to_have_text("Rejected 3 comments (Off topic).")
    assert newsroom.kept_status_of(root) == "rejected"
    many.get_by_role("button", name="Undo all of it").press("Enter")
    expect(many.get_by_role("status")).to_have_text("Taken back: 3 decisions.")
    assert newsroom.kept_status_of(root) == "published"


def test_authors_comments_are_counted_before_they_are_rejected(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    author = f"{newsroom.name}-author"
    for text in ("The first of two long comments.", "Another one, about the weather at sea."):
        newsroom.comment(text, by=author)
    page = console.sign_in(place=f"#/readers/{newsroom.author_of(author)}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()

    console.press("Shift+R")
    expect(page.get_by_label("Written since")).to_be_focused()
    page.get_by_role("button", name="Count them first").press("Enter")

    many = page.get_by_role("region", name="Reject many at once")
    expect(many.get_by_role("heading", name="2 comments would be rejected")).to_be_focused()
    many.get_by_role("button", name="Leave them").press("Enter")
    expect(many).to_be_hidden()

    page.get_by_role("button", name="Count them first").press("Enter")
    expect(many.get_by_role("heading", name="2 comments would be rejected")).to_be_focused()
    many.get_by_text("Limit the author too").press("Enter")
    many.get_by_label("Limit on the author").select_option("suspend")
    many.get_by_role("button", name="Reject 2 comments").press("Enter")
    expect(many.get_by_role("status")).to_have_text("Rejected 2 comments (House rules).")
    with newsroom.reader(author) as api:
        (sanction,) = api.get("/v1/me").raise_for_status().json()["sanctions"]
    assert (sanction["kind"], sanction["reason"]) == ("suspend", "House rules")


def test_note_about_a_reader_is_kept_and_struck_through(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    author = f"{newsroom.name}-noted"
    newsroom.comment("A comment like any other.", by=author)
    page = console.sign_in(place=f"#/readers/{newsroom.author_of(author)}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()

    page.get_by_label("Add a note").fill("Called the newsroom about it.")
    page.get_by_role("button", name="Keep the note").press("Enter")
    expect(page.locator(".lines")).to_contain_text(["Called the newsroom about it."])
    page.get_by_role("button", name="Strike through").press("Enter")
    expect(page.locator(".struck s")).to_have_text("Called the newsroom about it.")
