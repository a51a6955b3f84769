"""Comments while an outside service answers, stalls, and says later what it thinks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
import pytest

from service.infra.clock import SystemClock
from service.infra.signatures import sign_standard
from tests.builders import a_story, post
from tests.screening.outside.peer import Peer, running_peer
from tests.screening.outside.test_services import SECRET
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as peer:
        peer.answers(204)
        yield peer


@pytest.fixture
def checked(database_url: str, redis_url: str, peer: Peer) -> Iterator[Site]:
    """A service whose texts are checked by the peer."""
    settings = site_settings(database_url, redis_url, check_url=peer.url, check_secret=SECRET, outside_budget_s=0.5)
    with running_site(settings) as site:
        yield site
    run_async(lambda: empty_database(database_url))


def hold_when_failing(site: Site) -> None:
    with site.api("admin") as api:
        rules = api.get("/v1/admin/rules").raise_for_status().json()
        wanted = {**rules["rules"], "outside": {"check": {"when_failing": "hold"}}}
        asked = {"seen_version": rules["version"], "rules": wanted}
        api.put("/v1/admin/rules", json=asked).raise_for_status()


def posted(site: Site, story: str, body: str = "Words about it.") -> dict[str, Any]:
    with site.api("subscriber") as api:
        answer = post(api, story, body)
    assert answer.status_code == 201, answer.text
    comment: dict[str, Any] = answer.json()
    return comment


def verdict(site: Site, comment: dict[str, Any], said: str, *, secret: str = SECRET, **more: Any) -> httpx2.Response:
    data = {"comment_id": comment["id"], "revision": comment["revision"], "verdict": said, **more}
    body = msgspec.json.encode({"type": "comment.verdict", "data": data})
    signed = sign_standard(secret, str(uuid4()), SystemClock().now(), body)
    with site.api() as api:
        return api.post("/v1/webhooks/screening", content=body, headers={"Content-Type": "application/json", **signed})


def seen_by_staff(site: Site, comment: dict[str, Any]) -> dict[str, Any]:
    with site.api("moderator") as api:
        record: dict[str, Any] = api.get(f"/v1/admin/comments/{comment['id']}").raise_for_status().json()
    return record


def shown(site: Site, story: str) -> list[str]:
    with site.api() as api:
        page = api.get(f"/v1/stories/{story}/comments").raise_for_status().json()
    return [comment["id"] for comment in page["comments"]]


def waiting(site: Site) -> int:
    with site.api("moderator") as api:
        count: int = api.get("/v1/admin/queues").json()["queues"]["held"]["count"]
    return count


def signals_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = record["signals"][0]["signals"]
    return found


def test_service_that_stalls_is_not_waited_for_and_the_choice_is_in_the_open(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    peer.stalls = True

    comment = posted(checked, story)

    # The service is stalling still.
    assert not peer.may_go_on.is_set()
    assert comment["status"] == "published"
    (signal,) = signals_of(seen_by_staff(checked, comment))
    assert (signal["check"], signal["kind"], signal["what"]) == ("check", "note", "failed")
    with checked.api() as api:
        metrics = api.get("/metrics").text
    assert 'screening_outside_failed_total{decided="publish",service="check"}' in metrics


def test_comment_waits_for_a_moderator_where_the_rules_say_so(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    hold_when_failing(checked)
    peer.stalls = True

    comment = posted(checked, story)

    assert comment["status"] == "held"
    (signal,) = signals_of(seen_by_staff(checked, comment))
    assert (signal["kind"], signal["what"]) == ("hold", "failed")
    assert waiting(checked) == 1


def test_text_that_the_service_advises_against_is_held_also_when_it_is_an_edit(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    fine = posted(checked, story)
    peer.answers(200, {"verdict": "hold", "detail": "on our list", "score": 0.8})

    with checked.api("subscriber") as api:
        changed = api.patch(f"/v1/comments/{fine['id']}", json={"body": "Other words.", "seen_revision": 1}).json()

    assert changed["status"] == "held"
    assert signals_of(seen_by_staff(checked, fine))[-1]["detail"] == "on our list"
    assert msgspec.json.decode(peer.asked[-1].body)["data"]["revision"] == 2


def test_late_verdict_publishes_what_waited_for_it_alone(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    hold_when_failing(checked)
    peer.answers(202)
    comment = posted(checked, story)
    assert (comment["status"], shown(checked, story), waiting(checked)) == ("held", [], 1)

    assert verdict(checked, comment, "publish").status_code == 204
    assert verdict(checked, comment, "publish").status_code == 204

    assert (shown(checked, story), waiting(checked)) == ([comment["id"]], 0)


def test_late_verdict_leaves_waiting_what_waits_for_another_reason_too(checked: Site, peer: Peer) -> None:
    story = a_story(checked, mode="pre")
    peer.answers(202)
    comment = posted(checked, story)

    assert verdict(checked, comment, "publish").status_code == 204

    assert (shown(checked, story), waiting(checked)) == ([], 1)


def test_late_verdict_holds_what_is_published_once(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    peer.answers(202)
    comment = posted(checked, story)
    assert shown(checked, story) == [comment["id"]]

    for _ in range(2):
        assert verdict(checked, comment, "hold", detail="seen elsewhere", score=0.9).status_code == 204

    assert (shown(checked, story), waiting(checked)) == ([], 1)
    (signal,) = signals_of(seen_by_staff(checked, comment))
    assert (signal["kind"], signal["detail"], signal["score"]) == ("hold", "seen elsewhere", 0.9)


def test_late_verdict_does_not_undo_what_a_person_decided(checked: Site, peer: Peer) -> None:
    story = a_story(checked, mode="pre")
    peer.answers(202)
    comment = posted(checked, story)
    approval = {"comment_id": comment["id"], "seen_revision": 1, "action": "approve"}
    with checked.api("moderator") as api:
        api.post("/v1/admin/decisions", json={"decisions": [approval]}).raise_for_status()

    assert verdict(checked, comment, "hold").status_code == 204

    assert shown(checked, story) == [comment["id"]]
    assert any(signal["check"] == "check" for signal in signals_of(seen_by_staff(checked, comment)))


def test_verdict_on_an_earlier_text_changes_nothing(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    peer.answers(202)
    comment = posted(checked, story)
    with checked.api("subscriber") as api:
        api.patch(f"/v1/comments/{comment['id']}", json={"body": "Other.", "seen_revision": 1}).raise_for_status()

    assert verdict(checked, comment, "hold").status_code == 204

    assert shown(checked, story) == [comment["id"]]


def test_verdict_is_refused_unless_it_is_the_services_own_and_right(checked: Site, peer: Peer) -> None:
    story = a_story(checked)
    peer.answers(202)
    comment = posted(checked, story)
    forged = verdict(checked, comment, "hold", secret="whsec_" + "AAAA" * 8)
    wrong = verdict(checked, comment, "reject")
    unknown = verdict(checked, {**comment, "id": str(uuid4())}, "hold")

    assert (forged.status_code, forged.json()["type"]) == (401, "/problems/webhook-refused")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-request")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/comment-unknown")
    assert shown(checked, story) == [comment["id"]]
