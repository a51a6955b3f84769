"""After posting: what was decided about a reader's comments and why, appeals, reports, and whom they muted."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def as_reader(read: Read, story: Story, subject: str, part: str = "reader") -> StoryPage:
    page = read(story.id)
    page.sign_in(part, subject, subject.title())
    return page


def activity(page: StoryPage, part: str) -> Locator:
    page.element.get_by_role("button", name="Your activity").click()
    dialog = page.element.get_by_role("dialog", name="Your activity")
    dialog.get_by_role("button", name=part, exact=True).click()
    expect(dialog.get_by_role("button", name=part, exact=True)).to_have_attribute("aria-pressed", "true")
    return dialog


def test_whoever_is_not_known_has_no_activity(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_role("link", name="Log in")).to_be_visible()
    expect(page.element.get_by_role("button", name="Your activity")).to_have_count(0)


def test_rejected_comment_tells_its_author_why_and_takes_an_appeal(story: Story, read: Read) -> None:
    comment = story.post("Rather rude", by="rude-one")
    story.decide(comment, "reject", reason="abuse")
    # No subscription is needed to be told, or to object.
    page = as_reader(read, story, "rude-one")
    mine = page.comment("Rather rude")
    expect(mine.get_by_text("Not published. Only you can see it. It insults or demeans somebody.")).to_be_visible()
    mine.get_by_role("button", name="Reason and appeal").click()
    statement = mine.locator(".decision")
    expect(statement).to_be_focused()
    expect(statement.locator("dd").nth(1)).not_to_be_empty()
    statement.get_by_label("Your appeal").fill("It was a quotation.")
    statement.get_by_role("button", name="Send appeal").click()
    expect(statement.get_by_text("waits for another moderator")).to_be_visible()
    expect(statement.get_by_label("Your appeal")).to_have_count(0)
    page.page.reload()
    page.sign_in("reader", "rude-one", "Rude-One")
    mine.get_by_role("button", name="Reason and appeal").click()
    expect(statement.get_by_text("waits for another moderator")).to_be_visible()
    mine.get_by_role("button", name="Close").click()
    expect(mine.get_by_role("button", name="Reason and appeal")).to_be_focused()


def test_own_comments_are_listed_with_their_status(story: Story, read: Read) -> None:
    story.post("It is here", by="lists-own")
    rejected = story.post("It is not", by="lists-own")
    story.decide(rejected, "reject", reason="spam")
    dialog = activity(as_reader(read, story, "lists-own"), "Comments")
    rows = dialog.locator(".row")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("It is not")
    expect(rows.nth(0)).to_contain_text("Not published. Only you can see it. It is advertising or spam.")
    expect(rows.nth(1)).to_contain_text("Published")
    expect(rows.nth(1).get_by_role("link", name="A story")).to_be_visible()


def test_long_list_of_own_comments_goes_on(story: Story, read: Read) -> None:
    for number in range(22):
        story.post(f"Comment {number:02}", by="writes-a-lot")
    dialog = activity(as_reader(read, story, "writes-a-lot"), "Comments")
    expect(dialog.locator(".row")).to_have_count(20)
    dialog.get_by_role("button", name="Show more comments").click()
    expect(dialog.locator(".row")).to_have_count(22)
    expect(dialog.locator(".row").nth(20)).to_be_focused()


def test_decision_is_appealed_in_the_list(story: Story, read: Read) -> None:
    comment = story.post("Off the point", by="objects")
    story.decide(comment, "reject", reason="off_topic")
    page = as_reader(read, story, "objects")
    dialog = activity(page, "Decisions")
    row = dialog.locator(".row")
    expect(row).to_contain_text("Your comment was not published")
    expect(row).to_contain_text("Off the point")
    row.get_by_text("Reason and appeal").click()
    row.get_by_label("Your appeal").fill("It was the point.")
    row.get_by_role("button", name="Send appeal").click()
    expect(row.get_by_text("waits for another moderator")).to_be_visible()


def test_reporter_reads_what_became_of_the_report(story: Story, read: Read) -> None:
    comment = story.post("Buy now", by="sells")
    with story.site.api("subscriber", subject="reports-it", name="Reports-It") as reader:
        reader.post(f"/v1/comments/{comment}/reports", json={"reason": "spam"}).raise_for_status()
    page = as_reader(read, story, "reports-it", "subscriber")
    expect(activity(page, "Reports").locator(".row")).to_contain_text("Spam or advertising: ")
    waits = page.element.locator("dialog .row .mark").inner_text()
    page.page.keyboard.press("Escape")
    expect(page.element.get_by_role("dialog")).to_have_count(0)
    expect(page.element.get_by_role("button", name="Your activity")).to_be_focused()
    story.decide(comment, "reject", reason="spam")
    expect(activity(page, "Reports").locator(".row .mark")).not_to_have_text(waits)


def test_mute_is_taken_back_in_the_list(story: Story, read: Read) -> None:
    story.post("Loud", by="loud-three")
    page = as_reader(read, story, "listener-3")
    page.comment("Loud").get_by_role("button", name="Mute").click()
    expect(page.comment("You have muted this reader.")).to_be_visible()
    dialog = activity(page, "Muted readers")
    row = dialog.locator(".row", has_text="Loud-Three")
    row.get_by_role("button", name="Unmute").click()
    expect(row.get_by_role("button", name="Mute", exact=True)).to_be_focused()
    dialog.get_by_role("button", name="Close").click()
    expect(page.comment("Loud")).to_be_visible()


def test_nothing_is_said_where_there_is_nothing(story: Story, read: Read) -> None:
    page = as_reader(read, story, "new-here")
    expect(activity(page, "Decisions").get_by_text("Nothing here yet.")).to_be_visible()


def test_activity_is_written_as_the_page_is(story: Story, read: Read) -> None:
    page = read(story.id, attributes='lang="ar"')
    page.sign_in("reader", "reads-arabic")
    page.element.locator(".own").click()
    dialog = page.element.get_by_role("dialog")
    expect(dialog.locator(".empty")).to_be_visible()
    assert dialog.evaluate("(element) => getComputedStyle(element).direction") == "rtl"
