"""The console in a real browser, against a whole service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.site import Site
from tests.web.console.driver import Console

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def browser(chromium: str, site: Site) -> Iterator[Browser]:
    """A browser for one test. It asks for `site` so as to end before it: both want the thread's event loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def console(browser: Browser, site: Site) -> Iterator[Console]:
    """The console, not yet opened. At the end nothing may have gone wrong in the page that the test did not expect."""
    opened = Console(browser, site)
    yield opened
    opened.close()
    assert opened.faults == []
