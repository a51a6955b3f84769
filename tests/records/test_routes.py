"""Search, readers' pages and notes over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from tests.builders import a_comment, a_story
from tests.site import Site


@pytest.fixture
def story(site: Site) -> str:
    return a_story(site, f"story-{uuid4().hex[:8]}", language="de")


def test_comments_are_found_by_what_they_say(site: Site, story: str) -> None:
    made = [
        a_comment(site, story, f"Die Häuser am Fluss, Teil {number}.", by=f"reader-{number}") for number in range(3)
    ]
    with site.api("editor") as api:

        def found(**params: Any) -> list[str]:
            answer = api.get("/v1/admin/comments", params={"story": story, **params})
            assert answer.status_code == 200, answer.text
            return [one["comment"]["id"] for one in answer.json()["comments"]]

        newest_first = [one["id"] for one in reversed(made)]
        assert found() == found(q="häuser") == found(q="fluss -brücke") == found(q="Haus", lang="de") == newest_first
        assert found(q='"Teil 1"') == [made[1]["id"]]
        assert found(q="Haus") == found(q="häuser", status="held") == []
        author = made[2]["author"]["id"]
        assert found(q="häuser", author=author) == [made[2]["id"]]
        assert found(before=made[1]["created_at"]) == [made[0]["id"]]
        first = api.get("/v1/admin/comments", params={"story": story, "q": "häuser", "limit": 2}).json()
        params = {"story": story, "q": "häuser", "limit": 2, "cursor": first["next_cursor"]}
        second = api.get("/v1/admin/comments", params=params).json()
        pages = [one["comment"]["id"] for one in [*first["comments"], *second["comments"]]]
        assert (pages, second["next_cursor"]) == (newest_first, None)
        assert first["comments"][0]["story"]["id"] == story
        assert first["comments"][0]["decisions"] == ["feature"]
        other = api.get("/v1/admin/comments", params={**params, "q": "fluss"})
        assert other.json()["type"] == "/problems/cursor-invalid"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"q": "-law"}, "q"),
        ({"q": "a*"}, "q"),
        ({"q": ""}, "q"),
        ({"status": "lost"}, "status"),
        ({"lang": "German"}, "lang"),
        ({"before": "2026-11-22T10:00:00"}, "before"),
        ({"before": "1795341600"}, "before"),
        ({"author": "ann"}, "author"),
        ({"limit": 101}, "limit"),
    ],
    ids=str,
)
def test_a_search_that_makes_no_sense_is_refused(site: Site, params: dict[str, Any], field: str) -> None:
    with site.api("moderator") as api:
        answer = api.get("/v1/admin/comments", params=params)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_a_language_is_part_of_the_story(site: Site, story: str) -> None:
    with site.api("editor") as api:
        assert api.get(f"/v1/admin/stories/{story}").json()["language"] == "de"
        changed = api.patch(f"/v1/admin/stories/{story}", json={"language": None})
        assert changed.json()["language"] is None
        assert api.patch(f"/v1/admin/stories/{story}", json={"language": "Deutsch"}).status_code == 422


def test_a_readers_page_tells_all_that_is_known_of_them(site: Site) -> None:
    story = a_story(site, f"story-{uuid4().hex[:8]}")
    troll, friend = f"troll-{uuid4().hex[:6]}", f"friend-{uuid4().hex[:6]}"
    bad, good = a_comment(site, story, "Rude.", by=troll), a_comment(site, story, "Kind.", by=friend)
    with site.api("subscriber", troll) as one, site.api("subscriber", friend) as other:
        one.post(f"/v1/comments/{good['id']}/reports", json={"reason": "spam"}).raise_for_status()
        other.post(f"/v1/comments/{bad['id']}/reports", json={"reason": "abuse", "note": "Look."}).raise_for_status()
    with site.api("moderator", "mo-1") as api:
        decisions = [
            {"comment_id": bad["id"], "seen_revision": 1, "action": "reject", "reason": "abuse"},
            {"comment_id": good["id"], "seen_revision": 1, "action": "approve"},
        ]
        api.post("/v1/admin/decisions", json={"decisions": decisions}).raise_for_status()
        of_troll = api.get(f"/v1/admin/readers/{bad['author']['id']}").json()
        of_friend = api.get(f"/v1/admin/readers/{good['author']['id']}").json()
        [decision] = of_troll["decisions"]
        assert (decision["action"], decision["comment_id"], decision["decided_by"]) == ("reject", bad["id"], "mo-1")
        assert (of_troll["report_accuracy"], of_friend["report_accuracy"]) == (0.0, 1.0)
        [received], [made] = of_troll["reports"]["received"], of_troll["reports"]["made"]
        assert (received["comment_id"], received["note"], received["upheld"]) == (bad["id"], "Look.", True)
        assert received["reporter"]["id"] == good["author"]["id"]
        assert (made["comment_id"], made["upheld"]) == (good["id"], False)
        assert of_troll["recent_comments"][0]["id"] == bad["id"]
        assert api.get(f"/v1/admin/readers/{uuid4()}").status_code == 404
    with site.api("moderator", "mo-sport", sites=["sport"]) as elsewhere:
        record = elsewhere.get(f"/v1/admin/readers/{bad['author']['id']}").json()
        assert (record["decisions"], record["reports"], record["recent_comments"]) == (
            [],
            {"made": [], "received": []},
            [],
        )


def test_notes_are_written_read_and_struck_through(site: Site) -> None:
    author = a_comment(site, a_story(site, f"story-{uuid4().hex[:8]}"))["author"]["id"]
    notes = f"/v1/admin/readers/{author}/notes"
    with site.api("moderator", "mo-1") as one, site.api("moderator", "mo-2") as two, site.api("admin") as admin:
        made = [one.post(notes, json={"note": f"Note {number}."}) for number in range(3)]
        assert [answer.status_code for answer in made] == [201] * 3
        ids = [answer.json()["id"] for answer in made]
        page = two.get(notes, params={"limit": 2}).json()
        assert [note["id"] for note in page["notes"]] == [ids[2], ids[1]]
        rest = two.get(notes, params={"limit": 2, "cursor": page["next_cursor"]}).json()
        assert ([note["id"] for note in rest["notes"]], rest["next_cursor"]) == ([ids[0]], None)
        assert page["notes"][0]["written_by"] == "mo-1"
        refused = two.delete(f"{notes}/{ids[0]}")
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/permission-missing")
        assert one.delete(f"{notes}/{ids[0]}").status_code == one.delete(f"{notes}/{ids[0]}").status_code == 204
        assert admin.delete(f"{notes}/{ids[1]}").status_code == 204
        struck = {note["id"]: note["struck_by"] for note in one.get(f"/v1/admin/readers/{author}").json()["notes"]}
        assert (struck[ids[2]], struck[ids[0]]) == (None, "mo-1")
        assert struck[ids[1]] not in (None, "mo-1")
        entries = admin.get("/v1/admin/audit", params={"subject_kind": "reader", "subject_id": author}).json()[
            "entries"
        ]
        acts = [entry["action"] for entry in entries]
        assert acts == ["reader.note_struck"] * 2 + ["reader.noted"] * 3
        assert "Note" not in str(entries)
        assert one.delete(f"{notes}/{uuid4()}").json()["type"] == "/problems/note-unknown"
        assert one.post(f"/v1/admin/readers/{uuid4()}/notes", json={"note": "x"}).status_code == 404
        for note in ("", "  ", "x" * 2001):
            assert one.post(notes, json={"note": note}).status_code == 422


HOSTILE = [
    "'", "''", "a'b", "\\", "a\\'", '"', '"""', "a:*", "a:A", "<->", "a <-> b", "!a", "(a | b)", "& a &", "a*b*",
    "**a",
    "-", "--a b", "\x00", "a\x00b", "\u202ea", "𝕬𝖇", "👍🏽", "a" * 200, "a-b-c", "x@y.example",
    "http://a.example/?q='", "%", "_", "$1", ":words", "1e400", "<b>bold</b>", "الاختبار", "テスト", "e\u0301",
]  # fmt: skip


def test_whatever_is_typed_is_searched_for_or_refused(site: Site) -> None:
    with site.api("moderator") as api:
        for q in HOSTILE:
            for lang in ({}, {"lang": "de"}, {"lang": "xx"}):
                answer = api.get("/v1/admin/comments", params={"q": q, **lang})
                assert answer.status_code in (200, 400, 422), (q, answer.text)
