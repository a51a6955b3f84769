"""The demonstration page plays the publisher: it says who is reading, and what may be discussed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from service.app.example import EXAMPLE_STORY, load_example
from service.infra.clock import SystemClock
from service.infra.postgres import Database
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings
from tests.web.conftest import OpenPage
from tests.web.widget.conftest import Story


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """A service with the example story, as `dev` has it."""

    async def load() -> None:
        database = await Database.open(database_url, size=2)
        await load_example(database, SystemClock())
        await database.close()

    run_async(load)
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture
def page(open_page: OpenPage, site: Site) -> Page:
    return open_page(f"{site.url}/demo/{EXAMPLE_STORY}")


@pytest.fixture
def slow_page(browser: Browser, site: Site) -> Iterator[Page]:
    """The same page, whose own script comes long after the widget's."""
    context = browser.new_context()
    page = context.new_page()

    def late(route: Route) -> None:
        page.wait_for_timeout(1_500)
        route.continue_()

    page.route("**/demo/page.js", late)
    page.goto(f"{site.url}/demo/{EXAMPLE_STORY}")
    yield page
    context.close()


def read_as(page: Page, role: str) -> None:
    page.get_by_role("radio", name=role).check(force=True)


def test_page_hears_of_the_discussion_however_late_its_own_script_comes(slow_page: Page) -> None:
    expect(slow_page.get_by_role("link", name="Discuss this story (32)")).to_be_visible()


def test_example_is_discussed(page: Page) -> None:
    discussion = page.locator("story-comments")
    expect(discussion.get_by_text("32 comments")).to_be_visible()
    expect(discussion.get_by_role("button", name="Critics")).to_be_visible()
    expect(page.get_by_role("link", name="Discuss this story (32)")).to_be_visible()


def test_page_can_be_read_as_everyone_who_reads_it(page: Page) -> None:
    discussion = page.locator("story-comments")
    expect(discussion.get_by_role("link", name="Log in")).to_be_visible()
    read_as(page, "Registered")
    expect(page.get_by_text("You are Robin Reader.")).to_be_visible()
    expect(discussion.get_by_text("Subscribers take part.")).to_be_visible()
    expect(discussion.get_by_role("link", name="Log in")).to_have_count(0)
    read_as(page, "Subscriber")
    expect(discussion.get_by_label("Discuss this story")).to_be_visible()
    page.reload()
    expect(discussion.get_by_label("Discuss this story")).to_be_visible()
    read_as(page, "Lapsed")
    expect(discussion.get_by_text("Your subscription has expired.")).to_be_visible()
    read_as(page, "Moderator")
    console = page.get_by_role("complementary", name="For moderators")
    expect(console.get_by_role("link", name="console")).to_have_attribute("href", "/console")
    expect(console.get_by_label("Staff token")).not_to_have_value("")
    read_as(page, "Anonymous")
    expect(discussion.get_by_role("link", name="Log in")).to_be_visible()
    expect(console).to_have_count(0)


def test_each_part_of_the_story_leads_to_what_is_said_about_it(page: Page) -> None:
    point = page.locator('[data-story-comments-anchor="key-point-5"]')
    bubble = point.get_by_role("button", name="Discuss this passage, 2 comments")
    expect(bubble).to_have_text("2")
    bubble.click()
    discussion = page.locator("story-comments")
    expect(discussion.get_by_text("About: GPT models stay available")).to_be_visible()
    expect(discussion.locator(".thread > li")).to_have_count(2)
    # And what is said leads back to the part of the story.
    discussion.get_by_role("button", name="About a key point").first.click()
    expect(point).to_be_in_viewport()


def test_comment_of_one_reader_reaches_another_without_reload(page: Page, open_page: OpenPage) -> None:
    other = open_page(page.url)
    expect(other.locator("story-comments").get_by_text("32 comments")).to_be_visible()
    read_as(page, "Subscriber")
    page.locator("story-comments").get_by_label("Discuss this story").fill("Seen at once by everyone")
    page.get_by_role("button", name="Post comment").click()
    expect(other.locator("story-comments").get_by_text("Seen at once by everyone")).to_be_visible()


def test_story_that_nobody_registered_says_so(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/demo/nobody-registered-this")
    expect(page.get_by_text("There are no comments on this story.")).to_be_visible()


def test_any_story_has_a_page(site: Site, open_page: OpenPage) -> None:
    story = Story(site, title="Another story")
    page = open_page(f"{site.url}/demo/{story.id}")
    expect(page.get_by_role("heading", name="Another story")).to_be_visible()
    expect(page.get_by_text("Be the first to share your perspective")).to_be_visible()


def test_examples_of_the_documentation_are_live(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/demo/widget")
    for number in range(3):
        # They load as the reader comes near.
        page.locator("story-comments").nth(number).evaluate("(element) => element.scrollIntoView()")
        expect(page.locator("story-comments").nth(number).locator("section")).to_be_visible()
    expect(page.locator("story-comments section[dir=rtl]")).to_have_count(1)
    expect(page.locator("story-comments-bubble").get_by_role("button")).to_be_visible()
    page.get_by_role("button", name="Sign in as a subscriber").click()
    expect(page.locator("#plain textarea").first).to_be_visible()
    page.get_by_role("button", name="Put one more here, in Japanese").click()
    page.locator("#place story-comments").evaluate("(element) => element.scrollIntoView()")
    expect(page.locator("#place story-comments section")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("list", name="Events")).to_contain_text("story-comments:ready")
