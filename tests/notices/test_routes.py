"""Notices of illegal content over HTTP: from anybody, through the moderators, to the answer."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from service.infra.clock import SystemClock
from service.kernel import limits
from service.notices import store
from tests.builders import a_comment, a_story
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings

NOTICE = {"legal_ground": "Insult, § 185 StGB.", "explanation": "It calls me a thief.", "good_faith": True}


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """One service for all of these: each test has a comment of its own."""
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture
def comment(site: Site) -> str:
    story = a_story(site, f"story-{uuid4().hex[:8]}")
    return str(a_comment(site, story, by=f"ann-{uuid4().hex[:8]}")["id"])


def give(api: httpx2.Client, comment: str, **more: Any) -> dict[str, Any]:
    answer = api.post("/v1/notices", json={**NOTICE, "comment_id": comment, **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    receipt: dict[str, Any] = answer.json()
    return receipt


def told(api: httpx2.Client, receipt: dict[str, Any]) -> dict[str, Any]:
    answer = api.get(receipt["status_url"], headers={"Notice-Token": receipt["token"]})
    assert answer.status_code == 200, answer.text
    status: dict[str, Any] = answer.json()
    return status


def decide(site: Site, comment: str, action: str, **more: Any) -> str:
    decision = {"comment_id": comment, "seen_revision": 1, "action": action, **more}
    with site.api("moderator", "mo-1") as api:
        [result] = api.post("/v1/admin/decisions", json={"decisions": [decision]}).json()["results"]
    assert result["status"] == "done", result
    return str(result["decision_id"])


def test_somebody_without_an_account_gives_notice_and_learns_the_decision(site: Site, comment: str) -> None:
    with site.api() as anybody, site.api("moderator", "mo-1") as moderator:
        receipt = give(anybody, comment, email="jo@example.org", name="Jo")
        assert (receipt["status"], receipt["comment_id"]) == ("received", comment)
        [item] = [
            item
            for item in moderator.get("/v1/admin/queues/reported").json()["items"]
            if item["comment"]["id"] == comment
        ]
        assert item["urgency"] >= 24 * 60
        assert item["decisions"] == ["approve", "reject", "escalate"]
        [complaint] = item["reports"]
        assert complaint["reason"] == "illegal"
        assert complaint["note"] == "Insult, § 185 StGB.\n\nIt calls me a thief."
        assert "jo@example.org" not in str(item)
        done = decide(site, comment, "reject", reason="illegal")
        status = told(anybody, receipt)
        assert (status["status"], status["automated"]) == ("upheld", False)
        assert status["decided_at"] is not None
        assert "mo-1" not in str(status)
        # Taking the decision back opens the notice again.
        moderator.post(f"/v1/admin/decisions/{done}/undo").raise_for_status()
        assert told(anybody, receipt)["status"] == "received"
        decide(site, comment, "approve")
        assert told(anybody, receipt)["status"] == "declined"


def test_the_author_learns_of_the_notice_and_not_of_its_sender(site: Site) -> None:
    reader = f"ann-{uuid4().hex[:8]}"
    comment = a_comment(site, a_story(site, f"story-{uuid4().hex[:8]}"), by=reader)["id"]
    with site.api("subscriber", "informer") as informer:
        give(informer, comment, name="Jo Informer")
    decide(site, comment, "reject", reason="illegal")
    with site.api("reader", reader) as author:
        [decision] = author.get("/v1/me/decisions").json()["decisions"]
    assert (decision["statement"]["source"], decision["statement"]["ground"]) == ("notice", "law")
    assert "Jo Informer" not in str(decision)


def test_a_receipt_is_read_with_its_token_alone(site: Site, comment: str) -> None:
    with site.api() as anybody:
        receipt, other = give(anybody, comment), give(anybody, comment)
        for token in ("", "x", other["token"], receipt["token"] + "x"):
            answer = anybody.get(receipt["status_url"], headers={"Notice-Token": token})
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/notice-unknown"), token
        assert anybody.get(f"/v1/notices/{uuid4()}", headers={"Notice-Token": ""}).status_code == 404
        assert anybody.get(receipt["status_url"]).status_code == 404


def test_a_comment_named_by_its_address(site: Site, comment: str) -> None:
    with site.api() as anybody:
        body = {**NOTICE, "comment_url": f"https://news.example/a-story#comment-{comment}"}
        assert anybody.post("/v1/notices", json=body).json()["comment_id"] == comment


def test_what_is_refused(site: Site, comment: str) -> None:
    with site.api() as anybody:
        for change in (
            {"good_faith": False},
            {"explanation": ""},
            {"explanation": " \n "},
            {"explanation": "x" * 5001},
            {"legal_ground": ""},
            {"email": "nobody"},
            {"email": "a@b\nBcc: c@d"},
            {"comment_url": f"https://news.example/#{comment}"},
            {"author": "me"},
        ):
            answer = anybody.post("/v1/notices", json={**NOTICE, "comment_id": comment, **change})
            assert answer.status_code == 422, change
            assert "nobody" not in answer.text
        assert anybody.post("/v1/notices", json=NOTICE).status_code == 422
        unknown = anybody.post("/v1/notices", json={**NOTICE, "comment_id": str(uuid4())})
        assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/comment-unknown")
    with site.api() as wrong:
        answer = wrong.post(
            "/v1/notices", json={**NOTICE, "comment_id": comment}, headers={"Authorization": "Bearer x"}
        )
        assert answer.status_code == 401


def test_a_notice_about_what_is_gone_is_answered_at_once(site: Site, comment: str) -> None:
    decide(site, comment, "reject", reason="spam")
    with site.api() as anybody, site.api("moderator") as moderator:
        assert give(anybody, comment)["status"] == "gone"
        waiting = moderator.get("/v1/admin/queues/reported").json()["items"]
        assert comment not in [item["comment"]["id"] for item in waiting]


def test_moderators_read_notices_and_admins_how_to_reach_the_sender(site: Site, comment: str) -> None:
    with (
        site.api("subscriber", "informer") as informer,
        site.api("moderator") as moderator,
        site.api("moderator", "mo-sport", sites=["sport"]) as elsewhere,
        site.api("admin", "ad-1") as admin,
    ):
        receipts = [give(informer, comment, email="jo@example.org"), give(informer, comment), give(informer, comment)]
        params: dict[str, Any] = {"comment": comment, "limit": 2}
        page = moderator.get("/v1/admin/notices", params=params).json()
        rest = moderator.get("/v1/admin/notices", params={**params, "cursor": page["next_cursor"]}).json()
        listed = [*page["notices"], *rest["notices"]]
        assert [one["id"] for one in listed] == [receipt["id"] for receipt in receipts[::-1]]
        assert [one["has_contact"] for one in listed] == [False, False, True]
        assert "jo@example.org" not in str(listed)
        assert listed[0]["author_of_notice"] is not None
        assert elsewhere.get("/v1/admin/notices", params=params).json()["notices"] == []
        assert elsewhere.get("/v1/admin/notices", params={"site": "main"}).status_code == 403
        path = f"/v1/admin/notices/{receipts[0]['id']}/contact"
        assert moderator.get(path).status_code == 403
        assert admin.get(path).json()["email"] == "jo@example.org"
        acts = admin.get("/v1/admin/audit", params={"subject_id": receipts[0]["id"]}).json()["entries"]
        assert [(act["actor"], act["action"]) for act in acts] == [("ad-1", "notice.contact_read")]
        assert admin.get(f"/v1/admin/notices/{receipts[1]['id']}/contact").status_code == 404


def test_who_sent_a_notice_is_erased_in_time_and_never_logged(
    site: Site, comment: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with site.api() as anybody, caplog.at_level(logging.DEBUG):
        receipt = give(anybody, comment, email="secret.jo@example.org", name="Secret Jo")
        told(anybody, receipt)
    printed = capfd.readouterr()
    for secret in ("secret.jo", "Secret Jo", receipt["token"], "calls me a thief"):
        assert secret not in caplog.text + printed.out + printed.err
    later = SystemClock().now() + timedelta(days=1)

    async def swept() -> tuple[int, int, int]:
        conn = await asyncpg.connect(site.settings.database_url)
        try:
            early = await store.forget_contacts(conn, later - timedelta(days=limits.notice_contacts_kept_days), 1000)
            done = await store.forget_contacts(conn, later, 1000)
            return early, done, await conn.fetchval("SELECT count(*) FROM notice_contacts")
        finally:
            await conn.close()

    early, done, left = run_async(swept)
    assert (early, left) == (0, 0)
    assert done >= 1
    with site.api() as anybody:
        assert told(anybody, receipt)["status"] == "received"


def test_notices_are_limited_by_address(database_url: str, redis_url: str) -> None:
    settings = site_settings(database_url, redis_url, limits="on")
    with running_site(settings, worker=False) as limited, limited.api() as anybody:
        body = {**NOTICE, "comment_id": str(uuid4())}
        answers = [anybody.post("/v1/notices", json=body) for _ in range(8)]
    statuses = [answer.status_code for answer in answers]
    assert 429 in statuses
    assert set(statuses) == {404, 429}
    assert "Retry-After" in answers[-1].headers
