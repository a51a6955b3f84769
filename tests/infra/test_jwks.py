"""Where keys come from: files that change, issuers that rotate, are slow, or are away."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.infra import jwks
from service.infra.http_client import HttpClient
from service.infra.jwks import FileKeys, KeysUnavailable, UrlKeys
from service.infra.token_claims import Expected
from service.infra.token_format import TokenRefused, open_token
from service.infra.tokens import TokenVerifier
from tests.infra.issuer import JwksServer, Signer, jwks_server, key_set

ALL = frozenset({"RS256", "ES256", "EdDSA"})
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
EXPECTED = Expected("https://login.example", "comments", 24 * 3600, 60)


class Seconds:
    """A clock of seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def token(signer: Signer) -> str:
    at = NOW.timestamp()
    return signer.token({"iss": EXPECTED.issuer, "aud": "comments", "sub": "reader-1", "iat": at, "exp": at + 60})


def verifier(keys: jwks.Keys) -> TokenVerifier[str]:
    return TokenVerifier("reader", EXPECTED, keys, ALL, lambda claims: claims["sub"])


async def verify(keys: jwks.Keys, signer: Signer) -> str:
    return await verifier(keys).verify(open_token(token(signer)), NOW)


@asynccontextmanager
async def _keys_of(server: JwksServer, seconds: Seconds | None = None) -> AsyncIterator[UrlKeys]:
    """Keys of that server, not started: nothing is fetched by itself."""
    async with HttpClient.open(private_allowed=True) as http:
        keys = UrlKeys("reader", server.url, ALL, http, seconds or Seconds(), jitter=lambda: 0.0)
        try:
            yield keys
        finally:
            await keys.close()


async def test_rotation_needs_no_restart() -> None:
    old, new, seconds = Signer(kid="old"), Signer(kid="new"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(old)
        assert await verify(keys, old) == "reader-1"
        server.publish(old, new)
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        assert await verify(keys, new) == "reader-1"
        server.publish(new)
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        with pytest.raises(TokenRefused):
            await verify(keys, Signer(kid="third"))
        with pytest.raises(TokenRefused):
            await verify(keys, old)


async def test_storm_of_unknown_names_is_one_fetch() -> None:
    good, seconds = Signer(kid="good"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(good)
        await verify(keys, good)
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        server.asked.clear()
        server.delay_s = 0.05
        forged = [verify(keys, Signer(kid=f"unknown-{n}")) for n in range(50)]
        for outcome in await asyncio.gather(*forged, return_exceptions=True):
            assert isinstance(outcome, TokenRefused)
        for n in range(5):
            with pytest.raises(TokenRefused):
                await verify(keys, Signer(kid=f"later-{n}"))
        assert len(server.asked) == 1
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        with pytest.raises(TokenRefused):
            await verify(keys, Signer(kid="later"))
        assert len(server.asked) == 2


async def test_many_who_wait_for_a_new_key_share_one_fetch() -> None:
    old, new, seconds = Signer(kid="old"), Signer(kid="new"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(old)
        await verify(keys, old)
        server.publish(new)
        server.asked.clear()
        server.delay_s = 0.05
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        assert set(await asyncio.gather(*(verify(keys, new) for _ in range(100)))) == {"reader-1"}
        assert len(server.asked) == 1


async def test_caller_who_hangs_up_does_not_end_the_fetch_for_others() -> None:
    good = Signer(kid="good")
    async with jwks_server() as server, _keys_of(server) as keys:
        server.publish(good)
        server.delay_s = 0.1
        first = asyncio.create_task(verify(keys, good))
        second = asyncio.create_task(verify(keys, good))
        while not server.asked:
            await asyncio.sleep(0.005)
        first.cancel()
        assert await second == "reader-1"
        assert len(server.asked) == 1


async def test_last_good_keys_stay_for_a_day_while_the_issuer_is_away() -> None:
    good, seconds = Signer(kid="good"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(good)
        await verify(keys, good)
        server.status = 500
        seconds.at += 23 * 3600
        with pytest.raises(KeysUnavailable):
            await verify(keys, Signer(kid="new"))
        assert await verify(keys, good) == "reader-1"
        seconds.at += 3600
        with pytest.raises(KeysUnavailable):
            await verify(keys, good)
        server.status = 200
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        assert await verify(keys, good) == "reader-1"


async def test_issuer_away_from_the_start_is_told_apart_from_a_forged_token() -> None:
    good, seconds = Signer(kid="good"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(good)
        server.status = 503
        await keys.start()
        for _ in range(3):
            with pytest.raises(KeysUnavailable):
                await verify(keys, good)
        server.status = 200
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        assert await verify(keys, good) == "reader-1"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"keys":[]}', key_set({"kty": "oct", "k": "AAAA"}), b'{"keys":[]}' + b" " * 70_000]
)
async def test_answer_that_is_no_use_leaves_the_last_keys(body: bytes) -> None:
    good, seconds = Signer(kid="good"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(good)
        await verify(keys, good)
        server.body = body
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        with pytest.raises(KeysUnavailable):
            await verify(keys, Signer(kid="new"))
        assert await verify(keys, good) == "reader-1"


async def test_redirect_is_not_followed() -> None:
    good = Signer(kid="good")
    async with jwks_server() as server, jwks_server() as other, _keys_of(server) as keys:
        other.publish(good)
        server.status, server.headers = 302, {"Location": other.url}
        with pytest.raises(KeysUnavailable):
            await verify(keys, good)
        assert other.asked == []


async def test_slow_issuer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "DEADLINE_S", 0.1)
    good = Signer(kid="good")
    async with jwks_server() as server, _keys_of(server) as keys:
        server.publish(good)
        server.delay_s = 5
        with pytest.raises(KeysUnavailable):
            await verify(keys, good)
        server.delay_s = 0


async def test_token_without_a_name_finds_a_rotated_key() -> None:
    old, new, seconds = Signer(kid=None), Signer(kid=None), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(old)
        await verify(keys, old)
        server.publish(new)
        seconds.at += jwks.UNKNOWN_KID_GAP_S
        assert await verify(keys, new) == "reader-1"


@pytest.mark.parametrize(
    ("headers", "refresh_after_s"),
    [
        ({"Cache-Control": "max-age=1000"}, 700),
        ({"Cache-Control": "max-age=1000", "Age": "500"}, 350),
        ({"Cache-Control": "max-age=1"}, jwks.FRESH_MIN_S * 0.7),
        ({"Cache-Control": "no-store"}, jwks.FRESH_MIN_S * 0.7),
        ({"Cache-Control": "max-age=9999999"}, jwks.FRESH_MAX_S * 0.7),
        ({"Expires": "Sun, 22 Nov 2026 10:10:00 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 420),
        ({}, jwks.FRESH_DEFAULT_S * 0.7),
    ],
)
async def test_keys_are_fetched_again_ahead_of_their_end(headers: dict[str, str], refresh_after_s: float) -> None:
    good, seconds = Signer(kid="good"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(good)
        server.headers = headers
        await verify(keys, good)
        assert keys.refresh_in_s() == pytest.approx(refresh_after_s)


async def test_keys_are_kept_fresh_without_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "FRESH_MIN_S", 0.1)
    old, new = Signer(kid="old"), Signer(kid="new")
    async with jwks_server() as server, HttpClient.open(private_allowed=True) as http:
        server.publish(old)
        server.headers = {"Cache-Control": "max-age=0"}
        keys = UrlKeys("reader", server.url, ALL, http)
        await keys.start()
        try:
            server.publish(new)
            async with asyncio.timeout(10):
                while not keys.current().fitting("ES256", "new"):
                    await asyncio.sleep(0.01)
            assert not keys.current().fitting("ES256", "old")
            server.status = 500
            asked = len(server.asked)
            async with asyncio.timeout(10):
                while len(server.asked) == asked:
                    await asyncio.sleep(0.01)
            assert keys.current().fitting("ES256", "new")
        finally:
            await keys.close()


async def test_unchanged_keys_are_not_sent_again() -> None:
    good, seconds = Signer(kid="good"), Seconds()
    async with jwks_server() as server, _keys_of(server, seconds) as keys:
        server.publish(good)
        server.headers = {"ETag": '"1"', "Cache-Control": "max-age=1000"}
        await verify(keys, good)
        seconds.at += 23 * 3600
        with pytest.raises(TokenRefused):
            await verify(keys, Signer(kid="unknown"))
        assert server.asked[-1]["if-none-match"] == '"1"'
        seconds.at += 2 * 3600
        assert await verify(keys, good) == "reader-1"


async def test_keys_rotated_under_load_refuse_no_valid_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each new key is used the moment it is published, and the one before the last is withdrawn with it."""
    monkeypatch.setattr(jwks, "UNKNOWN_KID_GAP_S", 0.2)
    async with jwks_server() as server, HttpClient.open(private_allowed=True) as http:
        signers = [Signer(kid="key-0")]
        server.publish(*signers)
        keys = UrlKeys("reader", server.url, ALL, http)
        checked = verifier(keys)
        await keys.start()
        outcomes: list[str] = []
        over = asyncio.Event()

        async def reader() -> None:
            while not over.is_set():
                outcomes.append(await checked.verify(open_token(token(signers[-1])), NOW))
                await asyncio.sleep(0.002)

        readers = [asyncio.create_task(reader()) for _ in range(20)]
        for n in range(1, 6):
            await asyncio.sleep(0.25)
            newest = Signer(kid=f"key-{n}")
            server.publish(*signers[-2:], newest)
            signers.append(newest)
        await asyncio.sleep(0.25)
        over.set()
        await asyncio.gather(*readers)
        await keys.close()
        assert len(outcomes) > 100
        assert len(server.asked) == 6


async def test_file_is_read_again_when_it_was_changed(tmp_path: Path) -> None:
    old, new, seconds, path = Signer(kid="old"), Signer(kid="new"), Seconds(), tmp_path / "keys.json"
    path.write_bytes(key_set(old))
    keys = FileKeys("reader", path, ALL, seconds)
    await keys.start()
    assert await verify(keys, old) == "reader-1"
    path.write_bytes(key_set(new))
    os.utime(path, ns=(1, 1))
    assert keys.current().fitting("ES256", "old")
    seconds.at += 1
    assert not keys.current().fitting("ES256", "old")
    assert await verify(keys, new) == "reader-1"


async def test_file_is_looked_at_at_once_for_an_unknown_key(tmp_path: Path) -> None:
    old, new, path = Signer(kid="old"), Signer(kid="new"), tmp_path / "keys.json"
    path.write_bytes(key_set(old))
    keys = FileKeys("reader", path, ALL, Seconds())
    assert await verify(keys, old) == "reader-1"
    replacement = tmp_path / "new.json"
    replacement.write_bytes(key_set(old, new))
    replacement.replace(path)
    assert await verify(keys, new) == "reader-1"


async def test_broken_file_leaves_the_last_keys_until_it_is_whole_again(tmp_path: Path) -> None:
    old, new, seconds, path = Signer(kid="old"), Signer(kid="new"), Seconds(), tmp_path / "keys.json"
    path.write_bytes(key_set(old))
    keys = FileKeys("reader", path, ALL, seconds)
    assert await verify(keys, old) == "reader-1"
    for broken in (b'{"keys":', b"x" * 70_000):
        path.write_bytes(broken)
        seconds.at += 1
        assert await verify(keys, old) == "reader-1"
    path.unlink()
    seconds.at += 1
    assert await verify(keys, old) == "reader-1"
    path.write_bytes(key_set(new))
    seconds.at += 1
    assert await verify(keys, new) == "reader-1"


async def test_missing_file_says_nothing_about_a_token(tmp_path: Path) -> None:
    with pytest.raises(KeysUnavailable):
        await verify(FileKeys("reader", tmp_path / "none.json", ALL, Seconds()), Signer())
