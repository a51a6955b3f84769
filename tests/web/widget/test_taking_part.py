"""Subscribers take part: write, answer, vote, report, change and delete; whatever fails keeps what was written."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def as_subscriber(read: Read, story: Story, *, name: str = "Sam Subscriber") -> StoryPage:
    page = read(story.id)
    page.sign_in("subscriber", name.lower().replace(" ", "-"), name)
    expect(text_of(page)).to_be_visible()
    return page


def text_of(page: StoryPage) -> Locator:
    return page.element.get_by_label("Discuss this story")


def post(page: StoryPage, text: str) -> None:
    text_of(page).fill(text)
    page.element.get_by_role("button", name="Post comment").click()


def test_comment_is_posted_with_its_side_and_its_subject(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    text_of(page).fill("A *considered* view")
    page.element.get_by_role("radio", name="Defenders").check(force=True)
    page.element.get_by_role("radio", name="a key point: The agreement is dissolved.").check(force=True)
    page.element.get_by_role("button", name="Post comment").click()
    comment = page.comment("A considered view")
    expect(comment).to_be_focused()
    expect(comment.get_by_text("Sam Subscriber")).to_be_visible()
    expect(comment.get_by_text("Defenders")).to_be_visible()
    expect(comment.get_by_text("The agreement is dissolved.")).to_be_visible()
    expect(text_of(page)).to_have_value("")
    expect(page.element.get_by_text("1 comment", exact=True)).to_be_visible()


def test_reply_stands_under_what_it_answers(story: Story, read: Read) -> None:
    story.post("A question")
    page = as_subscriber(read, story)
    page.comment("A question").get_by_role("button", name="Reply to").click()
    field = page.element.get_by_label("Your reply to Reader-1")
    expect(field).to_be_focused()
    field.fill("An answer")
    page.page.keyboard.press("Control+Enter")
    expect(page.list.locator(".replies").get_by_text("An answer")).to_be_visible()
    expect(page.comment("An answer")).to_be_focused()
    expect(field).to_have_count(0)


def test_nothing_is_sent_before_something_is_written(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    text_of(page).focus()
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.element.get_by_role("alert")).to_have_text("Write something first.")
    text_of(page).fill("x" * 10_001)
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.element.get_by_text("10,001 of 10,000 characters")).to_be_visible()
    expect(page.element.get_by_role("alert")).not_to_contain_text("Write something")
    expect(page.element.get_by_role("alert")).not_to_be_empty()
    assert story.count() == 0


def test_held_comment_is_shown_to_its_author_alone(story: Story, read: Read) -> None:
    story.set(mode="pre")
    page, other = as_subscriber(read, story), as_subscriber(read, story, name="Another Reader")
    post(page, "Read me first")
    expect(page.comment("Read me first").get_by_text("Waiting for review")).to_be_visible()
    page.page.reload()
    page.sign_in("subscriber", "sam-subscriber", "Sam Subscriber")
    expect(page.comment("Read me first").get_by_text("Waiting for review")).to_be_visible()
    other.page.reload()
    expect(other.element.get_by_text("Be the first")).to_be_visible()
    # Whoever signs out takes with them what only they could see.
    page.element.evaluate("(element) => { element.token = null; }")
    expect(page.comment("Read me first")).to_have_count(0)


def test_vote_is_counted_and_can_be_taken_back(story: Story, read: Read) -> None:
    story.post("Vote on this")
    page = as_subscriber(read, story)
    up = page.comment("Vote on this").get_by_role("button", name=re.compile("^Agree"))
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(up).to_have_text("1")
    page.comment("Vote on this").get_by_role("button", name=re.compile("^Disagree")).click()
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(up).to_have_text("")
    down = page.comment("Vote on this").get_by_role("button", name=re.compile("^Disagree"))
    expect(down).to_have_text("1")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")
    expect(down).to_have_text("")


def test_vote_that_is_refused_is_taken_back(story: Story, read: Read) -> None:
    comment = story.post("Soon gone")
    page = as_subscriber(read, story)
    page.page.route(f"**/comments/{comment}/vote", lambda route: route.abort())
    up = page.comment("Soon gone").get_by_role("button", name=re.compile("^Agree"))
    up.click()
    expect(page.comment("Soon gone").get_by_role("alert")).to_contain_text("no connection")
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(up).to_have_text("")


def test_report_names_a_reason_and_is_thanked_for(story: Story, read: Read) -> None:
    story.post("Something bad")
    page = as_subscriber(read, story)
    page.comment("Something bad").get_by_role("button", name="Report").click()
    dialog = page.element.get_by_role("dialog", name="Report this comment")
    dialog.get_by_label("Spam or advertising").check()
    dialog.get_by_role("button", name="Send report").click()
    expect(page.element.get_by_text("Thank you. A moderator will look at it.")).to_be_focused()
    expect(page.comment("Something bad").get_by_role("button", name="Report")).to_have_count(0)
    expect(dialog).to_have_count(0)


def test_report_can_be_thought_better_of(story: Story, read: Read) -> None:
    story.post("Not so bad")
    page = as_subscriber(read, story)
    page.comment("Not so bad").get_by_role("button", name="Report").click()
    expect(page.element.get_by_role("dialog")).to_be_visible()
    page.page.keyboard.press("Escape")
    expect(page.element.get_by_role("dialog")).to_have_count(0)
    expect(page.comment("Not so bad").get_by_role("button", name="Report")).to_be_focused()


def test_own_comment_can_be_changed_for_a_while(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    post(page, "Wiht a mistake")
    page.comment("Wiht a mistake").get_by_role("button", name="Edit").click()
    field = page.element.get_by_label("Edit", exact=True).and_(page.element.locator("textarea"))
    expect(field).to_have_value("Wiht a mistake")
    field.fill("Without a mistake")
    page.element.get_by_role("button", name="Save changes").click()
    expect(page.comment("Without a mistake").get_by_text("edited", exact=True)).to_be_visible()
    page.page.reload()
    expect(page.comment("Without a mistake")).to_be_visible()


def test_one_click_is_one_comment_however_often_it_is_tried(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    keys: list[str | None] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            route.fetch()  # It arrives; its answer does not.
            route.abort()
        else:
            route.continue_()

    page.page.route("**/v1/stories/*/comments", lose_the_first_answer)
    post(page, "Said once")
    expect(page.element.get_by_role("alert")).to_contain_text("no connection")
    expect(text_of(page)).to_have_value("Said once")
    # Even a page that is opened anew goes on with the same attempt.
    page.page.reload()
    page.sign_in("subscriber", "sam-subscriber", "Sam Subscriber")
    expect(text_of(page)).to_have_value("Said once")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("Said once")).to_have_count(1)
    expect(text_of(page)).to_have_value("")
    assert len(keys) == 2
    assert keys[0] == keys[1] is not None
    assert story.count() == 1


def test_changed_text_is_another_attempt(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    keys: list[str | None] = []

    def refuse_the_first(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    page.page.route("**/v1/stories/*/comments", refuse_the_first)
    post(page, "One")
    expect(page.element.get_by_role("alert")).to_contain_text("no connection")
    post(page, "Another")
    expect(page.comment("Another")).to_be_visible()
    assert keys[0] != keys[1]


def test_limited_reader_is_told_when_to_try_again(story: Story, read: Read) -> None:
    story.set(slow_mode_s=300)
    page = as_subscriber(read, story)
    post(page, "The first")
    expect(page.comment("The first")).to_be_visible()
    post(page, "Too soon")
    wait = page.element.locator("p.failure:not([role])")
    expect(wait).to_contain_text(re.compile(r"again in (29\d|300) seconds"))
    expect(page.element.locator("[role=status]:last-child")).to_contain_text("You can post again in")
    expect(text_of(page)).to_have_value("Too soon")
    # The wait is counted down, and what is written meanwhile neither ends nor sends it.
    expect(wait).to_contain_text(re.compile(r"again in 2[0-8]\d seconds"), timeout=30_000)
    text_of(page).press_sequentially("!")
    page.page.keyboard.press("Control+Enter")
    expect(wait).to_contain_text("You can post again in")
    assert story.count() == 1


def test_wait_that_is_over_lets_the_draft_through(story: Story, read: Read) -> None:
    story.set(slow_mode_s=3)
    page = as_subscriber(read, story)
    post(page, "The first")
    expect(page.comment("The first")).to_be_visible()
    post(page, "A little later")
    expect(page.element.locator("p.failure:not([role])")).to_contain_text("You can post again in")
    expect(page.element.get_by_text("You can post again.")).to_be_attached(timeout=20_000)
    expect(page.element.locator(".failure")).to_have_text("")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("A little later")).to_be_visible()


def test_comment_that_was_posted_offline_is_sent_once_there_is_a_connection(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    page.page.context.set_offline(True)
    post(page, "Written in a tunnel")
    expect(page.element.get_by_role("alert")).to_contain_text("You are offline. Your text is kept")
    expect(text_of(page)).to_have_value("Written in a tunnel")
    page.page.context.set_offline(False)
    expect(page.comment("Written in a tunnel")).to_be_visible(timeout=20_000)
    expect(text_of(page)).to_have_value("")
    assert story.count() == 1


def test_text_that_was_changed_offline_is_not_sent_by_itself(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    page.page.context.set_offline(True)
    post(page, "Not this")
    expect(page.element.get_by_role("alert")).to_contain_text("You are offline.")
    text_of(page).fill("But this, when I say so")
    page.page.evaluate("() => { window.back = new Promise((resolve) => addEventListener('online', resolve)); }")
    page.page.context.set_offline(False)
    page.page.evaluate("back.then(() => true)")
    story.post("A sign that the connection is back", by="another")
    expect(page.comment("A sign that the connection is back")).to_be_visible(timeout=40_000)
    expect(text_of(page)).to_have_value("But this, when I say so")
    assert story.count() == 1


def test_marks_are_set_around_what_is_chosen(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    text = text_of(page)
    text.fill("one two")
    text.evaluate("(field) => field.setSelectionRange(4, 7)")
    page.element.get_by_role("button", name="Strong").click()
    expect(text).to_have_value("one **two**")
    expect(text).to_be_focused()
    page.page.keyboard.press("Control+i")
    expect(text).to_have_value("one ***two***")
    page.page.keyboard.press("Control+z")
    page.page.keyboard.press("Control+z")
    expect(text).to_have_value("one two")
    text.fill("first\nsecond")
    text.select_text()
    page.element.get_by_role("button", name="List").click()
    expect(text).to_have_value("- first\n- second")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.element.locator("article li")).to_have_text(["first", "second"])


def test_draft_outlives_a_reload_and_is_the_storys_own(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    text_of(page).fill("Half a thought")
    page.element.get_by_role("radio", name="Critics").check(force=True)
    page.page.reload()
    page.sign_in("subscriber", "sam-subscriber", "Sam Subscriber")
    expect(text_of(page)).to_have_value("Half a thought")
    expect(page.element.get_by_role("radio", name="Critics")).to_be_checked()
    other = Story(story.site)
    page.element.evaluate("(element, id) => element.setAttribute('story-id', id)", other.id)
    expect(page.element.get_by_text("Be the first")).to_be_visible()
    expect(text_of(page)).to_have_value("")


def test_answer_to_what_is_gone_can_stand_alone(story: Story, read: Read) -> None:
    comment = story.post("Here for now")
    page = as_subscriber(read, story)
    page.comment("Here for now").get_by_role("button", name="Reply to").click()
    page.element.get_by_label("Your reply to Reader-1").fill("Said all the same")
    story.delete(comment)
    gone = page.comment("This comment was deleted by its author.")
    expect(gone).to_be_visible()
    gone.get_by_role("button", name="Post reply").click()
    expect(gone.get_by_role("alert")).not_to_be_empty()
    gone.get_by_role("button", name="Post comment").click()
    expect(page.comment("Said all the same")).to_be_visible()
    expect(page.list.locator(".replies article")).to_have_count(0)


def test_story_that_closes_meanwhile_says_so(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    text_of(page).fill("A last word")
    story.set(state="closed")
    expect(page.element.get_by_text("The discussion is closed.")).to_be_visible()
    expect(text_of(page)).to_have_count(0)


def test_everything_can_be_done_by_keyboard(story: Story, read: Read) -> None:
    story.post("Reached by keyboard")
    page = as_subscriber(read, story)
    keyboard = page.page.keyboard
    page.page.evaluate("document.activeElement?.blur()")

    def press_until(target: Locator) -> None:
        for _ in range(40):
            keyboard.press("Tab")
            if target.evaluate("(element) => element.getRootNode().activeElement === element"):
                return
        raise AssertionError("the keyboard does not get there")

    press_until(text_of(page))
    keyboard.type("By keyboard alone")
    keyboard.press("Control+Enter")
    expect(page.comment("By keyboard alone")).to_be_focused()
    press_until(page.comment("Reached by keyboard").get_by_role("button", name="Reply to"))
    keyboard.press("Enter")
    expect(page.element.get_by_label(re.compile("^Your reply to"))).to_be_focused()
    keyboard.press("Escape")
    expect(page.comment("Reached by keyboard").get_by_role("button", name="Reply to")).to_be_focused()


def test_comment_is_shown_on_its_way_where_the_answer_takes_its_time(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            waiting.append(route)
        else:
            route.continue_()

    page.page.route(re.compile(r"/comments$"), hold)
    post(page, "On a slow line")
    sending = page.element.locator(".sending")
    expect(sending).to_contain_text("On a slow line")
    # It is not called published before it is, and a click more is not a comment more.
    page.element.get_by_role("button", name="Posting").click(force=True)
    assert len(waiting) == 1
    waiting.pop().abort()
    expect(page.element.get_by_role("alert")).to_contain_text("no connection")
    expect(sending).to_have_count(0)
    expect(text_of(page)).to_have_value("On a slow line")
    page.element.get_by_role("button", name="Post comment").click()
    expect(sending).to_be_visible()
    waiting.pop().continue_()
    expect(page.comment("On a slow line")).to_be_focused()
    expect(sending).to_have_count(0)
    assert story.count() == 1


def test_try_that_is_still_under_way_is_waited_for_under_its_key(story: Story, read: Read) -> None:
    page = as_subscriber(read, story)
    keys: list[str | None] = []

    def busy_at_first(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) > 1:
            return route.continue_()
        problem = {"type": "/problems/still-in-progress", "status": 409, "detail": "An earlier try is not done yet."}
        headers = {"Access-Control-Allow-Origin": "*"}
        return route.fulfill(status=409, json=problem, headers=headers, content_type="application/problem+json")

    page.page.route(re.compile(r"/comments$"), busy_at_first)
    post(page, "Said once, heard once")
    expect(page.comment("Said once, heard once")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
