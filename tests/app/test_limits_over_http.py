"""The limits of the real service: a flood is bounded, a newcomer more tightly, and nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.kernel.rate_limits import RATES, Action, Key
from tests.builders import a_comment, a_story, post
from tests.site import Site, running_site, site_settings

BURST = {rate.key: rate.burst for rate in RATES if rate.action is Action.POST_COMMENT}


@pytest.fixture
def limited(database_url: str, redis_url: str) -> Iterator[Site]:
    with running_site(site_settings(database_url, redis_url, limits="on"), worker=False) as site:
        yield site


def test_a_flood_of_one_reader_is_bounded_and_another_reader_unaffected(limited: Site, site: Site) -> None:
    story = a_story(site, "flooded")
    tries = 3 * BURST[Key.NEWCOMER]
    with limited.api("subscriber", "flooder") as api, ThreadPoolExecutor(8) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda n: post(api, story, f"Number {n}."), range(tries))]
        refused = post(api, story, "One more.")
    with limited.api("subscriber", "another") as api:
        assert post(api, story, "Undisturbed.").status_code == 201
    assert set(statuses) == {201, 429}
    assert statuses.count(201) <= BURST[Key.NEWCOMER] * 1.1 + 1
    assert refused.status_code == 429
    assert refused.json()["type"] == "/problems/too-many-requests"
    assert int(refused.headers["retry-after"]) == refused.json()["retry_after_s"] >= 1
    assert refused.headers["ratelimit"].startswith('"post-comment-newcomer";r=0;t=')
    named = [item.strip().split(";")[0] for item in refused.headers["ratelimit-policy"].split(",")]
    assert named == [
        '"post-comment-reader"',
        '"post-comment-newcomer"',
        '"post-comment-address"',
        '"post-comment-story"',
    ]


@pytest.fixture
def narrow(database_url: str, redis_url: str) -> Iterator[Site]:
    """A service whose operator lets each address read three times from the database, and post as ever."""
    settings = site_settings(
        database_url, redis_url, limits="on", rates=("read_uncached.address=3/3600:3", "live.address=1/3600:1")
    )
    with running_site(settings, worker=False) as site:
        yield site


def test_reads_that_no_memory_answers_are_limited_by_address_and_ready_pages_are_not(narrow: Site, site: Site) -> None:
    story = a_story(site)
    comment = a_comment(site, story)["id"]
    page = f"/v1/stories/{story}/comments"
    reads = [
        f"/v1/stories/{story}",
        f"{page}?sort=oldest",
        f"{page}?sort=best&limit=7",
        f"{page}.html",
        f"/v1/stories/{story}/feed.atom",
        "/v1/sites/main/feed.atom",
        f"/v1/stories/{story}/changes",
        f"/v1/comments/{comment}",
        f"/v1/comments/{comment}/replies",
        f"/v1/comments/{comment}/context",
        f"/v1/counts?story={story}",
    ]
    with narrow.api() as api:
        assert api.get(page).status_code == 200
        assert [api.get(f"/v1/stories/{story}").status_code for _ in range(2)] == [200, 200]
        for path in reads:
            refused = api.get(path)
            assert refused.status_code == 429, path
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["ratelimit"].startswith('"read-uncached-address";r=0;t=')
        # What is ready costs nothing, and is for everybody.
        assert [api.get(page).status_code for _ in range(20)] == [200] * 20
        assert post(api, story).status_code == 401
    with narrow.api("subscriber") as api:
        assert post(api, story).status_code == 201


def test_streams_begun_are_limited_by_address(narrow: Site, site: Site) -> None:
    story = a_story(site)
    with narrow.api() as api:
        with api.stream("GET", f"/v1/stories/{story}/live") as first:
            assert first.status_code == 200
        assert api.get(f"/v1/stories/{story}/live").status_code == 429


def test_slow_mode_holds_each_reader_by_their_own_last_comment(limited: Site, site: Site) -> None:
    story = a_story(site, slow_mode_s=600)
    with limited.api("subscriber", "hasty") as hasty, limited.api("subscriber", "calm") as calm:
        assert post(hasty, story).status_code == 201
        refused = [post(hasty, story, f"Again, {number}.") for number in range(3)]
        assert post(calm, story, "My first.").status_code == 201
        elsewhere = a_story(site, "story-2")
        assert post(hasty, elsewhere, "On another story.").status_code == 201
    for answer in refused:
        assert answer.status_code == 429, answer.text
        assert 1 <= int(answer.headers["retry-after"]) <= 600
        assert answer.json()["retry_after_s"] == int(answer.headers["retry-after"])
    # A refused try does not push the wait out.
    waits = [int(answer.headers["retry-after"]) for answer in refused]
    assert waits == sorted(waits, reverse=True)
