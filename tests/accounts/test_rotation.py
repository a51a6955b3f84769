"""Keys are rotated while readers call: no valid token is refused, and a withdrawn key ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from service.infra import jwks
from service.infra.clock import SystemClock
from service.infra.config import Settings
from tests.infra.issuer import JwksServer, Signer, jwks_server
from tests.site import Site, running_site, site_settings

ISSUER = "https://login.example"


def token(signer: Signer, subject: str) -> str:
    at = int(SystemClock().now().timestamp())
    return signer.token({"iss": ISSUER, "aud": "comments", "sub": subject, "iat": at, "exp": at + 300})


@pytest.fixture
async def login() -> AsyncIterator[JwksServer]:
    async with jwks_server() as server:
        yield server


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[Site]:
    """The service; started and stopped beside this loop, which must answer when it asks for keys."""
    running = running_site(settings, worker=False)
    site = await asyncio.to_thread(running.__enter__)
    try:
        yield site
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def _me(api: httpx2.AsyncClient, bearer: str) -> httpx2.Response:
    return await api.get("/v1/me", headers={"Authorization": f"Bearer {bearer}"})


async def test_rotation_under_load_refuses_no_valid_token(
    login: JwksServer, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "UNKNOWN_KID_GAP_S", 0.3)
    signers = [Signer("ES256", "key-0")]
    login.publish(*signers)
    settings = site_settings(database_url, redis_url, reader_secret=None, reader_jwks=login.url)
    statuses: list[int] = []
    over = asyncio.Event()

    async def reader(api: httpx2.AsyncClient, number: int) -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            # A fresh token each time, by the newest key or the one before, so that remembering helps nobody.
            signer = signers[-1 - turn % min(2, len(signers))]
            statuses.append((await _me(api, token(signer, f"reader-{number}-{turn % 5}"))).status_code)

    async with _running(settings) as site, _client(site) as api:
        readers = [asyncio.create_task(reader(api, number)) for number in range(8)]
        for number in range(1, 6):
            await asyncio.sleep(0.4)
            newest = Signer("RS256" if number % 2 else "EdDSA", f"key-{number}")
            login.publish(*signers[-2:], newest)
            signers.append(newest)
        await asyncio.sleep(0.4)
        over.set()
        await asyncio.gather(*readers)
        withdrawn = await _me(api, token(signers[0], "late"))
    assert len(statuses) > 100
    assert set(statuses) == {200}
    assert withdrawn.status_code == 401
    assert withdrawn.json()["type"] == "/problems/token-invalid"
    # One at the start, one a rotation, and one for the key that was withdrawn.
    assert len(login.asked) <= 7


async def test_issuer_away_is_felt_by_new_keys_only(
    login: JwksServer, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "UNKNOWN_KID_GAP_S", 0.0)
    old, new = Signer("ES256", "old"), Signer("ES256", "new")
    login.publish(old)
    settings = site_settings(database_url, redis_url, reader_secret=None, reader_jwks=login.url)
    async with _running(settings) as site, _client(site) as api:
        assert (await _me(api, token(old, "sam"))).status_code == 200
        login.status = 500
        undecided = await _me(api, token(new, "sam"))
        still_good = await _me(api, token(old, "olga"))
        login.status = 200
        login.publish(old, new)
        back = await _me(api, token(new, "sam"))
    assert (undecided.status_code, undecided.json()["type"]) == (503, "/problems/unavailable")
    assert int(undecided.headers["retry-after"]) >= 1
    assert (still_good.status_code, back.status_code) == (200, 200)


def _client(site: Site, **more: Any) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=site.url, timeout=20, trust_env=False, **more)
