"""A story page of a publisher's own, on another origin than the service, under a policy as strict as they get."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings
from tests.web.conftest import OpenPage, running_browser

SUBSCRIBE_URL = "https://news.example/subscribe"

_SIDES = [
    {"id": "critics", "label": "Critics", "claim": "It was a mistake."},
    {"id": "defenders", "label": "Defenders", "claim": "It was overdue."},
]
_ANCHORS = [{"id": "key-point-1", "kind": "key_point", "text": "The agreement is dissolved."}]

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """One service for all tests of a file: each of them has a story of its own."""
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture(scope="module")
def browser(chromium: str, site: Site) -> Iterator[Browser]:
    """Chromium, ended before the service is: that needs the thread's event loop again."""
    with running_browser(chromium) as browser:
        yield browser


class Story:
    """A story of this test alone."""

    def __init__(self, site: Site, /, **settings: Any) -> None:
        self.site = site
        self.id = f"story-{next(_numbers)}"
        given = {"site": "news", "title": "A story", "sides": _SIDES, "anchors": _ANCHORS}
        self.set(**{**given, **settings})

    def set(self, **settings: Any) -> None:
        self._told = {**getattr(self, "_told", {}), **settings}
        with self.site.api("editor") as editor:
            editor.put(f"/v1/admin/stories/{self.id}", json=self._told).raise_for_status()

    def post(self, body: str, *, by: str = "reader-1", **more: Any) -> str:
        """A subscriber's comment; its id."""
        with self.site.api("subscriber", subject=by, name=by.title()) as reader:
            answer = reader.post(f"/v1/stories/{self.id}/comments", json={"body": body, **more})
        answer.raise_for_status()
        return str(answer.json()["id"])

    def delete(self, comment: str, *, by: str = "reader-1") -> None:
        with self.site.api("subscriber", subject=by) as reader:
            reader.delete(f"/v1/comments/{comment}").raise_for_status()

    def decide(self, comment: str, action: str, **more: Any) -> None:
        """What a moderator decides about the first revision of a comment."""
        decision = {"comment_id": comment, "seen_revision": 1, "action": action, **more}
        with self.site.api("moderator") as moderator:
            answer = moderator.post("/v1/admin/decisions", json={"decisions": [decision]})
        answer.raise_for_status()

    def count(self) -> int:
        with self.site.api() as anyone:
            return int(anyone.get(f"/v1/stories/{self.id}").json()["comment_count"])


@pytest.fixture
def story(site: Site) -> Story:
    return Story(site)


class StoryPage:
    """A publisher's page with the discussion of one story."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.element = page.locator("story-comments").first
        self.list = self.element.locator(".thread")

    def sign_in(self, part: str, subject: str | None = None, name: str | None = None) -> None:
        """The page's own login has the reader's token and gives it to the discussion."""
        token = self.site.token(part, subject, name=name)
        self.element.evaluate("(element, token) => { element.token = token; }", token)

    def comment(self, text: str) -> Locator:
        """The comment with this text, without its replies."""
        return self.element.locator("article", has_text=text)


class Publisher:
    """Serves story pages. To a browser the same machine under another name is another site."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._pages: dict[str, bytes] = {}
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, *_: object) -> None:
                """A test's own requests are nothing to tell of."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def publish(self, path: str, body: str) -> str:
        """Puts a page with this body at this path; its address."""
        page = (
            '<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>A story</title>'
            f'<script type="module" src="{self._service}/embed.js"></script><link rel="icon" href="data:,">'
            f"<body><main><h1>A story</h1>{body}<p>The end of the page</p></main></body></html>"
        )
        self._pages[path] = page.encode()
        return self.url + path

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        page = self._pages.get(request.path)
        request.send_response(200 if page else 404)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src {self._service}; connect-src {self._service}; style-src 'none'; "
            "img-src data:; require-trusted-types-for 'script'; trusted-types story-comments",
        )
        request.end_headers()
        request.wfile.write(page or b"")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def publisher(site: Site) -> Iterator[Publisher]:
    publisher = Publisher(site.url)
    yield publisher
    publisher.close()


@pytest.fixture
def read(open_page: OpenPage, site: Site, publisher: Publisher) -> Callable[..., StoryPage]:
    """Opens a page with the discussion of a story, or of several: `read(story.id, width=390)`."""

    def read(*stories: str, attributes: str = "", before: str = "", fragment: str = "", **options: Any) -> StoryPage:
        elements = "".join(f'<story-comments story-id="{story}" {attributes}></story-comments>' for story in stories)
        url = publisher.publish(f"/{next(_numbers)}", before + elements)
        return StoryPage(open_page(url + fragment, **options), site)

    return read
