"""Stories over HTTP: kept as the newsroom gave them, changed by nobody else, and gone where they are hidden."""

from typing import Any

import pytest

from service.infra.postgres import Database
from tests.builders import STORY, a_comment, a_story, post
from tests.site import Site

WHOLE: dict[str, Any] = {
    "site": "main",
    "url": "https://news.example/a-story",
    "title": "A story, “quoted” & <marked>",
    "section": "ai",
    "published_at": "2026-11-20T08:00:00Z",
    "state": "open",
    "mode": "post",
    "closes_at": "2030-01-01T00:00:00Z",
    "slow_mode_s": 30,
    "voting": "up",
    "default_sort": "best",
    "sides": [{"id": "critics", "label": "Critics", "claim": None}, {"id": "b", "label": "B", "claim": "So it is."}],
    "anchors": [{"id": "why", "kind": "why", "text": "Because."}, {"id": "t", "kind": "timeline", "text": ""}],
    "forecasts": [{"id": "forecast-1", "question": "Will it?", "closes_at": "2027-01-01T00:00:00Z"}],
}
ADMIN = "/v1/admin/stories/story-1"


def test_a_story_is_kept_as_given(site: Site) -> None:
    with site.api("editor") as api:
        new = api.put(ADMIN, json=WHOLE)
        record = api.get(ADMIN)
    with site.api() as anyone:
        public = anyone.get("/v1/stories/story-1")
    assert (new.status_code, record.status_code, public.status_code) == (201, 200, 200)
    assert {name: record.json()[name] for name in WHOLE} == WHOLE
    assert new.json() == record.json()
    shown = public.json()
    assert {name: shown[name] for name in ("title", "url", "sides", "anchors", "forecasts", "voting")} == {
        name: WHOLE[name] for name in ("title", "url", "sides", "anchors", "forecasts", "voting")
    }
    assert (shown["id"], shown["thread_version"], shown["comment_count"]) == ("story-1", 1, 0)
    assert shown["counts"] == {"by_side": {}, "by_anchor": {}}
    assert shown["policy"]["body_chars_max"] == 10_000
    # What is the newsroom's alone.
    assert not {"section", "closes_at", "created_at"} & set(shown)


def test_the_same_again_changes_nothing_and_another_title_moves_the_version(site: Site) -> None:
    with site.api("service") as api:
        first = api.put(ADMIN, json=WHOLE).json()
        same = api.put(ADMIN, json=WHOLE)
        changed = api.put(ADMIN, json={**WHOLE, "title": "Another title"})
        patched = api.patch(ADMIN, json={"title": "Another title"})
    assert (same.status_code, same.json()) == (200, first)
    assert (changed.status_code, changed.json()["thread_version"]) == (200, 2)
    assert patched.json()["thread_version"] == 2


def test_a_put_replaces_whole_and_a_patch_what_it_names(site: Site) -> None:
    with site.api("editor") as api:
        api.put(ADMIN, json=WHOLE)
        patched = api.patch(ADMIN, json={"section": None, "mode": "pre"}).json()
        replaced = api.put(ADMIN, json={"site": "main", "title": "Bare"}).json()
    assert {name: patched[name] for name in WHOLE} == {**WHOLE, "section": None, "mode": "pre"}
    assert (replaced["mode"], replaced["voting"], replaced["slow_mode_s"]) == ("post", "up_down", 0)
    assert (replaced["url"], replaced["sides"], replaced["closes_at"]) == (None, [], None)


def test_a_dropped_anchor_stays_readable_while_comments_are_about_it(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story, about="key-point-1")
    used, unused = STORY["anchors"]
    a_story(site, anchors=[])
    with site.api() as anyone, site.api("subscriber", "sam") as sam:
        dropped = anyone.get(f"/v1/stories/{story}").json()
        page = anyone.get(f"/v1/stories/{story}/comments").json()
        again = post(sam, story, about="key-point-1")
        assert (dropped["anchors"], dropped["earlier_anchors"]) == ([], [used])
        assert page["comments"][0]["about"] == used["id"]
        assert page["story"]["earlier_anchors"] == [used]
        assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "about")
        # It comes back as it is now.
        newer = {**used, "text": "Told otherwise."}
        a_story(site, anchors=[newer, unused])
        back = anyone.get(f"/v1/stories/{story}").json()
        assert (back["anchors"], back["earlier_anchors"]) == ([newer, unused], [])
        sam.delete(f"/v1/comments/{comment['id']}").raise_for_status()
        a_story(site, anchors=[unused])
        assert anyone.get(f"/v1/stories/{story}").json()["earlier_anchors"] == []


def test_a_story_stays_at_its_site(site: Site) -> None:
    story = a_story(site)
    with site.api("editor") as api:
        moved = api.put(f"/v1/admin/stories/{story}", json={**STORY, "site": "other"})
        named = api.patch(f"/v1/admin/stories/{story}", json={"site": "other"})
        assert api.get(f"/v1/admin/stories/{story}").json()["site"] == "main"
    assert (moved.status_code, moved.json()["errors"][0]["field"]) == (422, "site")
    assert named.status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"sides": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]},
        {"anchors": [{"id": "a", "kind": "why", "text": "A"}, {"id": "a", "kind": "body", "text": "B"}]},
        {"forecasts": [{"id": "a", "question": "A"}, {"id": "a", "question": "B"}]},
        {"anchors": [{"id": "a", "kind": "other", "text": "A"}]},
        {"sides": [{"id": "a b", "label": "A"}]},
        {"url": "javascript:alert(1)"},
        {"title": ""},
        {"voting": "down"},
        {"slow_mode_s": -1},
        {"unheard_of": 1},
        {"closes_at": "tomorrow"},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_and_nothing_is_written(site: Site, wrong: dict[str, Any]) -> None:
    with site.api("editor") as api:
        put = api.put(ADMIN, json={**WHOLE, **wrong})
        assert (put.status_code, put.json()["type"]) == (422, "/problems/invalid-request")
        assert put.json()["errors"][0]["field"].startswith(next(iter(wrong)))
        assert api.get(ADMIN).status_code == 404
        api.put(ADMIN, json=WHOLE).raise_for_status()
        assert api.patch(ADMIN, json=wrong).status_code == 422
        assert api.get(ADMIN).json()["thread_version"] == 1


def test_only_the_newsroom_changes_stories(site: Site) -> None:
    for part, subject, status in (
        (None, None, 401), ("subscriber", "sam", 403), ("moderator", "mo", 403), ("service", "cms", 201),
    ):  # fmt: skip
        with site.api(part, subject) as api:
            assert api.put(ADMIN, json=WHOLE).status_code == status, part
    with site.api("moderator", "mo") as moderator, site.api() as anyone:
        assert moderator.get(ADMIN).status_code == 200
        assert moderator.patch(ADMIN, json={"title": "Mine"}).status_code == 403
        assert anyone.get(ADMIN).status_code == 401
        assert anyone.patch(ADMIN, json={"title": "Mine"}).status_code == 401
    with site.api("editor") as editor:
        assert editor.patch("/v1/admin/stories/nobody-knows", json={"title": "Mine"}).status_code == 404
        assert editor.put("/v1/admin/stories/no%20id", json=WHOLE).status_code == 422


def test_a_hidden_story_is_gone_for_readers_and_there_for_the_newsroom(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story)
    with site.api() as anyone:
        etag = anyone.get(f"/v1/stories/{story}/comments").headers["ETag"]
        a_story(site, state="hidden")
        for path in (
            f"/v1/stories/{story}",
            f"/v1/stories/{story}/comments",
            f"/v1/stories/{story}/changes?after=0",
            f"/v1/comments/{comment['id']}",
            f"/v1/comments/{comment['id']}/replies",
            f"/v1/comments/{comment['id']}/context",
        ):
            assert anyone.get(path, headers={"If-None-Match": etag}).status_code == 404, path
    with site.api("subscriber", "bo") as bo, site.api("editor") as editor:
        assert post(bo, story).status_code == 404
        assert bo.put(f"/v1/comments/{comment['id']}/vote", json={"value": 1}).status_code == 404
        assert bo.get(f"/v1/me/stories/{story}").status_code == 404
        assert editor.get(f"/v1/admin/stories/{story}").json()["state"] == "hidden"


def test_closing_a_story_ends_posts_and_opening_it_lets_them_in(site: Site) -> None:
    story = a_story(site)
    with site.api("editor") as editor, site.api("subscriber", "sam") as sam:
        closed = editor.patch(f"/v1/admin/stories/{story}", json={"state": "closed"}).json()
        refused = post(sam, story)
        again = editor.patch(f"/v1/admin/stories/{story}", json={"title": "Closed still"}).json()
        opened = editor.patch(f"/v1/admin/stories/{story}", json={"state": "open"}).json()
        taken = post(sam, story)
        over = editor.patch(f"/v1/admin/stories/{story}", json={"closes_at": "2020-01-01T00:00:00Z"}).json()
        late = post(sam, story)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/story-closed")
    assert refused.json()["closed_at"] == closed["closed_at"] == again["closed_at"]
    assert (opened["closed_at"], taken.status_code) == (None, 201)
    assert (over["state"], late.status_code, late.json()["type"]) == ("closed", 409, "/problems/story-closed")


async def test_every_change_is_on_the_record(site: Site, db: Database) -> None:
    with site.api("editor", "ed") as api:
        api.put(ADMIN, json=WHOLE)
        api.put(ADMIN, json=WHOLE)
        api.patch(ADMIN, json={"title": "Another title"})
        api.patch(ADMIN, json={"title": ""})
    async with db.read() as conn:
        rows = await conn.fetch("SELECT actor, action, subject_id, site, before, after FROM audit_entries ORDER BY id")
    registered, changed = [dict(row) for row in rows]
    assert (registered["actor"], registered["action"], registered["before"]) == ("ed", "story.registered", None)
    assert registered["after"]["sides"] == WHOLE["sides"]
    assert changed == {
        "actor": "ed",
        "action": "story.changed",
        "subject_id": "story-1",
        "site": "main",
        "before": {"title": WHOLE["title"]},
        "after": {"title": "Another title"},
    }
