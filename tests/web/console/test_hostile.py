"""What readers write with bad intent, as moderators see it before anybody else does."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom
from tests.web.hostile import CASES, ELEMENTS, TELL, TOUCH

# As long as a test may be; the widget's tests walk the whole corpus.
_SHOWN = CASES[::12]


def test_hostile_comment_is_text_in_the_console(console: Console, newsroom: Newsroom) -> None:
    newsroom.held(*_SHOWN)
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    page = console.sign_in()

    for number in range(len(_SHOWN)):
        expect(page.locator('[data-queue="held"] .queue-count')).to_have_text(str(len(_SHOWN) - number))
        body = page.locator("#subject-text .text")
        expect(body).not_to_be_empty()
        body.locator("*").evaluate_all(TOUCH)
        told = body.evaluate_all(TELL)
        assert told["ran"] is None
        # Marks are the console's own: where a check noticed something.
        assert set(told["elements"]) <= ELEMENTS | {"mark"}
        assert not [name for name in told["attributes"] if name.split()[1].startswith(("on", "style"))]
        assert all(link.startswith(("http://", "https://", "mailto:")) for link in told["links"])
        page.keyboard.press("a")

    console.is_done()
    assert [url for url in asked if not url.startswith(newsroom.site.url)] == []


def test_names_and_notes_are_text_in_the_console(console: Console, newsroom: Newsroom) -> None:
    mark = "<img src=x onerror=window.ran=1>\"'"
    newsroom.story(title=mark, section="news")
    with newsroom.site.api("subscriber", "eve", name=mark) as eve:
        posted = eve.post(f"/v1/stories/story-of-{newsroom.name}/comments", json={"body": "Words."}).json()
    with newsroom.reader("finn") as finn:
        finn.post(f"/v1/comments/{posted['id']}/reports", json={"reason": "other", "note": mark}).raise_for_status()

    page = console.sign_in(place="#reported")
    console.press("g", "r")

    expect(page.locator("#in-hand, #evidence").filter(has_text="<img").first).to_be_visible()
    assert page.evaluate("[window.ran ?? null, document.querySelectorAll('img[onerror]').length]") == [None, 0]
