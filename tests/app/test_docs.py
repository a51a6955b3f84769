"""`/docs` shows the whole description, from our own files alone, and tries an operation."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.app.probe import calling, front, serving
from tests.web.conftest import running_browser


async def test_its_files_are_served_and_no_others() -> None:
    async with calling(front()) as client:
        page = await client.get("/docs")
        assert page.headers["content-type"].startswith("text/html")
        for name in ("viewer.js", "dom.js", "schema.js", "try-it.js", "viewer.css"):
            assert (await client.get(f"/docs/{name}")).status_code == 200
        for name in ("page.html", "nothing.js", "%2e%2e", "docs.py"):
            assert (await client.get(f"/docs/{name}")).status_code == 404
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The probe behind the real server, in a thread of its own."""
    loop, up, address = asyncio.new_event_loop(), threading.Event(), []
    done = asyncio.Event()

    async def serve() -> None:
        async with serving(front(development=True)) as (host, port):
            address.append(f"http://{host}:{port}")
            up.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert up.wait(20)
    yield address[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(20)
    loop.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with running_browser(chromium) as running:
        yield running


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    page = browser.new_page(base_url=served)
    page.set_default_timeout(10_000)
    yield page
    page.close()


def test_every_operation_is_shown_and_nothing_is_asked_of_others(page: Page, served: str) -> None:
    asked: list[str] = []
    said: list[Any] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/docs")
    page.wait_for_selector("article")
    described = page.evaluate(
        "fetch('/openapi.json').then(r => r.json()).then(d => Object.values(d.paths).flatMap(Object.values).length)"
    )
    assert page.locator("article").count() == described > 5
    assert {url.startswith(f"{served}/") for url in asked} == {True}
    assert said == []


def test_an_operation_can_be_found_and_tried(page: Page) -> None:
    page.goto("/docs")
    page.fill("#find", "things")
    shown = page.locator("article:visible")
    shown.first.wait_for()
    assert {text.split()[-1] for text in shown.locator(".path").all_inner_texts()} == {
        "/v1/things",
        "/v1/things/{thing}",
    }
    article = page.locator("#get_thing")
    article.get_by_text("Try it").click()
    article.get_by_label("thing (path)").fill("a:b")
    article.get_by_role("button", name="Send").click()
    answer = article.get_by_label("Answer")
    page.wait_for_function("document.querySelector('#get_thing pre').textContent.includes('thing')")
    assert answer.inner_text().startswith("GET /v1/things/a%3Ab\n200")
    assert '"thing": "a:b"' in answer.inner_text()


def test_a_body_is_filled_in_from_its_schema_and_its_members_are_shown(page: Page) -> None:
    page.goto("/docs")
    article = page.locator("#post_thing")
    article.get_by_text("Body: Thing").click()
    assert "data string" in article.locator(".members").first.inner_text()
    article.get_by_text("Try it").click()
    assert '"data": "…"' in article.get_by_label("Body").input_value()
    article.get_by_role("button", name="Send").click()
    page.wait_for_function("document.querySelector('#post_thing pre').textContent.includes('201')")
