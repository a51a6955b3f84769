"""CORS: configured origins may read, and nobody else; compared whole."""

import httpx2
import pytest

from tests.app.probe import calling, front

NEWS = "https://news.example"
TWO = (NEWS, "https://www.news.example:8443")
# What was taken for the right origin somewhere, once.
FOREIGN = [
    "https://news.example.evil.example",
    "https://evil-news.example",
    "https://news.example.",
    "https://newsXexample",
    "http://news.example",
    "https://news.example:444",
    "https://news.example/",
    "https://NEWS.example",
    "https://user@news.example",
    "null",
    "",
    "*",
    "http://localhost:3000",
    "http://127.0.0.1",
    "https://news.example https://evil.example",
    "https://news.example, https://evil.example",
]


async def preflight(client: httpx2.AsyncClient, origin: str, path: str = "/v1/things") -> httpx2.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
    }
    return await client.options(path, headers=headers)


async def test_a_configured_origin_may_send_and_read() -> None:
    async with calling(front(allowed_origins=TWO)) as client:
        asked = await preflight(client, NEWS)
        sent = await client.post("/v1/things", json={"data": "x"}, headers={"Origin": NEWS})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == NEWS
    assert "POST" in asked.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in asked.headers["access-control-allow-headers"].split(",")}
    assert {
        "accept-language",
        "authorization",
        "content-type",
        "idempotency-key",
        "last-event-id",
        "if-none-match",
    } <= allowed
    assert int(asked.headers["access-control-max-age"]) >= 3600
    assert sent.headers["access-control-allow-origin"] == NEWS
    exposed = {name.strip() for name in sent.headers["access-control-expose-headers"].split(",")}
    assert exposed == {"ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotent-Replayed", "X-Request-Id"}


@pytest.mark.parametrize("origins", [(), (NEWS,), TWO], ids=["none", "one", "two"])
@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_origin_is_never_named(origin: str, origins: tuple[str, ...]) -> None:
    async with calling(front(allowed_origins=origins)) as client:
        answers = [
            await preflight(client, origin),
            await client.get("/v1/things/a", headers={"Origin": origin}),
            await client.get("/nowhere", headers={"Origin": origin}),
        ]
    for answer in answers:
        assert answer.headers.get("access-control-allow-origin") in (None, NEWS)
        assert answer.headers.get("access-control-allow-origin") != origin
        assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-methods" not in answers[0].headers


async def test_with_one_origin_answers_are_the_same_for_every_cache() -> None:
    async with calling(front(allowed_origins=(NEWS,))) as client:
        answers = [
            await client.get("/v1/things/a", headers=headers)
            for headers in ({}, {"Origin": NEWS}, {"Origin": "https://evil.example"})
        ]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {NEWS}
    assert not any("vary" in answer.headers for answer in answers)


async def test_with_several_origins_answers_vary_by_origin_even_without_one() -> None:
    async with calling(front(allowed_origins=TWO)) as client:
        for headers in ({}, {"Origin": NEWS}, {"Origin": "https://evil.example"}):
            answer = await client.get("/v1/things/a", headers=headers)
            assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "http://127.0.0.1:8000", "http://[::1]:5173", "https://localhost"]
)
async def test_pages_of_this_machine_may_read_in_development_only(origin: str) -> None:
    async with calling(front(development=True)) as developing, calling(front()) as serving:
        assert (await developing.get("/v1/things/a", headers={"Origin": origin})).headers[
            "access-control-allow-origin"
        ] == origin
        assert (
            "access-control-allow-origin" not in (await serving.get("/v1/things/a", headers={"Origin": origin})).headers
        )


@pytest.mark.parametrize(
    "origin",
    ["http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://localhost:", "http://localhost:1:2"],
)
async def test_look_alikes_of_this_machine_may_not(origin: str) -> None:
    async with calling(front(development=True)) as client:
        assert (
            "access-control-allow-origin" not in (await client.get("/v1/things/a", headers={"Origin": origin})).headers
        )


async def test_a_refusal_can_be_read_by_the_page_that_caused_it() -> None:
    async with calling(front(allowed_origins=TWO)) as client:
        answer = await client.post(
            "/v1/things", content=b"{", headers={"Origin": NEWS, "Content-Type": "application/json"}
        )
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == NEWS


async def test_a_preflight_of_an_unknown_address_is_not_found() -> None:
    async with calling(front(allowed_origins=TWO)) as client:
        assert (await preflight(client, NEWS, "/nowhere")).status_code == 404
