"""What readers are told over HTTP: decisions about them with reasons, and what became of their reports."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.builders import a_comment, a_story
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """One service for all of these: each test has readers and a story of its own."""
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture
def story(site: Site) -> str:
    return a_story(site, f"story-{uuid4().hex[:8]}")


@pytest.fixture
def ann() -> str:
    """A reader of whom nothing is known yet."""
    return f"ann-{uuid4().hex[:8]}"


def decide(site: Site, comment: str, action: str, by: str = "mo-1", **more: Any) -> dict[str, Any]:
    decision = {"comment_id": comment, "seen_revision": 1, "action": action, **more}
    with site.api("moderator", by) as api:
        [result] = api.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status().json()["results"]
    return dict(result)


def decisions_of(site: Site, reader: str, part: str = "lapsed") -> list[dict[str, Any]]:
    """As a reader whose subscription is over: being told why needs none."""
    with site.api(part, reader) as api:
        answer = api.get("/v1/me/decisions")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    found: list[dict[str, Any]] = answer.json()["decisions"]
    return found


def test_the_author_of_a_rejected_comment_is_told_why_and_not_by_whom(site: Site, story: str, ann: str) -> None:
    comment = a_comment(site, story, "Buy my *thing* now.", by=ann)
    with site.api("subscriber", "bo") as bo:
        bo.post(f"/v1/comments/{comment['id']}/reports", json={"reason": "spam", "note": "An advert."})
    done = decide(site, comment["id"], "reject", "mo-secret", reason="spam", note="Same as yesterday.")
    [told] = decisions_of(site, ann)
    assert (told["id"], told["kind"], told["in_force"]) == (done["decision_id"], "rejection", True)
    assert told["comment"]["id"] == comment["id"]
    assert told["comment"]["excerpt"] == "Buy my *thing* now."
    said = told["statement"]
    assert (said["effect"], said["reason"], said["source"], said["decided_by"]) == (
        "removed", "spam", "report", "moderator",
    )  # fmt: skip
    assert told["may_appeal_until"] is not None
    assert told["appeal"] is None
    for secret in ("mo-secret", "Same as yesterday", "An advert", '"bo"'):
        assert secret not in str(told)
    with site.api("reader", ann) as api, site.api("reader", "bo") as bo:
        assert api.get(f"/v1/me/decisions/{told['id']}").json() == told
        refused = bo.get(f"/v1/me/decisions/{told['id']}")
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/decision-unknown")


def test_what_was_taken_back_is_not_in_force(site: Site, story: str, ann: str) -> None:
    comment = a_comment(site, story, by=ann)
    done = decide(site, comment["id"], "reject", reason="off_topic")
    with site.api("moderator") as api:
        api.post(f"/v1/admin/decisions/{done['decision_id']}/undo").raise_for_status()
    [told] = decisions_of(site, ann)
    assert (told["in_force"], told["may_appeal_until"], told["comment"]["status"]) == (False, None, "published")


def test_of_two_rejections_the_later_is_in_force(site: Site, story: str, ann: str) -> None:
    comment = a_comment(site, story, by=ann)
    decide(site, comment["id"], "reject", reason="spam")
    restored = decide(site, comment["id"], "restore", "mo-2")
    decide(site, comment["id"], "reject", "mo-3", reason="abuse", overrules=restored["decision_id"])
    told = decisions_of(site, ann)
    assert [(one["statement"]["reason"], one["in_force"]) for one in told] == [("abuse", True), ("spam", False)]


def test_an_automatic_hold_shows_the_words_that_were_matched(site: Site, story: str, ann: str) -> None:
    a_comment(site, story, "Only a moron says that.", by=ann)
    [told] = decisions_of(site, ann)
    assert (told["kind"], told["in_force"], told["may_appeal_until"]) == ("hold", True, None)
    said = told["statement"]
    assert said["automated"] == {"detection": True, "decision": True}
    assert [match["text"] for rule in said["rules"] for match in rule["matched"]] == ["moron"]
    decide(site, told["comment"]["id"], "approve")
    [told] = decisions_of(site, ann)
    assert told["in_force"] is False


def test_a_story_that_is_read_first_is_no_decision_about_anybody(site: Site, ann: str) -> None:
    a_comment(site, a_story(site, f"story-{uuid4().hex[:8]}", mode="pre"), by=ann)
    assert decisions_of(site, ann) == []


def test_sanctions_are_told_to_suspended_and_banned_readers(site: Site, story: str, ann: str) -> None:
    author = a_comment(site, story, by=ann)["author"]["id"]
    with site.api("moderator", "mo-secret") as api:
        path = f"/v1/admin/readers/{author}/sanctions"
        suspension = {"kind": "suspend", "reason": "Insults.", "until": "2099-01-01T00:00:00Z", "note": "Again."}
        api.post(path, json=suspension).raise_for_status()
        ban = api.post(path, json={"kind": "ban", "reason": "Threats.", "site": "main"}).raise_for_status().json()
    told = decisions_of(site, ann)
    assert [(one["kind"], one["sanction"]["kind"], one["statement"]["reason_words"]) for one in told] == [
        ("sanction", "ban", "Threats."),
        ("sanction", "suspend", "Insults."),
    ]
    assert told[0]["statement"]["scope"]["site"] == "main"
    assert told[1]["statement"]["until"] == "2099-01-01T00:00:00Z"
    assert all(one["in_force"] and one["may_appeal_until"] for one in told)
    assert "mo-secret" not in str(told)
    assert "Again." not in str(told)
    with site.api("moderator") as api:
        api.delete(f"/v1/admin/readers/{author}/sanctions/{ban['id']}").raise_for_status()
    lifted = decisions_of(site, ann)[0]
    assert (lifted["in_force"], lifted["may_appeal_until"]) == (False, None)
    assert lifted["sanction"]["lifted_at"] is not None


def pages(api: httpx2.Client, path: str, member: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = api.get(path, params=params).raise_for_status().json()
        assert len(page[member]) <= 2
        found += page[member]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


def test_lists_go_on_where_their_pages_ended(site: Site, story: str, ann: str) -> None:
    comments = [a_comment(site, story, f"Number {number}.", by=ann)["id"] for number in range(5)]
    reader = f"reporter-{uuid4().hex[:8]}"
    with site.api("subscriber", reader) as api:
        for comment in comments:
            api.post(f"/v1/comments/{comment}/reports", json={"reason": "spam"}).raise_for_status()
            decide(site, comment, "reject", reason="spam")
        assert [one["comment"]["id"] for one in pages(api, "/v1/me/reports", "reports")] == comments[::-1]
        assert api.get("/v1/me/reports", params={"cursor": "nonsense"}).json()["type"] == "/problems/cursor-invalid"
    with site.api("reader", ann) as api:
        assert [one["comment"]["id"] for one in pages(api, "/v1/me/decisions", "decisions")] == comments[::-1]
        for wrong in ({"limit": 0}, {"limit": 101}):
            assert api.get("/v1/me/decisions", params=wrong).status_code == 422


def test_reporters_learn_what_became_of_their_reports(site: Site, story: str, ann: str) -> None:
    right, wrong, waiting, gone = (a_comment(site, story, f"Words {n}.", by=ann)["id"] for n in range(4))
    reporter = f"reporter-{uuid4().hex[:8]}"

    def answers() -> dict[str, dict[str, Any]]:
        with site.api("lapsed", reporter) as api:
            return {one["comment"]["id"]: one for one in api.get("/v1/me/reports").json()["reports"]}

    with site.api("subscriber", reporter) as api:
        for comment in (right, wrong, waiting, gone):
            api.post(f"/v1/comments/{comment}/reports", json={"reason": "hate", "note": "Line 2."}).raise_for_status()
    assert {one["status"] for one in answers().values()} == {"waiting"}
    rejected = decide(site, right, "reject", "mo-secret", reason="hate")
    decide(site, wrong, "approve")
    with site.api("subscriber", ann) as api:
        api.delete(f"/v1/comments/{gone}").raise_for_status()
    found = answers()
    assert {comment: one["status"] for comment, one in found.items()} == {
        right: "upheld", wrong: "declined", waiting: "waiting", gone: "closed",
    }  # fmt: skip
    assert found[right]["comment"]["excerpt"] is None
    assert found[wrong]["comment"]["excerpt"] == "Words 1."
    assert (found[wrong]["reason"], found[wrong]["note"], found[wrong]["automated"]) == ("hate", "Line 2.", False)
    assert found[right]["decided_at"] is not None
    assert "mo-secret" not in str(found)
    with site.api("moderator") as api:
        api.post(f"/v1/admin/decisions/{rejected['decision_id']}/undo").raise_for_status()
    assert answers()[right]["status"] == "waiting"
