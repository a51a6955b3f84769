"""A queue as a list: filters, orders, who holds what, several decided together and taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def rows(console: Console, *texts: str) -> None:
    """The list shows these, in this order."""
    expect(console.page.locator(".item-row .item-text")).to_have_text(list(texts))


def test_several_are_rejected_for_one_reason_and_taken_back_when_chosen_with_x(
    console: Console, newsroom: Newsroom
) -> None:
    first, second, third = newsroom.held("The first.", "The second.", "The third.")
    page = console.sign_in(place="#/queues/held/list?order=oldest")
    rows(console, "The first.", "The second.", "The third.")

    console.press("j", "x", "j", "Shift+X")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(page.locator("#said")).to_have_text("2 chosen")
    console.press("r", "4")

    console.is_told("Rejected 2 comments (Spam).")
    expect(page.locator(".item-row .outcome")).to_have_text(["Rejected", "Rejected"])
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    assert [newsroom.status_of(one) for one in (first, second, third)] == ["rejected", "rejected", "held"]

    console.press("u")
    console.is_told("Taken back: 2 decisions.")
    expect(page.locator(".item-row .outcome")).to_have_text(["Taken back", "Taken back"])
    assert newsroom.status_of(first) == "held"


def test_one_that_fails_says_why_and_stays_chosen_when_others_are_decided(console: Console, newsroom: Newsroom) -> None:
    first, second = newsroom.held("Edited meanwhile.", "As it was.")
    page = console.sign_in(place="#/queues/held/list?order=oldest")
    rows(console, "Edited meanwhile.", "As it was.")
    with newsroom.reader() as api:
        edit = {"body": "Another text.", "seen_revision": 1}
        api.patch(f"/v1/comments/{first['id']}", json=edit).raise_for_status()

    console.press("Shift+A", "a")

    console.is_told("Approved 1 comment. 1 comment could not be decided; each says why.")
    expect(page.locator(".item-row").first).to_contain_text("was edited while you were reading it")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    assert newsroom.status_of(first) == "held"
    assert newsroom.status_of(second) == "published"


def test_holder_is_named_when_another_has_a_comment_in_hand(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Read by somebody.")
    with newsroom.moderator("another") as api:
        api.post("/v1/admin/queues/held/claims", json={"limit": 1}).raise_for_status()

    page = console.sign_in(place="#/queues/held/list")

    expect(page.locator(".item-row .holder")).to_have_text("In the hands of Morgan Moss")


def test_only_what_fits_is_listed_and_taken_in_hand_when_filtered(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("By Sam.")
    newsroom.comment("By Rosa.", by="rosa")
    rosa = newsroom.author_of("rosa")
    page = console.sign_in(place="#/queues/held/list")
    expect(page.locator(".item-row")).to_have_count(2)

    console.press("/")
    expect(page.get_by_label("Site")).to_be_focused()
    page.get_by_label("Author").fill(rosa)
    console.press("Enter")

    rows(console, "By Rosa.")
    assert f"author={rosa}" in page.url
    console.press("l")
    console.sees("By Rosa.")
    console.press("n")
    expect(page.locator("#in-hand h1")).to_have_text("No more in Held with these filters")
    page.get_by_role("button", name="Without the filter Author").press("Enter")
    console.sees("By Sam.")


def test_newest_comes_first_when_that_order_is_chosen(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("The older.", "The newer.")
    page = console.sign_in(place="#/queues/held?order=oldest")
    console.sees("The older.")

    page.get_by_label("Order").select_option("newest")

    console.sees("The newer.")
    console.press("l")
    rows(console, "The newer.", "The older.")


def test_chosen_row_is_taken_in_hand_when_enter_is_pressed(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("The first.", "The second.")
    console.sign_in(place="#/queues/held/list?order=oldest")
    rows(console, "The first.", "The second.")

    console.press("j", "j", "Enter")

    console.sees("The second.")
    console.press("a")
    console.sees("The first.")


def test_button_does_its_own_when_enter_is_pressed_on_it(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("One of two.", "Something quite different.")
    page = console.sign_in(place="#/queues/held/list?order=oldest&signal=none-such")
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()

    page.get_by_role("button", name="Without the filter Signal").press("Enter")

    rows(console, "One of two.", "Something quite different.")
    console.press("j")
    page.get_by_role("link", name="Record").last.press("Enter")
    expect(page.locator("#screen .subject-text")).to_have_text("Something quite different.")
