"""Whole journeys, from the first look to the last word."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def test_link_from_a_friend_leads_to_a_reply_of_ones_own(story: Story, read: Read) -> None:
    root = story.post("A question")
    answer = story.post("The answer that a friend meant", by="reader-2", parent_id=root)
    page = read(story.id, fragment=f"#comment-{answer}")
    meant = page.comment("The answer that a friend meant")
    expect(meant).to_be_focused()
    expect(meant).to_have_class("highlight")
    meant.get_by_role("button", name="Reply to").click()
    expect(meant.get_by_role("link", name="Subscribe to comment")).to_be_visible()
    # The page's own login is done meanwhile, and the reader is where they were.
    page.sign_in("subscriber", "befriended", "Befriended")
    field = page.element.get_by_label("Your reply to Reader-2")
    expect(field).to_be_visible()
    field.fill("Thanks for the link")
    field.press("Control+Enter")
    expect(page.comment("Thanks for the link")).to_be_focused()
    assert story.count() == 3


def test_two_readers_talk_to_one_another(story: Story, read: Read) -> None:
    ada, bob = read(story.id), read(story.id, width=390)
    ada.sign_in("subscriber", "talks-1", "Ada")
    bob.sign_in("subscriber", "talks-2", "Bob")
    ada.element.get_by_label("Discuss this story").fill("Is anybody there?")
    ada.element.get_by_role("button", name="Post comment").click()
    question = bob.comment("Is anybody there?")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Reply to Ada").click()
    bob.element.get_by_label("Your reply to Ada").fill("I am")
    bob.element.get_by_role("button", name="Post reply").click()
    reply = ada.comment("I am")
    expect(reply).to_be_visible()
    reply.get_by_role("button", name=re.compile("^Agree")).click()
    expect(bob.comment("I am").get_by_role("button", name="Agree: 1")).to_be_visible()
    bob.comment("I am").get_by_role("button", name="Edit").click()
    bob.element.locator("article textarea").fill("I am, and so are you")
    bob.element.get_by_role("button", name="Save changes").click()
    expect(ada.comment("I am, and so are you").get_by_text("edited", exact=True)).to_be_visible()
    bob.comment("I am, and so are you").get_by_role("button", name="Delete").click()
    expect(ada.comment("I am, and so are you")).to_have_count(0, timeout=30_000)
    expect(ada.element.get_by_text("1 comment", exact=True)).to_be_visible()


def test_conversation_from_right_to_left(story: Story, read: Read) -> None:
    page = read(story.id, attributes='lang="ar"', width=390)
    page.sign_in("subscriber", "arabic", "ليلى")
    text = page.element.locator(".entry textarea")
    text.fill("مرحبا بالعالم")
    page.element.locator(".entry form .primary").click()
    mine = page.comment("مرحبا بالعالم")
    expect(mine).to_be_focused()
    direction = "(element) => getComputedStyle(element).direction"
    assert mine.evaluate(direction) == "rtl"
    mine.locator("[data-act=edit]").click()
    field = mine.locator("textarea")
    field.fill("مرحبا بالعالم كله")
    field.press("Control+Enter")
    mine = page.comment("مرحبا بالعالم كله")
    expect(mine).to_be_focused()
    parent = mine.evaluate("(one) => one.id.slice(8)")
    reply = story.post("An answer from left to right", by="reader-3", parent_id=parent)
    answer = page.element.locator(f"#comment-{reply}")
    expect(answer).to_be_visible()
    assert answer.locator(".body").evaluate(direction) == "ltr"
    # A step further in is a step further to the left.
    right = "(element) => element.getBoundingClientRect().right"
    assert answer.evaluate(right) < mine.evaluate(right)
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    mine.locator("[data-act=delete]").click()
    expect(page.element.locator(".going .panel button")).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(mine.locator(".body")).to_be_visible()


def test_rights_are_asked_for_once_the_own_stream_is_open(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_role("link", name="Log in")).to_be_visible()
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.url.partition("/v1/")[2].partition("?")[0]))
    page.sign_in("subscriber", "in-order")
    expect(page.element.locator("textarea")).to_be_visible()
    own = [path for path in asked if path.startswith("me")]
    assert own[0] == "me/live"
    assert set(own[1:]) == {"me", f"me/stories/{story.id}"}
