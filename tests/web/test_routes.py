"""The addresses that browsers load from: what is kept how long, who may load it, and what a page may do."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from litestar import Litestar, Request, Response

import service.web
from service.kernel.problems import Problem
from service.web.assets import Assets
from service.web.page import DemoStory
from service.web.routes import demo_router, web_router

WEB = Path(service.web.__file__).parent
STORY = msgspec.json.decode((WEB.parent / "example" / "story.json").read_bytes(), type=DemoStory)


def mint(role: str) -> Mapping[str, str]:
    return {"token": f"token of {role}", "name": role.title()}


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets(WEB)


def as_status(_: Request[Any, Any, Any], problem: Problem) -> Response[str]:
    return Response(problem.slug, status_code=problem.status, media_type="text/plain")


@pytest.fixture(scope="module")
def app(assets: Assets) -> Litestar:
    return Litestar(
        [web_router(assets), demo_router(mint, STORY, assets)],
        exception_handlers={Problem: as_status},
        openapi_config=None,
    )


def calling(app: Any, peer: str = "127.0.0.1", host: str = "localhost") -> httpx2.AsyncClient:
    """A client with this address, which asks for the service by this name."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, client=(peer, 50_000)), base_url=f"http://{host}:8000"
    )


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx2.AsyncClient]:
    async with calling(app) as client:
        yield client


async def identity(
    app: Litestar, role: str = "subscriber", peer: str = "127.0.0.1", host: str = "localhost", **headers: str
) -> httpx2.Response:
    """What a caller with this address is answered."""
    async with calling(app, peer, host) as client:
        return await client.post(f"/demo/identities/{role}", headers=headers)


async def test_embed_js_is_for_any_site_and_short_lived(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/embed.js", headers={"Origin": "https://news.example"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age=300" in answer.headers["cache-control"]


async def test_embed_js_is_not_sent_again_to_who_has_it(client: httpx2.AsyncClient) -> None:
    etag = (await client.get("/embed.js")).headers["etag"]
    answer = await client.get("/embed.js", headers={"If-None-Match": f'"other", {etag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert (await client.get("/embed.js", headers={"If-None-Match": '"other"'})).status_code == 200


async def test_modules_of_the_current_version_are_kept_for_ever(client: httpx2.AsyncClient, assets: Assets) -> None:
    answer = await client.get(f"/assets/{assets.version}/widget/discussion.js", headers={"Accept-Encoding": "br"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_modules_of_another_version_are_served_but_not_kept(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/assets/0123456789ab/widget/discussion.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["widget/none.js", "../routes.py", "%2e%2e/routes.py", "console/index.html", "demo/page.html"],
)
async def test_what_is_no_asset_is_not_found(client: httpx2.AsyncClient, assets: Assets, path: str) -> None:
    assert (await client.get(f"/assets/{assets.version}/{path}")).status_code == 404


async def test_demo_leads_to_the_example_story(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/demo")

    assert (answer.status_code, answer.headers["Location"]) == (307, f"/demo/{STORY.id}")


@pytest.mark.parametrize("path", ["/console", f"/demo/{STORY.id}", "/demo/another-story"])
async def test_pages_run_no_script_but_their_own(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "base-uri 'none'",
    ):
        assert directive in policy.split("; ")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


async def test_pages_load_the_current_version(client: httpx2.AsyncClient, assets: Assets) -> None:
    for path in ("/console", f"/demo/{STORY.id}"):
        text = (await client.get(path)).text
        assert f"/assets/{assets.version}/" in text
        assert "/assets/current/" not in text


@pytest.mark.parametrize("story", ["a story", "a%22b", "%3Cscript%3E", "x" * 201])
async def test_what_is_no_story_id_has_no_page(client: httpx2.AsyncClient, story: str) -> None:
    assert (await client.get(f"/demo/{story}")).status_code == 422


async def test_identities_are_minted_for_this_machine(app: Litestar) -> None:
    assert (await identity(app)).status_code == 200
    assert (await identity(app, peer="::1", host="[::1]")).status_code == 200
    assert (await identity(app, peer="::ffff:127.0.0.1", host="127.0.0.1")).status_code == 200


@pytest.mark.parametrize(
    ("peer", "host", "headers"),
    [
        ("192.0.2.7", "localhost", {}),
        ("::ffff:192.0.2.7", "localhost", {}),
        # A page of a hostile site whose name leads to this machine.
        ("127.0.0.1", "attacker.example", {}),
        # A proxy on this machine that speaks for somebody else.
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", "localhost", {"Forwarded": "for=192.0.2.7"}),
    ],
)
async def test_identities_are_not_minted_for_others(
    app: Litestar, peer: str, host: str, headers: dict[str, str]
) -> None:
    assert (await identity(app, peer=peer, host=host, **headers)).status_code == 404


@pytest.mark.parametrize("role", ["admin", "anonymous", "editor", "service"])
async def test_identities_are_not_minted_for_other_roles(app: Litestar, role: str) -> None:
    assert (await identity(app, role)).status_code == 404


async def test_an_identity_is_a_token_and_a_name_that_nobody_keeps(app: Litestar) -> None:
    answer = await identity(app, "lapsed")
    assert answer.json() == {"token": "token of lapsed", "name": "Lapsed"}
    assert answer.headers["cache-control"] == "no-store"
