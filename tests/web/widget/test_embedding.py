"""The element in a page of somebody else's: several, moved about, before and after, in the page's own looks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage
from tests.web.widget.conftest import Publisher, Story, StoryPage

Read = Callable[..., StoryPage]


def test_several_on_a_page_know_nothing_of_one_another(story: Story, read: Read) -> None:
    other = Story(story.site)
    story.post("On the one")
    other.post("On the other")
    page = read(story.id, other.id)
    one, two = page.page.locator("story-comments").all()
    expect(one.get_by_text("On the one")).to_be_visible()
    expect(two.get_by_text("On the other")).to_be_visible()
    expect(one.get_by_text("On the other")).to_have_count(0)
    page.sign_in("subscriber", "on-one-only")
    expect(one.locator("textarea")).to_be_visible()
    expect(two.get_by_role("link", name="Subscribe to comment")).to_be_visible()


def test_element_can_leave_and_come_back(story: Story, read: Read) -> None:
    story.post("Here")
    page = read(story.id)
    expect(page.comment("Here")).to_be_visible()
    page.element.evaluate("(element) => { window.kept = element; element.remove(); }")
    story.post("Meanwhile", by="reader-2")
    page.page.evaluate("document.body.prepend(kept)")
    expect(page.comment("Meanwhile")).to_be_visible()
    expect(page.list.locator("article")).to_have_count(2)


def test_element_that_left_asks_for_nothing_more(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_text("Be the first")).to_be_visible()
    asked: list[str] = []
    page.element.evaluate("(element) => element.remove()")
    page.page.on("request", lambda request: asked.append(request.url))
    story.post("Unheard")
    page.page.evaluate("dispatchEvent(new Event('hashchange'))")
    page.page.wait_for_timeout(1_500)
    assert asked == []


def test_another_story_can_be_shown_in_its_place(story: Story, read: Read) -> None:
    other = Story(story.site)
    story.post("On the one")
    other.post("On the other")
    page = read(story.id)
    expect(page.comment("On the one")).to_be_visible()
    page.element.evaluate("(element, id) => element.setAttribute('story-id', id)", other.id)
    expect(page.comment("On the other")).to_be_visible()
    expect(page.comment("On the one")).to_have_count(0)


def test_token_that_was_given_before_the_script_came_is_used(
    story: Story, open_page: OpenPage, publisher: Publisher
) -> None:
    url = publisher.publish("/early", "")
    page = open_page("about:blank")
    page.add_init_script("window.early = true")
    page.goto(url)
    page.evaluate(
        """async ([id, token]) => {
          const element = document.createElement("div").ownerDocument.createElement("story-comments");
          element.setAttribute("story-id", id);
          Object.defineProperty(element, "token", { value: token, writable: true, configurable: true });
          document.body.append(element);
        }""",
        [story.id, story.site.token("subscriber", "early")],
    )
    expect(page.locator("story-comments textarea")).to_be_visible()


def test_page_is_told_what_happens(story: Story, read: Read) -> None:
    story.post("Here", side="critics", about="key-point-1")
    page = read(story.id)
    expect(page.comment("Here")).to_be_visible()
    page.page.evaluate(
        """() => {
          for (const name of ["count", "posted"]) {
            document.addEventListener(`story-comments:${name}`, (event) => {
              document.body.dataset[name] = JSON.stringify(event.detail);
            });
          }
        }"""
    )
    page.sign_in("subscriber", "teller")
    page.element.get_by_label("Discuss this story").fill("And here")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("And here")).to_be_visible()
    told = {"storyId": story.id, "count": 2, "bySide": {"critics": 1}, "byAnchor": {"key-point-1": 1}}
    body = page.page.locator("body")
    expect(body).to_have_attribute("data-count", json.dumps(told, separators=(",", ":")))
    expect(body).to_have_attribute("data-posted", re.compile('"body":"And here"'))


def test_one_part_of_the_story_can_be_discussed(story: Story, read: Read) -> None:
    story.post("About the point", about="key-point-1")
    story.post("About all of it", by="reader-2")
    page = read(story.id, before='<p data-story-comments-anchor="key-point-1">The agreement is dissolved.</p>')
    page.sign_in("subscriber", "discusses")
    expect(page.element.get_by_label("Discuss this story")).to_be_visible()
    page.element.evaluate("(element) => element.discuss('key-point-1')")
    expect(page.comment("About all of it")).to_have_count(0)
    expect(page.comment("About the point")).to_be_visible()
    expect(page.element.get_by_label("Discuss this story")).to_be_focused()
    expect(page.element.get_by_role("radio", name="a key point: The agreement is dissolved.")).to_be_checked()
    page.element.get_by_role("button", name="Show all comments").click()
    expect(page.comment("About all of it")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_element_follows_the_pages_colour_scheme(story: Story, read: Read, scheme: str) -> None:
    story.post("Seen")
    page = read(story.id, color_scheme=scheme)
    expect(page.comment("Seen")).to_be_visible()
    link = gate_colour(page)
    assert link == ("rgb(11, 83, 148)" if scheme == "light" else "rgb(143, 193, 255)")


def gate_colour(page: StoryPage) -> str:
    return str(page.element.get_by_role("link", name="Log in").evaluate("(link) => getComputedStyle(link).color"))


def test_page_chooses_colours_by_custom_properties(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_role("link", name="Log in")).to_be_visible()
    page.element.evaluate("(element) => element.style.setProperty('--story-comments-accent', 'rgb(1, 2, 3)')")
    assert gate_colour(page) == "rgb(1, 2, 3)"


def test_right_to_left_page_is_mirrored(story: Story, read: Read) -> None:
    root = story.post("A question")
    story.post("مرحبا بالعالم", by="reader-2", parent_id=root)
    # There is no Hebrew catalogue: what the page says of its direction is all that is known.
    page = read(story.id, attributes='lang="he"')
    reply = page.list.locator(".replies").first
    expect(reply).to_be_visible()
    from_left = reply.evaluate("(element) => getComputedStyle(element).borderLeftWidth")
    page.page.evaluate("document.documentElement.dir = 'rtl'")
    assert reply.evaluate("(element) => getComputedStyle(element).borderRightWidth") == from_left == "2px"
    # Each comment is written in its own direction, whatever the page's is.
    direction = "(element) => getComputedStyle(element).direction"
    assert page.comment("A question").locator(".body").evaluate(direction) == "ltr"
    assert page.comment("مرحبا").locator(".body").evaluate(direction) == "rtl"


def test_pages_own_properties_do_not_meet_those_inside(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_role("link", name="Log in")).to_be_visible()
    page.element.evaluate(
        """(element) => {
          element.style.setProperty('--accent', 'rgb(4, 5, 6)');
          element.style.setProperty('--story-comments-accent', 'var(--accent)');
        }"""
    )
    assert gate_colour(page) == "rgb(4, 5, 6)"
