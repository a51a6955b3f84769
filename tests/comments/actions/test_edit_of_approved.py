"""An edit of a comment that a moderator let stand: it stays, unless something new is found in it."""

import httpx2
import pytest

from tests.builders import a_comment, a_story
from tests.site import Site


@pytest.fixture
def story(site: Site) -> str:
    return a_story(site)


def _decide(site: Site, comment_id: str, action: str, seen: int = 1, **more: str) -> None:
    with site.api("moderator") as api:
        decision = {"comment_id": comment_id, "seen_revision": seen, "action": action, **more}
        [result] = api.post("/v1/admin/decisions", json={"decisions": [decision]}).json()["results"]
    assert "problem" not in result, result


def _edit(site: Site, comment_id: str, body: str, seen: int) -> httpx2.Response:
    with site.api("subscriber", "sam") as api:
        return api.patch(f"/v1/comments/{comment_id}", json={"body": body, "seen_revision": seen})


def _status(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


def _approved(site: Site, story: str, body: str) -> str:
    comment = a_comment(site, story, body)
    assert comment["status"] == "held"
    _decide(site, comment["id"], "approve")
    return str(comment["id"])


def test_a_typo_put_right_keeps_the_approval(site: Site, story: str) -> None:
    comment_id = _approved(site, story, "Only a moron writes ths.")
    assert _status(_edit(site, comment_id, "Only a moron writes this.", 1)) == "published"
    with site.api("admin") as api:
        newest = api.get(f"/v1/admin/comments/{comment_id}").json()["signals"][0]
    assert (newest["revision"], newest["verdict"]) == (2, "publish")
    assert {(signal["check"], signal["kind"]) for signal in newest["signals"]} == {
        ("words", "note"), ("approval", "note"),
    }  # fmt: skip
    assert newest["signals"][-1]["detail"] == "a moderator let revision 1 stand, in which all of this was found too"


def test_a_new_finding_waits_for_a_moderator(site: Site, story: str) -> None:
    comment_id = _approved(site, story, "Only a moron writes this.")
    assert _status(_edit(site, comment_id, "Only a moron and a scumbag write this.", 1)) == "held"


def test_each_further_edit_is_held_against_what_the_moderator_saw(site: Site, story: str) -> None:
    comment_id = _approved(site, story, "Only a moron writes this.")
    assert _status(_edit(site, comment_id, "Nobody writes this.", 1)) == "published"
    assert _status(_edit(site, comment_id, "A moron writes this.", 2)) == "published"
    assert _status(_edit(site, comment_id, "A moron, I say, a moron writes this.", 3)) == "held"


def test_what_nobody_approved_waits_as_ever(site: Site, story: str) -> None:
    comment = a_comment(site, story, "All is well.")
    assert _status(_edit(site, comment["id"], "Only a moron says so.", 1)) == "held"


def test_an_approval_that_was_taken_back_counts_no_more(site: Site, story: str) -> None:
    comment_id = _approved(site, story, "Only a moron writes this.")
    with site.api("moderator") as api:
        decision = api.get(f"/v1/admin/comments/{comment_id}").json()["decisions"][0]["id"]
        api.post(f"/v1/admin/decisions/{decision}/undo").raise_for_status()
    assert _status(_edit(site, comment_id, "Only a moron wrote this.", 1)) == "held"


def test_where_every_comment_is_read_first_new_words_are_too(site: Site) -> None:
    story = a_story(site, "story-2", mode="pre")
    comment_id = _approved(site, story, "All is well.")
    assert _status(_edit(site, comment_id, "All was well.", 1)) == "held"


def test_what_reports_have_hidden_stays_hidden_and_says_why(site: Site, story: str) -> None:
    with site.api("admin") as api:
        rules = api.get("/v1/admin/rules").json()["rules"] | {"reports": {"hide_at": 0.9}}
        api.put("/v1/admin/rules", json={"rules": rules, "seen_version": 0}).raise_for_status()
    comment = a_comment(site, story, "All is well.")
    for subject in ("olga", "ben"):
        with site.api("subscriber", subject) as api:
            api.post(f"/v1/comments/{comment['id']}/reports", json={"reason": "abuse"}).raise_for_status()
    with site.api() as anybody:
        assert anybody.get(f"/v1/comments/{comment['id']}").status_code == 404
    assert _status(_edit(site, comment["id"], "All is very well.", 1)) == "held"
    with site.api("moderator") as api:
        [item] = api.get("/v1/admin/queues/held").json()["items"]
    assert (item["revision"], [signal["check"] for signal in item["signals"]]) == (2, ["reports"])
    assert item["reports"][0]["reason"] == "abuse"
