"""Every state of the discussion as axe-core sees it, zoomed, in the reader's own colours, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from service.infra.clock import SystemClock
from tests.web import axe
from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]

LOOKS: list[dict[str, Any]] = [
    {},
    {"color_scheme": "dark"},
    {"width": 390, "attributes": 'lang="ar"'},
    {"forced_colors": "active"},
]
LOOK_NAMES = ["light", "dark", "right-to-left", "forced-colours"]


def thread(story: Story) -> str:
    """Comments of every kind that there is to see. Nobody says the same twice: that would be noticed."""
    ada, bob, carol, dan = (f"{name}-{story.id}" for name in ("ada", "bob", "carol", "dan"))
    root = story.post("A **question** with `code`", by=ada, side="critics")
    story.post("An answer", by=bob, parent_id=root, side="defenders")
    gone = story.post("Soon gone", by=carol, about="key-point-1")
    story.post("What remains", by=bob, parent_id=gone)
    story.delete(gone, by=carol)
    chosen = story.post("Well put", by=dan, about="key-point-1")
    with story.site.api("editor") as editor:
        decision = {"comment_id": chosen, "seen_revision": 1, "action": "feature", "note": "Worth reading"}
        editor.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status()
    return root


def violations(page: Page) -> list[str]:
    """What axe-core finds, on the background that the page's colour scheme asks for: axe takes any other for white."""
    page.evaluate("document.documentElement.style.background = 'Canvas'")
    return axe.violations(page)


def signed_in(page: StoryPage, subject: str, part: str = "subscriber") -> StoryPage:
    page.sign_in(part, subject, subject.title())
    expect(page.element.locator(".own")).to_be_visible()
    return page


@pytest.mark.parametrize("look", LOOKS, ids=LOOK_NAMES)
def test_reading_states_have_no_violation(story: Story, read: Read, look: dict[str, Any]) -> None:
    empty = read(story.id, **look)
    expect(empty.element.locator(".entry .gate")).to_be_visible()
    assert violations(empty.page) == []
    thread(story)
    page = read(story.id, **look)
    expect(page.list.locator("article").first).to_be_visible()
    expect(page.element.locator(".entry .gate")).to_be_visible()
    assert violations(page.page) == []
    page.list.get_by_role("button").nth(2).click()
    expect(page.list.locator(".gate")).to_be_visible()
    assert violations(page.page) == []


@pytest.mark.parametrize("look", LOOKS, ids=LOOK_NAMES)
def test_writing_states_have_no_violation(story: Story, read: Read, look: dict[str, Any]) -> None:
    thread(story)
    story.set(slow_mode_s=300)
    page = signed_in(read(story.id, **look), f"sam-{story.id}")
    text = page.element.locator(".entry textarea")
    text.focus()
    assert violations(page.page) == [], "composing"
    text.press("Control+Enter")
    expect(page.element.locator(".entry .failure")).not_to_be_empty()
    assert violations(page.page) == [], "an error"
    text.fill("A comment of one's own")
    page.element.locator(".aids .textual").click()
    expect(page.element.locator(".preview")).to_be_visible()
    assert violations(page.page) == [], "a preview"
    page.element.locator(".entry form .primary").click()
    expect(page.comment("A comment of one's own")).to_be_visible()
    text.fill("Too soon")
    text.press("Control+Enter")
    expect(page.element.locator(".entry .primary")).to_have_attribute("aria-disabled", "true")
    assert violations(page.page) == [], "limited"
    own = page.comment("A comment of one's own")
    own.locator("[data-act=edit]").click()
    expect(own.locator("textarea")).to_be_focused()
    assert violations(page.page) == [], "editing"
    page.page.keyboard.press("Escape")
    own.locator("[data-act=delete]").click()
    assert violations(page.page) == [], "deleting"


@pytest.mark.parametrize("look", LOOKS, ids=LOOK_NAMES)
def test_dialogs_and_what_only_oneself_sees_have_no_violation(story: Story, read: Read, look: dict[str, Any]) -> None:
    subject = f"seen-{story.id}"
    rejected = story.post("Rather rude", by=subject)
    story.decide(rejected, "reject", reason="abuse")
    story.post("By somebody else", by=f"other-{story.id}")
    story.set(mode="pre")
    story.post("Waiting to be read", by=subject)
    page = signed_in(read(story.id, **look), subject)
    expect(page.comment("Waiting to be read")).to_be_visible()
    page.comment("Rather rude").locator("[data-act=why]").click()
    expect(page.comment("Rather rude").locator(".decision")).to_be_visible()
    assert violations(page.page) == [], "held, and rejected with its reasons"
    other = page.comment("By somebody else")
    other.locator("[data-act=report]").click()
    expect(page.element.locator("dialog")).to_be_visible()
    assert violations(page.page) == [], "a report"
    page.page.keyboard.press("Escape")
    other.locator("[data-act=mute]").click()
    expect(page.element.locator("article .gone")).to_be_visible()
    assert violations(page.page) == [], "muted"
    page.element.locator(".own").click()
    for part in range(4):
        page.element.locator("dialog .chip").nth(part).click()
        expect(page.element.locator("dialog .row, dialog .empty").first).to_be_visible()
        for summary in page.element.locator("dialog summary").all():
            summary.click()
        assert violations(page.page) == [], f"part {part} of one's own activity"


def test_states_without_a_composer_have_no_violation(story: Story, read: Read) -> None:
    lapsed = read(story.id)
    lapsed.sign_in("lapsed")
    expect(lapsed.element.get_by_text("Your subscription has expired.")).to_be_visible()
    assert violations(lapsed.page) == []
    with story.site.api("subscriber", subject="barred") as reader:
        author = reader.get("/v1/me").json()["id"]
    until = (SystemClock().now() + timedelta(days=3)).isoformat()
    with story.site.api("moderator") as moderator:
        sanction = {"kind": "suspend", "until": until, "reason": "abuse"}
        moderator.post(f"/v1/admin/readers/{author}/sanctions", json=sanction).raise_for_status()
    barred = signed_in(read(story.id), "barred")
    expect(barred.element.get_by_text("You can take part again from")).to_be_visible()
    assert violations(barred.page) == []
    story.set(state="closed")
    closed = read(story.id)
    expect(closed.element.get_by_text("The discussion is closed.")).to_be_visible()
    assert violations(closed.page) == []
    missing = read("no-such-story")
    expect(missing.element.get_by_text("There are no comments")).to_be_visible()
    assert violations(missing.page) == []


@pytest.mark.parametrize("width", [640, 320])
def test_zoomed_page_needs_no_scrolling_sideways(story: Story, read: Read, width: int) -> None:
    """1280 px at 200 % are 640 px of CSS, at 400 % they are 320."""
    root = thread(story)
    for level in range(4):
        root = story.post(f"Level {level} Rindfleischetikettierung", by=f"deep-{level}-{story.id}", parent_id=root)
    page = signed_in(read(story.id, width=width), f"sam-{story.id}")
    text = page.element.locator(".entry textarea")
    text.fill("Open, with everything that belongs to it " + "x" * 200)

    def overflow() -> bool:
        return bool(page.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    assert not overflow()
    page.comment("Level 0").locator("[data-act=reply]").click()
    assert not overflow()
    page.comment("An answer").locator("[data-act=report]").click()
    dialog = page.element.locator("dialog")
    expect(dialog).to_be_visible()
    assert not overflow()
    assert dialog.evaluate("(element) => element.scrollWidth <= element.clientWidth")
    page.page.keyboard.press("Escape")
    page.element.locator(".own").click()
    expect(page.element.locator("dialog .empty, dialog .row").first).to_be_visible()
    assert not overflow()


def test_reader_who_wants_no_motion_gets_none(story: Story, read: Read) -> None:
    page = read(story.id, reduced_motion="reduce")
    expect(page.element.get_by_text("Be the first")).to_be_visible()
    story.post("Just now")
    arrived = page.comment("Just now")
    expect(arrived).to_be_visible()
    moving = "(element) => getComputedStyle(element).animationTimingFunction"
    assert arrived.evaluate(moving) in ("step-end", "steps(1)")


@contextmanager
def listening(page: StoryPage) -> Iterator[list[str]]:
    """What live regions say meanwhile."""
    page.element.evaluate(
        """(element) => {
          window.said = [];
          const root = element.shadowRoot;
          new MutationObserver((records) => {
            for (const { target } of records) {
              const at = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
              const region = at?.closest("[role=status], [role=alert], [aria-live=polite]");
              const text = region?.textContent.trim();
              if (text && said.at(-1) !== text) said.push(text);
            }
          }).observe(root, { subtree: true, childList: true, characterData: true });
        }"""
    )
    said: list[str] = []
    yield said
    said.extend(page.page.evaluate("said"))


def test_nothing_is_read_out_while_somebody_writes(story: Story, read: Read) -> None:
    page = signed_in(read(story.id), f"sam-{story.id}")
    text = page.element.locator(".entry textarea")
    text.focus()
    with listening(page) as said:
        text.press_sequentially("A thought of some length, typed as people type", delay=10)
        with story.site.api("subscriber", subject="others") as other:
            other.post(f"/v1/stories/{story.id}/comments", json={"body": "Meanwhile"}).raise_for_status()
        expect(page.comment("Meanwhile")).to_be_visible()
    assert said == ["1 new comment"]


def test_wait_is_told_once_and_then_that_it_is_over(story: Story, read: Read) -> None:
    story.set(slow_mode_s=4)
    page = signed_in(read(story.id), f"sam-{story.id}")
    text = page.element.locator(".entry textarea")
    text.fill("One")
    text.press("Control+Enter")
    expect(page.comment("One")).to_be_visible()
    text.fill("Two")
    with listening(page) as said:
        text.press("Control+Enter")
        expect(page.element.locator(".entry .primary")).to_have_attribute("aria-disabled", "true")
        expect(page.element.locator(".entry .primary")).not_to_have_attribute("aria-disabled", "true", timeout=20_000)
    # The eye sees each second; what is read out is the hidden sentence, which stands still.
    told = [re.sub(r"(You can post again in \d+ seconds?\.).*", r"\1", one) for one in said]
    assert list(dict.fromkeys(told))[-1] == "You can post again."
    assert len(set(told)) == 2


class Keyboard:
    """A reader who has nothing else."""

    def __init__(self, page: StoryPage) -> None:
        self._page = page
        self.press = page.page.keyboard.press
        self.type = page.page.keyboard.type

    def go_to(self, target: Locator, *, backwards: bool = False) -> None:
        for _ in range(60):
            self.press("Shift+Tab" if backwards else "Tab")
            if target.count() and target.evaluate("(element) => element.getRootNode().activeElement === element"):
                return
        raise AssertionError(f"the keyboard does not get to {target}")


def test_whole_journey_by_keyboard_alone(story: Story, read: Read) -> None:
    story.post("Reached by keyboard", by="ada")
    page = signed_in(read(story.id), f"sam-{story.id}")
    keyboard = Keyboard(page)
    keyboard.go_to(page.element.locator(".entry textarea"))
    keyboard.type("By keyboard alone")
    keyboard.go_to(page.element.get_by_role("button", name="Preview"))
    keyboard.press("Enter")
    expect(page.element.locator(".preview")).to_be_focused()
    keyboard.go_to(page.element.get_by_role("radio", name="Neither"))
    keyboard.press("ArrowRight")
    keyboard.go_to(page.element.get_by_role("button", name="Post comment"))
    keyboard.press("Enter")
    mine = page.comment("By keyboard alone")
    expect(mine).to_be_focused()
    expect(mine.get_by_text("Critics")).to_be_visible()
    keyboard.go_to(mine.get_by_role("button", name="Edit"))
    keyboard.press("Enter")
    expect(mine.locator("textarea")).to_be_focused()
    keyboard.press("End")
    keyboard.type(", changed")
    keyboard.press("Control+Enter")
    expect(page.comment("By keyboard alone, changed")).to_be_focused()
    theirs = page.comment("Reached by keyboard")
    keyboard.go_to(theirs.get_by_role("button", name="Report"))
    keyboard.press("Enter")
    dialog = page.element.get_by_role("dialog")
    expect(dialog).to_be_visible()
    keyboard.press("Space")
    keyboard.go_to(dialog.get_by_role("button", name="Send report"))
    keyboard.press("Enter")
    expect(theirs.get_by_text("Thank you.")).to_be_focused()
    keyboard.go_to(mine.get_by_role("button", name="Delete"), backwards=True)
    keyboard.press("Enter")
    expect(page.element.get_by_role("button", name="Undo")).to_be_focused()
    keyboard.press("Enter")
    expect(mine.get_by_role("button", name="Delete")).to_be_focused()
    keyboard.go_to(page.element.get_by_role("button", name="Your activity"), backwards=True)
    keyboard.press("Enter")
    keyboard.go_to(dialog.get_by_role("button", name="Reports"))
    keyboard.press("Enter")
    expect(dialog.locator(".row")).to_have_count(1)
    keyboard.press("Escape")
    expect(page.element.get_by_role("button", name="Your activity")).to_be_focused()


def test_focus_stays_where_the_list_changes(story: Story, read: Read) -> None:
    subject = f"keeps-{story.id}"
    root = story.post("A question", by=f"ada-{story.id}", about="key-point-1")
    rejected = story.post("Rather rude", by=subject)
    story.decide(rejected, "reject", reason="abuse")
    for number in range(21):
        story.post(f"Later {number}", by=f"later-{number}-{story.id}")
    page = signed_in(read(story.id, fragment=f"#comment-{root}"), subject)
    page.element.get_by_role("button", name="Show all comments").focus()
    page.page.keyboard.press("Enter")
    expect(page.element.get_by_role("heading", name="Join the discussion")).to_be_focused()
    page.element.evaluate("(element) => element.discuss('key-point-1')")
    theirs = page.comment("A question")
    expect(theirs).to_be_visible()
    theirs.get_by_role("button", name="Mute").focus()
    page.page.keyboard.press("Enter")
    muted = page.comment("You have muted this reader.")
    expect(muted).to_be_focused()
    muted.get_by_role("button", name="Unmute").focus()
    page.page.keyboard.press("Enter")
    expect(theirs).to_be_focused()
    page.element.get_by_role("button", name="Show all comments").focus()
    page.page.keyboard.press("Enter")
    # What stands there now.
    expect(page.element.get_by_role("button", name="All", exact=True)).to_be_focused()
    mine = page.comment("Rather rude")
    mine.get_by_role("button", name="Reason and appeal").click()
    mine.get_by_label("Your appeal").fill("It was a quotation.")
    mine.get_by_role("button", name="Send appeal").focus()
    page.page.keyboard.press("Enter")
    expect(mine.get_by_text("waits for another moderator")).to_be_visible()
    expect(mine.locator(".decision")).to_be_focused()
