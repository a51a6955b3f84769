"""The page of each problem type is there, and says what its class says."""

import re
from html import unescape

import pytest

from service.app.problem_catalogue import description_of, problem_types
from service.kernel.problems import Problem
from tests.app.probe import calling, front

# The first set that the interface promises; programs are written against these names and statuses.
PROMISED = {
    "invalid-request": 422,
    "malformed-json": 400,
    "unsupported-media-type": 415,
    "method-not-allowed": 405,
    "not-found": 404,
    "token-missing": 401,
    "token-invalid": 401,
    "token-expired": 401,
    "permission-missing": 403,
    "subscription-required": 403,
    "banned": 403,
    "suspended": 403,
    "story-unknown": 404,
    "comment-unknown": 404,
    "story-closed": 409,
    "parent-gone": 409,
    "edit-window-over": 409,
    "comment-refused": 422,
    "revision-changed": 409,
    "already-decided": 409,
    "claim-lapsed": 409,
    "idempotency-key-reused": 422,
    "cursor-invalid": 400,
    "too-many-requests": 429,
    "payload-too-large": 413,
    "webhook-refused": 401,
    "unavailable": 503,
    "unexpected": 500,
}


def test_every_promised_problem_is_there_with_its_status() -> None:
    types = problem_types()
    assert {slug: types[slug].status for slug in PROMISED if slug in types} == PROMISED


@pytest.mark.parametrize("kind", problem_types().values(), ids=lambda kind: kind.slug)
async def test_every_problem_has_a_slug_a_title_a_status_and_a_page(kind: type[Problem]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug)
    assert 400 <= kind.status < 600
    for own in ("slug", "title", "status", "__doc__"):
        assert own in vars(kind), f"{kind.__qualname__} has no {own} of its own"
    assert len(description_of(kind)) > 20
    async with calling(front()) as client:
        page = await client.get(f"/problems/{kind.slug}")
        data = await client.get(f"/problems/{kind.slug}", headers={"Accept": "application/json"})
        text = await client.get(f"/problems/{kind.slug}", headers={"Accept": "text/plain"})
    assert page.headers["content-type"].startswith("text/html")
    assert unescape(re.sub(r"<[^>]+>", "", page.text)).count(kind.title) >= 2
    assert data.json() == {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "description": description_of(kind),
    }
    assert text.headers["content-type"].startswith("text/plain")
    assert kind.slug in text.text


async def test_an_unknown_problem_is_not_found() -> None:
    async with calling(front()) as client:
        answer = await client.get("/problems/no-such-problem")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_list_leads_to_every_page() -> None:
    async with calling(front()) as client:
        page = await client.get("/problems")
        data = await client.get("/problems", headers={"Accept": "application/json"})
    assert set(re.findall(r'href="/problems/([^"]+)"', page.text)) == set(problem_types())
    assert [one["type"] for one in data.json()] == [f"/problems/{slug}" for slug in problem_types()]


async def test_pages_run_nothing_and_vary_by_what_was_asked_for() -> None:
    async with calling(front()) as client:
        page = await client.get("/problems/not-found", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["vary"] == "Accept"
    assert "script" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
