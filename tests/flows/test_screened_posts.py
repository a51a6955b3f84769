"""Readers post, and every check has its say: over HTTP, on a real database, as moderators are shown it."""

from typing import Any

import pytest

from service.app.sweeps import SWEEPS
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from tests.builders import a_comment, a_story, post
from tests.moderation.office import tools_on
from tests.site import Site

TEXT = "The bridge was built in the wrong place, and everybody on the council knew it at the time."
NEARLY = "The bridge was built in the wrong place, and everybody on the board knew it at the time!"
OTHER = "Nobody has asked the people who live by the river what they would have liked to see instead."


@pytest.fixture
def story(site: Site) -> str:
    return a_story(site)


def set_rules(site: Site, **parts: Any) -> None:
    """Changes these parts of the rules in force."""
    with site.api("admin") as api:
        current = api.get("/v1/admin/rules").raise_for_status().json()
        asked = {"seen_version": current["version"], "rules": current["rules"] | parts}
        api.put("/v1/admin/rules", json=asked).raise_for_status()


def signals_of(site: Site, comment: dict[str, Any]) -> list[dict[str, Any]]:
    """What screening noticed, as the record tells it."""
    with site.api("moderator") as api:
        record = api.get(f"/v1/admin/comments/{comment['id']}").raise_for_status().json()
    return [signal for screening in record["signals"] for signal in screening["signals"]]


def whats_of(site: Site, comment: dict[str, Any]) -> list[str]:
    return [signal["what"] for signal in signals_of(site, comment)]


def decide(site: Site, comment: dict[str, Any], action: str) -> None:
    with site.api("moderator") as api:
        decision = {"comment_id": comment["id"], "seen_revision": 1, "action": action}
        if action == "reject":
            decision["reason"] = "spam"
        [result] = api.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status().json()["results"]
    assert "problem" not in result, result


def test_a_listed_word_holds_and_is_shown_at_its_place(site: Site, story: str) -> None:
    words = [{"name": "birds", "kind": "suspect", "words": ["cuckoo*"], "harm": "threat"}]
    set_rules(site, words=words)
    comment = a_comment(site, story, "You are a c.u.c.k.0.0, I say.")
    assert comment["status"] == "held"
    with site.api("moderator") as api:
        [item] = api.get("/v1/admin/queues/held", params={"signal": "words"}).raise_for_status().json()["items"]
        assert api.get("/v1/admin/queues/held", params={"signal": "links"}).json()["items"] == []
    [signal] = item["signals"]
    assert signal == {
        "check": "words",
        "kind": "hold",
        "detail": "a word to look at, disguised: cuckoo*",
        "matched": "c.u.c.k.0.0",
        "start": 10,
        "end": 21,
        "rule_version": 1,
        "what": "suspect",
        "list": "birds",
        "harm": "threat",
    }
    # A threat goes first.
    assert item["urgency"] >= 24 * 60


def test_blocked_words_and_domains_are_refused_and_nothing_is_kept(site: Site, story: str) -> None:
    set_rules(
        site,
        words=[{"name": "birds", "kind": "blocked", "words": ["cuckoo"]}],
        links={"blocked": ["spam.example"]},
    )
    with site.api("subscriber", "sam") as api:
        for body, what in (
            ("A cuck00!", "wording"),
            ("See www.SPAM.example/x", "links"),
            ("\u3164\u2060", "shape"),
        ):
            answer = post(api, story, body)
            assert answer.status_code == 422, answer.text
            assert answer.json()["reasons"] == [f"{what}_refused"]
        assert api.get(f"/v1/stories/{story}/comments").json()["comments"] == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("WHY DOES NOBODY EVER LISTEN TO ANY OF US", "shouting"),
        ("no " * 12, "repeated_word"),
        ("w" + "o" * 30 + "w", "repeated_character"),
        ("https://a.example https://b.example", "many_links"),
        ("https://pаypal.com/login", "mixed_scripts"),
    ],
)
def test_shapes_and_links_hold(site: Site, story: str, body: str, what: str) -> None:
    comment = a_comment(site, story, body)
    assert comment["status"] == "held"
    assert whats_of(site, comment) == [what]


def test_texts_like_it_are_found_whoever_wrote_them(site: Site, story: str) -> None:
    elsewhere = a_story(site, "story-2")
    first = a_comment(site, story, TEXT, by="ada")
    assert first["status"] == "published"
    again = a_comment(site, elsewhere, f"{NEARLY} 👍", by="ada")
    assert (again["status"], whats_of(site, again)) == ("held", ["own_text_again"])
    second = a_comment(site, elsewhere, NEARLY.upper().capitalize(), by="ben")
    assert second["status"] == "published"
    third = a_comment(site, story, TEXT.replace("everybody", "anybody"), by="cem")
    assert (third["status"], whats_of(site, third)) == ("held", ["text_of_others"])
    assert a_comment(site, story, OTHER, by="cem")["status"] == "published"


def test_a_text_like_a_rejected_one_waits(site: Site, story: str) -> None:
    decide(site, a_comment(site, story, TEXT, by="ada"), "reject")
    again = a_comment(site, story, NEARLY, by="ben")
    assert (again["status"], whats_of(site, again)) == ("held", ["rejected_text"])


def test_an_edit_is_not_like_itself_but_like_others(site: Site, story: str) -> None:
    comment = a_comment(site, story, TEXT, by="ada")
    a_comment(site, story, OTHER, by="ben")
    a_comment(site, story, OTHER.replace("liked to see", "wanted"), by="cem")
    with site.api("subscriber", "ada") as api:
        change = {"body": NEARLY, "seen_revision": 1}
        edited = api.patch(f"/v1/comments/{comment['id']}", json=change).raise_for_status().json()
        assert edited["status"] == "published"
        change = {"body": OTHER, "seen_revision": 2}
        edited = api.patch(f"/v1/comments/{comment['id']}", json=change).raise_for_status().json()
        assert edited["status"] == "held"
    assert whats_of(site, edited) == ["text_of_others"]
    # What an edit brought is found as well.
    again = a_comment(site, story, f"{OTHER} Again, I ask.", by="ada")
    assert whats_of(site, again) == ["own_text_again"]


def test_a_flood_counts_until_it_is_switched_on(site: Site, story: str) -> None:
    set_rules(site, flood={"most": 3, "minutes": 10, "use": "shadow"})
    comments = [a_comment(site, story, f"Comment {number}", by="ada") for number in range(4)]
    assert {comment["status"] for comment in comments} == {"published"}
    [noted] = signals_of(site, comments[3])
    assert (noted["check"], noted["kind"], noted["would"]) == ("flood", "note", "hold")
    set_rules(site, flood={"most": 3, "minutes": 10, "use": "on"})
    fifth = a_comment(site, story, "Comment 5", by="ada")
    assert (fifth["status"], whats_of(site, fifth)) == ("held", ["many_comments"])
    assert a_comment(site, story, "Comment 1", by="ben")["status"] == "published"


def test_new_readers_wait_until_some_were_approved(site: Site, story: str) -> None:
    set_rules(site, new_readers={"approved_min": 2, "use": "on"})
    for number in range(2):
        comment = a_comment(site, story, f"Comment {number}", by="ada")
        assert (comment["status"], whats_of(site, comment)) == ("held", ["new_reader"])
        decide(site, comment, "approve")
    assert a_comment(site, story, "Comment 2", by="ada")["status"] == "published"
    assert a_comment(site, story, "Comment 3", by="ben")["status"] == "held"


def test_authors_who_are_often_rejected_wait(site: Site, story: str) -> None:
    set_rules(site, history={"rejected_share": 0.5, "sample_min": 2})
    for number in range(2):
        decide(site, a_comment(site, story, f"Comment {number}", by="ada"), "reject")
    comment = a_comment(site, story, "Comment 2", by="ada")
    assert (comment["status"], whats_of(site, comment)) == ("held", ["rejected_share"])


def test_a_part_that_rests_finds_nothing(site: Site, story: str) -> None:
    set_rules(site, repeats={"use": "off"}, shape={"use": "off"}, links={"use": "off"})
    for _ in range(2):
        assert a_comment(site, story, f"{TEXT} https://a.example https://b.example", by="ada")["status"] == "published"
    assert a_comment(site, story, "NOBODY EVER LISTENS TO ANY OF US", by="ada")["status"] == "published"


@pytest.mark.anyio
async def test_prints_are_forgotten_after_their_days(db: Database, clock: FixedClock) -> None:
    forget = next(sweep for sweep in SWEEPS if sweep.name == "forget_prints")
    tools = tools_on(db, clock)
    async with db.read() as conn:
        for days in (0, 6, 8, 30):
            await conn.execute(
                "INSERT INTO screening_prints VALUES (1, $1::timestamptz - make_interval(days => $2), 'story-1', $3)",
                clock.now(), days, clock.new_id(),
            )  # fmt: skip
    assert [await forget.run(tools, most) for most in (1, 10, 10)] == [1, 1, 0]
    async with db.read() as conn:
        assert await conn.fetchval("SELECT count(*) FROM screening_prints") == 2
