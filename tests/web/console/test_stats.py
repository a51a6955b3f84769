"""The statistics, and a month's transparency report saved as a file."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.web.axe import violations
from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


def test_figures_are_shown_and_saved_when_g_t_is_pressed(console: Console, newsroom: Newsroom) -> None:
    first, second = newsroom.held("The first to be counted.", "Another, of other words.")
    with newsroom.moderator() as api:
        orders = [
            {"comment_id": first["id"], "seen_revision": 1, "action": "approve"},
            {"comment_id": second["id"], "seen_revision": 1, "action": "reject", "reason": "spam"},
        ]
        api.post("/v1/admin/decisions", json={"decisions": orders}).raise_for_status()
    page = console.sign_in()
    console.is_done()

    console.press("g", "t")
    expect(page.get_by_role("img", name="Comments received, held and decided")).to_be_visible()
    expect(page.get_by_role("region", name="Rejections by reason")).to_contain_text("Spam")
    expect(page.get_by_role("region", name="Queues now")).to_contain_text("Held")
    assert violations(page) == []

    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").press("Enter")
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.startswith("section,measure,key,value\n")
    assert saved.value.suggested_filename.startswith("transparency-")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as JSON").press("Enter")
    assert saved.value.suggested_filename.endswith(".json")
    expect(page.get_by_role("status").filter(has_text="was saved")).to_be_visible()


def test_days_are_chosen_by_address_and_form(console: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    page = console.sign_in(place="#/stats?from=2026-01-01&to=2026-01-07")
    expect(page.get_by_label("From")).to_have_value("2026-01-01")

    page.get_by_label("From").fill("2026-01-05")
    page.get_by_role("button", name="Show", exact=True).press("Enter")

    expect(page).to_have_url(f"{console.url}#/stats?from=2026-01-05&to=2026-01-07")
    expect(page.get_by_role("img", name="Comments received, held and decided")).to_be_visible()
