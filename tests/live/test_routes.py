"""Live streams over HTTP, from the comment to the open page: the whole service with its worker."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from standardwebhooks import Webhook

from service.infra.clock import SystemClock
from tests.live.followers import following, until
from tests.site import WEBHOOK_SECRET, Site

STORY = {"site": "main", "title": "A story", "url": "https://news.example/s1"}


@pytest.fixture
def story(site: Site) -> str:
    with site.api("service") as cms:
        answer = cms.put("/v1/admin/stories/s1", json=STORY)
        assert answer.status_code == 201, answer.text
    settled(site)
    return f"{site.url}/v1/stories/s1"


def post(site: Site, text: str, subject: str | None = None, **more: Any) -> dict[str, Any]:
    with site.api("subscriber", subject) as reader:
        answer = reader.post(
            "/v1/stories/s1/comments", json={"body": text, **more}, headers={"Idempotency-Key": str(uuid4())}
        )
    assert answer.status_code == 201, answer.text
    comment: dict[str, Any] = answer.json()
    return comment


async def at(call: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """The result of a blocking call, while the followers go on reading."""
    return await asyncio.to_thread(call, *args, **more)


def get(url: str) -> Any:
    return httpx2.get(url, trust_env=False).json()


async def test_a_comment_appears_on_open_pages_in_the_shape_of_a_page(site: Site, story: str) -> None:
    async with following(f"{story}/live", 2) as pages:
        posted = await at(post, site, "Hello *there*")
        await until(lambda: all("counts" in page.kinds for page in pages))
    in_page = (await at(get, f"{story}/comments"))["comments"][0]
    for page in pages:
        assert page.kinds == ["comment.published", "counts"]
        told, counts = page.events
        assert told.data.pop("thread_version") >= int(told.id)
        assert told.data == in_page
        assert told.data["id"] == posted["id"]
        assert counts.data["comment_count"] == 1
        assert counts.id == told.id == str(await at(version_of, story))


def version_of(story: str) -> int:
    version: int = get(story)["thread_version"]
    return version


async def test_a_deleted_comment_goes_and_leaves_a_placeholder_where_it_has_replies(site: Site, story: str) -> None:
    parent = await at(post, site, "First")
    reply = await at(post, site, "Second", subject="another", parent_id=parent["id"])

    def delete(comment: dict[str, Any], subject: str | None) -> None:
        with site.api("subscriber", subject) as reader:
            assert reader.delete(f"/v1/comments/{comment['id']}").status_code in (200, 204)

    await at(settled, site)
    async with following(f"{story}/live") as [page]:
        await at(delete, parent, None)
        await until(lambda: len(page.of("comment.gone")) == 1)
        await at(delete, reply, "another")
        await until(lambda: len(page.of("comment.gone")) == 2)
    first, second = page.of("comment.gone")
    assert first.data["id"] == parent["id"]
    assert first.data["status"] == "deleted"
    assert first.data["placeholder"]["body"] is None
    assert first.data["placeholder"]["reply_count"] == 1
    assert second.data["placeholder"] is None
    assert second.data["parent_id"] == parent["id"]
    assert page.of("counts")[-1].data["comment_count"] == 0


def settled(site: Site) -> None:
    """Waits until the worker has sent on everything so far."""

    async def wait() -> None:
        conn = await asyncpg.connect(site.settings.database_url)
        async with asyncio.timeout(10):
            while await conn.fetchval("SELECT EXISTS (SELECT FROM outbox_events)"):
                await asyncio.sleep(0.01)
        await conn.close()

    asyncio.run(wait())


async def test_an_edited_comment_is_told_as_edited(site: Site, story: str) -> None:
    comment = await at(post, site, "Befor")

    def edit() -> None:
        with site.api("subscriber") as reader:
            answer = reader.patch(
                f"/v1/comments/{comment['id']}", json={"body": "Before", "seen_revision": comment["revision"]}
            )
            assert answer.status_code == 200, answer.text

    await at(settled, site)
    async with following(f"{story}/live") as [page]:
        await at(edit)
        await until(lambda: bool(page.of("comment.edited")))
    assert page.of("comment.edited")[0].data["body"] == "Before"
    assert page.of("comment.edited")[0].data["revision"] == 2


async def test_a_held_comment_is_told_to_nobody_until_it_is_approved(site: Site, story: str) -> None:
    def premoderate() -> None:
        with site.api("service") as cms:
            assert cms.patch("/v1/admin/stories/s1", json={"mode": "pre"}).status_code == 200

    def approve(comment: dict[str, Any]) -> None:
        with site.api("moderator") as moderator:
            decision = {"comment_id": comment["id"], "seen_revision": comment["revision"], "action": "approve"}
            answer = moderator.post("/v1/admin/decisions", json={"decisions": [decision]})
            assert answer.status_code == 200, answer.text

    async with following(f"{story}/live") as [page]:
        await at(premoderate)
        await until(lambda: bool(page.of("story.changed")))
        assert page.of("story.changed")[0].data["mode"] == "pre"
        held = await at(post, site, "Wait for it")
        assert held["status"] == "held"
        await at(approve, held)
        await until(lambda: bool(page.of("comment.published")))
    assert [event.data["id"] for event in page.of("comment.published")] == [held["id"]]
    assert page.kinds == ["story.changed", "comment.published", "counts"]


async def test_votes_are_told_together_after_a_while(site: Site, story: str) -> None:
    comment = await at(post, site, "Vote for me")

    def vote(subject: str) -> None:
        with site.api("subscriber", subject) as reader:
            assert reader.put(f"/v1/comments/{comment['id']}/vote", json={"value": 1}).status_code == 200

    def votes_told(page: Any) -> int:
        return sum(event.data["votes"].get(comment["id"], {}).get("up", 0) for event in page.of("counts")[-1:])

    async with following(f"{story}/live") as [page]:
        for number in range(5):
            await at(vote, f"voter-{number}")
        await until(lambda: votes_told(page) == 5)
    assert len(page.of("counts")) <= 4  # Its own, and at most a step or three for five votes.


async def test_a_page_that_was_away_is_told_that_it_is_behind(site: Site, story: str) -> None:
    await at(post, site, "One")
    version = await at(version_of, story)
    await at(post, site, "Two", subject="another")
    await at(settled, site)
    now = await at(version_of, story)
    async with (
        following(f"{story}/live", headers={"Last-Event-ID": str(version)}) as [by_id],
        following(f"{story}/live?after={version}") as [by_query],
        following(f"{story}/live?after=1", headers={"Last-Event-ID": str(now)}) as [up_to_date],
        following(f"{story}/live", headers={"Last-Event-ID": "nonsense"}) as [new],
    ):
        await until(lambda: by_id.kinds == by_query.kinds == ["behind"])
        assert by_id.events[0].data == {"thread_version": now}
        assert by_id.last_id == ""  # Whoever could not act on it is told again.
        assert up_to_date.events == new.events == []
        assert up_to_date.last_id == new.last_id == str(now)


async def test_what_is_no_story_has_no_stream(site: Site, story: str) -> None:
    def hide() -> None:
        with site.api("service") as cms:
            assert cms.patch("/v1/admin/stories/s1", json={"state": "hidden"}).status_code == 200

    async with following(f"{site.url}/v1/stories/nothing/live") as [page]:
        assert page.status == 404
    assert b"story-unknown" in page.body
    async with following(f"{story}/live") as [open_before]:
        await at(hide)
        await until(lambda: bool(open_before.of("story.changed")))
        assert set(open_before.events[0].data) == {"id", "state", "thread_version"}
        async with following(f"{story}/live") as [page]:
            assert page.status == 404


async def test_a_wrong_version_is_refused(site: Site, story: str) -> None:
    for after in ("-1", "x", "1" * 30):
        async with following(f"{story}/live?after={after}") as [page]:
            assert page.status == 422, after


async def test_the_stream_is_for_every_page_of_any_origin_and_kept_by_nobody(site: Site, story: str) -> None:
    async with following(f"{story}/live") as [page]:
        assert page.headers["content-type"].startswith("text/event-stream")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in page.headers


async def test_asking_for_the_head_alone_holds_nothing_open(site: Site, story: str) -> None:
    answer = await at(httpx2.head, f"{story}/live", timeout=5, trust_env=False)
    assert answer.status_code == 200
    await until(lambda: streams_of(site) == 0)


def streams_of(site: Site) -> int:
    """How many streams the service says are open."""
    text = httpx2.get(f"{site.url}/metrics", trust_env=False).text
    return int(float(next(line for line in text.splitlines() if line.startswith("live_streams ")).split()[1]))


async def test_two_hundred_pages_get_every_event_and_leave_nothing_behind(site: Site, story: str) -> None:
    async with following(f"{story}/live", 200) as pages:
        assert await at(streams_of, site) == 200
        posted = [(await at(post, site, f"Comment {number}"))["id"] for number in range(20)]
        await until(lambda: all(len(page.of("comment.published")) == 20 for page in pages), 60)
        for page in pages:
            assert [event.data["id"] for event in page.of("comment.published")] == posted
            ids = [int(event.id) for event in page.of("comment.published")]
            assert ids == list(range(ids[0], ids[0] + 20))
    async with asyncio.timeout(10):
        while await at(streams_of, site):
            await asyncio.sleep(0.02)


async def test_ones_own_stream_tells_of_ones_own_rights_only(site: Site) -> None:
    def cancel(subject: str) -> None:
        now = SystemClock().now()
        data = {"subscriber": subject, "status": "canceled", "plan": None, "valid_until": None}
        body = json.dumps({"type": "subscription.updated", "timestamp": now.isoformat(), "data": data})
        signed = Webhook(WEBHOOK_SECRET).sign("msg_1", now, body)
        headers = {
            "content-type": "application/json",
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signed,
        }
        answer = httpx2.post(f"{site.url}/v1/webhooks/subscriptions", content=body, headers=headers, trust_env=False)
        assert answer.status_code == 204, answer.text

    own = {"Authorization": f"Bearer {site.token('subscriber', 'ada')}"}
    other = {"Authorization": f"Bearer {site.token('subscriber', 'bob')}"}
    url = f"{site.url}/v1/me/live"
    async with following(url, headers=own) as [ada], following(url, headers=other) as [bob]:
        await at(cancel, "ada")
        await until(lambda: "entitlement.changed" in ada.kinds)
        assert bob.events == []


async def test_ones_own_stream_needs_a_readers_token(site: Site) -> None:
    url = f"{site.url}/v1/me/live"
    async with following(url) as [anonymous]:
        assert anonymous.status == 401
    async with following(url, headers={"Authorization": f"Bearer {site.token('moderator')}"}) as [staff]:
        assert staff.status == 403


async def test_ones_own_stream_ends_with_the_token(site: Site) -> None:
    token = site.token("subscriber", "ada", lifetime_s=1)
    async with following(f"{site.url}/v1/me/live", headers={"Authorization": f"Bearer {token}"}) as [page]:
        await until(lambda: page.ended_well)
