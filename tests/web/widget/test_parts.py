"""The small elements for pages: counts, the latest comments of a site, bubbles beside the parts of a story."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage
from tests.web.widget.conftest import Publisher, Story, StoryPage

Read = Callable[..., StoryPage]
OpenWith = Callable[..., Page]

_paths = itertools.count(1)
_POINT = '<p data-story-comments-anchor="key-point-1">The agreement is dissolved.</p>'


@pytest.fixture
def open_with(open_page: OpenPage, publisher: Publisher, story: Story) -> OpenWith:
    """Opens a page with one of the scripts: `open_with("count", body)`."""

    def open_with(script: str, body: str) -> Page:
        tag = f'<script type="module" src="{story.site.url}/{script}.js"></script>'
        return open_page(publisher.publish(f"/part-{next(_paths)}", body + tag))

    return open_with


def asked_of(page: Page, part: str) -> list[str]:
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return [name for name in names if part in name]


def test_counts_of_a_page_are_asked_for_together(story: Story, open_with: OpenWith) -> None:
    other = Story(story.site)
    story.post("One", by="counts-1")
    story.post("Two", by="counts-2")
    body = "".join(f'<story-comments-count story-id="{name}"></story-comments-count>' for name in (story.id, other.id))
    page = open_with("count", f'{body}<story-comments-count story-id="{story.id}" number></story-comments-count>')
    expect(page.locator("story-comments-count")).to_have_text(["2 comments", "0 comments", "2"])
    assert len(asked_of(page, "/v1/counts")) == 1


def test_count_that_comes_later_fills_itself_in_its_language(story: Story, open_with: OpenWith) -> None:
    story.post("One", by="counts-3")
    page = open_with("count", "<p>Nothing to count yet</p>")
    page.evaluate(
        """(id) => {
          const element = document.createElement("story-comments-count");
          element.setAttribute("story-id", id);
          element.lang = "de";
          document.body.append(element);
        }""",
        story.id,
    )
    expect(page.locator("story-comments-count")).to_have_text("1 Kommentar")


def test_count_follows_the_discussion_on_the_same_page(story: Story, open_with: OpenWith) -> None:
    body = f'<story-comments-count story-id="{story.id}"></story-comments-count>'
    page = open_with("count", f'{body}<story-comments story-id="{story.id}"></story-comments>')
    expect(page.locator("story-comments-count")).to_have_text("0 comments")
    expect(page.locator("story-comments").get_by_role("heading").first).to_be_visible()
    story.post("Just now", by="counts-4")
    expect(page.locator("story-comments-count")).to_have_text("1 comment")


def test_latest_comments_of_a_site_lead_to_their_stories(story: Story, open_with: OpenWith) -> None:
    there = Story(story.site, site="front", url="https://news.example/there", title="There")
    comment = there.post("Said <b>there</b>", by="latest-1")
    page = open_with("latest", '<story-comments-latest site="front"></story-comments-latest>')
    link = page.get_by_role("link")
    expect(link).to_have_attribute("href", f"https://news.example/there#comment-{comment}")
    expect(link).to_contain_text("Said <b>there</b>")
    expect(link).to_contain_text("Latest-1 on There")


def test_featured_comments_of_a_site_are_listed_alone(story: Story, open_with: OpenWith) -> None:
    there = Story(story.site, site="chosen", url="https://news.example/chosen", title="Chosen")
    there.post("Passed over", by="latest-2")
    decision = {"comment_id": there.post("Well put", by="latest-3"), "seen_revision": 1, "action": "feature"}
    with there.site.api("editor") as editor:
        editor.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status()
    page = open_with("latest", '<story-comments-latest site="chosen" featured lang="fr"></story-comments-latest>')
    expect(page.get_by_role("link")).to_have_count(1)
    expect(page.get_by_role("link")).to_contain_text("Latest-3 sur Chosen")


def test_without_comments_the_pages_own_words_stay(open_with: OpenWith) -> None:
    page = open_with("latest", '<story-comments-latest site="nowhere"><p>Be the first.</p></story-comments-latest>')
    expect(page.get_by_text("Be the first.")).to_be_visible()


def test_bubble_counts_and_opens_the_discussion_there(story: Story, open_with: OpenWith) -> None:
    story.post("About the point", by="bubble-1", about="key-point-1")
    story.post("About all of it", by="bubble-2")
    page = open_with("bubbles", f'{_POINT}<story-comments story-id="{story.id}"></story-comments>')
    bubble = page.get_by_role("button", name="Discuss this passage, 1 comment")
    expect(bubble).to_have_text("1")
    bubble.click()
    discussion = StoryPage(page, story.site)
    expect(discussion.comment("About the point")).to_be_visible()
    expect(discussion.comment("About all of it")).to_have_count(0)


def test_bubble_knows_its_count_before_the_discussion_is_loaded(story: Story, open_with: OpenWith) -> None:
    story.post("About the point", by="bubble-3", about="key-point-1")
    long = "<p>One more line of a long story.</p>" * 300
    page = open_with("bubbles", f'{_POINT}{long}<story-comments story-id="{story.id}"></story-comments>')
    expect(page.get_by_role("button", name="Discuss this passage, 1 comment")).to_be_visible()
    assert asked_of(page, "/comments") == []
    page.get_by_role("button", name="Discuss this passage").click()
    expect(page.locator("story-comments article", has_text="About the point")).to_be_in_viewport()


def test_bubble_counts_what_comes_meanwhile(story: Story, open_with: OpenWith) -> None:
    page = open_with("bubbles", f'{_POINT}<story-comments story-id="{story.id}"></story-comments>')
    expect(page.get_by_role("button", name="Discuss this passage")).to_have_text("")
    expect(page.locator("story-comments").get_by_role("heading").first).to_be_visible()
    story.post("About the point", by="bubble-4", about="key-point-1")
    expect(page.get_by_role("button", name="Discuss this passage, 1 comment")).to_have_text("1")


@pytest.mark.parametrize("script", ["count", "latest", "bubbles"])
def test_script_that_is_included_twice_does_no_harm(story: Story, open_with: OpenWith, script: str) -> None:
    again = f'<script type="module" src="{story.site.url}/{script}.js?again"></script>'
    page = open_with(script, f'{again}{_POINT}<story-comments story-id="{story.id}"></story-comments>')
    expect(page.locator("story-comments").get_by_role("heading").first).to_be_visible()
    expect(page.locator("story-comments-bubble")).to_have_count(1 if script == "bubbles" else 0)
