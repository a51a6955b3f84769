"""A composer asks what would become of a text: the answer is what a post then gets, and nothing is kept of it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.builders import a_comment, a_story, post
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings


@pytest.fixture
def reader(site: Site) -> Iterator[httpx2.Client]:
    a_story(site)
    with site.api("subscriber", "sam") as api:
        yield api


def _check(api: httpx2.Client, body: str, story: str = "story-1", **more: Any) -> httpx2.Response:
    return api.post(f"/v1/stories/{story}/comments/check", json={"body": body, **more})


def _codes(answer: httpx2.Response) -> tuple[str, list[str]]:
    assert answer.status_code == 200, answer.text
    outlook = answer.json()
    return outlook["would"], [reason["code"] for reason in outlook["reasons"]]


def test_what_would_be_published_gives_no_reasons(reader: httpx2.Client) -> None:
    answer = _check(reader, "A *kind* word.")
    assert answer.json() == {"would": "publish", "reasons": [], "body_html": "<p>A <em>kind</em> word.</p>"}
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_would_wait_says_why_and_names_no_word(reader: httpx2.Client) -> None:
    answer = _check(reader, "What a moron.")
    assert _codes(answer) == ("hold", ["wording"])
    assert "moron" not in str(answer.json()["reasons"])
    assert post(reader, "story-1", "What a moron.").json()["status"] == "held"


def test_what_would_be_refused_says_so(site: Site, reader: httpx2.Client) -> None:
    with site.api("admin") as admin:
        words = [{"name": "ours", "kind": "blocked", "words": ["walnut"]}]
        admin.put("/v1/admin/rules", json={"rules": {"words": words}, "seen_version": 0}).raise_for_status()
    assert _codes(_check(reader, "A walnut.")) == ("refuse", ["wording_refused"])
    refused = post(reader, "story-1", "A walnut.").json()
    assert (refused["type"], refused["reasons"]) == ("/problems/comment-refused", ["wording_refused"])
    assert refused["detail"] == (
        "This comment cannot be published. Some of the wording is not published here. Could it be put another way?"
    )


def test_a_story_that_is_read_first_says_so(site: Site, reader: httpx2.Client) -> None:
    a_story(site, "story-2", mode="pre")
    assert _codes(_check(reader, "A kind word.", "story-2")) == ("hold", ["story_read_first"])


def test_what_keeps_a_reader_from_posting_is_the_same_problem(site: Site, reader: httpx2.Client) -> None:
    a_story(site, "story-3", state="closed")
    tried: list[tuple[str, dict[str, Any], str]] = [
        ("story-3", {}, "story-closed"),
        ("no-story", {}, "story-unknown"),
        ("story-1", {"parent_id": str(uuid4())}, "parent-gone"),
        ("story-1", {"side": "nobody"}, "invalid-request"),
        ("story-1", {"extra": 1}, "invalid-request"),
    ]
    for story, more, slug in tried:
        assert _check(reader, "A word.", story, **more).json()["type"] == f"/problems/{slug}"
        assert post(reader, story, "A word.", **more).json()["type"] == f"/problems/{slug}"
    assert _check(reader, " \n ").json()["errors"][0]["field"] == "body"


def test_it_has_a_limit_of_its_own(database_url: str, redis_url: str) -> None:
    rates = ("check_comment.reader=1/600:2",)
    with running_site(site_settings(database_url, redis_url, limits="on", rates=rates), worker=False) as site:
        a_story(site)
        with site.api("subscriber", "sam") as api:
            assert [_check(api, "A kind word.").status_code for _ in range(3)] == [200, 200, 429]
            assert post(api, "story-1", "A kind word.").status_code == 201
    run_async(lambda: empty_database(database_url))


def test_nothing_is_kept(site: Site, reader: httpx2.Client) -> None:
    for _ in range(3):
        _check(reader, "The very same words, and long enough to be told apart from others.")
    assert reader.get("/v1/stories/story-1").json()["comment_count"] == 0
    body = "The very same words, and long enough to be told apart from others."
    assert a_comment(site, "story-1", body)["status"] == "published"
