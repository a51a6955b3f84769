"""The rules of screening over HTTP, in two servers that share a database and a Redis."""

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.builders import a_comment, a_story, post
from tests.site import Site, running_site

_WITHIN_S = 20.0


@pytest.fixture
def other(site: Site) -> Iterator[Site]:
    """A second server of the same service."""
    with running_site(site.settings, worker=False) as other:
        yield other


@pytest.fixture
def admin(site: Site) -> Iterator[httpx2.Client]:
    with site.api("admin", "ann") as api:
        yield api


def _rules(api: httpx2.Client) -> Any:
    return api.get("/v1/admin/rules").raise_for_status().json()


def _put(api: httpx2.Client, seen: int, note: str | None = None, **parts: Any) -> httpx2.Response:
    """The defaults with these parts in place of theirs."""
    rules = api.get("/v1/admin/rules").json()["rules"] | parts
    return api.put("/v1/admin/rules", json={"rules": rules, "seen_version": seen, "note": note})


def _words(*words: str, kind: str = "suspect", use: str = "on") -> list[dict[str, Any]]:
    return [{"name": "ours", "kind": kind, "words": words, "use": use}]


def _status_of(api: httpx2.Client, body: str) -> str:
    answer = post(api, "story-1", f"{body} {uuid4()}")
    return str(answer.json()["status"]) if answer.status_code == 201 else answer.json()["type"].rsplit("/", 1)[-1]


def test_what_is_set_in_one_server_counts_in_the_other(site: Site, other: Site, admin: httpx2.Client) -> None:
    a_story(site)
    with other.api("subscriber", "sam") as reader:
        assert _status_of(reader, "A walnut") == "published"
        assert _put(admin, 0, words=_words("walnut")).status_code == 200
        # Told, not asked for: what a server read a moment ago it would go on using for a minute.
        ends = monotonic() + _WITHIN_S
        while (status := _status_of(reader, "A walnut")) != "held" and monotonic() < ends:
            sleep(0.05)
        assert status == "held"
        assert _put(admin, 1, words=_words("pecan", kind="blocked")).status_code == 200
        while (status := _status_of(reader, "A pecan")) != "comment-refused" and monotonic() < ends:
            sleep(0.05)
        assert status == "comment-refused"


def test_what_is_read_can_be_sent_back(admin: httpx2.Client) -> None:
    read = _rules(admin)
    assert (read["version"], read["made_by"], read["proposals"]) == (0, None, [])
    assert "version" not in read["rules"]
    assert admin.put("/v1/admin/rules", json={"rules": read["rules"], "seen_version": 0}).json() == read
    read["rules"]["links"]["most"] = 1
    changed = admin.put("/v1/admin/rules", json={"rules": read["rules"], "seen_version": 0, "note": "Why."}).json()
    assert (changed["version"], changed["made_by"], changed["note"]) == (1, "ann", "Why.")
    assert changed["rules"] == read["rules"]
    assert _rules(admin) == changed


def test_wrong_rules_are_refused_by_field(admin: httpx2.Client) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"links": {"most": -1}}, "rules.links.most"),
        ({"links": {"mots": 1}}, "rules.links.mots"),
        ({"words": [{"name": "a", "kind": "rude", "words": []}]}, "rules.words[0].kind"),
        ({"words": _words("oaf") + _words("lout")}, "rules.words[1].name"),
        ({"reports": {"review_at": 3, "hide_at": 1}}, "rules.reports.hide_at"),
    ]
    for parts, field in wrong:
        answer = _put(admin, 0, **parts)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert _rules(admin)["version"] == 0


def test_thousands_of_words_are_taken(site: Site, admin: httpx2.Client) -> None:
    words = [f"listed-word-{number}" for number in range(5_000)]
    assert _put(admin, 0, words=_words(*words)).status_code == 200
    assert len(_rules(admin)["rules"]["words"][0]["words"]) == 5_000
    a_story(site)
    assert a_comment(site, "story-1", "Here is listed-word-4321.")["status"] == "held"
    too_long = {"rules": {}, "seen_version": 1, "note": "x" * 3_000_000}
    assert admin.put("/v1/admin/rules", json=too_long).json()["type"] == "/problems/payload-too-large"


def test_versions_can_be_paged_read_and_brought_back(admin: httpx2.Client) -> None:
    for seen in range(3):
        _put(admin, seen, links={"most": seen + 4}).raise_for_status()
    page = admin.get("/v1/admin/rules/history", params={"limit": 2}).json()
    assert [version["version"] for version in page["versions"]] == [3, 2]
    rest = admin.get("/v1/admin/rules/history", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert ([version["version"] for version in rest["versions"]], rest["next_cursor"]) == ([1], None)
    one = admin.get("/v1/admin/rules/history/2").json()
    assert one["changes"] == {"before": {"links": {"most": 4}}, "after": {"links": {"most": 5}}}
    assert one["rules"]["links"]["most"] == 5
    assert admin.get("/v1/admin/rules/history/9").json()["type"] == "/problems/rules-version-unknown"
    back = admin.post("/v1/admin/rules/rollback", json={"version": 1, "seen_version": 3}).json()
    assert (back["version"], back["restores"], back["rules"]["links"]["most"]) == (4, 1, 4)


def test_a_change_that_hits_many_needs_two(site: Site, admin: httpx2.Client) -> None:
    a_story(site)
    for number in range(5):
        a_comment(site, "story-1", f"Number {number} about walnuts")
    answer = _put(admin, 0, "Too many nuts.", words=_words("walnuts"))
    assert answer.status_code == 202
    proposal = answer.json()
    assert proposal["impact"] == {"sampled": 5, "hit": 5, "share": 0.25}
    assert proposal["changes"]["after"]["words"]["ours"]["words"] == ["walnuts"]
    assert [waiting["id"] for waiting in _rules(admin)["proposals"]] == [proposal["id"]]
    confirming = f"/v1/admin/rules/proposals/{proposal['id']}/confirm"
    assert admin.post(confirming).json()["type"] == "/problems/permission-missing"
    assert a_comment(site, "story-1", "Still walnuts")["status"] == "published"
    with site.api("admin", "bob") as other_admin:
        confirmed = other_admin.post(confirming).json()
    assert (confirmed["version"], confirmed["made_by"], confirmed["confirmed_by"]) == (1, "ann", "bob")
    assert confirmed["proposals"] == []
    assert a_comment(site, "story-1", "More walnuts")["status"] == "held"
    read = admin.get(f"/v1/admin/rules/proposals/{proposal['id']}").json()
    assert (read["state"], read["version"]) == ("confirmed", 1)
    actions = [entry["action"] for entry in admin.get("/v1/admin/audit?subject_kind=rules").json()["entries"]]
    assert actions == ["rules.confirmed", "rules.proposed"]


def test_a_preview_tells_what_a_change_would_do_and_does_nothing(site: Site, admin: httpx2.Client) -> None:
    a_story(site)
    for body in ("I like walnuts", "I like almonds", "Walnuts again"):
        a_comment(site, "story-1", body)
    wanted = {"rules": _rules(admin)["rules"] | {"words": _words("walnuts")}}
    found = admin.post("/v1/admin/rules/preview", json=wanted).json()
    assert (found["sampled"], found["total"], found["newly_held"], found["share"]) == (3, 3, 2, 0.1)
    assert found["needs_second_admin"] is True
    [part] = found["parts"]
    assert (part["check"], part["list"], part["asks"], part["asks_rejected"]) == ("words", "ours", 2, 0)
    assert [(one["excerpt"], one["matched"]) for one in part["examples"]] == [
        ("Walnuts again", "Walnuts"), ("I like walnuts", "walnuts"),
    ]  # fmt: skip
    assert _rules(admin)["version"] == 0


def test_a_list_in_shadow_counts_and_does_not_act(site: Site, admin: httpx2.Client) -> None:
    a_story(site)
    _put(admin, 0, words=_words("walnut", kind="blocked", use="shadow")).raise_for_status()
    comment = a_comment(site, "story-1", "A walnut!")
    assert comment["status"] == "published"
    [part] = admin.get("/v1/admin/rules/shadow").json()["parts"]
    assert (part["check"], part["list"], part["would"]) == ("words", "ours", "refuse")
    assert (part["comments"], part["published"], part["held"], part["rejected"]) == (1, 1, 0, 0)
    [screening] = admin.get(f"/v1/admin/comments/{comment['id']}").json()["signals"]
    [signal] = screening["signals"]
    assert (signal["kind"], signal["would"], signal["rule_version"]) == ("note", "refuse", 1)
    # Beside what acts, moderators see what is only tried.
    _put(admin, 1, words=[*_words("walnut", use="shadow"), {"name": "acts", "kind": "suspect", "words": ["pecan"]}])
    held = a_comment(site, "story-1", "A walnut and a pecan!")
    assert held["status"] == "held"
    with site.api("moderator") as api:
        [item] = api.get("/v1/admin/queues/held").json()["items"]
    found = [(one["list"], one["kind"], one.get("would"), one["rule_version"]) for one in item["signals"]]
    assert sorted(found) == [("acts", "hold", None, 2), ("ours", "note", "hold", 2)]
    with site.api() as anybody:
        figures = anybody.get("/metrics").text
    assert 'screening_shadow_total{check="words",list="ours",would="refuse"}' in figures


def test_an_admin_of_some_sites_reads_the_rules_of_all_and_changes_none(site: Site) -> None:
    with site.api("admin", "ann", sites=("main",)) as api:
        assert _rules(api)["version"] == 0
        for path, body in [("rollback", {"version": 0}), ("preview", {"rules": {}})]:
            answer = api.post(f"/v1/admin/rules/{path}", json=body)
            assert answer.json()["type"] == "/problems/permission-missing"
        assert _put(api, 0, links={"most": 1}).status_code == 403
        assert _rules(api)["version"] == 0
