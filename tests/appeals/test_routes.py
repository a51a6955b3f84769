"""Appeals over HTTP: what an author and the moderators do, in their order, and what is refused."""

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


def reject(site: Site, story: str, author: str, **more: Any) -> dict[str, Any]:
    """A comment that `mo-1` rejects; the decision."""
    comment = a_comment(site, story, "Our *quotation*.", by=author)
    decision = {"comment_id": comment["id"], "seen_revision": 1, "action": "reject", "reason": "hate", **more}
    with site.api("moderator", "mo-1", name="Mona") as api:
        [result] = api.post("/v1/admin/decisions", json={"decisions": [decision]}).json()["results"]
    assert result["status"] == "done", result
    return dict(result)


def appeal(api: httpx2.Client, decision: str, text: str = "It is a quotation.") -> httpx2.Response:
    return api.post(f"/v1/me/decisions/{decision}/appeal", json={"text": text})


def test_from_the_rejection_to_the_reversal(site: Site, story: str, ann: str) -> None:
    done = reject(site, story, ann)
    decision, comment = done["decision_id"], done["comment_id"]
    with site.api("lapsed", ann) as author, site.api("moderator", "mo-2", name="Mick") as second, site.api() as anybody:
        assert anybody.get(f"/v1/comments/{comment}").status_code == 404
        made = appeal(author, decision)
        assert made.status_code == 201, made.text
        assert made.headers["Cache-Control"] == "private, no-store"
        assert (made.json()["status"], made.json()["text"]) == ("open", "It is a quotation.")
        again = appeal(author, decision)
        assert (again.status_code, again.json()) == (200, made.json())
        own = author.get(f"/v1/me/decisions/{decision}").json()
        assert (own["appeal"], own["may_appeal_until"]) == (made.json(), None)

        path = f"/v1/admin/appeals/{made.json()['id']}"
        item = second.get(path).json()
        assert (item["kind"], item["status"], item["decision_id"], item["may_rule"]) == (
            "comment",
            "open",
            decision,
            True,
        )
        assert item["against"]["decided_by"] == "mo-1"
        assert (item["against"]["decided_by_name"], item["against"]["over"]) == ("Mona", False)
        assert (item["comment"]["body"], item["revision"], item["story"]["id"]) == ("Our *quotation*.", 1, story)
        assert item["statement"] == own["statement"]
        assert item["author"]["rejected_count"] == 1
        queue = second.get("/v1/admin/queues/appealed", params={"story": story}).json()["items"]
        assert [(one["comment"]["id"], one["decisions"]) for one in queue] == [(comment, [])]

        ruling = {"outcome": "reversed", "reason": "It is a quotation indeed."}
        ruled = second.post(f"{path}/ruling", json=ruling)
        assert ruled.status_code == 200, ruled.text
        assert ruled.json()["ruling"]["ruled_by_name"] == "Mick"
        assert (ruled.json()["comment"]["status"], ruled.json()["against"]["over"]) == ("published", True)
        assert anybody.get(f"/v1/comments/{comment}").json()["body"] == "Our *quotation*."
        told = author.get(f"/v1/me/decisions/{decision}").json()
        assert (told["in_force"], told["appeal"]["status"]) == (False, "reversed")
        assert told["appeal"]["ruling"] == "It is a quotation indeed."
        assert "mo-2" not in str(told)
        assert "Mick" not in str(told)


def test_what_is_refused_to_the_author(site: Site, story: str, ann: str) -> None:
    done = reject(site, story, ann)
    with site.api("reader", ann) as author, site.api("subscriber", "somebody-else") as other:
        for body in ({}, {"text": ""}, {"text": "x" * 5001}, {"text": "No.", "loud": True}):
            answer = author.post(f"/v1/me/decisions/{done['decision_id']}/appeal", json=body)
            assert answer.status_code == 422, body
        assert appeal(other, done["decision_id"]).json()["type"] == "/problems/decision-unknown"
        assert appeal(author, str(uuid4())).json()["type"] == "/problems/decision-unknown"
        assert appeal(author, done["decision_id"]).status_code == 201
        problem = appeal(author, done["decision_id"], "Other words.")
        assert (problem.status_code, problem.json()["type"]) == (409, "/problems/already-appealed")
        assert problem.json()["appeal"]["status"] == "open"


def test_an_automatic_hold_is_reviewed_anyway(site: Site, story: str, ann: str) -> None:
    a_comment(site, story, "Only a moron says that.", by=ann)
    with site.api("reader", ann) as author:
        [told] = author.get("/v1/me/decisions").json()["decisions"]
        problem = appeal(author, told["id"])
    assert (problem.status_code, problem.json()["why"]) == (409, "being-reviewed")


def test_what_is_refused_to_moderators(site: Site, story: str, ann: str) -> None:
    done = reject(site, story, ann)
    with site.api("reader", ann) as author:
        made = appeal(author, done["decision_id"]).json()
    path = f"/v1/admin/appeals/{made['id']}"
    with site.api("moderator", "mo-1") as first, site.api("moderator", "mo-2") as second:
        assert first.get(path).json()["may_rule"] is False
        ruling = {"outcome": "upheld", "reason": "It stands."}
        problem = first.post(f"{path}/ruling", json=ruling)
        assert (problem.status_code, problem.json()["type"]) == (403, "/problems/another-moderator-needed")
        restore = {"comment_id": done["comment_id"], "seen_revision": 1, "action": "restore"}
        [result] = second.post("/v1/admin/decisions", json={"decisions": [restore]}).json()["results"]
        assert result["problem"]["type"] == "/problems/appeal-open"
        assert result["problem"]["appeal_id"] == made["id"]
        undone = second.post(f"/v1/admin/decisions/{done['decision_id']}/undo")
        assert (undone.status_code, undone.json()["type"]) == (409, "/problems/appeal-open")
        for body in ({"outcome": "upheld"}, {"outcome": "maybe", "reason": "x"}, {"outcome": "upheld", "reason": ""}):
            assert second.post(f"{path}/ruling", json=body).status_code == 422, body
        assert second.post(f"{path}/ruling", json=ruling).status_code == 200
        late = second.post(f"{path}/ruling", json=ruling)
        assert (late.status_code, late.json()["type"]) == (409, "/problems/already-ruled")
        assert late.json()["ruling"]["outcome"] == "upheld"
        unknown = second.get(f"/v1/admin/appeals/{uuid4()}")
        assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/appeal-unknown")


def test_a_banned_reader_appeals_against_the_ban(site: Site, story: str, ann: str) -> None:
    author_id = a_comment(site, story, by=ann)["author"]["id"]
    with site.api("moderator", "mo-1") as first, site.api("moderator", "mo-2") as second:
        ban = {"kind": "ban", "reason": "Threats."}
        sanctions = f"/v1/admin/readers/{author_id}/sanctions"
        sanction = first.post(sanctions, json=ban).json()["id"]
        with site.api("subscriber", ann) as author:
            made = appeal(author, sanction, "That was not me.").json()
            lifted = first.delete(f"{sanctions}/{sanction}")
            assert (lifted.status_code, lifted.json()["appeal_id"]) == (409, made["id"])
            params = {"kind": "sanction", "author": author_id}
            [item] = second.get("/v1/admin/appeals", params=params).json()["appeals"]
            assert (item["id"], item["comment"], item["against"]["action"]) == (made["id"], None, "ban")
            assert item["site"] is None
            ruling = {"outcome": "reversed", "reason": "It was not."}
            second.post(f"/v1/admin/appeals/{made['id']}/ruling", json=ruling).raise_for_status()
            assert author.get("/v1/me").json()["sanctions"] == []
            posted = author.post(f"/v1/stories/{story}/comments", json={"body": "Here again."})
            assert posted.status_code == 201


def test_appeals_are_claimed_one_by_one(site: Site, ann: str) -> None:
    story = a_story(site, f"story-{uuid4().hex[:8]}", site=f"site-{uuid4().hex[:8]}")
    with site.api("editor") as api:
        place = api.get(f"/v1/admin/stories/{story}").json()["site"]
    # One who is still subscribed: a newer token without a subscription would end the posting.
    with site.api("subscriber", ann) as author:
        made = [appeal(author, reject(site, story, ann)["decision_id"]).json()["id"] for _ in range(3)]

    def claim(api: httpx2.Client, **more: Any) -> list[str]:
        answer = api.post("/v1/admin/appeals/claims", json={"site": place, **more})
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["appeals"]]

    with (
        site.api("moderator", "mo-1") as first,
        site.api("moderator", "mo-2") as second,
        site.api("moderator", "mo-3") as third,
    ):
        assert claim(first, limit=9) == []
        assert claim(second, limit=2) == made[:2]
        assert claim(third, limit=2) == made[2:]
        assert claim(third, appeal_ids=made) == made[2:]
        mine = second.get("/v1/admin/appeals", params={"site": place, "claimed": "mine"}).json()["appeals"]
        assert [item["id"] for item in mine] == made[:2]
        assert {item["claimed_by"] for item in mine} == {"mo-2"}
        assert second.delete(f"/v1/admin/appeals/{made[0]}/claim").status_code == 204
        assert second.delete(f"/v1/admin/appeals/{made[0]}/claim").status_code == 204
        # Who reads its comment in a queue holds it there.
        with site.api("moderator", "mo-4") as fourth:
            queue = "/v1/admin/queues/appealed/claims"
            [held] = fourth.post(queue, json={"story": story, "order": "oldest"}).json()["items"]
            assert claim(third, limit=2) == []
            fourth.delete(f"/v1/admin/claims/{held['comment']['id']}").raise_for_status()
        assert claim(third, limit=2, kind="comment") == made[:1]
        assert claim(third, limit=2, kind="sanction") == []


def test_lists_are_filtered_and_paged(site: Site, ann: str) -> None:
    place = f"site-{uuid4().hex[:8]}"
    story = a_story(site, f"story-{uuid4().hex[:8]}", site=place)
    # One who is still subscribed: a newer token without a subscription would end the posting.
    with site.api("subscriber", ann) as author:
        made = [appeal(author, reject(site, story, ann)["decision_id"]).json()["id"] for _ in range(5)]
    with site.api("moderator", "mo-2") as api, site.api("moderator", "mo-s", sites=["sport"]) as elsewhere:
        for order, expected in (("oldest", made), ("newest", made[::-1])):
            found: list[str] = []
            params: dict[str, Any] = {"site": place, "order": order, "limit": 2}
            while True:
                page = api.get("/v1/admin/appeals", params=params).raise_for_status().json()
                found += [item["id"] for item in page["appeals"]]
                if page["next_cursor"] is None:
                    break
                params["cursor"] = page["next_cursor"]
            assert found == expected
        ruling = {"outcome": "upheld", "reason": "It stands."}
        api.post(f"/v1/admin/appeals/{made[0]}/ruling", json=ruling).raise_for_status()
        upheld = api.get("/v1/admin/appeals", params={"site": place, "status": "upheld"}).json()["appeals"]
        assert [item["id"] for item in upheld] == made[:1]
        for params in ({"status": "lost"}, {"limit": 0}, {"order": "urgent"}, {"kind": "other"}):
            assert api.get("/v1/admin/appeals", params=params).status_code == 422, params
        assert api.get("/v1/admin/appeals", params={"cursor": "nonsense"}).status_code == 400
        assert elsewhere.get("/v1/admin/appeals").json()["appeals"] == []
        assert elsewhere.get("/v1/admin/appeals", params={"site": place}).status_code == 403
        assert elsewhere.get(f"/v1/admin/appeals/{made[1]}").status_code == 403


def test_ones_own_layer_and_history_say_why_and_until_when(site: Site, story: str, ann: str) -> None:
    done = reject(site, story, ann)
    held = a_comment(site, story, "Only a moron says that.", by=ann)["id"]
    with site.api("subscriber", ann) as author, site.api("moderator", "mo-2") as second:

        def layer() -> dict[str, dict[str, Any]]:
            found = author.get(f"/v1/me/stories/{story}").raise_for_status().json()["comments"]
            history = author.get("/v1/me/comments").raise_for_status().json()["comments"]
            # The history says the same of each, and which story it is about.
            assert [{**listed, **own} for own, listed in zip(found, history, strict=True)] == history
            return {comment["id"]: comment for comment in found}

        rejected, waiting = layer()[done["comment_id"]], layer()[held]
        assert (rejected["decision_id"], rejected["reason"]) == (done["decision_id"], "hate")
        until = author.get(f"/v1/me/decisions/{done['decision_id']}").json()["may_appeal_until"]
        assert (rejected["may_appeal_until"], rejected["appeal"]) == (until, None)
        assert (waiting["reason"], waiting["may_appeal_until"], waiting["appeal"]) == ("screening", None, None)
        assert author.get(f"/v1/me/decisions/{waiting['decision_id']}").json()["kind"] == "hold"

        made = appeal(author, done["decision_id"]).json()
        appealed = layer()[done["comment_id"]]
        assert appealed["may_appeal_until"] is None
        assert (appealed["appeal"]["id"], appealed["appeal"]["status"]) == (made["id"], "open")
        ruling = {"outcome": "upheld", "reason": "It was no quotation."}
        second.post(f"/v1/admin/appeals/{made['id']}/ruling", json=ruling).raise_for_status()
        upheld = layer()[done["comment_id"]]["appeal"]
        assert (upheld["status"], upheld["ruling"]) == ("upheld", "It was no quotation.")
        assert "mo-2" not in str(layer())
