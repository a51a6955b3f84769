"""Steps that a moderator takes in the console, by keyboard, and what they then see."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.web.console.newsroom import Newsroom

# What a browser logs for an answer that is a refusal; the tests of refusals bring these about themselves.
_REFUSED = "Failed to load resource: the server responded with a status of 4"


class Console:
    """One moderator's browser window."""

    def __init__(self, browser: Browser, newsroom: Newsroom, *, width: int = 1280, scheme: Any = "light") -> None:
        self.newsroom = newsroom
        self.url = f"{newsroom.site.url}/console"
        self.faults: list[str] = []
        self._context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_REFUSED):
            self.faults.append(message.text)

    def close(self) -> None:
        self._context.close()

    def open(self, place: str = "") -> Page:
        self.page.goto(self.url + place)
        expect(self.page.locator("#sign-in")).to_be_visible()
        return self.page

    def sign_in(self, token: str | None = None, place: str = "") -> Page:
        """Opens the console and pastes a token; a moderator's unless one is given."""
        page = self.open(place)
        expect(page.locator("#token")).to_be_focused()
        page.keyboard.insert_text(token or self.newsroom.token())
        page.keyboard.press("Enter")
        expect(page.locator("#sign-in")).to_be_hidden()
        return page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def sees(self, body: str) -> None:
        """The comment in hand says this, and a screen reader would go on from its head."""
        expect(self.page.locator("#subject-text")).to_have_text(body)
        expect(self.page.locator("#card-title")).to_be_focused()

    def is_told(self, text: str) -> None:
        """What the last act came to, to the eye and to a screen reader."""
        expect(self.page.locator("#notices")).to_contain_text(text)
        expect(self.page.locator("#said")).to_contain_text(text)

    def is_warned(self, text: str) -> None:
        expect(self.page.locator("#alerts")).to_contain_text(text)

    def is_done(self, queue: str = "Held") -> None:
        expect(self.page.locator("#in-hand h1")).to_have_text(f"{queue}: all done")

    def refuses_once(self, path: str, status: int, slug: str, **members: Any) -> None:
        """The next call to this path is answered with a problem, as the service or something before it might."""
        problem = {"type": f"/problems/{slug}", "title": slug, "status": status, "detail": slug, **members}
        self.page.route(f"**{path}", lambda route: route.fulfill(status=status, json=problem), times=1)
