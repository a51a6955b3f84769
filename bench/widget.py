"""How soon a reader of a large thread sees the first comment, on a slow machine, while others read; and what moves."""

import asyncio
import shutil
import statistics
import threading
from typing import Any

import asyncpg
from playwright.sync_api import Browser, sync_playwright

from bench import data
from bench.load import drive, request
from bench.servers import served, servers
from scripts import build_widget
from service.web.assets import Assets

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
# As page speed tools slow a processor down to that of a middling phone.
_SLOWED = 4
# Other readers: light enough that the browser, on the same two cores, is not what is measured.
_OTHERS = 8

_PAGE = """<!doctype html><html lang="en"><title>A story</title>
<script type="module" src="/embed.js"></script><body><h1>A story</h1>
<story-comments style="display: block; min-block-size: 100vh" story-id="{story}"></story-comments></body></html>"""

# Told in milliseconds since the navigation began: the first comment's text is in a frame that was painted.
_SEEN = """() => new Promise((seen) => {
  const look = () => {
    const body = document.querySelector("story-comments")?.shadowRoot?.querySelector("article [part=body]");
    if (!body?.textContent) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => seen(performance.now())));
  };
  look();
})"""

_MOVED = """
  window.moved = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.moved += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
"""


def measure(quick: bool) -> list[dict[str, Any]]:
    """A row for each thread and speed: milliseconds from the navigation to the first comment, and shift of layout."""
    chromium = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if chromium is None:
        raise SystemExit("bench: there is no Chromium on this machine")
    build_widget.main(["--if-possible"])
    form = Assets(build_widget.WEB).form
    sizes = (100,) if quick else (10_000,)
    rounds = 2 if quick else 5
    with servers() as running:
        asyncio.run(_fill(running.database_url, sizes))
        given = {"database_url": running.database_url, "redis_url": running.redis_url}
        with served("service", given) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
            rows = [
                {"comments": size, "cpu_slowed": slowed, "others": others, "served": form}
                | _watched(browser, port, f"thread-{size}", slowed, others, rounds)
                for size in sizes
                for slowed, others in ((1, 0), (_SLOWED, 0), (_SLOWED, _OTHERS))
            ]
            browser.close()
    return rows


async def _fill(database_url: str, sizes: tuple[int, ...]) -> None:
    conn = await asyncpg.connect(database_url, command_timeout=600)
    try:
        await data.prepare(conn)
        for size in sizes:
            await data.make_thread(conn, f"thread-{size}", size)
        await data.settle(conn)
    finally:
        await conn.close()


def _watched(browser: Browser, port: int, story: str, slowed: int, others: int, rounds: int) -> dict[str, Any]:
    """The median of so many first visits, each with an empty cache."""
    took, moved = [], []
    stop = threading.Event()
    crowd = threading.Thread(target=_read_on, args=(port, story, others, stop), daemon=True)
    crowd.start()
    try:
        for _ in range(rounds):
            first_ms, shift = _visit(browser, port, story, slowed)
            took.append(first_ms)
            moved.append(shift)
    finally:
        stop.set()
        crowd.join()
    return {
        "first_comment_ms": round(statistics.median(took)),
        "slowest_ms": round(max(took)),
        "layout_shift": max(moved),
    }


def _read_on(port: int, story: str, connections: int, stop: threading.Event) -> None:
    """Other readers, until told to stop."""
    page = request("GET", f"/v1/stories/{story}/comments?limit=20&replies=3", {"Accept-Encoding": "br"})
    while connections and not stop.is_set():
        drive(port, [page], connections=connections, seconds=1.0)


def _visit(browser: Browser, port: int, story: str, slowed: int) -> tuple[float, float]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.add_init_script(_MOVED)
        address = f"http://127.0.0.1:{port}/a-story"
        body = _PAGE.format(story=story)
        page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.goto(address, wait_until="commit")
        first_ms: float = page.evaluate(_SEEN)
        page.wait_for_load_state("load")
        shift: float = page.evaluate("moved")
        return first_ms, shift
    finally:
        context.close()
