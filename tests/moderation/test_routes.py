"""Moderators' addresses over HTTP: what a console does, in its order, and what is refused."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from tests.builders import a_comment, a_story
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    """One service for all of these: each test has a story of its own."""
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture
def story(site: Site) -> str:
    """A story where every comment is read first, of its own so that tests do not meet."""
    return a_story(site, f"story-{uuid4().hex[:8]}", mode="pre", section="ai")


def _decide(api: httpx2.Client, comment: str, action: str, seen: int = 1, **more: Any) -> dict[str, Any]:
    decision = {"comment_id": comment, "seen_revision": seen, "action": action, **more}
    answer = api.post("/v1/admin/decisions", json={"decisions": [decision]})
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["results"]
    return dict(result)


def _claim(api: httpx2.Client, story: str, **more: Any) -> list[dict[str, Any]]:
    answer = api.post("/v1/admin/queues/held/claims", json={"story": story, **more})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_moderator_takes_an_item_sees_it_in_context_and_approves_it(site: Site, story: str) -> None:
    root = a_comment(site, story, "The root.", by="ann")
    with site.api("moderator", "mo-1") as api, site.api() as anybody:
        assert api.get("/v1/admin/queues").json()["queues"]["held"]["count"] >= 1
        [item] = _claim(api, story)
        assert item["comment"]["id"] == root["id"]
        assert (item["comment"]["body"], item["comment"]["status"]) == ("The root.", "held")
        assert (item["revision"], item["queue"], item["claimed_by"]) == (1, "held", "mo-1")
        assert item["story"]["id"] == story
        assert item["story"]["section"] == "ai"
        assert item["signals"][0]["check"] == "story_mode"
        assert item["author"]["name"] == root["author"]["name"]
        assert item["decisions"] == ["approve", "reject", "escalate"]
        result = _decide(api, item["comment"]["id"], "approve", item["revision"])
        assert (result["status"], result["comment_status"]) == ("done", "published")
        assert [shown["id"] for shown in anybody.get(f"/v1/stories/{story}/comments").json()["comments"]] == [
            root["id"]
        ]
        reply = a_comment(site, story, "A reply.", by="bo", parent_id=root["id"])
        [item] = _claim(api, story)
        assert item["comment"]["id"] == reply["id"]
        assert [above["body"] for above in item["ancestors"]] == ["The root."]


def test_a_second_moderator_is_told_who_was_faster(site: Site, story: str) -> None:
    held = a_comment(site, story, by="ann")
    with site.api("moderator", "mo-1") as first, site.api("moderator", "mo-2") as second:
        done = _decide(first, held["id"], "reject", reason="spam", note="An advertisement.")
        failed = _decide(second, held["id"], "approve")
    assert failed["status"] == "failed"
    problem = failed["problem"]
    assert (problem["type"], problem["status"]) == ("/problems/already-decided", 409)
    assert problem["decision"]["id"] == done["decision_id"]
    assert problem["decision"]["decided_by"] == "mo-1"
    assert problem["comment_status"] == "rejected"
    assert problem["request_id"]


def test_a_decision_on_text_that_was_changed_meanwhile_is_refused(site: Site, story: str) -> None:
    held = a_comment(site, story, by="ann")
    with site.api("subscriber", "ann") as ann, site.api("moderator") as api:
        ann.patch(f"/v1/comments/{held['id']}", json={"body": "Other words.", "seen_revision": 1}).raise_for_status()
        failed = _decide(api, held["id"], "approve", 1)
        assert failed["problem"]["type"] == "/problems/revision-changed"
        assert failed["problem"]["current_revision"] == 2
        assert _decide(api, held["id"], "approve", 2)["status"] == "done"
        record = api.get(f"/v1/admin/comments/{held['id']}").json()
    assert [revision["body"] for revision in record["revisions"]] == ["A comment."]
    assert record["comment"]["body"] == "Other words."


def test_one_wrong_decision_of_several_fails_alone(site: Site, story: str) -> None:
    good, better = a_comment(site, story, "One.", by="ann"), a_comment(site, story, "Two.", by="bo")
    with site.api("moderator") as api:
        answer = api.post(
            "/v1/admin/decisions",
            json={
                "decisions": [
                    {"comment_id": good["id"], "seen_revision": 1, "action": "approve"},
                    {"comment_id": str(uuid4()), "seen_revision": 1, "action": "approve"},
                    {"comment_id": better["id"], "seen_revision": 1, "action": "reject"},
                    {"comment_id": better["id"], "seen_revision": 1, "action": "reject", "reason": "rules"},
                ]
            },
        )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["status"] for result in results] == ["done", "failed", "failed", "done"]
    assert results[1]["problem"]["type"] == "/problems/comment-unknown"
    assert results[2]["problem"]["errors"] == [
        {"field": "decisions[2].reason", "message": "a decision to reject needs a reason"}
    ]


def test_a_body_that_cannot_be_read_is_refused_as_a_whole(site: Site) -> None:
    with site.api("moderator") as api:
        for change, field in (
            ({"action": "destroy"}, "action"),
            ({"reason": "because"}, "reason"),
            ({"seen_revision": 0}, "seen_revision"),
            ({"comment_id": "first"}, "comment_id"),
            ({"note": "x" * 2001}, "note"),
            ({"status": "published"}, "status"),
        ):
            decision = {"comment_id": str(uuid4()), "seen_revision": 1, "action": "approve", **change}
            answer = api.post("/v1/admin/decisions", json={"decisions": [decision]})
            assert answer.status_code == 422, change
            assert answer.json()["errors"][0]["field"] == f"decisions[0].{field}", change


def test_no_decisions_and_too_many_are_refused(site: Site) -> None:
    one = {"comment_id": str(uuid4()), "seen_revision": 1, "action": "approve"}
    with site.api("moderator") as api:
        assert api.post("/v1/admin/decisions", json={"decisions": []}).status_code == 422
        assert api.post("/v1/admin/decisions", json={"decisions": [one] * 101}).status_code == 422


def test_a_decision_is_taken_back(site: Site, story: str) -> None:
    held = a_comment(site, story, by="ann")
    with site.api("moderator", "mo-1") as api, site.api() as anybody:
        done = _decide(api, held["id"], "approve")
        path = f"/v1/admin/decisions/{done['decision_id']}/undo"
        undone = api.post(path)
        assert undone.status_code == 200
        assert undone.json()["comment_status"] == "held"
        assert anybody.get(f"/v1/stories/{story}/comments").json()["comments"] == []
        again = api.post(path)
        assert (again.status_code, again.json()["type"]) == (409, "/problems/already-decided")
        assert api.post(f"/v1/admin/decisions/{uuid4()}/undo").json()["type"] == "/problems/decision-unknown"
        assert [item["comment"]["id"] for item in _claim(api, story)] == [held["id"]]
        record = api.get(f"/v1/admin/comments/{held['id']}").json()
    assert [made["action"] for made in record["decisions"]] == ["undo", "approve"]
    assert record["decisions"][0]["undoes"] == done["decision_id"]
    assert record["queues"][0]["queue"] == "held"
    assert record["allowed"] == ["approve", "reject", "escalate"]


def test_what_one_moderator_holds_no_other_is_handed(site: Site, story: str) -> None:
    comments = {a_comment(site, story, f"Comment {number}.", by=f"reader-{number}")["id"] for number in range(4)}
    with site.api("moderator", "mo-1") as first, site.api("moderator", "mo-2") as second:
        held = _claim(first, story, limit=3)
        rest = _claim(second, story, limit=3)
        assert len(held) == 3
        assert len(rest) == 1
        assert {item["comment"]["id"] for item in [*held, *rest]} == comments
        assert _claim(second, story, limit=3) == []
        mine = first.get("/v1/admin/queues/held", params={"story": story, "claimed": "mine"}).json()["items"]
        assert {item["comment"]["id"] for item in mine} == {item["comment"]["id"] for item in held}
        page = second.get("/v1/admin/queues/held", params={"story": story}).json()["items"]
        assert sorted(item["claimed_by"] for item in page) == ["mo-1", "mo-1", "mo-1", "mo-2"]
        assert first.delete(f"/v1/admin/claims/{held[0]['comment']['id']}").status_code == 204
        assert first.delete(f"/v1/admin/claims/{held[0]['comment']['id']}").status_code == 204
        assert [item["comment"]["id"] for item in _claim(second, story)] == [held[0]["comment"]["id"]]
        renewed = _claim(first, story, comment_ids=[held[1]["comment"]["id"], held[0]["comment"]["id"]])
        assert [item["comment"]["id"] for item in renewed] == [held[1]["comment"]["id"]]


def test_a_queue_is_paged_in_each_order_and_filtered(site: Site, story: str) -> None:
    made = [a_comment(site, story, f"Comment {number}.", by=f"reader-{number}") for number in range(5)]
    with site.api("moderator") as api:
        for order, expected in (("oldest", made), ("newest", made[::-1]), ("urgent", made)):
            found: list[str] = []
            params: dict[str, Any] = {"story": story, "order": order, "limit": 2}
            while True:
                page = api.get("/v1/admin/queues/held", params=params).json()
                found += [item["comment"]["id"] for item in page["items"]]
                if page["next_cursor"] is None:
                    break
                params["cursor"] = page["next_cursor"]
            assert found == [comment["id"] for comment in expected], order

        def ids(**params: Any) -> list[str]:
            answer = api.get("/v1/admin/queues/held", params={"story": story, "order": "oldest", **params})
            assert answer.status_code == 200, answer.text
            return [item["comment"]["id"] for item in answer.json()["items"]]

        author = made[1]["author"]["id"]
        assert ids(author=author) == [made[1]["id"]]
        assert ids(section="ai") == ids(signal="story_mode") == ids(site="main") == [one["id"] for one in made]
        assert ids(section="sport") == ids(signal="links") == ids(site="sport") == []
        moment = made[2]["created_at"]
        assert ids(before=moment) == [one["id"] for one in made[:2]]
        assert ids(after=moment) == [one["id"] for one in made[2:]]


def test_questions_that_make_no_sense_are_refused(site: Site) -> None:
    with site.api("moderator") as api:
        for params, status in (
            ({"order": "random"}, 422),
            ({"limit": 0}, 422),
            ({"limit": 101}, 422),
            ({"before": "2026-11-22T10:00:00"}, 422),
            ({"before": "1795341600"}, 422),
            ({"before": "yesterday"}, 422),
            ({"author": "ann"}, 422),
            ({"section": "x" * 201}, 422),
            ({"cursor": "nonsense"}, 400),
        ):
            answer = api.get("/v1/admin/queues/held", params=params)
            slug = "invalid-request" if status == 422 else "cursor-invalid"
            assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}"), params


def test_a_cursor_of_another_order_or_filter_is_refused(site: Site, story: str) -> None:
    for number in range(2):
        a_comment(site, story, f"Comment {number}.", by=f"reader-{number}")
    with site.api("moderator") as api:
        params: dict[str, Any] = {"story": story, "limit": 1, "order": "oldest"}
        cursor = api.get("/v1/admin/queues/held", params=params).json()["next_cursor"]
        for other in ({"order": "newest"}, {"section": "ai"}, {"claimed": "mine"}):
            answer = api.get("/v1/admin/queues/held", params={**params, **other, "cursor": cursor})
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/cursor-invalid"), other
        assert api.get("/v1/admin/queues/reported", params={**params, "cursor": cursor}).status_code == 400


def test_there_are_no_other_queues(site: Site) -> None:
    with site.api("moderator") as api:
        assert api.get("/v1/admin/queues/nonsense").json()["type"] == "/problems/not-found"
        assert api.post("/v1/admin/queues/nonsense/claims", json={"limit": 1}).status_code == 404


def test_a_reported_comment_is_reviewed_and_its_reporters_are_remembered(site: Site) -> None:
    story = a_story(site, f"story-{uuid4().hex[:8]}")
    comment = a_comment(site, story, by="ann")
    with site.api("subscriber", "bo") as bo, site.api("moderator") as api:
        report = bo.post(f"/v1/comments/{comment['id']}/reports", json={"reason": "hate", "note": "Line two."})
        assert report.status_code == 201
        again = bo.post(f"/v1/comments/{comment['id']}/reports", json={"reason": "spam"})
        assert (again.status_code, again.json()) == (200, report.json())
        [item] = api.post("/v1/admin/queues/reported/claims", json={"story": story}).json()["items"]
        assert item["comment"]["id"] == comment["id"]
        assert [(one["reason"], one["note"]) for one in item["reports"]] == [("hate", "Line two.")]
        assert item["decisions"] == ["approve", "reject", "escalate"]
        assert item["author"]["reports_received"] >= 1
        assert _decide(api, comment["id"], "approve")["comment_status"] == "published"
        record = api.get(f"/v1/admin/comments/{comment['id']}").json()
        assert record["reports"][0]["upheld"] is False
        assert record["reports"][0]["reporter"]["reports_declined"] >= 1
        assert api.post("/v1/admin/queues/reported/claims", json={"story": story}).json()["items"] == []


def test_a_report_that_makes_no_sense_is_refused(site: Site) -> None:
    with site.api("subscriber", "bo") as bo:
        for body in ({"reason": "boring"}, {}, {"reason": "spam", "note": "x" * 2001}, {"reason": "spam", "by": 1}):
            assert bo.post(f"/v1/comments/{uuid4()}/reports", json=body).status_code == 422, body


def test_an_editor_features_what_a_moderator_may_not(site: Site) -> None:
    story = a_story(site, f"story-{uuid4().hex[:8]}")
    comment = a_comment(site, story, by="ann")
    with site.api("moderator") as moderator, site.api("editor", "ed-1") as editor, site.api() as anybody:
        assert _decide(moderator, comment["id"], "feature")["problem"]["type"] == "/problems/permission-missing"
        assert _decide(editor, comment["id"], "feature", note="Knows the file.")["status"] == "done"
        assert anybody.get(f"/v1/comments/{comment['id']}").json()["featured"]["note"] == "Knows the file."
        assert _decide(editor, comment["id"], "approve")["problem"]["type"] == "/problems/permission-missing"
        assert _decide(editor, comment["id"], "unfeature")["status"] == "done"
        assert anybody.get(f"/v1/comments/{comment['id']}").json()["featured"] is None


def test_a_moderator_of_some_sites_sees_and_decides_those_alone(site: Site, story: str) -> None:
    held = a_comment(site, story, by="ann")
    with site.api("moderator", "mo-sport", sites=["sport"]) as api:
        assert api.get("/v1/admin/queues").json()["queues"]["held"]["count"] == 0
        assert api.get("/v1/admin/queues/held").json()["items"] == []
        assert api.post("/v1/admin/queues/held/claims", json={"limit": 50}).json()["items"] == []
        assert api.post("/v1/admin/queues/held/claims", json={"comment_ids": [held["id"]]}).json()["items"] == []
        for refused in (
            api.get("/v1/admin/queues/held", params={"site": "main"}),
            api.post("/v1/admin/queues/held/claims", json={"site": "main"}),
            api.get(f"/v1/admin/comments/{held['id']}"),
            api.delete(f"/v1/admin/claims/{held['id']}"),
        ):
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/permission-missing")
        assert _decide(api, held["id"], "approve")["problem"]["type"] == "/problems/permission-missing"


def test_a_reader_is_limited_and_let_go_again(site: Site) -> None:
    story = a_story(site, f"story-{uuid4().hex[:8]}")
    comment = a_comment(site, story, by="troll")
    author = comment["author"]["id"]
    with site.api("moderator", "mo-1") as api, site.api("subscriber", "troll") as troll:
        added = api.post(f"/v1/admin/readers/{author}/sanctions", json={"kind": "ban", "reason": "Threats."})
        assert added.status_code == 201, added.text
        refused = troll.post(f"/v1/stories/{story}/comments", json={"body": "Again."})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/banned")
        record = api.get(f"/v1/admin/readers/{author}").json()
        assert record["published_count"] >= 1
        assert [(one["kind"], one["added_by"]) for one in record["sanctions"]] == [("ban", "mo-1")]
        assert record["recent_comments"][0]["id"] == comment["id"]
        path = f"/v1/admin/readers/{author}/sanctions/{added.json()['id']}"
        assert api.delete(path, params={"reason": "A mistake."}).status_code == 204
        assert api.delete(path).json()["type"] == "/problems/sanction-unknown"
        assert troll.post(f"/v1/stories/{story}/comments", json={"body": "Again."}).status_code == 201
        suspended = api.post(f"/v1/admin/readers/{author}/sanctions", json={"kind": "suspend", "reason": "Threats."})
        assert suspended.json()["errors"][0]["field"] == "until"
        assert api.get(f"/v1/admin/readers/{uuid4()}").json()["type"] == "/problems/author-unknown"
    with site.api("moderator", "mo-sport", sites=["sport"]) as elsewhere:
        sanctions = f"/v1/admin/readers/{author}/sanctions"
        assert elsewhere.post(sanctions, json={"kind": "ban", "reason": "x"}).status_code == 403
        assert elsewhere.post(sanctions, json={"kind": "ban", "reason": "x", "site": "main"}).status_code == 403
        local = elsewhere.post(sanctions, json={"kind": "ban", "reason": "x", "site": "sport"})
        assert local.status_code == 201
        assert elsewhere.get(f"/v1/admin/readers/{author}").json()["recent_comments"] == []


def test_staff_acts_stand_in_the_record_for_admins_only(site: Site, story: str) -> None:
    held = a_comment(site, story, by="ann")
    with site.api("moderator", "mo-audited") as moderator, site.api("admin") as admin:
        done = _decide(moderator, held["id"], "reject", reason="abuse")
        moderator.post(f"/v1/admin/decisions/{done['decision_id']}/undo").raise_for_status()
        assert moderator.get("/v1/admin/audit").status_code == 403
        page = admin.get("/v1/admin/audit", params={"actor": "mo-audited", "limit": 1}).json()
        assert [entry["action"] for entry in page["entries"]] == ["decision.undone"]
        params = {"actor": "mo-audited", "limit": 1, "cursor": page["next_cursor"]}
        last = admin.get("/v1/admin/audit", params=params).json()
        assert [entry["action"] for entry in last["entries"]] == ["comment.rejected"]
        assert last["entries"][0]["after"]["reason"] == "abuse"
        assert last["next_cursor"] is None
        of_story = {"subject_kind": "story", "subject_id": story}
        registered = admin.get("/v1/admin/audit", params=of_story).json()["entries"]
        assert [entry["action"] for entry in registered] == ["story.registered"]
        other = admin.get("/v1/admin/audit", params={"actor": "somebody else", "cursor": page["next_cursor"]})
        assert other.json()["type"] == "/problems/cursor-invalid"


_A_COMMENT = str(UUID(int=(7 << 76) | (2 << 62)))
MODERATORS_ONLY = [
    ("GET", "/v1/admin/queues", None),
    ("GET", "/v1/admin/queues/held", None),
    ("POST", "/v1/admin/queues/held/claims", {"limit": 1}),
    ("DELETE", f"/v1/admin/claims/{_A_COMMENT}", None),
    (
        "POST",
        "/v1/admin/decisions",
        {"decisions": [{"comment_id": _A_COMMENT, "seen_revision": 1, "action": "approve"}]},
    ),
    ("POST", f"/v1/admin/decisions/{_A_COMMENT}/undo", None),
    ("GET", f"/v1/admin/comments/{_A_COMMENT}", None),
    ("GET", f"/v1/admin/readers/{_A_COMMENT}", None),
    ("POST", f"/v1/admin/readers/{_A_COMMENT}/sanctions", {"kind": "ban", "reason": "x"}),
    ("DELETE", f"/v1/admin/readers/{_A_COMMENT}/sanctions/{_A_COMMENT}", None),
    ("GET", "/v1/admin/audit", None),
]


def test_moderators_addresses_are_for_moderators(site: Site) -> None:
    for part, status in ((None, 401), ("subscriber", 403), ("service", 403)):
        with site.api(part) as api:
            for method, path, body in MODERATORS_ONLY:
                answer = api.request(method, path, json=body) if body else api.request(method, path)
                assert answer.status_code == status, (part, method, path)
