"""The Content Security Policy that `docs/widget.md` gives to hosts: a page that sends it shows the discussion, and the
browser refuses nothing."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.builders import a_comment, a_story
from tests.site import Site
from tests.web.conftest import running_browser

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "widget.md"
# What a careful host sends besides.
MORE = "default-src 'none'; style-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""


@contextmanager
def host_of(body: str, policy: str) -> Iterator[str]:
    """A publisher's own server with one page; its address. To a browser it is another site than the service."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """A test's own requests are nothing to tell of."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/story"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def documented_policy(service: str) -> str:
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(r"## Content Security Policy\n.*?```\n(.*?)```", text, re.DOTALL)
    assert found, "docs/widget.md tells hosts no policy"
    policy = " ".join(found[1].split()).replace("https://comments.example", service)
    assert "'unsafe" not in policy
    assert service in policy
    return policy


@pytest.mark.parametrize("more", ["", MORE], ids=["as documented", "stricter still"])
def test_the_documented_policy_refuses_nothing_of_a_discussion(site: Site, chromium: str, more: str) -> None:
    story = a_story(site)
    root = a_comment(site, story, "A *root* with <b>no markup</b> and https://a.example/x.")
    a_comment(site, story, "A reply.", by="bo", parent_id=root["id"])
    policy = more + documented_policy(site.url)
    body = (
        f'<!doctype html><html lang="en"><title>A story</title>'
        f'<script type="module" src="{site.url}/embed.js"></script>'
        f'<body><main><story-comments story-id="{story}"></story-comments></main></body></html>'
    )
    token = site.token("subscriber", "kim", name="Kim")
    with host_of(body, policy) as host, running_browser(chromium) as browser, browser.new_page() as page:
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.add_init_script(LISTEN)
        page.goto(host)
        discussion = page.locator("story-comments")
        expect(discussion.locator("article")).to_have_count(2)
        # Parsed, not merely shown as text: the policy lets the parser's Trusted Types policy in.
        expect(discussion.locator("article .body em").first).to_have_text("root")
        discussion.evaluate("(element, token) => { element.token = token; }", token)
        discussion.get_by_role("textbox").first.fill("Written under a strict policy.")
        discussion.get_by_role("textbox").first.press("Control+Enter")
        expect(discussion.locator("article")).to_have_count(3)
        assert page.evaluate("window.refused") == []
        # The listener would have heard.
        page.evaluate(
            "try { document.createElement('script').src = 'https://evil.example/'; } catch { /* As it should. */ }"
        )
        page.wait_for_function("window.refused.length > 0")
        assert thrown == []
