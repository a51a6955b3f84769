"""Every state of the console without violations of axe-core, in light and in dark, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import violations
from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desk-light", "phone-dark"])
def seen(request: Any, browser: Browser, newsroom: Newsroom) -> Iterator[Console]:
    """The console in a window of that width and scheme."""
    width, scheme = request.param
    window = Console(browser, newsroom, width=width, scheme=scheme)
    yield window
    window.close()
    assert window.faults == []


def _report(newsroom: Newsroom, comment: dict[str, Any]) -> None:
    with newsroom.reader("rosa") as api:
        report = {"reason": "hate", "note": "Not for the first time."}
        api.post(f"/v1/comments/{comment['id']}/reports", json=report).raise_for_status()


def test_sign_in_has_no_violations(seen: Console) -> None:
    page = seen.open()

    assert violations(page) == []


def test_desk_has_no_violations_in_any_of_its_states(seen: Console, newsroom: Newsroom) -> None:
    newsroom.story()
    _report(newsroom, newsroom.comment("Reported, and [linked](https://example.org).", by=f"{newsroom.name}-author"))
    newsroom.held("Held.")
    page = seen.sign_in(place="#/queues/reported")
    expect(page.locator("#subject-text")).to_contain_text("Reported")
    assert violations(page) == []

    seen.press("r", "l")
    page.get_by_label("Limit on the author").select_option("suspend")
    assert violations(page) == []
    seen.press("Escape", "Escape", "/")
    assert violations(page) == []
    seen.press("Escape", "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(page) == []
    seen.press("Escape", "a")
    seen.is_done("Reported")
    assert violations(page) == []


def test_lists_and_records_have_no_violations(seen: Console, newsroom: Newsroom) -> None:
    (comment,) = newsroom.held("Held and read.")
    page = seen.sign_in(place="#/queues/held/list")
    expect(page.locator(".item-row")).to_have_count(1)
    seen.press("j", "x", "r")
    expect(page.get_by_role("group", name="Reject: why?")).to_be_visible()
    assert violations(page) == []

    page.goto(f"{seen.url}#/comments/{comment['id']}")
    expect(page.get_by_role("heading", level=1, name="Comment by Sam Subscriber")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{seen.url}#/readers/{comment['author']['id']}")
    expect(page.get_by_role("heading", level=1, name="Sam Subscriber")).to_be_visible()
    seen.press("l")
    assert violations(page) == []
