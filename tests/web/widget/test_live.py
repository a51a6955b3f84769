"""Open pages learn what happens, and the reader's place stays where it is."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def place_of(page: StoryPage, text: str) -> float:
    return float(page.comment(text).evaluate("(element) => element.getBoundingClientRect().top"))


def test_new_comment_appears_by_itself(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_text("Be the first")).to_be_visible()
    story.post("Just now")
    expect(page.comment("Just now")).to_be_visible()
    expect(page.element.get_by_text("Be the first")).to_have_count(0)
    expect(page.element.get_by_text("1 comment", exact=True)).to_be_visible()


def test_new_reply_appears_in_its_branch(story: Story, read: Read) -> None:
    root = story.post("A question")
    page = read(story.id)
    expect(page.comment("A question")).to_be_visible()
    reply = story.post("An answer", by="reader-2", parent_id=root)
    expect(page.list.locator(".replies").get_by_text("An answer")).to_be_visible()
    story.post("An answer to that", by="reader-3", parent_id=reply)
    expect(page.list.locator(".replies .replies").get_by_text("An answer to that")).to_be_visible()


def test_reply_to_a_branch_that_is_not_read_to_its_end_is_counted(story: Story, read: Read) -> None:
    root = story.post("A question")
    for number in range(4):
        story.post(f"Answer {number}", by=f"reader-{number}", parent_id=root)
    page = read(story.id)
    expect(page.element.get_by_role("button", name="Show 1 reply")).to_be_visible()
    story.post("Answer 4", by="reader-5", parent_id=root)
    page.element.get_by_role("button", name="Show 2 replies").click()
    expect(page.comment("Answer 4")).to_be_visible()


def test_reader_in_the_middle_of_the_list_is_not_moved(story: Story, read: Read) -> None:
    for number in range(15):
        story.post(f"Comment {number:02}.", by=f"reader-{number}")
    page = read(story.id)
    page.comment("Comment 05.").evaluate("(element) => element.scrollIntoView()")
    before = place_of(page, "Comment 05.")
    story.post("While you were reading", by="another")
    notice = page.element.get_by_role("button", name="1 new comment")
    expect(notice).to_be_in_viewport()
    story.post("And one more", by="yet-another")
    expect(page.element.get_by_role("button", name="2 new comments")).to_be_visible()
    assert abs(place_of(page, "Comment 05.") - before) < 1
    page.element.get_by_role("button", name="2 new comments").click()
    expect(page.list.locator("article").first).to_contain_text("And one more")
    expect(page.comment("And one more")).to_be_focused()
    expect(page.comment("While you were reading")).to_be_visible()
    expect(page.element.get_by_role("button", name="new comment")).to_have_count(0)


def test_reader_who_is_writing_is_not_moved(story: Story, read: Read) -> None:
    story.post("A question")
    page = read(story.id)
    page.sign_in("subscriber", "sam", "Sam")
    page.comment("A question").get_by_role("button", name="Reply to").click()
    field = page.element.get_by_label("Your reply to Reader-1")
    expect(field).to_be_focused()
    field.press_sequentially("Half an ")
    story.post("In between", by="reader-2")
    expect(page.element.get_by_role("button", name="1 new comment")).to_be_visible()
    page.page.keyboard.type("answer")
    expect(field).to_have_value("Half an answer")


def test_changed_comment_changes_where_it_stands(story: Story, read: Read) -> None:
    comment = story.post("Before")
    page = read(story.id)
    expect(page.comment("Before")).to_be_visible()
    with story.site.api("subscriber", subject="reader-1") as author:
        author.patch(f"/v1/comments/{comment}", json={"body": "After", "seen_revision": 1}).raise_for_status()
    expect(page.comment("After").get_by_text("edited", exact=True)).to_be_visible()


def test_deleted_comment_goes_and_a_placeholder_with_its_last_reply(story: Story, read: Read) -> None:
    root = story.post("A question")
    reply = story.post("An answer", by="reader-2", parent_id=root)
    page = read(story.id)
    expect(page.comment("An answer")).to_be_visible()
    story.delete(root)
    expect(page.comment("This comment was deleted by its author.")).to_be_visible()
    story.delete(reply, by="reader-2")
    expect(page.list.locator("article")).to_have_count(0)
    expect(page.element.get_by_text("Be the first")).to_be_visible()


def test_focus_is_not_lost_with_a_comment_that_goes(story: Story, read: Read) -> None:
    comment = story.post("Soon gone")
    story.post("Stays", by="reader-2")
    page = read(story.id)
    page.comment("Soon gone").get_by_role("button", name="Reply to").focus()
    story.delete(comment)
    expect(page.comment("Soon gone")).to_have_count(0)
    expect(page.comment("Stays")).to_be_focused()


def test_votes_of_others_are_counted(story: Story, read: Read) -> None:
    comment = story.post("Vote on this")
    page = read(story.id)
    expect(page.comment("Vote on this")).to_be_visible()
    with story.site.api("subscriber", subject="a-voter") as voter:
        voter.put(f"/v1/comments/{comment}/vote", json={"value": 1}).raise_for_status()
    expect(page.comment("Vote on this").get_by_role("button", name="Agree: 1")).to_be_visible()


def test_page_that_was_away_catches_up(story: Story, read: Read) -> None:
    story.post("Before")
    page = read(story.id)
    expect(page.comment("Before")).to_be_visible()
    page.page.context.set_offline(True)
    story.post("Meanwhile", by="reader-2")
    page.page.context.set_offline(False)
    expect(page.comment("Meanwhile")).to_be_visible(timeout=30_000)


def test_comment_outside_of_the_filter_does_not_appear(story: Story, read: Read) -> None:
    story.post("It was wrong", side="critics")
    story.post("It was right", by="reader-2", side="defenders")
    page = read(story.id)
    page.element.get_by_role("button", name="Critics 1").click()
    expect(page.comment("It was right")).to_have_count(0)
    story.post("It was right again", by="reader-3", side="defenders")
    expect(page.element.get_by_role("button", name="Defenders 2")).to_be_visible()
    story.post("It was wrong again", by="reader-4", side="critics")
    expect(page.comment("It was wrong again")).to_be_visible()
    expect(page.comment("It was right again")).to_have_count(0)


def test_approved_comment_appears_for_everyone_and_waits_no_more(story: Story, read: Read) -> None:
    story.set(mode="pre")
    author, other = read(story.id), read(story.id)
    author.sign_in("subscriber", "waits", "Waiting Reader")
    author.element.get_by_label("Discuss this story").fill("Worth the wait")
    author.element.get_by_role("button", name="Post comment").click()
    held = author.comment("Worth the wait")
    expect(held.get_by_text("Waiting for review")).to_be_visible()
    comment = str(held.get_attribute("id")).removeprefix("comment-")
    story.decide(comment, "approve")
    expect(other.comment("Worth the wait")).to_be_visible()
    expect(held.get_by_text("Waiting for review")).to_have_count(0)
    expect(author.comment("Worth the wait")).to_have_count(1)


def test_rejected_comment_goes_for_everyone(story: Story, read: Read) -> None:
    comment = story.post("Against the rules")
    page = read(story.id)
    expect(page.comment("Against the rules")).to_be_visible()
    story.decide(comment, "reject", reason="abuse")
    expect(page.element.get_by_text("Be the first")).to_be_visible()


def test_featured_comment_is_marked(story: Story, read: Read) -> None:
    comment = story.post("Worth reading")
    page = read(story.id)
    expect(page.comment("Worth reading")).to_be_visible()
    with story.site.api("editor") as editor:
        decision = {"comment_id": comment, "seen_revision": 1, "action": "feature", "note": "Well put"}
        editor.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status()
    expect(page.comment("Worth reading").get_by_text("Chosen by the editors")).to_be_visible()


def test_page_out_of_sight_gives_its_connection_back_and_catches_up_once_it_is_seen(story: Story, read: Read) -> None:
    story.post("Before")
    page = read(story.id)
    expect(page.comment("Before")).to_be_visible()
    page.page.clock.install()
    page.page.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, value: true })")
    page.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    with page.page.expect_event("requestfailed", lambda request: "/live" in request.url):
        page.page.clock.run_for(31_000)
    story.post("Meanwhile", by="reader-2")
    page.page.clock.run_for(120_000)
    expect(page.comment("Meanwhile")).to_have_count(0)
    page.page.clock.resume()
    page.page.evaluate("delete document.hidden")
    page.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.comment("Meanwhile")).to_be_visible()


def test_page_that_gets_no_stream_asks_now_and_then(story: Story, read: Read) -> None:
    story.post("Before")
    page = read("elsewhere")
    page.page.route("**/live?*", lambda route: route.fulfill(status=503))
    page.element.evaluate("(element, id) => element.setAttribute('story-id', id)", story.id)
    expect(page.comment("Before")).to_be_visible()
    story.post("Without a stream", by="reader-2")
    expect(page.comment("Without a stream")).to_be_visible(timeout=20_000)


def test_focus_stays_below_the_list_and_the_page_where_it_is(story: Story, read: Read) -> None:
    for number in range(21):
        root = story.post(f"Said before {number}", by=f"before-{number}")
    page = read(story.id)
    further = page.element.get_by_role("button", name="Show more comments")
    order = page.element.get_by_label("Sort by")
    for control in (further, order):
        expect(page.comment("Said before 20")).to_be_visible()
        control.focus()
        # With the wheel, to where the control is out of sight.
        page.page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        place = place_of(page, "Said before 10")
        told = page.element.locator(".count").inner_text()
        story.post("An answer", by=f"answers-{told}", parent_id=root)
        expect(page.element.locator(".count")).not_to_have_text(told)
        expect(control).to_be_focused()
        assert abs(place_of(page, "Said before 10") - place) < 1
