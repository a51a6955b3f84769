"""Anybody reads: the list and its orders, replies in steps, links to one comment, what is gone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def test_empty_story_invites_to_be_the_first(story: Story, read: Read) -> None:
    page = read(story.id)
    expect(page.element.get_by_role("heading", name="Join the discussion")).to_be_visible()
    expect(page.element.get_by_text("Be the first to share your perspective", exact=True)).to_be_visible()


def test_comment_is_shown_with_all_that_it_says_of_itself(story: Story, read: Read) -> None:
    story.post("A **strong** word", by="ada", side="critics", about="key-point-1")
    comment = read(story.id).comment("A strong word")
    expect(comment.locator("strong")).to_have_text("strong")
    expect(comment.get_by_text("Ada", exact=True)).to_be_visible()
    expect(comment.get_by_text("Critics", exact=True)).to_be_visible()
    expect(comment.get_by_text("The agreement is dissolved.")).to_be_visible()
    expect(comment.locator("time")).to_have_text("now")


def test_hostile_text_stays_text(story: Story, read: Read) -> None:
    story.post("<img src=x onerror=alert(1)> [link](javascript:alert(1)) <script>alert(2)</script>")
    page = read(story.id)
    expect(page.comment("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(page.element.locator("article :is(img, script, a[href^=javascript])")).to_have_count(0)


def test_list_is_read_in_the_order_that_is_chosen(story: Story, read: Read) -> None:
    story.post("The first")
    story.post("The second", by="reader-2")
    page = read(story.id)
    expect(page.list.locator("article").first).to_contain_text("The second")
    page.element.get_by_label("Sort by").select_option(label="Oldest")
    expect(page.list.locator("article").first).to_contain_text("The first")


def test_one_side_can_be_read_alone(story: Story, read: Read) -> None:
    story.post("It was wrong", side="critics")
    story.post("It was right", by="reader-2", side="defenders")
    page = read(story.id)
    page.element.get_by_role("button", name="Critics 1").click()
    expect(page.comment("It was right")).to_have_count(0)
    expect(page.comment("It was wrong")).to_be_visible()
    page.element.get_by_role("button", name="All").click()
    expect(page.comment("It was right")).to_be_visible()


def test_long_list_goes_on_where_it_ended(story: Story, read: Read) -> None:
    for number in range(23):
        story.post(f"Comment {number:02}.", by=f"reader-{number}")
    page = read(story.id)
    expect(page.list.locator("article")).to_have_count(20)
    page.element.get_by_role("button", name="Show more comments").click()
    expect(page.list.locator("article")).to_have_count(23)
    expect(page.comment("Comment 02.")).to_be_focused()
    expect(page.element.get_by_role("button", name="Show more comments")).to_have_count(0)


def test_replies_are_shown_in_steps(story: Story, read: Read) -> None:
    root = story.post("A question")
    for number in range(5):
        story.post(f"Answer {number}", by=f"reader-{number}", parent_id=root)
    page = read(story.id)
    expect(page.list.locator(".replies article")).to_have_count(3)
    page.element.get_by_role("button", name="Show 2 more replies").click()
    expect(page.list.locator(".replies article")).to_have_count(5)
    expect(page.comment("Answer 3")).to_be_focused()


def test_replies_can_be_put_away(story: Story, read: Read) -> None:
    root = story.post("A question")
    story.post("An answer", by="reader-2", parent_id=root)
    page = read(story.id)
    fold = page.element.get_by_role("button", name="1 reply")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(page.comment("An answer")).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")


def chain(story: Story, length: int) -> list[str]:
    comments = [story.post("Level 0")]
    for level in range(1, length):
        comments.append(story.post(f"Level {level}", by=f"reader-{level}", parent_id=comments[-1]))
    return comments


def test_link_leads_to_a_comment_deep_in_a_conversation(story: Story, read: Read) -> None:
    comments = chain(story, 9)
    for number in range(21):
        story.post(f"Later {number}", by=f"later-{number}")
    page = read(story.id, fragment=f"#comment-{comments[8]}")
    meant = page.comment("Level 8")
    expect(meant).to_be_focused()
    expect(meant).to_have_class("highlight")
    expect(page.list.locator("article")).to_have_count(9)
    expect(page.comment("Level 0")).to_be_attached()
    # Deeper than the thread goes, it stands beside what it answers, and says so.
    expect(meant.get_by_text("in reply to Reader-7")).to_be_visible()
    page.element.get_by_role("button", name="Show all comments").click()
    expect(page.comment("Later 20")).to_be_visible()


def test_link_on_the_page_marks_a_comment_that_is_there(story: Story, read: Read) -> None:
    comment = story.post("Here already")
    story.post("Another", by="reader-2")
    page = read(story.id)
    page.comment("Here already").get_by_role("link").click()
    expect(page.comment("Here already")).to_have_class("highlight")
    assert page.page.url.endswith(f"#comment-{comment}")


def test_deleted_comment_with_replies_leaves_its_place(story: Story, read: Read) -> None:
    root = story.post("What will be gone", by="ada")
    story.post("An answer", by="reader-2", parent_id=root)
    story.delete(root, by="ada")
    page = read(story.id)
    expect(page.comment("This comment was deleted by its author.")).to_be_visible()
    expect(page.comment("An answer")).to_be_visible()
    expect(page.element.get_by_text("Ada", exact=True)).to_have_count(0)


def test_unknown_story_has_no_discussion(read: Read) -> None:
    page = read("no-such-story")
    expect(page.element.get_by_text("Comments are not available for this story.")).to_be_visible()


def test_what_could_not_be_loaded_can_be_tried_again(story: Story, read: Read) -> None:
    story.post("Worth waiting for")
    page = read(story.id)
    expect(page.comment("Worth waiting for")).to_be_visible()
    page.page.route("**/comments?*", lambda route: route.abort())
    page.element.get_by_label("Sort by").select_option(label="Oldest")
    expect(page.element.get_by_text("The comments could not be loaded.")).to_be_visible()
    page.page.unroute("**/comments?*")
    page.element.get_by_role("button", name="Try again").click()
    expect(page.element.get_by_text("The comments could not be loaded.")).to_have_count(0)
    expect(page.comment("Worth waiting for")).to_be_visible()


def test_closed_story_can_still_be_read(story: Story, read: Read) -> None:
    story.post("Said in time")
    story.set(state="closed")
    page = read(story.id)
    expect(page.element.get_by_text("The discussion is closed.")).to_be_visible()
    expect(page.comment("Said in time").get_by_role("button", name="Reply")).to_have_count(0)


def test_narrow_page_does_not_scroll_sideways(story: Story, read: Read) -> None:
    chain(story, 7)
    story.post("A" * 400, by="long-word")
    page = read(story.id, width=320)
    page.element.get_by_role("button", name="Show 1 reply").click()
    expect(page.comment("Level 6")).to_be_visible()
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_came_since_the_last_visit_is_marked(story: Story, read: Read) -> None:
    story.post("Seen before")
    page = read(story.id)
    expect(page.comment("Seen before")).to_be_visible()
    expect(page.element.get_by_text("since your last visit")).to_have_count(0)
    story.post("Not seen yet", by="reader-2")
    expect(page.comment("Not seen yet")).to_be_visible()
    # An hour passes between the two visits.
    page.page.evaluate(
        """() => {
          const [name] = Object.keys(localStorage).filter((name) => name.includes(":visit:"));
          const visit = { ...JSON.parse(localStorage[name]), count: 1 };
          localStorage[name] = JSON.stringify({ ...visit, at: visit.at - 3_600_000 });
        }"""
    )
    with story.site.api("subscriber", subject="reader-3") as late:
        late.post(f"/v1/stories/{story.id}/comments", json={"body": "Later still"}).raise_for_status()
    page.page.reload()
    expect(page.element.get_by_text("3 comments · 2 new since your last visit")).to_be_visible()
    expect(page.comment("Later still").get_by_text("new", exact=True)).to_be_visible()


def test_sides_take_turns_where_a_reader_wants_both(read: Read, story: Story) -> None:
    for number in range(4):
        story.post(f"A critic's view {number}.", by=f"critic-{number}", side="critics")
    story.post("The only defence.", by="defender", side="defenders")

    shown = read(story.id)
    shown.element.get_by_label("Sort by").select_option("balanced")

    expect(shown.element.locator("article").nth(1)).to_contain_text("The only defence.")
    expect(shown.element.locator("article")).to_have_count(5)


def test_side_that_nobody_has_argued_shows_its_claim_and_invites(read: Read, story: Story) -> None:
    story.post("A critic's view.", by="critic", side="critics")
    shown = read(story.id)
    invitation = shown.element.get_by_text("Nobody has argued this side yet: Defenders.")
    expect(shown.comment("A critic's view.")).to_be_visible()
    expect(invitation).to_have_count(0)

    shown.element.get_by_label("Sort by").select_option("balanced")
    expect(invitation).to_contain_text("It was overdue.")
    # Whoever may not write is led to the reason.
    invitation.get_by_role("button").click()
    expect(shown.element.locator(".gate")).to_be_focused()

    shown.sign_in("subscriber", "defends")
    expect(shown.element.locator("textarea")).to_be_visible()
    invitation.get_by_role("button").click()
    expect(shown.element.get_by_role("radio", name="Defenders")).to_be_checked()
    expect(shown.element.locator("textarea")).to_be_focused()
    story.post("The first defence.", by="defender", side="defenders")
    expect(invitation).to_have_count(0)


def test_what_the_editors_chose_is_read_first(story: Story, read: Read) -> None:
    chosen = story.post("Worth reading")
    story.post("Said later", by="reader-2")
    with story.site.api("editor") as editor:
        decision = {"comment_id": chosen, "seen_revision": 1, "action": "feature", "note": "Well put"}
        editor.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status()
    page = read(story.id)
    expect(page.list.locator("article").first).to_contain_text("Worth reading")
    page.element.get_by_label("Sort by").select_option(label="Newest")
    expect(page.list.locator("article").nth(1)).to_contain_text("Said later")
