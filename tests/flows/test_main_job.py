"""The main job over HTTP: a subscriber comments, everyone reads it, a retry changes nothing."""

from uuid import uuid4

from tests.builders import a_comment, a_story, post
from tests.site import Site


def test_subscriber_posts_and_everyone_reads_it(site: Site) -> None:
    story = a_story(site)
    first = a_comment(site, story, "Hello *there*.", side="critics", about="key-point-1")
    reply = a_comment(site, story, "And an answer.", by="bo", parent_id=first["id"])
    assert first["status"] == reply["status"] == "published"

    with site.api() as anonymous:
        page = anonymous.get(f"/v1/stories/{story}/comments").raise_for_status()
    body = page.json()
    assert [comment["id"] for comment in body["comments"]] == [first["id"]]
    shown = body["comments"][0]
    assert shown["body_html"] == "<p>Hello <em>there</em>.</p>"
    assert shown["reply_count"] == 1
    assert shown["replies"][0]["id"] == reply["id"]
    assert body["story"]["comment_count"] == 2
    assert body["story"]["counts"] == {"by_side": {"critics": 1}, "by_anchor": {"key-point-1": 1}}
    assert body["next_cursor"] is None


def test_the_same_key_is_one_comment_and_another_body_is_refused(site: Site) -> None:
    story, key = a_story(site), str(uuid4())
    with site.api("subscriber") as api:
        first = post(api, story, "Once.", key=key)
        again = post(api, story, "Once.", key=key)
        other = post(api, story, "Twice.", key=key)
        count = api.get(f"/v1/stories/{story}").json()["comment_count"]
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert count == 1


def test_page_is_the_same_bytes_for_everyone_and_answers_304(site: Site) -> None:
    story = a_story(site)
    a_comment(site, story)
    with site.api() as anonymous, site.api("subscriber") as subscriber:
        first = anonymous.get(f"/v1/stories/{story}/comments")
        second = subscriber.get(f"/v1/stories/{story}/comments")
        unchanged = anonymous.get(f"/v1/stories/{story}/comments", headers={"If-None-Match": first.headers["ETag"]})
        a_comment(site, story, "Another.")
        changed = anonymous.get(f"/v1/stories/{story}/comments", headers={"If-None-Match": first.headers["ETag"]})
    assert first.content == second.content
    assert "max-age=5" in first.headers["Cache-Control"]
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    assert len(changed.json()["comments"]) == 2


def test_reader_without_a_subscription_is_told_where_to_subscribe(site: Site) -> None:
    story = a_story(site)
    with site.api("reader") as api:
        refused = post(api, story)
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/subscription-required"
    assert refused.json()["subscribe_url"] == "https://news.example/subscribe"


def test_deleted_comment_with_replies_leaves_a_placeholder(site: Site) -> None:
    story = a_story(site)
    root = a_comment(site, story, "Root.")
    reply = a_comment(site, story, "Reply.", by="bo", parent_id=root["id"])
    with site.api("subscriber", "sam") as api:
        assert api.delete(f"/v1/comments/{root['id']}").status_code == 204
        assert api.delete(f"/v1/comments/{root['id']}").status_code == 204
    with site.api() as anonymous:
        page = anonymous.get(f"/v1/stories/{story}/comments").json()
    shown = page["comments"][0]
    assert (shown["status"], shown["author"], shown["body"], shown["body_html"]) == ("deleted", None, None, None)
    assert shown["replies"][0]["id"] == reply["id"]
    assert page["story"]["comment_count"] == 1


def test_held_comment_waits_and_is_seen_by_its_author_only(site: Site) -> None:
    story = a_story(site, mode="pre")
    held = a_comment(site, story, "Please read me first.")
    assert held["status"] == "held"
    with site.api() as anonymous, site.api("subscriber", "sam") as author, site.api("subscriber", "bo") as other:
        assert anonymous.get(f"/v1/stories/{story}/comments").json()["comments"] == []
        assert anonymous.get(f"/v1/comments/{held['id']}").status_code == 404
        own = author.get(f"/v1/me/stories/{story}").json()
        assert [comment["id"] for comment in own["comments"]] == [held["id"]]
        assert other.get(f"/v1/me/stories/{story}").json()["comments"] == []


def test_votes_are_one_per_reader_and_counted_exactly(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story)
    path = f"/v1/comments/{comment['id']}/vote"
    with site.api("subscriber", "bo") as bo, site.api("subscriber", "kim") as kim, site.api("subscriber", "sam") as sam:
        assert bo.put(path, json={"value": 1}).json() == {"value": 1, "votes": {"up": 1, "down": 0}}
        assert bo.put(path, json={"value": 1}).json()["votes"] == {"up": 1, "down": 0}
        assert kim.put(path, json={"value": -1}).json()["votes"] == {"up": 1, "down": 1}
        assert bo.put(path, json={"value": 0}).json()["votes"] == {"up": 0, "down": 1}
        assert sam.put(path, json={"value": 1}).status_code == 403
        assert bo.put(path, json={"value": 7}).status_code == 422
        assert bo.get(f"/v1/me/stories/{story}").json()["votes"] == {}
        assert kim.get(f"/v1/me/stories/{story}").json()["votes"] == {comment["id"]: -1}


def test_edit_within_the_window_makes_a_revision(site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story, "First words.", side="critics")
    path = f"/v1/comments/{comment['id']}"
    with site.api("subscriber", "sam") as api, site.api("subscriber", "bo") as other:
        edited = api.patch(path, json={"body": "Better words.", "side": "defenders", "seen_revision": 1})
        stale = api.patch(path, json={"body": "Other words.", "seen_revision": 1})
        foreign = other.patch(path, json={"body": "Not mine.", "seen_revision": 2})
        held = api.patch(path, json={"body": "You moron.", "seen_revision": 2})
        page = api.get(f"/v1/stories/{story}/comments").json()
    assert edited.status_code == 200
    assert (edited.json()["revision"], edited.json()["body"]) == (2, "Better words.")
    assert (stale.status_code, stale.json()["current_revision"]) == (409, 2)
    assert foreign.status_code == 403
    assert held.json()["status"] == "held"
    assert page["comments"] == []
    assert page["story"]["counts"]["by_side"] == {}
