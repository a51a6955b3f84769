"""The page itself: harmless whatever readers write, usable by keyboard, by screen reader and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom

_HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script>\n\n[look](javascript:alert(3)) "
    "<svg onload=alert(4)> {{7*7}} \u202eevil"
)


def test_hostile_text_stays_text_when_shown(console: Console, newsroom: Newsroom) -> None:
    newsroom.story(mode="pre", title="<img src=x onerror=alert(5)>")
    newsroom.comment(_HOSTILE)

    page = console.sign_in()

    text = page.locator("#subject-text")
    expect(text).to_contain_text("<img src=x onerror=alert(1)>")
    expect(text).to_contain_text("<script>alert(2)</script>")
    expect(page.locator(".story")).to_contain_text("<img src=x onerror=alert(5)>")
    assert page.locator("main img, main script, main svg, main iframe").count() == 0
    assert page.locator('main a[href^="javascript"]').count() == 0


def test_page_lets_no_html_and_no_foreign_script_in_when_served(console: Console) -> None:
    page = console.open()
    policy = page.request.get(console.url).headers["content-security-policy"]

    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    refused = "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch (error) { return error.name } }"
    assert page.evaluate(refused) == "TypeError"
    console.faults.clear()  # The browser complains of that attempt, as it should.


def test_keys_rest_when_switched_off(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Read aloud.")
    page = console.sign_in()
    console.sees("Read aloud.")

    console.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("House rules")
    page.get_by_label("Use single keys").uncheck()
    console.press("Escape", "a")

    expect(page.locator("#notices")).to_be_empty()
    expect(page.locator("#subject-text")).to_have_text("Read aloud.")
    page.get_by_role("button", name="Approve").press("Enter")
    console.is_told("Approved the comment by Sam Subscriber.")


def test_every_control_has_a_name_when_read_by_a_screen_reader(console: Console, newsroom: Newsroom) -> None:
    newsroom.held("Read aloud.")
    page = console.sign_in()
    console.sees("Read aloud.")
    console.press("r")

    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    expect(page.get_by_role("complementary", name="What is known about this comment")).to_be_visible()
    expect(page.get_by_role("region", name="Decide")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Comment by Sam Subscriber")).to_be_visible()
    expect(page.get_by_role("group", name="Reject: why?")).to_be_visible()
    nameless = """() => [...document.querySelectorAll("button, a, input, textarea")]
      .filter((control) => control.checkVisibility())
      .filter((control) => !control.textContent.trim() && !control.ariaLabel && !control.labels?.length)
      .map((control) => control.outerHTML)"""
    assert page.evaluate(nameless) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_when_the_window_is_narrow_or_wide(browser: Browser, newsroom: Newsroom, width: int) -> None:
    newsroom.story(mode="pre", title="A" * 180)
    newsroom.comment("https://example.org/" + "x" * 400 + "\n\n`" + "y" * 300 + "`")
    window = Console(browser, newsroom, width=width)
    page = window.sign_in()
    expect(page.locator("#subject-text")).to_contain_text("example.org")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    window.press("r")
    for name in ("Abuse", "House rules"):
        button = page.get_by_role("button", name=name).bounding_box()
        assert button is not None
        assert 0 <= button["x"] <= width - button["width"]
        assert button["height"] >= (44 if width < 720 else 24)
    window.close()
    assert window.faults == []
