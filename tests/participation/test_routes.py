"""Who a caller is and what they may do, over HTTP: every sanction in sight, warnings acknowledged, waits told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from service.infra.clock import SystemClock
from tests.builders import a_comment, a_story, post
from tests.sanctions.acts import add_sanction, lift_sanction
from tests.site import Site


def me(api: httpx2.Client, **query: str) -> dict[str, Any]:
    answer = api.get("/v1/me", params=query).raise_for_status()
    assert answer.headers["Cache-Control"] == "private, no-store"
    found: dict[str, Any] = answer.json()
    return found


def slug(answer: httpx2.Response) -> str:
    problem: str = answer.json()["type"]
    return problem.removeprefix("/problems/")


def test_each_caller_is_told_who_they_are(site: Site) -> None:
    with site.api() as nobody:
        refused = nobody.get("/v1/me")
    assert (refused.status_code, slug(refused)) == (401, "token-missing")
    with site.api("subscriber") as api:
        subscriber = me(api)
        assert subscriber == me(api)
    assert subscriber["name"] == "Sam Subscriber"
    assert subscriber["id"] != "demo-subscriber"
    assert (subscriber["kind"], subscriber["roles"], subscriber["sanctions"], subscriber["gate"]) == (
        "reader",
        [],
        [],
        None,
    )
    entitlement = subscriber["entitlement"]
    assert (entitlement["status"], entitlement["entitled"], entitlement["source"]) == ("active", True, "token")
    assert entitlement["entitled_until"] == entitlement["valid_until"]
    with site.api("lapsed") as api:
        lapsed = me(api)
    assert (lapsed["entitlement"]["status"], lapsed["gate"]["problem"]) == ("expired", "subscription-required")
    assert lapsed["gate"]["links"].keys() == {"subscribe_url", "renew_url"}
    with site.api("reader") as api:
        registered = me(api)
    assert registered["entitlement"] == {
        "status": "none",
        "entitled": False,
        "valid_until": None,
        "source": None,
        "entitled_until": None,
    }
    assert registered["gate"]["message"] == "Subscribe to comment."
    with site.api("moderator", sites=("main",)) as api:
        moderator = me(api)
    assert (moderator["kind"], moderator["id"], moderator["name"]) == ("staff", "demo-moderator", "Morgan Moss")
    assert (moderator["roles"], moderator["sites"], moderator["gate"]) == (["moderator"], ["main"], None)
    assert moderator["entitlement"]["entitled"] is False


def test_the_public_id_is_the_one_beside_the_comments(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story, by="sam")
    with site.api("subscriber", "sam") as api:
        assert me(api)["id"] == comment["author"]["id"]


@pytest.mark.parametrize("kind", ["ban", "suspend"])
def test_who_is_silenced_can_read_and_keeps_their_rights_and_nothing_else(site: Site, kind: Any) -> None:
    story = a_story(site)
    own, other = a_comment(site, story, by="sam"), a_comment(site, story, by="bo")
    until = SystemClock().now() + timedelta(days=3) if kind == "suspend" else None
    sanction = add_sanction(site, own["author"]["id"], kind, until=until)
    with site.api("subscriber", "sam") as api:
        told = me(api)
        refused = [
            post(api, story),
            post(api, story, parent_id=other["id"]),
            api.patch(f"/v1/comments/{own['id']}", json={"body": "Again.", "seen_revision": 1}),
            api.put(f"/v1/comments/{other['id']}/vote", json={"value": 1}),
            api.post(f"/v1/comments/{other['id']}/reports", json={"reason": "spam"}),
        ]
        assert api.get(f"/v1/stories/{story}/comments").status_code == 200
        assert api.get(f"/v1/me/stories/{story}").status_code == 200
        assert api.delete(f"/v1/comments/{own['id']}").status_code == 204
    expected = "banned" if kind == "ban" else "suspended"
    assert [(answer.status_code, slug(answer)) for answer in refused] == [(403, expected)] * len(refused)
    if until is not None:
        assert all(datetime.fromisoformat(answer.json()["until"]) == until for answer in refused)
    [shown] = told["sanctions"]
    assert (shown["id"], shown["kind"], shown["site"], shown["reason"]) == (str(sanction), kind, None, "harassment")
    # What moderators wrote for one another is not the reader's to see.
    assert "note" not in shown
    assert "added_by" not in shown
    assert (told["gate"]["problem"], told["gate"]["links"]) == (expected, {})
    lift_sanction(site, own["author"]["id"], sanction)
    with site.api("subscriber", "sam") as api:
        assert me(api)["sanctions"] == []
        assert post(api, story).status_code == 201


def test_a_ban_on_one_site_leaves_the_other_open(site: Site) -> None:
    here, there = a_story(site, "here", site="main"), a_story(site, "there", site="weekly")
    author = a_comment(site, here, by="sam")["author"]["id"]
    add_sanction(site, author, "ban", on="main")
    with site.api("subscriber", "sam") as api:
        assert slug(post(api, here)) == "banned"
        assert post(api, there).status_code == 201
        assert me(api, site="main")["gate"]["problem"] == "banned"
        assert me(api, site="weekly")["gate"] is None
        assert me(api)["gate"]["problem"] == "banned"
        assert len(me(api, site="weekly")["sanctions"]) == 1


def test_a_premoderated_reader_is_held_and_knows_it(site: Site) -> None:
    story = a_story(site)
    author = a_comment(site, story, by="sam")["author"]["id"]
    add_sanction(site, author, "premoderate")
    with site.api("subscriber", "sam") as api:
        answer = post(api, story)
        told = me(api)
    assert (answer.status_code, answer.json()["status"]) == (201, "held")
    assert [sanction["kind"] for sanction in told["sanctions"]] == ["premoderate"]
    assert told["gate"] is None


def test_a_warning_is_acknowledged_before_the_next_comment(site: Site) -> None:
    story = a_story(site)
    author = a_comment(site, story, by="sam")["author"]["id"]
    warning = add_sanction(site, author, "warn")
    path = f"/v1/me/sanctions/{warning}/acknowledgement"
    with site.api("subscriber", "sam") as api, site.api("subscriber", "bo") as other, site.api() as nobody:
        refused = post(api, story)
        assert (refused.status_code, slug(refused)) == (403, "warning-unacknowledged")
        assert refused.json()["sanction_id"] == str(warning)
        assert me(api)["gate"]["problem"] == "warning-unacknowledged"
        assert nobody.post(path).status_code == 401
        foreign = other.post(path)
        assert (foreign.status_code, slug(foreign)) == (404, "sanction-unknown")
        assert slug(post(api, story)) == "warning-unacknowledged"
        seen = api.post(path)
        assert seen.status_code == 200
        assert seen.json()["acknowledged_at"] is not None
        assert api.post(path).json() == seen.json()
        assert post(api, story).status_code == 201
        assert me(api)["sanctions"] == []
        assert slug(api.post(f"/v1/me/sanctions/{uuid4()}/acknowledgement")) == "sanction-unknown"
        assert api.post("/v1/me/sanctions/not-an-id/acknowledgement").status_code == 404
    with site.api("moderator") as staff:
        assert staff.post(path).status_code == 403


def test_slow_mode_makes_each_reader_wait_on_that_story_alone(site: Site) -> None:
    slow, quick = a_story(site, "slow", slow_mode_s=600), a_story(site, "quick")
    with site.api("subscriber", "sam") as api, site.api("subscriber", "bo") as other:
        first = post(api, slow)
        refused = post(api, slow)
        reply = post(other, slow, parent_id=first.json()["id"])
        assert post(api, quick).status_code == 201
        assert me(api)["gate"] is None
    assert (first.status_code, reply.status_code) == (201, 201)
    assert (refused.status_code, slug(refused)) == (429, "too-many-requests")
    assert 595 <= refused.json()["retry_after_s"] <= 600
    assert refused.headers["Retry-After"] == str(refused.json()["retry_after_s"])


def test_closed_and_hidden_stories_refuse_in_their_own_way(site: Site) -> None:
    closed, hidden = a_story(site, "closed"), a_story(site, "hidden")
    comment = a_comment(site, closed, by="bo")
    own = a_comment(site, closed, by="sam")
    a_story(site, "closed", state="closed")
    a_story(site, "hidden", state="hidden")
    with site.api("subscriber", "sam") as api, site.api("lapsed") as lapsed:
        refused = post(api, closed)
        assert (refused.status_code, slug(refused)) == (409, "story-closed")
        assert refused.json()["closed_at"] is not None
        # A closed discussion is no reason to subscribe.
        assert slug(post(lapsed, closed)) == "story-closed"
        edited = api.patch(f"/v1/comments/{own['id']}", json={"body": "Again.", "seen_revision": 1})
        assert slug(edited) == "story-closed"
        assert api.put(f"/v1/comments/{comment['id']}/vote", json={"value": 1}).status_code == 200
        assert api.delete(f"/v1/comments/{own['id']}").status_code == 204
        unknown = post(api, hidden)
        assert (unknown.status_code, slug(unknown)) == (404, "story-unknown")
        assert post(api, "no-such-story").json()["type"] == "/problems/story-unknown"
