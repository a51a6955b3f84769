"""The console in a real browser, against a whole service."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings
from tests.web.conftest import running_browser
from tests.web.console.console import Console
from tests.web.console.newsroom import Newsroom

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """One service for all tests of a file: each of them has a newsroom of its own."""
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture(scope="module")
def browser(chromium: str, site: Site) -> Iterator[Browser]:
    """Chromium, ended before the service is: that needs the thread's event loop again."""
    with running_browser(chromium) as browser:
        yield browser


@pytest.fixture
def newsroom(site: Site) -> Newsroom:
    """The queues of this test alone."""
    return Newsroom(site, f"news-{next(_numbers)}")


@pytest.fixture
def console(browser: Browser, newsroom: Newsroom) -> Iterator[Console]:
    """The console, not yet opened. At the end nothing may have gone wrong in the page that the test did not expect."""
    opened = Console(browser, newsroom)
    yield opened
    opened.close()
    assert opened.faults == []
