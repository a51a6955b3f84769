"""The script that fills comment counts into a page's list of stories, in a browser, on a page of another origin."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.builders import a_comment, a_story
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings
from tests.web.conftest import running_browser
from tests.web.widget.conftest import Publisher


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture(scope="module")
def browser(chromium: str, site: Site) -> Iterator[Browser]:
    """Chromium, ended before the service is: that needs the thread's event loop again."""
    with running_browser(chromium) as browser:
        yield browser


@pytest.fixture
def publisher(site: Site) -> Iterator[Publisher]:
    publisher = Publisher(site.url)
    yield publisher
    publisher.close()


def test_every_element_of_a_page_is_filled_by_one_request(site: Site, browser: Browser, publisher: Publisher) -> None:
    story, quiet = a_story(site), a_story(site, "story-2")
    for by in ("sam", "bo"):
        a_comment(site, story, by=by)
    named = [story, quiet, "unknown", story]
    links = "".join(f'<a href="#" data-story-comments-count="{name}">?</a>' for name in named)
    script = f'<script type="module" src="{site.url}/count.js"></script>'
    page = browser.new_page()
    troubles: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.append(request.url.removeprefix(site.url)))
    page.goto(publisher.publish("/list", links + script))
    expect(page.locator("a")).to_have_text(["2", "0", "0", "2"])
    assert troubles == []
    assert [url for url in asked if url.startswith("/v1/")] == [f"/v1/counts?story={story}&story={quiet}&story=unknown"]
    page.close()
