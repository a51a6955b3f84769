"""What a reader may do with comments of their own, and with those whom they would rather not read."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]

# A deletion can be taken back for some seconds; on a slow machine its sending takes some more.
SENT_MS = 25_000


def as_reader(read: Read, story: Story, subject: str, part: str = "subscriber") -> StoryPage:
    page = read(story.id)
    page.sign_in(part, subject, subject.title())
    expect(page.element.get_by_role("button", name="Your activity")).to_be_visible()
    return page


def button(page: StoryPage, text: str, name: str) -> Locator:
    return page.comment(text).get_by_role("button", name=re.compile(f"^{name}"))


def test_own_comment_can_be_deleted(story: Story, read: Read) -> None:
    story.post("Better unsaid", by="ada")
    page = as_reader(read, story, "ada")
    comment = page.comment("Better unsaid")
    button(page, "Better unsaid", "Delete").click()
    undo = page.element.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(comment.locator(".body")).to_be_hidden()
    assert story.count() == 1
    expect(comment).to_have_count(0, timeout=SENT_MS)
    expect(page.element.get_by_text("Be the first")).to_be_visible()
    assert story.count() == 0


def test_deletion_can_be_taken_back(story: Story, read: Read) -> None:
    story.post("Worth keeping", by="ada")
    page = as_reader(read, story, "ada")
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.method))
    button(page, "Worth keeping", "Delete").click()
    expect(page.element.get_by_role("button", name="Undo")).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(page.comment("Worth keeping").locator(".body")).to_be_visible()
    expect(button(page, "Worth keeping", "Delete")).to_be_focused()
    page.page.wait_for_timeout(9_000)  # As long as an undo can be asked for, and a little more.
    assert "DELETE" not in asked
    assert story.count() == 1


def test_page_that_closes_sends_the_deletion(story: Story, read: Read) -> None:
    story.post("Gone with the page", by="ada")
    page = as_reader(read, story, "ada")
    button(page, "Gone with the page", "Delete").click()
    expect(page.element.get_by_role("button", name="Undo")).to_be_visible()
    page.page.goto("about:blank")
    other = read(story.id)
    expect(other.element.get_by_text("Be the first")).to_be_visible(timeout=SENT_MS)
    assert story.count() == 0


def test_deletion_that_is_refused_shows_the_comment_again(story: Story, read: Read) -> None:
    comment = story.post("Hard to delete", by="ada")
    page = as_reader(read, story, "ada")

    def refuse_deleting(route: Route) -> None:
        if route.request.method == "DELETE":
            route.abort()
        else:
            route.continue_()

    page.page.route(f"**/v1/comments/{comment}", refuse_deleting)
    button(page, "Hard to delete", "Delete").click()
    expect(page.comment("Hard to delete").get_by_role("alert")).to_contain_text("no connection", timeout=SENT_MS)
    expect(page.comment("Hard to delete").locator(".body")).to_be_visible()


def test_reader_without_a_subscription_may_still_delete(story: Story, read: Read) -> None:
    story.post("From better days", by="lapsed-one")
    page = as_reader(read, story, "lapsed-one", "lapsed")
    button(page, "From better days", "Delete").click()
    expect(page.comment("From better days")).to_have_count(0, timeout=SENT_MS)
    assert story.count() == 0


def test_time_left_for_changes_is_counted_down(story: Story, read: Read) -> None:
    story.post("Wiht a mistake", by="ada")
    page = as_reader(read, story, "ada")
    button(page, "Wiht a mistake", "Edit").click()
    left = page.element.locator("article .help")
    expect(left).to_have_text(re.compile(r"^\d\d:\d\d left for changes$"))
    before = left.inner_text()
    expect(left).not_to_have_text(before)
    expect(page.element.locator("article textarea")).to_have_accessible_description(re.compile("left for changes"))


def test_time_left_for_changes_is_written_as_the_language_writes_numbers(story: Story, read: Read) -> None:
    story.post("Wiht a mistake", by="ada")
    page = read(story.id, attributes='lang="ar-EG"')
    page.sign_in("subscriber", "ada", "Ada")
    page.comment("Wiht a mistake").locator("[data-act=edit]").click()
    expect(page.element.locator("article .help")).to_have_text(re.compile("[٠-٩]{2}:[٠-٩]{2}"))


def test_change_that_was_not_saved_outlives_a_reload(story: Story, read: Read) -> None:
    story.post("As it was", by="ada")
    page = as_reader(read, story, "ada")
    button(page, "As it was", "Edit").click()
    page.element.locator("article textarea").fill("As it will be")
    page.page.reload()
    page.sign_in("subscriber", "ada", "Ada")
    button(page, "As it was", "Edit").click()
    expect(page.element.locator("article textarea")).to_have_value("As it will be")
    # Whoever cancels a change forgets it.
    page.element.get_by_role("button", name="Cancel").click()
    button(page, "As it was", "Edit").click()
    expect(page.element.locator("article textarea")).to_have_value("As it was")


def test_author_can_be_muted_and_read_again(story: Story, read: Read) -> None:
    story.post("Loud", by="loud-one")
    story.post("Calm", by="calm-one")
    page = as_reader(read, story, "listener", "reader")
    button(page, "Loud", "Mute Loud-One").click()
    hidden = page.comment("You have muted this reader.")
    expect(hidden).to_be_visible()
    expect(page.element.get_by_text("Loud", exact=True)).to_have_count(0)
    expect(page.comment("Calm")).to_be_visible()
    page.page.reload()
    page.sign_in("reader", "listener", "Listener")
    expect(hidden).to_be_visible()
    hidden.get_by_role("button", name="Show comment").click()
    expect(page.comment("Loud")).to_be_visible()
    page.page.reload()
    page.sign_in("reader", "listener", "Listener")
    hidden.get_by_role("button", name="Unmute").click()
    expect(page.comment("Loud")).to_be_visible()
    page.page.reload()
    page.sign_in("reader", "listener", "Listener")
    expect(button(page, "Loud", "Mute")).to_be_visible()


def test_mute_that_is_refused_is_taken_back(story: Story, read: Read) -> None:
    story.post("Loud", by="loud-two")
    page = as_reader(read, story, "listener-2", "reader")
    page.page.route("**/v1/me/mutes/*", lambda route: route.abort())
    button(page, "Loud", "Mute").click()
    expect(page.comment("Loud").get_by_role("alert")).to_contain_text("no connection")
    expect(page.comment("Loud").locator(".body")).to_be_visible()
