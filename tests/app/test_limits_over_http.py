"""The limits of the real service: a flood is bounded, a newcomer more tightly, and nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.kernel.rate_limits import RATES, Action, Key
from tests.builders import a_story, post
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
