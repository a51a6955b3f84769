"""Who gets through, over HTTP: where tokens are read from, what refusals look like, muting, and checking a token."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from service.infra.clock import SystemClock
from tests.builders import a_comment, a_story
from tests.infra.issuer import hs256
from tests.site import Site

ME = "/v1/me"


def _claims(site: Site, **changes: Any) -> dict[str, Any]:
    at = int(SystemClock().now().timestamp())
    issuer, audience = site.settings.reader_issuer, site.settings.reader_audience
    return {"iss": issuer, "aud": audience, "sub": "sub-1", "iat": at, "exp": at + 600, **changes}


def _reader_token(site: Site, **changes: Any) -> str:
    return hs256(site.settings.reader_secret or "", _claims(site, **changes))


def _problem(answer: httpx2.Response, status: int, slug: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{slug}"
    return problem


def test_token_is_read_from_the_header_alone(site: Site) -> None:
    token = _reader_token(site)
    with site.api() as api:
        for scheme in ("Bearer", "bearer", "BEARER"):
            assert api.get(ME, headers={"Authorization": f"{scheme} {token}"}).status_code == 200
        tries = [
            api.get(ME),
            api.get(f"{ME}?access_token={token}"),
            api.get(f"{ME}?token={token}"),
            api.get(ME, headers={"Cookie": f"token={token}; Authorization=Bearer {token}"}),
            api.get(ME, headers={"X-Authorization": f"Bearer {token}", "Proxy-Authorization": f"Bearer {token}"}),
            api.get(ME, headers={"Authorization": f"Basic {token}"}),
            api.get(ME, headers={"Authorization": token}),
            api.get(ME, headers={"Authorization": "Bearer"}),
        ]
        for answer in tries:
            _problem(answer, 401, "token-missing")
            assert answer.headers["www-authenticate"] == "Bearer"


def test_two_tokens_are_refused(site: Site) -> None:
    token = _reader_token(site)
    with site.api() as api:
        twice = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
        _problem(api.get(ME, headers=twice), 401, "token-invalid")
        _problem(api.get(ME, headers={"Authorization": f"Bearer {token} {token}"}), 401, "token-invalid")


@pytest.mark.parametrize(
    ("bent", "slug"),
    [
        ({"exp": 1, "iat": 0}, "token-expired"),
        ({"iss": "https://other.example"}, "token-invalid"),
        ({"aud": "shop"}, "token-invalid"),
        ({"sub": "a\x00b"}, "token-invalid"),
        ({"exp": 10**11}, "token-invalid"),
        ({"pad": "x" * 9000}, "token-invalid"),
        ({"subscription": {"status": "x"}}, "token-invalid"),
    ],
)
def test_bent_token_is_refused_with_a_challenge(site: Site, bent: dict[str, Any], slug: str) -> None:
    token = _reader_token(site, **bent)
    with site.api() as api:
        answer = api.get(ME, headers={"Authorization": f"Bearer {token}"})
    problem = _problem(answer, 401, slug)
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    assert token[:40] not in answer.text
    assert token.rsplit(".", 1)[-1] not in answer.text
    assert problem["detail"]


def test_token_that_is_no_ascii_is_refused(site: Site) -> None:
    with site.api() as api:
        for token in (b"\xff\xfe", "ü.ü.ü".encode(), b"a.b.c\x80"):
            _problem(api.get(ME, headers={b"Authorization": b"Bearer " + token}), 401, "token-invalid")


def test_public_pages_do_not_look_at_tokens(site: Site) -> None:
    story = a_story(site)
    with site.api() as api:
        plain = api.get(f"/v1/stories/{story}/comments")
        with_rubbish = api.get(f"/v1/stories/{story}/comments", headers={"Authorization": "Bearer rubbish"})
    assert (plain.status_code, with_rubbish.status_code) == (200, 200)
    assert plain.content == with_rubbish.content


def test_staff_and_readers_do_not_pass_for_one_another(site: Site) -> None:
    story = a_story(site)
    with site.api("moderator") as api:
        answer = api.post(f"/v1/stories/{story}/comments", json={"body": "x"}, headers={"Idempotency-Key": "a"})
        _problem(answer, 403, "permission-missing")
    with site.api("subscriber") as api:
        _problem(api.get(f"/v1/admin/stories/{story}"), 403, "permission-missing")
    with site.api("service") as api:
        assert api.get(f"/v1/admin/stories/{story}").status_code == 200
        _problem(api.post("/v1/admin/tokens/check", json={"token": "x"}), 403, "permission-missing")


def test_reader_under_the_name_of_staff_is_shown_under_a_neutral_one(site: Site) -> None:
    story = a_story(site)
    with site.api("moderator", name="Grace Hopper") as api:
        api.get(f"/v1/admin/stories/{story}")
    comment = a_comment(site, story)
    assert comment["author"]["name"] == "Sam Subscriber"
    with site.api("subscriber", "mallory", name="Grасе Hoppеr") as api:
        name = api.get(ME).json()["name"]
    assert name.startswith("Reader ")
    assert len(name) == len("Reader 7F3A")


def test_author_is_muted_and_shown_again(site: Site) -> None:
    story = a_story(site)
    author = a_comment(site, story)["author"]["id"]
    with site.api("reader") as api:
        for _ in range(2):
            assert api.put(f"/v1/me/mutes/{author}").status_code == 204
        assert author in api.get(f"/v1/me/stories/{story}").text
        for _ in range(2):
            assert api.delete(f"/v1/me/mutes/{author}").status_code == 204
        assert author not in api.get(f"/v1/me/stories/{story}").text
        _problem(api.put(f"/v1/me/mutes/{uuid4()}"), 404, "author-unknown")
        mine = api.get(ME).json()["id"]
        _problem(api.put(f"/v1/me/mutes/{mine}"), 422, "invalid-request")
    with site.api() as api:
        _problem(api.put(f"/v1/me/mutes/{author}"), 401, "token-missing")


def test_muted_authors_are_listed_the_latest_first(site: Site) -> None:
    story = a_story(site)
    authors = [a_comment(site, story, by=f"muted-{number}")["author"] for number in range(3)]
    with site.api("reader", "mutes-many") as api:
        assert api.get("/v1/me/mutes").json() == {"mutes": [], "next_cursor": None}
        for author in authors:
            api.put(f"/v1/me/mutes/{author['id']}").raise_for_status()
        first = api.get("/v1/me/mutes", params={"limit": 2}).json()
        assert [mute["author"]["id"] for mute in first["mutes"]] == [authors[2]["id"], authors[1]["id"]]
        assert first["mutes"][0]["author"]["name"] == authors[2]["name"]
        last = api.get("/v1/me/mutes", params={"limit": 2, "cursor": first["next_cursor"]}).json()
        assert [mute["author"]["id"] for mute in last["mutes"]] == [authors[0]["id"]]
        assert last["next_cursor"] is None
        _problem(api.get("/v1/me/mutes", params={"cursor": "no-cursor"}), 400, "cursor-invalid")
    with site.api("reader", "mutes-nobody") as api:
        assert api.get("/v1/me/mutes").json()["mutes"] == []


def test_operator_learns_why_a_token_is_refused(site: Site) -> None:
    token = _reader_token(site, iss="https://other.example")
    with site.api("admin") as api:
        report = api.post("/v1/admin/tokens/check", json={"token": f"Bearer {token}"}).json()
        good = api.post("/v1/admin/tokens/check", json={"token": site.token("moderator", sites=("main",))}).json()
        longest = api.post("/v1/admin/tokens/check", json={"token": "x" * 32_768})
        _problem(api.post("/v1/admin/tokens/check", json={"token": "x" * 32_769}), 422, "invalid-request")
        _problem(api.post("/v1/admin/tokens/check", json={"token": "x", "more": 1}), 422, "invalid-request")
    assert report["accepted"] is False
    assert any("https://other.example" in sentence for sentence in report["sentences"])
    assert (good["accepted"], good["kind"]) == (True, "staff")
    assert longest.json()["accepted"] is False
