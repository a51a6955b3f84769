"""When the element loads, what it begins with, what it leaves behind, and that it moves nothing on the page."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage
from tests.web.widget.conftest import Publisher, Story, StoryPage

Read = Callable[..., StoryPage]

SAID = ("The first word", "A second thought", "Third time lucky", "Fourth estate", "Take five", "Six of one")

_LONG = "<p>One more line of a long story.</p>" * 300

# What the documentation asks of a page: to keep room before the script is there.
_ROOM = """
  const room = new CSSStyleSheet();
  room.replaceSync("story-comments { display: block; min-block-size: 100vh }");
  document.adoptedStyleSheets = [room];
"""

_paths = itertools.count(1)

# Counts what an element may forget to end. Set up before any script of the page runs.
_WATCH = """
  window.running = { streams: 0, timers: 0 };
  const { fetch: ask, setInterval: begin, clearInterval: end } = window;
  window.fetch = (url, options) => {
    if (new URL(url).pathname.endsWith("/live")) {
      running.streams++;
      options.signal.addEventListener("abort", () => running.streams--);
    }
    return ask(url, options);
  };
  const ticking = new Set();
  window.setInterval = (...given) => {
    const id = begin(...given);
    running.timers = ticking.add(id).size;
    return id;
  };
  window.clearInterval = (id) => { end(id); ticking.delete(id); running.timers = ticking.size; };
"""

_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      shifts.push({ value: entry.value, sources: entry.sources.map((one) => one.node?.nodeName ?? "gone") });
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


def fragment_of(story: Story) -> str:
    with story.site.api() as anyone:
        return anyone.get(f"/v1/stories/{story.id}/comments.html").raise_for_status().text


def with_markup(story: Story, publisher: Publisher, inside: str) -> str:
    body = f'<story-comments story-id="{story.id}">{inside}</story-comments>'
    return publisher.publish(f"/coming-{next(_paths)}", body)


def asked_of(page: Page, ending: str) -> list[str]:
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return [name for name in names if name.partition("?")[0].endswith(ending)]


def test_markup_in_the_tag_is_taken_over_without_asking_again(
    story: Story, open_page: OpenPage, publisher: Publisher
) -> None:
    story.post("Rendered by the server", by="comer-1")
    page = StoryPage(open_page(with_markup(story, publisher, fragment_of(story))), story.site)
    expect(page.list.get_by_text("Rendered by the server")).to_be_visible()
    assert asked_of(page.page, "/comments") == []
    # It stands there once: what the server rendered has given way.
    expect(page.page.get_by_text("Rendered by the server").locator("visible=true")).to_have_count(1)
    story.post("Come since", by="reader-2")
    expect(page.comment("Come since")).to_be_visible()


def test_markup_that_has_grown_old_is_brought_up_to_date(
    story: Story, open_page: OpenPage, publisher: Publisher
) -> None:
    gone = story.post("Gone meanwhile", by="comer-2")
    url = with_markup(story, publisher, fragment_of(story))
    story.delete(gone, by="comer-2")
    story.post("Come meanwhile", by="reader-2")
    page = StoryPage(open_page(url), story.site)
    expect(page.comment("Come meanwhile")).to_be_visible()
    expect(page.list.get_by_text("Gone meanwhile")).to_have_count(0)


def test_markup_is_read_without_javascript(story: Story, open_page: OpenPage, publisher: Publisher) -> None:
    story.post("Readable by everyone", by="comer-3")
    page = open_page(with_markup(story, publisher, fragment_of(story)), java_script_enabled=False)
    expect(page.get_by_role("heading", name="Join the discussion")).to_be_visible()
    expect(page.get_by_text("Readable by everyone", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<p>Loading</p>",
        '<script type="application/json" data-story-comments="page">{"story": {"id": "another"}}</script>',
    ],
)
def test_without_usable_markup_the_page_is_asked_for(
    story: Story, open_page: OpenPage, publisher: Publisher, inside: str
) -> None:
    story.post("Asked for", by="comer-4")
    page = StoryPage(open_page(with_markup(story, publisher, inside)), story.site)
    expect(page.comment("Asked for")).to_be_visible()
    assert len(asked_of(page.page, "/comments")) == 1


def test_reading_takes_one_script_and_one_page(story: Story, read: Read) -> None:
    story.post("Here", by="comer-5")
    page = read(story.id)
    expect(page.comment("Here")).to_be_visible()
    assert len(asked_of(page.page, "/embed.js")) == 1
    assert len(asked_of(page.page, "/comments")) == 1


def test_element_far_away_loads_when_the_reader_comes_near(story: Story, read: Read) -> None:
    story.post("Far down", by="comer-6")
    page = read(story.id, before=_LONG)
    page.page.evaluate("customElements.whenDefined('story-comments')")
    # Two frames: an observer would have told by now.
    page.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert asked_of(page.page, "/comments") == []
    page.element.evaluate("(element) => element.scrollIntoView()")
    expect(page.comment("Far down")).to_be_visible()


def test_link_to_a_comment_loads_it_at_once_however_far_away(story: Story, read: Read) -> None:
    comment = story.post("Linked to", by="comer-7")
    page = read(story.id, before=_LONG, fragment=f"#comment-{comment}")
    expect(page.comment("Linked to")).to_be_visible()
    expect(page.comment("Linked to")).to_be_in_viewport()


def test_element_that_comes_and_goes_fifty_times_leaves_nothing_behind(
    story: Story, open_page: OpenPage, publisher: Publisher
) -> None:
    story.post("Here again", by="comer-8")
    url = publisher.publish(f"/coming-{next(_paths)}", '<div id="place"></div>')
    page = open_page("about:blank")
    page.add_init_script(_WATCH)
    page.goto(url)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    come_and_go(page, story.id, 5)
    before = counted(session)
    come_and_go(page, story.id, 50)
    after = counted(session)
    assert page.evaluate("running") == {"streams": 0, "timers": 0}
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["Nodes"] <= before["Nodes"] + 200


def come_and_go(page: Page, story_id: str, times: int) -> None:
    page.evaluate(
        """async ([id, times]) => {
          for (let time = 0; time < times; time++) {
            const element = document.createElement("story-comments");
            element.setAttribute("story-id", id);
            const shown = new Promise((resolve) => element.addEventListener("story-comments:ready", resolve));
            document.getElementById("place").append(element);
            await shown;
            element.remove();
          }
        }""",
        [story_id, times],
    )


def counted(session: Any) -> dict[str, float]:
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}


@pytest.mark.parametrize("viewer", ["nobody", "subscriber"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_on_the_page_moves_as_the_discussion_comes(
    story: Story, open_page: OpenPage, publisher: Publisher, viewer: str, width: int
) -> None:
    for number, text in enumerate(SAID):
        story.post(f"{text}. It takes its place.", by=f"{viewer}-{width}-{number}")
    body = f'<p>The story</p><story-comments story-id="{story.id}"></story-comments>'
    url = publisher.publish(f"/coming-{next(_paths)}", body)
    page = open_page("about:blank", width=width)
    page.add_init_script(_SHIFTS + _ROOM)
    if viewer == "subscriber":
        token = story.site.token("subscriber", "calm")
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => {"
            f"document.querySelector('story-comments').token = '{token}'; }})"
        )
    page.goto(url)
    shown = StoryPage(page, story.site)
    expect(shown.comment(SAID[-1])).to_be_visible()
    if viewer == "subscriber":
        expect(shown.element.locator("textarea")).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("shifts") == []
