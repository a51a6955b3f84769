"""What readers may write with bad intent, in the real widget and in `comments.html`: nothing runs, leaves or leaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.site import Site
from tests.web.conftest import OpenPage
from tests.web.hostile import CASES, ELEMENTS, TELL, TOUCH
from tests.web.widget.conftest import Story, StoryPage

_OF_A_PAGE = 20
CHUNKS = [CASES[at : at + _OF_A_PAGE] for at in range(0, len(CASES), _OF_A_PAGE)]
MARK = "<img src=x onerror=window.ran=1><style>*{color:#bada55}</style>\"'"


@pytest.fixture(scope="module", autouse=True)
def unscreened(site: Site) -> None:
    """Here every text is published: what screening holds could not show what the page makes of it."""
    with site.api("admin") as admin:
        current = admin.get("/v1/admin/rules").raise_for_status().json()
        rules = {
            name: {**part, "use": "off"}
            for name, part in current["rules"].items()
            if isinstance(part, dict) and "use" in part
        }
        wanted = {**current["rules"], **rules, "words": []}
        answer = admin.put("/v1/admin/rules", json={"seen_version": current["version"], "rules": wanted})
        assert answer.status_code == 200, answer.text


def posted(story: Story, bodies: tuple[str, ...]) -> None:
    """Each as a comment; all of them are published."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda numbered: story.post(numbered[1], by=f"writer-{numbered[0]}"), enumerate(bodies)))
    assert story.count() == len(bodies)


def watched(page: Page) -> list[str]:
    """Every address that the page asks for from now on, and every dialogue that it opens."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog: {dialog.message}"))
    return asked


def assert_harmless(told: dict[str, Any]) -> None:
    assert told["ran"] is None
    assert set(told["elements"]) <= ELEMENTS
    assert set(told["attributes"]) <= {"a href", "a rel", "a target"}
    assert (told["painted"], told["covering"]) == (0, 0)
    for link in told["links"]:
        target = urlsplit(link)
        assert target.scheme in {"http", "https", "mailto"}, link
        assert "@" not in target.netloc, link
        assert target.netloc.isascii(), link


def test_corpus_is_large() -> None:
    assert len(CASES) >= 230
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize("bodies", CHUNKS, ids=[f"cases-{number}" for number in range(len(CHUNKS))])
def test_hostile_comment_is_text_in_the_widget_and_without_scripts(
    read: Callable[..., StoryPage], open_page: OpenPage, site: Site, story: Story, bodies: tuple[str, ...]
) -> None:
    posted(story, bodies)

    shown = read(story.id)
    expect(shown.element.locator("article")).to_have_count(len(bodies))
    asked = watched(shown.page)
    shown.element.locator("article .body *").evaluate_all(TOUCH)
    assert_harmless(shown.element.locator("article .body").evaluate_all(TELL))
    # Nothing but the service's own parts and answers.
    assert [url for url in asked if "evil.example" in url or url.startswith("dialog")] == []

    plain = open_page("about:blank")
    asked = watched(plain)
    plain.goto(f"{site.url}/v1/stories/{story.id}/comments.html")
    expect(plain.locator("article")).to_have_count(len(bodies))
    assert_harmless(plain.locator('[itemprop="text"]').evaluate_all(TELL))
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site.url).netloc}


def test_every_other_text_of_a_page_is_text_too(
    read: Callable[..., StoryPage], open_page: OpenPage, site: Site, story: Story
) -> None:
    sides = [{"id": "critics", "label": MARK, "claim": MARK}, {"id": "defenders", "label": "Defenders", "claim": "x"}]
    story.set(title=MARK, sides=sides, anchors=[{"id": "key-point-1", "kind": "key_point", "text": MARK}])
    with site.api("subscriber", "hostile", name=f"Eve {MARK}"[:60]) as reader:
        answer = reader.post(
            f"/v1/stories/{story.id}/comments", json={"body": "Words.", "side": "critics", "about": "key-point-1"}
        )
    assert answer.status_code == 201, answer.text
    story.decide(answer.json()["id"], "feature", note=MARK)

    shown = read(story.id)
    asked = watched(shown.page)
    shown.sign_in("subscriber", "reader-2", MARK[:60])
    expect(shown.element.locator("article")).to_have_count(1)
    expect(shown.element.locator("article")).to_contain_text("<img")
    assert shown.page.evaluate("window.ran ?? null") is None
    assert shown.element.evaluate("(element) => element.shadowRoot.querySelectorAll('img[onerror]').length") == 0
    assert [url for url in asked if "evil.example" in url] == []

    plain = open_page(f"{site.url}/v1/stories/{story.id}/comments.html")
    assert plain.evaluate("[window.ran ?? null, document.images.length, document.styleSheets.length]") == [None, 0, 0]
    feed = open_page("about:blank").request.get(f"{site.url}/v1/stories/{story.id}/feed.atom").text()
    assert not re.search(r"<(?:img|script|style)\b", feed)
