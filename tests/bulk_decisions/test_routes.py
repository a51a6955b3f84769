"""Rejecting many comments over HTTP, as the console does it."""

from uuid import uuid4

import pytest

from tests.builders import a_comment, a_story
from tests.site import Site

# The same in every process that runs tests.
NOBODY = "019ab000-0000-7000-8000-0000000000ff"


@pytest.fixture
def story(site: Site) -> str:
    return a_story(site, f"story-{uuid4().hex[:8]}")


def test_a_comment_goes_with_its_replies_and_comes_back(site: Site, story: str) -> None:
    top = a_comment(site, story, "Look at my shop.", by="troll")
    reply = a_comment(site, story, "Nice shop.", by="friend", parent_id=top["id"])
    with site.api("moderator") as api, site.api() as anybody:
        counted = api.post("/v1/admin/decisions/preview", json={"of": "replies", "comment_id": top["id"]})
        assert counted.status_code == 200, counted.text
        found = counted.json()
        assert (found["count"], found["published"], found["held"], found["stories"], found["authors"]) == (
            2,
            2,
            0,
            1,
            2,
        )
        assert [one["id"] for one in found["examples"]] == [top["id"], reply["id"]]
        assert (found["more"], found["let_stand"]) == (False, 0)
        asked = {"token": found["token"], "reason": "spam", "note": "Advertising."}
        done = api.post("/v1/admin/decisions/bulk", json=asked).json()
        assert (done["state"], done["done"], done["failed"], done["left"]) == ("done", 2, 0, 0)
        assert done == api.post("/v1/admin/decisions/bulk", json=asked).json()
        assert done == api.get(f"/v1/admin/decisions/bulk/{found['token']}").json()
        assert anybody.get(f"/v1/stories/{story}/comments").json()["comments"] == []
        back = api.post(f"/v1/admin/decisions/bulk/{found['token']}/undo").json()
        assert (back["state"], back["undone"]) == ("undone", 2)
        [shown] = anybody.get(f"/v1/stories/{story}/comments").json()["comments"]
        assert (shown["id"], shown["reply_count"]) == (top["id"], 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"of": "replies"}, "comment_id"),
        ({"of": "author"}, "author_id"),
        ({"of": "author", "author_id": NOBODY, "comment_id": NOBODY}, "comment_id"),
        ({"of": "replies", "comment_id": NOBODY, "site": "main"}, "site"),
        ({"of": "replies", "comment_id": NOBODY, "before": "2026-11-22T10:00:00Z"}, "before"),
        ({"of": "everything"}, "of"),
        ({"of": "author", "author_id": "ann"}, "author_id"),
        ({"of": "author", "author_id": NOBODY, "after": "2026-11-22T10:00:00"}, "after"),
    ],
    ids=str,
)
def test_a_selection_that_makes_no_sense_is_refused(site: Site, body: dict[str, str], field: str) -> None:
    with site.api("moderator") as api:
        answer = api.post("/v1/admin/decisions/preview", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text


def test_a_rejection_needs_a_reason_and_a_known_token(site: Site) -> None:
    with site.api("moderator") as api:
        assert api.post("/v1/admin/decisions/bulk", json={"token": str(uuid4())}).status_code == 422
        unknown = api.post("/v1/admin/decisions/bulk", json={"token": str(uuid4()), "reason": "spam"})
        assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/selection-unknown")
        assert api.post(f"/v1/admin/decisions/bulk/{uuid4()}/undo").status_code == 404
        assert api.get(f"/v1/admin/decisions/bulk/{uuid4()}").status_code == 404
