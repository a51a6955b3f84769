"""Appeals, ruled on by another moderator than the first, and the record of staff acts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.axe import violations
from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def _appealed(newsroom: Newsroom, *, by: str, decided_by: str | None = "first") -> dict[str, object]:
    """A comment whose author appeals against its rejection."""
    newsroom.story()
    comment = newsroom.comment(f"A comment of {by} about the harbour.", by=by)
    with newsroom.moderator(decided_by) as api:
        order = {"comment_id": comment["id"], "seen_revision": 1, "action": "reject", "reason": "abuse"}
        api.post("/v1/admin/decisions", json={"decisions": [order]}).raise_for_status()
    with newsroom.reader(by) as api:
        decisions = api.get("/v1/me/decisions").raise_for_status().json()["decisions"]
        (decision,) = [one for one in decisions if one["kind"] == "rejection"]
        api.post(f"/v1/me/decisions/{decision['id']}/appeal", json={"text": "It was a quotation."}).raise_for_status()
    return comment


def test_rejection_is_reversed_with_a_reason_when_v_is_pressed(console: Console, newsroom: Newsroom) -> None:
    author = f"{newsroom.name}-author"
    comment = _appealed(newsroom, by=author)
    page = console.sign_in()
    expect(page.locator('[data-queue="appealed"] .queue-count')).to_have_text("1")

    console.press("g", "p")
    expect(page.locator(".appeal-row")).to_contain_text("against a rejection (Abuse)")
    assert violations(page) == []
    console.press("n")
    expect(page.get_by_role("heading", level=1, name="Appeal by")).to_be_focused()
    expect(page.locator("#screen")).to_contain_text("It was a quotation.")
    expect(page.locator(".statement")).to_contain_text("A person decided.")
    assert violations(page) == []
    console.press("v")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("It is a quotation indeed.")
    console.press("Control+Enter")

    console.is_told("Reversed. The author is told why.")
    expect(page.locator("#screen")).to_contain_text("It is a quotation indeed.")
    assert newsroom.kept_status_of(comment) == "published"
    with newsroom.reader(author) as api:
        (decision,) = api.get("/v1/me/decisions").raise_for_status().json()["decisions"]
    assert decision["appeal"]["ruling"] == "It is a quotation indeed."


def test_own_decision_is_greyed_with_the_reason_when_it_is_appealed(console: Console, newsroom: Newsroom) -> None:
    _appealed(newsroom, by=f"{newsroom.name}-author", decided_by=None)
    page = console.sign_in(place="#/appeals")

    barred = page.locator(".appeal-row.barred")
    expect(barred).to_contain_text("This is your own decision. Another moderator rules on it.")
    console.press("n")
    console.is_told("No appeal is free for you")
    console.press("j", "Enter")
    expect(page.get_by_role("heading", level=1, name="Appeal by")).to_be_focused()
    expect(page.get_by_role("button", name="Rule on it")).to_have_count(0)


def test_acts_are_listed_with_before_and_after_when_an_admin_presses_g_a(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Decided for the record.")
    page = console.sign_in(newsroom.token("the-admin", part="admin"))
    console.sees("Decided for the record.")
    console.press("a")
    console.is_told("Approved")

    console.press("g", "a")
    row = page.locator(".audit-row").filter(has_text="comment.approved")
    expect(row).to_contain_text("the-admin")
    assert violations(page) == []
    console.press("j", "Enter")
    expect(page.get_by_role("region", name="Before and after").first).to_be_visible()
    console.press("/")
    page.get_by_label("Act", exact=True).fill("story.registered")
    console.press("Enter")
    expect(page.locator(".audit-row").filter(has_text="comment.approved")).to_have_count(0)
