"""A real browser for tests of pages. Whatever a page logs as an error, or throws, fails the test that opened it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

# What the browser itself says of an answer that is no success. A test that provokes one says so by what it expects.
_REFUSED_ANSWER = "Failed to load resource: "

OpenPage = Callable[..., Page]


@contextmanager
def running_browser(chromium: str) -> Iterator[Browser]:
    """Chromium. While it runs it has the thread's event loop: nothing else in this thread can have one."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, for the tests of a file."""
    with running_browser(chromium) as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, each as a reader of its own: `open_page(url, width=390, color_scheme="dark", ...)`."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(
        url: str,
        *,
        width: int = 1280,
        height: int = 900,
        **options: Any,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"thrown: {error}"))
        page.on("console", lambda message: troubles.extend(_trouble_in(message)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _trouble_in(message: ConsoleMessage) -> list[str]:
    is_trouble = message.type == "error" and not message.text.startswith(_REFUSED_ANSWER)
    return [f"logged: {message.text}"] if is_trouble else []
