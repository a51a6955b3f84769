"""What the service says to readers is in their language: over HTTP, from statements of reasons to refusals."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from service.languages.catalogues import LANGUAGES
from tests.builders import a_comment, a_story, post
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings

ARABIC = range(0x0600, 0x0700)


@pytest.fixture(scope="module")
def site(database_url: str, redis_url: str) -> Iterator[Site]:
    with running_site(site_settings(database_url, redis_url)) as site:
        yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture
def story(site: Site) -> str:
    return a_story(site, f"story-{uuid4().hex[:8]}")


@pytest.fixture
def ann() -> str:
    return f"ann-{uuid4().hex[:8]}"


def _in(language: str) -> dict[str, str]:
    return {"Accept-Language": language}


def _decide(site: Site, comment: str, **more: Any) -> dict[str, Any]:
    decision = {"comment_id": comment, "seen_revision": 1, "action": "reject", **more}
    with site.api("moderator", "mo-1") as api:
        [result] = api.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status().json()["results"]
    return dict(result)


def _is_arabic(text: str) -> bool:
    return any(ord(character) in ARABIC for character in text)


@pytest.mark.parametrize(
    ("asked", "spoken", "words"),
    [
        ("de-AT, en;q=0.5", "de", "Es ist Werbung oder Spam."),
        ("ar-EG", "ar", "هو إعلان أو رسالة مزعجة."),
        ("tlh", "en", "It is advertising or spam."),
        (None, "en", "It is advertising or spam."),
    ],
)
def test_decisions_are_told_in_the_language_asked_for(
    site: Site, story: str, ann: str, asked: str | None, spoken: str, words: str
) -> None:
    comment = a_comment(site, story, "Buy my thing.", by=ann)
    done = _decide(site, comment["id"], reason="spam", note="An advert.")
    with site.api("lapsed", ann) as api:
        headers = _in(asked) if asked else {}
        listed, one = (
            api.get("/v1/me/decisions", headers=headers),
            api.get(f"/v1/me/decisions/{done['decision_id']}", headers=headers),
        )
        own = api.get("/v1/me/comments", headers=headers)
        layer = api.get(f"/v1/me/stories/{story}", headers=headers)
    for answer in (listed, one, own, layer):
        assert (answer.status_code, answer.headers["content-language"]) == (200, spoken), answer.text
        assert answer.headers["cache-control"] == "private, no-store"
    [told] = listed.json()["decisions"]
    assert told == one.json()
    assert (told["kind"], told["statement"]["reason"], told["statement"]["reason_words"]) == (
        "rejection",
        "spam",
        words,
    )
    assert [own.json()["comments"][0]["reason_words"], layer.json()["comments"][0]["reason_words"]] == [words, words]
    if spoken == "ar":
        said = told["statement"]
        texts = [part[member] for part in said["parts"] for member in ("title", "words")]
        assert all(map(_is_arabic, [*texts, told["kind_words"], own.json()["comments"][0]["status_words"]]))


def test_whoever_writes_is_answered_how_the_comment_stands(site: Site, story: str, ann: str) -> None:
    path = f"/v1/stories/{story}/comments"
    with site.api("subscriber", ann) as api:
        posted = api.post(path, json={"body": "Hello."}, headers={**_in("de"), "Idempotency-Key": '"once"'})
        assert (posted.headers["content-language"], posted.json()["status_words"]) == ("de", "Veröffentlicht.")
        again = api.post(path, json={"body": "Hello."}, headers={**_in("ar"), "Idempotency-Key": '"once"'})
        assert again.content == posted.content
        assert "content-language" not in again.headers
        held = api.post(path, json={"body": "What a moron."}, headers=_in("de")).json()
        assert (held["status"], held["status_words"]) == (
            "held",
            "Wird noch geprüft. Nur Sie können diesen Kommentar sehen.",
        )
        change = {"body": "Hello there.", "seen_revision": 1}
        edited = api.patch(f"/v1/comments/{posted.json()['id']}", json=change, headers=_in("ar"))
        assert edited.headers["content-language"] == "ar"
        assert _is_arabic(edited.json()["status_words"])


def test_appeals_and_reports_are_answered_in_the_language_asked_for(site: Site, story: str, ann: str) -> None:
    comment = a_comment(site, story, "Buy my thing.", by=ann)
    with site.api("subscriber", f"{ann}-2") as other:
        other.post(f"/v1/comments/{comment['id']}/reports", json={"reason": "spam"}).raise_for_status()
        [report] = other.get("/v1/me/reports", headers=_in("de")).json()["reports"]
        assert (report["reason_words"], report["outcome_words"]) == (
            "Spam oder Werbung", "Die Moderation muss es sich noch ansehen.",
        )  # fmt: skip
        done = _decide(site, comment["id"], reason="spam")
        [report] = other.get("/v1/me/reports", headers=_in("de")).json()["reports"]
        assert report["outcome_words"].startswith("Die Moderation hat zugestimmt")
    with site.api("subscriber", ann) as api:
        path = f"/v1/me/decisions/{done['decision_id']}/appeal"
        for text, detail in (
            ("", "Bitte schreiben Sie zuerst etwas."),
            (" \n ", "Bitte schreiben Sie, warum"),
            ("x" * 5001, "Das ist zu lang"),
        ):
            refused = api.post(path, json={"text": text}, headers=_in("de"))
            assert (refused.status_code, refused.headers["content-language"]) == (422, "de")
            assert refused.json()["detail"].startswith(detail)
            assert refused.json()["errors"] == [{"field": "text", "message": refused.json()["detail"]}]
        made = api.post(path, json={"text": "It is no advert."}, headers=_in("de"))
        assert (made.headers["content-language"], made.json()["status_words"]) == (
            "de", "Ihr Einspruch wartet auf eine andere Person der Moderation.",
        )  # fmt: skip
        again = api.post(path, json={"text": "Other words."}, headers=_in("fr")).json()
        assert again["detail"].startswith("Vous avez déjà formé un recours.")
        hold = a_comment(site, story, "What a moron.", by=ann)
        [held] = [one for one in api.get("/v1/me/decisions").json()["decisions"] if one["comment"]["id"] == hold["id"]]
        refused = api.post(f"/v1/me/decisions/{held['id']}/appeal", json={"text": "Why?"}, headers=_in("de")).json()
        assert (refused["why"], refused["title"]) == ("being-reviewed", "Einspruch ist nicht möglich")
        assert refused["detail"].startswith("Die Moderation sieht sich das ohnehin an")
    with site.api("moderator", "mo-2") as api:
        # Moderators read what the author was told, in the language of their tools.
        [item] = api.get("/v1/admin/appeals", headers=_in("de")).raise_for_status().json()["appeals"]
        assert item["statement"]["reason_words"] == "It is advertising or spam."


def test_sanctions_and_the_gate_are_told_in_the_language_asked_for(site: Site, story: str, ann: str) -> None:
    author = a_comment(site, story, by=ann)["author"]["id"]
    with site.api("moderator") as api:
        path = f"/v1/admin/readers/{author}/sanctions"
        api.post(path, json={"kind": "warn", "reason": "Stay calm, please."}).raise_for_status()
    with site.api("subscriber", ann) as reader:
        me = reader.get("/v1/me", headers=_in("de")).json()
        [warning] = me["sanctions"]
        assert warning["reason_words"] == warning["reason"] == "Stay calm, please."
        assert warning["effect_words"].startswith("Sie wurden verwarnt")
        refused = post(reader, story, "Hello.")
        assert refused.json()["detail"].startswith("The moderators have sent you a warning.")
        done = reader.post(f"/v1/me/sanctions/{warning['id']}/acknowledgement", headers=_in("ja"))
        assert (done.headers["content-language"], done.json()["kind"]) == ("ja", "warn")
    with site.api("moderator") as api:
        api.post(path, json={"kind": "suspend", "reason": "abuse", "until": "2099-01-01T00:00:00Z"}).raise_for_status()
    with site.api("subscriber", ann) as reader:
        answer = reader.get("/v1/me", headers=_in("de"))
        assert (answer.json()["gate"]["problem"], answer.json()["gate"]["message"]) == (
            "suspended", "Die Moderation hat Sie für eine Zeit lang gesperrt.",
        )  # fmt: skip
        assert answer.json()["gate"]["until"] == "2099-01-01T00:00:00Z"
        suspended = [one for one in answer.json()["sanctions"] if one["kind"] == "suspend"]
        assert suspended[0]["reason_words"] == "Darin wird jemand beleidigt oder herabgesetzt."
        refused = reader.post(f"/v1/stories/{story}/comments", json={"body": "Hello."}, headers=_in("de"))
        assert refused.json()["detail"] == answer.json()["gate"]["message"]
        assert refused.json()["until"] == "2099-01-01T00:00:00Z"


def test_the_check_before_posting_and_the_refusal_say_why(site: Site, story: str, ann: str) -> None:
    with site.api("admin") as admin:
        words = [{"name": "ours", "kind": "blocked", "words": ["walnut"]}]
        admin.put("/v1/admin/rules", json={"rules": {"words": words}, "seen_version": 0}).raise_for_status()
    with site.api("subscriber", ann) as api:
        path = f"/v1/stories/{story}/comments"
        checked = api.post(f"{path}/check", json={"body": "A walnut."}, headers=_in("es"))
        message = "Algunas expresiones no se publican aquí. ¿Podría decirlo de otra manera?"
        assert checked.headers["content-language"] == "es"
        assert checked.json()["reasons"] == [{"code": "wording_refused", "message": message}]
        refused = api.post(path, json={"body": "A walnut."}, headers=_in("es"))
        assert refused.json()["detail"] == f"Este comentario no se puede publicar. {message}"
        assert (refused.json()["title"], refused.json()["reasons"]) == (
            "El texto va en contra de las normas", ["wording_refused"],
        )  # fmt: skip


def test_notices_of_illegal_content_are_answered_in_the_language_asked_for(site: Site, story: str, ann: str) -> None:
    comment = a_comment(site, story, by=ann)
    with site.api() as api:
        notice = {
            "comment_id": comment["id"],
            "legal_ground": "Insult",
            "explanation": "It is one.",
            "good_faith": True,
        }
        given = api.post("/v1/notices", json=notice, headers=_in("ar"))
        assert (given.status_code, given.headers["content-language"]) == (201, "ar")
        receipt = given.json()
        headers = {"Notice-Token": receipt["token"], **_in("ar")}
        told = api.get(f"/v1/notices/{receipt['id']}", headers=headers).json()
        assert all(map(_is_arabic, [receipt["words"], told["words"], told["redress"]]))
        unknown = api.get(f"/v1/notices/{receipt['id']}", headers=_in("ar"))
        assert (unknown.json()["type"], unknown.headers["content-language"]) == ("/problems/notice-unknown", "ar")


def _refusals(site: Site, story: str, ann: str) -> Iterator[tuple[str, httpx2.Response]]:
    """A refusal of each kind that a reader of the widget can meet, with its slug, asked for in German."""
    own = a_comment(site, story, "Mine.", by=ann)["id"]
    nobody = str(uuid4())
    closed = a_story(site, f"story-{uuid4().hex[:8]}")
    old = a_comment(site, closed, by=f"{ann}-2")["id"]
    with site.api("editor") as api:
        api.patch(f"/v1/admin/stories/{closed}", json={"state": "closed"}).raise_for_status()
    with site.api("subscriber", ann) as api:
        api.headers.update(_in("de"))
        yield "story-unknown", post(api, f"story-{uuid4().hex[:8]}", "Hello.")
        yield "story-unknown", api.get(f"/v1/stories/story-{uuid4().hex[:8]}")
        yield "story-closed", post(api, closed, "Hello.")
        yield "parent-gone", post(api, story, "Hello.", parent_id=nobody)
        yield "comment-unknown", api.put(f"/v1/comments/{nobody}/vote", json={"value": 1})
        yield "comment-unknown", api.get(f"/v1/comments/{nobody}")
        yield "revision-changed", api.patch(f"/v1/comments/{own}", json={"body": "Other.", "seen_revision": 7})
        yield "permission-missing", api.put(f"/v1/comments/{own}/vote", json={"value": 1})
        yield "permission-missing", api.post(f"/v1/comments/{own}/reports", json={"reason": "spam"})
        yield "permission-missing", api.delete(f"/v1/comments/{old}")
        yield "invalid-request", post(api, story, "")
        yield "invalid-request", post(api, story, " \n ")
        yield "invalid-request", post(api, story, "x" * 10_001)
        yield "invalid-request", post(api, story, "x" * 40_001)
        yield "invalid-request", api.post(f"/v1/comments/{old}/reports", json={"reason": "spam", "note": "x" * 2_001})
        yield "invalid-request", post(api, story, "Hello.", side="nobody")
        yield "invalid-request", post(api, story, "Hello.", about="nothing")
        yield "payload-too-large", post(api, story, "x" * 70_000)
        yield "decision-unknown", api.get(f"/v1/me/decisions/{nobody}")
        yield "sanction-unknown", api.post(f"/v1/me/sanctions/{nobody}/acknowledgement")
        yield "author-unknown", api.put(f"/v1/me/mutes/{nobody}")
        yield "cursor-invalid", api.get("/v1/me/comments", params={"cursor": "xyz"})
        for body in ("One.", "Two."):
            answer = api.post(
                f"/v1/stories/{story}/comments", json={"body": body}, headers={"Idempotency-Key": f"key-{ann}"}
            )
        yield "idempotency-key-reused", answer
        api.delete(f"/v1/comments/{own}").raise_for_status()
        yield "invalid-request", api.patch(f"/v1/comments/{own}", json={"body": "Other.", "seen_revision": 1})
    with site.api("lapsed", f"{ann}-3") as api:
        api.headers.update(_in("de"))
        yield "subscription-required", post(api, story, "Hello.")
    with site.api("moderator") as api:
        api.headers.update(_in("de"))
        yield "permission-missing", post(api, story, "Hello.")
    with site.api() as api:
        api.headers.update(_in("de"))
        yield "token-missing", post(api, story, "Hello.")
        yield "token-invalid", api.get("/v1/me", headers={"Authorization": "Bearer what"})


def test_refusals_are_told_in_the_language_asked_for(site: Site, story: str, ann: str) -> None:
    for slug, answer in _refusals(site, story, ann):
        document = answer.json()
        assert document["type"] == f"/problems/{slug}", answer.text
        assert answer.headers["content-language"] == "de", answer.text
        assert answer.headers["cache-control"] == "no-store"
        # English has none of these, and each sentence of ours in German has some.
        assert not {"The", "the", "You", "you", "This", "is"} & set(document["detail"].split()), answer.text
        assert document["title"] != document["detail"]
        if slug == "invalid-request":
            assert document["errors"][0]["message"] == document["detail"]


def test_what_went_wrong_with_a_token_is_still_told_to_whoever_integrates(site: Site) -> None:
    with site.api() as api:
        answer = api.get("/v1/me", headers={"Authorization": "Bearer what", **_in("ja")})
    document = answer.json()
    assert document["detail"] == "ログインを確認できませんでした。もう一度ログインしてください。"
    assert document["cause"] == "The token is not a signed JWT: three parts of base64url joined by dots."
    assert document["cause"] in answer.headers["www-authenticate"]


def test_the_newsroom_is_told_in_english(site: Site) -> None:
    with site.api("moderator") as api:
        answer = api.get(f"/v1/admin/comments/{uuid4()}", headers=_in("de"))
    assert (answer.status_code, answer.headers["content-language"]) == (404, "en")
    assert answer.json()["detail"] == "There is no such comment."


@pytest.mark.parametrize(
    "header", ["", "*", "de" * 3000, ",".join(f"x{n};q=0.{n % 10}" for n in range(900)), "\xff\xfe", ";;;,,,q=q", "-"]
)
def test_no_header_is_an_error(site: Site, header: str) -> None:
    with site.api("subscriber", "sam") as api:
        answer = api.get("/v1/me", headers=[(b"Accept-Language", header.encode("latin-1"))])
    assert (answer.status_code, answer.headers["content-language"]) == (200, "en")


def test_several_headers_are_one(site: Site) -> None:
    with site.api("subscriber", "sam") as api:
        answer = api.get("/v1/me", headers=[("Accept-Language", "nl"), ("Accept-Language", "fr;q=0.3")])
    assert answer.headers["content-language"] == "fr"


def test_what_is_the_same_for_everyone_does_not_vary(site: Site, story: str, ann: str) -> None:
    comment = a_comment(site, story, by=ann)["id"]
    with site.api() as api:
        for path in (
            f"/v1/stories/{story}", f"/v1/stories/{story}/comments", f"/v1/stories/{story}/comments?sort=best",
            f"/v1/comments/{comment}", f"/v1/counts?story={story}", f"/v1/stories/{story}/comments.html",
        ):  # fmt: skip
            answers = [api.get(path, headers=_in(language)) for language in LANGUAGES]
            assert len({answer.content for answer in answers}) == 1
            assert all("content-language" not in answer.headers for answer in answers)
            assert all("accept-language" not in answer.headers.get("vary", "").lower() for answer in answers)
