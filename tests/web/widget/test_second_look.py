"""Before posting: what it will look like, and a kind word about what would make it wait."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def writer(read: Read, story: Story) -> tuple[StoryPage, Locator]:
    page = read(story.id)
    page.sign_in("subscriber", "writer", "Writer")
    text = page.element.get_by_label("Discuss this story")
    expect(text).to_be_visible()
    text.focus()
    return page, text


def test_preview_is_what_will_be_shown(story: Story, read: Read) -> None:
    page, text = writer(read, story)
    text.fill("A **strong** word, <b>no markup</b>\n\n- one\n- two")
    toggle = page.element.get_by_role("button", name="Preview")
    toggle.click()
    preview = page.element.locator(".preview")
    expect(preview).to_be_focused()
    expect(preview.locator("strong")).to_have_text("strong")
    expect(preview.locator("li")).to_have_text(["one", "two"])
    expect(preview.get_by_text("<b>no markup</b>")).to_be_visible()
    expect(text).to_be_hidden()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(text).to_be_focused()
    toggle.click()
    expect(preview).to_be_visible()
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("A strong word")).to_be_visible()
    expect(text).to_be_visible()
    expect(text).to_have_value("")


def test_nothing_is_previewed_before_something_is_written(story: Story, read: Read) -> None:
    page, text = writer(read, story)
    page.element.get_by_role("button", name="Preview").click()
    expect(page.element.get_by_role("alert")).to_have_text("Write something first.")
    expect(text).to_be_focused()


def test_preview_without_a_connection_keeps_the_field(story: Story, read: Read) -> None:
    page, text = writer(read, story)
    page.page.route("**/comments/check", lambda route: route.abort())
    text.fill("Some words")
    page.element.get_by_role("button", name="Preview").click()
    expect(page.element.get_by_role("alert")).to_contain_text("no connection")
    expect(text).to_have_value("Some words")
    expect(text).to_be_focused()


def test_text_that_would_wait_is_told_so_in_a_pause(story: Story, read: Read) -> None:
    story.set(mode="pre")
    page, text = writer(read, story)
    text.press_sequentially("A thought of some length")
    advice = page.element.locator(".advice")
    expect(advice).not_to_be_empty()
    expect(text).to_be_focused()
    # It is advice and no more.
    page.page.keyboard.press("Control+Enter")
    expect(page.comment("A thought of some length").get_by_text("Waiting for review")).to_be_visible()
    expect(advice).to_have_text("")


def test_advice_is_gone_with_what_it_was_about(story: Story, read: Read) -> None:
    page, text = writer(read, story)
    text.fill("SHOUTING ALL THE WAY THROUGH THIS COMMENT OF MINE!!!!!!!!!!!!!!!!!!!")
    advice = page.element.locator(".advice")
    expect(advice).not_to_be_empty()
    text.fill("Saying it in a calmer voice, as one does")
    expect(advice).to_be_empty()
