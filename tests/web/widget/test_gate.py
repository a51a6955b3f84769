"""Who may not take part is shown the way in, and what they wrote waits for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx2
import msgspec
import pytest
from playwright.sync_api import Locator, Route, expect

from service.infra.clock import SystemClock
from service.infra.signatures import sign_standard
from tests.site import WEBHOOK_SECRET, Site
from tests.web.widget.conftest import SUBSCRIBE_URL, Story, StoryPage

Read = Callable[..., StoryPage]


def gate(page: StoryPage) -> Locator:
    return page.element.locator(".entry .gate")


def text_of(page: StoryPage) -> Locator:
    return page.element.get_by_label("Discuss this story")


def set_subscription(site: Site, subscriber: str, status: str, *, after_s: float = 0) -> None:
    """What the subscription system says, as of now and a moment: newer than any token before."""
    now = SystemClock().now()
    data = {"subscriber": subscriber, "status": status, "plan": "digital", "valid_until": None}
    event = {"type": "subscription.updated", "timestamp": now + timedelta(seconds=after_s), "data": data}
    body = msgspec.json.encode(event)
    headers = {**sign_standard(WEBHOOK_SECRET, f"msg_{uuid4().hex}", now, body), "Content-Type": "application/json"}
    httpx2.post(f"{site.url}/v1/webhooks/subscriptions", content=body, headers=headers).raise_for_status()


def sanction(service: Site, subject: str, **given: str) -> None:
    """What a moderator decides about a reader who was here before."""
    with service.api("subscriber", subject=subject) as reader:
        author = reader.get("/v1/me").json()["id"]
    with service.api("moderator") as moderator:
        moderator.post(f"/v1/admin/readers/{author}/sanctions", json=given).raise_for_status()


def test_anonymous_reader_is_shown_the_ways_in(story: Story, read: Read) -> None:
    page = read(story.id)
    subscribe = gate(page).get_by_role("link", name="Subscribe to comment", exact=True)
    expect(subscribe).to_have_attribute("href", SUBSCRIBE_URL)
    expect(gate(page).get_by_role("link", name="Log in")).to_have_attribute("href", "https://news.example/login")
    expect(page.element.locator("textarea")).to_have_count(0)


@pytest.mark.parametrize(
    ("part", "why"),
    [("reader", "Everyone can read this discussion."), ("lapsed", "Your subscription has expired.")],
)
def test_reader_without_a_subscription_is_told_why(story: Story, read: Read, part: str, why: str) -> None:
    page = read(story.id)
    page.sign_in(part)
    expect(gate(page).get_by_text(why)).to_be_visible()
    expect(gate(page).get_by_role("link", name="Subscribe to comment")).to_be_visible()
    expect(gate(page).get_by_role("link", name="Log in")).to_have_count(0)


@pytest.mark.parametrize("button", ["Reply to Reader-1", "Agree", "Report"])
def test_every_way_to_take_part_leads_to_the_gate(story: Story, read: Read, button: str) -> None:
    story.post("A question")
    page = read(story.id)
    page.comment("A question").get_by_role("button", name=re.compile(f"^{button}")).click()
    here = page.comment("A question").locator(".gate")
    expect(here).to_be_focused()
    expect(here.get_by_role("link", name="Subscribe to comment")).to_be_visible()


def test_page_may_act_in_place_of_the_links(story: Story, read: Read) -> None:
    page = read(story.id)
    page.element.evaluate(
        """(element) => {
          window.told = [];
          for (const name of ["login", "subscribe"]) {
            element.parentElement.addEventListener(`story-comments:${name}`, (event) => {
              event.preventDefault();
              window.told.push([name, event.detail]);
            });
          }
        }"""
    )
    address = page.page.url
    gate(page).get_by_role("link", name="Subscribe to comment").click()
    gate(page).get_by_role("link", name="Log in").click()
    assert page.page.evaluate("told") == [
        ["subscribe", {"storyId": story.id, "url": SUBSCRIBE_URL}],
        ["login", {"storyId": story.id}],
    ]
    assert page.page.url == address


def test_cancelled_subscription_closes_the_composer_and_keeps_the_draft(story: Story, read: Read) -> None:
    page = read(story.id)
    page.sign_in("subscriber", "cancels-while-writing")
    text_of(page).fill("Half a thought")
    set_subscription(story.site, "cancels-while-writing", "expired", after_s=1)
    expect(gate(page).get_by_text("Your draft is kept")).to_be_visible()
    expect(gate(page)).to_be_focused()
    expect(page.element.locator("textarea")).to_have_count(0)
    set_subscription(story.site, "cancels-while-writing", "active", after_s=2)
    expect(text_of(page)).to_have_value("Half a thought")
    expect(text_of(page)).to_be_focused()


def test_open_reply_gives_way_to_the_gate_and_comes_back(story: Story, read: Read) -> None:
    story.post("A question")
    page = read(story.id)
    page.sign_in("subscriber", "cancels-while-answering")
    page.comment("A question").get_by_role("button", name="Reply to").click()
    field = page.element.get_by_label("Your reply to Reader-1")
    field.fill("Half an answer")
    set_subscription(story.site, "cancels-while-answering", "refunded", after_s=1)
    expect(page.comment("A question").get_by_text("Your draft is kept")).to_be_visible()
    expect(gate(page).get_by_text("Your subscription was refunded.")).to_be_visible()
    set_subscription(story.site, "cancels-while-answering", "active", after_s=2)
    expect(field).to_have_value("Half an answer")


def test_refused_comment_closes_the_composer_at_once(story: Story, read: Read) -> None:
    page = read(story.id)
    page.page.route("**/v1/me/live", lambda route: route.abort())
    page.sign_in("subscriber", "cancels-unheard")
    text_of(page).fill("Not sent")
    set_subscription(story.site, "cancels-unheard", "expired", after_s=1)
    page.element.get_by_role("button", name="Post comment").click()
    expect(gate(page).get_by_text("Your draft is kept")).to_be_visible()
    expect(gate(page).get_by_role("link", name="Subscribe to comment")).to_have_attribute("href", SUBSCRIBE_URL)
    assert story.count() == 0


def test_suspended_reader_is_told_until_when(story: Story, read: Read) -> None:
    until = SystemClock().now() + timedelta(days=3)
    sanction(story.site, "suspended-one", kind="suspend", until=until.isoformat(), reason="abuse")
    page = read(story.id)
    page.sign_in("subscriber", "suspended-one")
    expect(page.element.get_by_text("You can take part again from")).to_be_visible()
    expect(page.element.locator("textarea")).to_have_count(0)


def test_stale_token_is_renewed_and_the_action_goes_on(story: Story, read: Read) -> None:
    page = read(story.id)
    stale, fresh = ("x" + story.site.token("subscriber", "renewed"), story.site.token("subscriber", "renewed"))
    page.element.evaluate(
        """(element, [stale, fresh]) => {
          window.asked = [];
          element.getToken = async ({ refresh }) => {
            window.asked.push(refresh);
            return refresh ? fresh : stale;
          };
        }""",
        [stale, fresh],
    )
    text_of(page).fill("Renewed")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("Renewed")).to_be_visible()
    assert page.page.evaluate("asked") == [False, True]


def test_token_that_stays_refused_ends_the_session(story: Story, read: Read) -> None:
    page = read(story.id)
    page.element.evaluate(
        """(element) => {
          element.addEventListener("story-comments:token-expired", () => { window.expired = true; });
          element.token = "not.a.token";
        }"""
    )
    expect(gate(page).get_by_text("Please log in again.")).to_be_visible()
    expect(gate(page).get_by_role("link", name="Log in")).to_be_visible()
    assert page.page.evaluate("expired") is True


def test_token_is_kept_nowhere(story: Story, read: Read) -> None:
    page = read(story.id)
    token = story.site.token("subscriber", "kept-nowhere")
    page.element.evaluate("(element, token) => { element.token = token; }", token)
    text_of(page).fill("A draft, which is kept")
    stored = page.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
    assert "A draft" in stored
    assert token not in stored
    assert token.rpartition(".")[2] not in stored
    assert token not in page.page.content()


def test_warned_reader_reads_the_warning_first(story: Story, read: Read) -> None:
    sanction(story.site, "warned-one", kind="warn", reason="off_topic")
    page = read(story.id)
    page.sign_in("subscriber", "warned-one")
    expect(gate(page)).to_contain_text("The moderators have sent you a warning.")
    expect(gate(page)).to_contain_text("It has nothing to do with the story.")
    expect(page.element.locator("textarea")).to_have_count(0)
    page.element.get_by_role("button", name="I have read this").click()
    expect(text_of(page)).to_be_visible()
    text_of(page).fill("On topic now")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("On topic now")).to_be_visible()


def test_sanction_on_another_site_is_none_here(story: Story, read: Read) -> None:
    sanction(story.site, "banned-elsewhere", kind="ban", reason="abuse", site="elsewhere")
    page = read(story.id)
    page.sign_in("subscriber", "banned-elsewhere")
    expect(text_of(page)).to_be_visible()


def test_reader_whose_rights_cannot_be_asked_for_is_not_sent_to_subscribe(story: Story, read: Read) -> None:
    page = read(story.id)
    page.page.route("**/v1/me?*", lambda route: route.abort())
    page.sign_in("subscriber", "far-away")
    expect(gate(page).get_by_text("could not be loaded")).to_be_visible()
    expect(page.element.get_by_role("link", name="Subscribe")).to_have_count(0)
    page.page.unroute("**/v1/me?*")
    gate(page).get_by_role("button", name="Try again").click()
    expect(text_of(page)).to_be_visible()


def test_what_writers_need_is_asked_for_again(story: Story, read: Read) -> None:
    page = read(story.id)
    page.page.route("**/widget/more*", lambda route: route.abort())
    page.sign_in("subscriber", "far-from-scripts")
    expect(gate(page).get_by_text("could not be loaded")).to_be_visible()
    page.page.unroute("**/widget/more*")
    gate(page).get_by_role("button", name="Try again").click()
    expect(text_of(page)).to_be_visible()


def test_token_that_ends_while_somebody_writes_is_renewed_and_the_comment_posted(story: Story, read: Read) -> None:
    page = read(story.id)
    tokens = [story.site.token("subscriber", "writes-long", name=f"Writes {turn}") for turn in ("before", "after")]
    page.element.evaluate(
        """(element, [before, after]) => {
          window.asked = [];
          element.getToken = async ({ refresh }) => {
            asked.push(refresh);
            return refresh ? after : before;
          };
        }""",
        tokens,
    )
    sent: list[tuple[str, str]] = []

    def end_the_first_token(route: Route) -> None:
        headers = route.request.headers
        sent.append((headers["authorization"].removeprefix("Bearer "), headers["idempotency-key"]))
        if len(sent) == 1:
            problem = {"type": "/problems/token-expired", "title": "The token has expired", "status": 401}
            allowed = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(status=401, json=problem, headers=allowed)
        else:
            route.continue_()

    page.page.route(
        re.compile(r"/comments$"),
        lambda route: end_the_first_token(route) if route.request.method == "POST" else route.continue_(),
    )
    text_of(page).fill("Took its time")
    page.element.get_by_role("button", name="Post comment").click()
    expect(page.comment("Took its time")).to_be_visible()
    assert page.page.evaluate("asked") == [False, True]
    assert [token for token, _ in sent] == tokens
    assert sent[0][1] == sent[1][1]


def test_draft_is_there_again_after_the_session_has_ended(story: Story, read: Read) -> None:
    page = read(story.id)
    page.sign_in("subscriber", "comes-back")
    text_of(page).fill("Half a thought")
    page.element.evaluate("(element) => { element.token = null; }")
    expect(gate(page).get_by_text("Your draft is kept")).to_be_visible()
    page.page.reload()
    expect(gate(page).get_by_text("Your draft is kept")).to_be_visible()
    page.sign_in("subscriber", "comes-back")
    expect(text_of(page)).to_have_value("Half a thought")
