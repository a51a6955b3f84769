"""What of a public page belongs to one reader, and to nobody else."""

from datetime import datetime, timedelta

from service.kernel import limits
from tests.builders import a_comment, a_story
from tests.site import Site


def test_a_reader_sees_what_is_theirs_and_nobody_elses(site: Site) -> None:
    story, other_story = a_story(site), a_story(site, "story-2")
    theirs = a_comment(site, story, by="bo")
    own = a_comment(site, story, by="sam")
    a_story(site, mode="pre")
    held = a_comment(site, story, "Please *read* me.", by="sam")
    elsewhere = a_comment(site, other_story, by="sam")
    with site.api("subscriber", "sam") as sam, site.api("subscriber", "bo") as bo, site.api("moderator", "mo") as mo:
        sam.put(f"/v1/comments/{theirs['id']}/vote", json={"value": 1}).raise_for_status()
        sam.put(f"/v1/me/mutes/{theirs['author']['id']}").raise_for_status()
        answer = sam.get(f"/v1/me/stories/{story}").raise_for_status()
        layer, layer_of_bo = answer.json(), bo.get(f"/v1/me/stories/{story}").json()

        assert answer.headers["Cache-Control"] == "private, no-store"
        assert [(comment["id"], comment["status"], comment["decision"]) for comment in layer["comments"]] == [
            (held["id"], "held", None)
        ]
        assert layer["comments"][0]["body_html"] == "<p>Please <em>read</em> me.</p>"
        assert layer["votes"] == {theirs["id"]: 1}
        assert layer["muted"] == [theirs["author"]["id"]]
        assert set(layer["editable"]) == {own["id"], held["id"]}
        until = datetime.fromisoformat(layer["editable"][own["id"]])
        assert until == datetime.fromisoformat(own["created_at"]) + timedelta(seconds=limits.edit_window_s)
        assert layer["thread_version"] == mo.get(f"/v1/stories/{story}").json()["thread_version"]
        assert (layer_of_bo["comments"], layer_of_bo["votes"], layer_of_bo["muted"]) == ([], {}, [])
        assert set(layer_of_bo["editable"]) == {theirs["id"]}

        rejection = {"comment_id": held["id"], "seen_revision": 1, "action": "reject", "reason": "off_topic"}
        mo.post("/v1/admin/decisions", json={"decisions": [rejection]}).raise_for_status()
        sam.delete(f"/v1/me/mutes/{theirs['author']['id']}").raise_for_status()
        sam.put(f"/v1/comments/{theirs['id']}/vote", json={"value": 0}).raise_for_status()
        after = sam.get(f"/v1/me/stories/{story}").json()
        [rejected] = after["comments"]
        assert (rejected["id"], rejected["status"]) == (held["id"], "rejected")
        assert (rejected["decision"]["action"], rejected["decision"]["reason"]) == ("reject", "off_topic")
        assert (after["votes"], after["muted"], set(after["editable"])) == ({}, [], {own["id"]})

        history = sam.get("/v1/me/comments").json()
        assert [(comment["id"], comment["status"]) for comment in history["comments"]] == [
            (elsewhere["id"], "published"), (held["id"], "rejected"), (own["id"], "published"),
        ]  # fmt: skip
        known = sam.get(f"/v1/stories/{story}").json()
        assert [(one["story_title"], one["story_url"]) for one in history["comments"][1:]] == [
            (known["title"], known["url"])
        ] * 2


def test_what_was_taken_back_leaves_the_layer(site: Site) -> None:
    story = a_story(site, mode="pre")
    held = a_comment(site, story, by="sam")
    with site.api("subscriber", "sam") as sam:
        sam.delete(f"/v1/comments/{held['id']}").raise_for_status()
        layer = sam.get(f"/v1/me/stories/{story}").json()
    assert (layer["comments"], layer["editable"]) == ([], {})


def test_own_history_goes_on_where_its_page_ended(site: Site) -> None:
    story = a_story(site)
    own = [a_comment(site, story, f"Number {number}", by="sam")["id"] for number in range(5)]
    a_comment(site, story, by="bo")
    met: list[str] = []
    cursor: str | None = None
    with site.api("subscriber", "sam") as sam:
        while True:
            page = sam.get("/v1/me/comments", params={"limit": "2"} | ({"cursor": cursor} if cursor else {})).json()
            met += [comment["id"] for comment in page["comments"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        wrong = sam.get("/v1/me/comments", params={"cursor": "nonsense"})
    assert met == own[::-1]
    assert (wrong.status_code, wrong.json()["type"]) == (400, "/problems/cursor-invalid")


def test_a_layer_needs_a_reader_and_a_story(site: Site) -> None:
    story = a_story(site)
    with site.api() as anyone, site.api("reader", "new") as reader:
        assert anyone.get(f"/v1/me/stories/{story}").status_code == 401
        assert reader.get("/v1/me/stories/nobody-knows").status_code == 404
        layer = reader.get(f"/v1/me/stories/{story}").raise_for_status().json()
    assert (layer["comments"], layer["votes"], layer["muted"], layer["editable"]) == ([], {}, [], {})
