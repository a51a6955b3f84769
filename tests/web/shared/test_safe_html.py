"""A comment's HTML in the page: only what is allowed becomes an element, whatever the server sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

import service.web

SCRIPTS = Path(service.web.__file__).parent / "shared"
STRICT = "default-src 'none'; script-src 'self'; img-src *; require-trusted-types-for 'script'"
WITH_POLICY = f"{STRICT}; trusted-types story-comments"
WITHOUT_POLICY = f"{STRICT}; trusted-types none-of-ours"

# Appends the elements to the page and tells what is there then: its HTML, its texts, and each attribute.
RENDER = """async ([html, plain]) => {
  const { safeFragment } = await import("/safe-html.js");
  const box = document.createElement("div");
  document.body.replaceChildren(box);
  box.append(safeFragment(html, plain));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const elements = [...box.querySelectorAll("*")];
  return {
    html: box.innerHTML,
    text: box.textContent,
    names: [...new Set(elements.map((element) => element.tagName.toLowerCase()))].sort(),
    attributes: [...new Set(elements.flatMap((element) => [...element.attributes].map((one) => one.name)))].sort(),
    hrefs: elements.filter((element) => element.href).map((element) => element.href),
    ran: window.ran ?? null,
  };
}"""

ALLOWED = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"}

HOSTILE = [
    "<script>ran = 1</script>",
    "<img src=x onerror='ran = 1'>",
    "<svg onload='ran = 1'><script>ran = 1</script></svg>",
    "<svg><a xlink:href='javascript:ran=1'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran=1></style></mglyph></table></mtext></math>",
    "<p onclick='ran = 1' onmouseover=ran=1 style='position:fixed' id=heading class=primary part=comment>text</p>",
    "<a href='javascript:ran=1'>link</a>",
    "<a href=' java\tscript:ran=1'>link</a>",
    "<a href='&#106;avascript:ran=1'>link</a>",
    "<a href='data:text/html,<script>ran=1</script>'>link</a>",
    "<a href='vbscript:ran=1'>link</a>",
    "<a href='//elsewhere.example'>link</a>",
    "<a href='/console'>link</a>",
    "<a href='#comment-1'>link</a>",
    "<a href='http://'>link</a>",
    "<a href='blob:https://news.example/1'>link</a>",
    "<iframe src='javascript:ran=1'></iframe>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<object data='javascript:ran=1'></object><embed src='javascript:ran=1'>",
    "<form action='javascript:ran=1'><button>go</button></form>",
    "<base href='https://elsewhere.example/'><a href='x'>link</a>",
    "<meta http-equiv=refresh content='0;url=javascript:ran=1'>",
    "<link rel=stylesheet href='https://elsewhere.example/x.css'>",
    "<style>* { display: none }</style>",
    "<template><script>ran = 1</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=ran=1>\"></noscript>",
    "<textarea><script>ran=1</script></textarea>",
    "<select><option><script>ran=1</script></option></select>",
    "<details open ontoggle=ran=1><summary>x</summary></details>",
    "<video><source onerror=ran=1></video><audio src=x onerror=ran=1></audio>",
    "<input autofocus onfocus=ran=1>",
    "<marquee onstart=ran=1>x</marquee>",
    "<story-comments story-id=x></story-comments>",
    "<slot name=x></slot>",
    "<p is=evil-p>x</p>",
    "<!--><img src=x onerror=ran=1>-->",
    "<![CDATA[<img src=x onerror=ran=1>]]>",
    "<xmp><img src=x onerror=ran=1></xmp>",
    "<plaintext><img src=x onerror=ran=1>",
    "</body></html><script>ran=1</script>",
    "<p>" + "<blockquote>" * 3000 + "deep",
    "<p>\x00<scr\x00ipt>ran=1</script>",
]  # fmt: skip


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[dict[str, Page]]:
    """A page under each policy, from which nothing but our own modules can be had."""
    opened = {}
    for name, policy in (
        ("allowed", WITH_POLICY),
        ("forbidden", WITHOUT_POLICY),
        ("none", "default-src * 'unsafe-inline'"),
    ):
        page = browser.new_page()
        page.route("**/*", serving(policy))
        page.goto("https://news.example/story")
        opened[name] = page
    yield opened
    for page in opened.values():
        page.close()


def serving(policy: str) -> Callable[[Route], None]:
    """A site of one page under this policy, and our modules."""

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name == "story":
            headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
            route.fulfill(body="<!doctype html><title>A story</title><body>", headers=headers)
        elif (SCRIPTS / name).is_file():
            route.fulfill(path=SCRIPTS / name, content_type="text/javascript")
        else:
            raise AssertionError(f"the page asked for {route.request.url}")

    return serve


def render(page: Page, html: str | None, plain: str | None = None) -> Any:
    return page.evaluate(RENDER, [html, plain])


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_but_allowed_elements_comes_of_hostile_text(pages: dict[str, Page], html: str) -> None:
    for name in ("allowed", "none"):
        made = render(pages[name], html, "plain")
        assert set(made["names"]) <= ALLOWED
        assert set(made["attributes"]) <= {"href", "rel", "target"}
        assert all(href.startswith(("http://", "https://", "mailto:")) for href in made["hrefs"])
        assert made["hrefs"] == []
        assert made["ran"] is None


def test_what_the_service_renders_is_kept(pages: dict[str, Page]) -> None:
    html = (
        "<p>One <em>two</em> <strong>three</strong><br>four</p><blockquote><p>five</p></blockquote>"
        "<ul><li>six</li></ul><ol><li>seven</li></ol><pre><code>eight &lt;b&gt;</code></pre>"
    )
    assert render(pages["allowed"], html)["html"] == html


def test_links_lead_out_of_the_page_and_say_that_readers_made_them(pages: dict[str, Page]) -> None:
    made = render(pages["allowed"], '<p><a href="https://a.example/?q=1&amp;r=2" rel="me" target="_top">a</a></p>')
    assert made["html"] == (
        '<p><a href="https://a.example/?q=1&amp;r=2" rel="ugc nofollow noopener noreferrer" target="_blank">a</a></p>'
    )


def test_text_of_what_is_not_allowed_is_kept(pages: dict[str, Page]) -> None:
    made = render(pages["allowed"], "<h1>A <marquee>loud</marquee> one</h1><a href='javascript:1'>and a link</a>")
    assert made["text"] == "A loud oneand a link"


def test_a_page_that_forbids_parsing_shows_the_plain_text(pages: dict[str, Page]) -> None:
    made = render(pages["forbidden"], "<p>rendered</p>", "As <b>written</b>.\n\nTwice.")
    assert made["html"] == "<p>As &lt;b&gt;written&lt;/b&gt;.</p><p>Twice.</p>"


def test_no_text_makes_nothing(pages: dict[str, Page]) -> None:
    assert render(pages["allowed"], None)["html"] == ""
    assert render(pages["allowed"], "")["html"] == ""
