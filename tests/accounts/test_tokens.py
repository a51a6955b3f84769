"""Whose token is it: readers and staff stay apart, and operators are told why one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from service.accounts.problems import TokenExpired, TokenInvalid
from service.accounts.rules.notices import subject_hash
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Reader, Staff
from service.accounts.tokens import Authenticator
from service.infra.clock import FixedClock
from service.infra.config import SettingError, Settings
from service.infra.http_client import HttpClient
from service.kernel.problems import Unavailable
from tests.infra.issuer import Signer, hs256, jwks_server, key_set

READER_SECRET, STAFF_SECRET = "reader-secret-" + "r" * 32, "staff-secret-" + "s" * 32
SETTINGS: dict[str, Any] = {
    "reader_issuer": "https://login.example",
    "reader_audience": "comments",
    "reader_secret": READER_SECRET,
    "staff_issuer": "https://staff.example",
    "staff_audience": "comments-staff",
    "staff_secret": STAFF_SECRET,
}


def authenticator(clock: FixedClock, http: HttpClient | None = None, **changes: Any) -> Authenticator:
    return Authenticator.of(Settings(**{**SETTINGS, **changes}), http, clock)


def reader_claims(clock: FixedClock, **changes: Any) -> dict[str, Any]:
    at = int(clock.now().timestamp())
    return {"iss": "https://login.example", "aud": "comments", "sub": "sub-1", "iat": at, "exp": at + 3600, **changes}


def staff_claims(clock: FixedClock, **changes: Any) -> dict[str, Any]:
    of_staff = {"iss": "https://staff.example", "aud": "comments-staff", "roles": ["moderator"]}
    return {**reader_claims(clock), **of_staff, **changes}


async def test_each_token_goes_to_its_own_verifier(clock: FixedClock) -> None:
    callers = authenticator(clock)
    reader = await callers.identify(hs256(READER_SECRET, reader_claims(clock, name="Ada")))
    staff = await callers.identify(hs256(STAFF_SECRET, staff_claims(clock, name="Morgan")))
    assert isinstance(reader, Reader)
    assert reader.name == "Ada"
    assert isinstance(staff, Staff)
    assert staff.roles == frozenset({Role.MODERATOR})


async def test_leaked_reader_key_makes_no_moderator(clock: FixedClock) -> None:
    callers = authenticator(clock)
    with pytest.raises(TokenInvalid):
        await callers.identify(hs256(READER_SECRET, staff_claims(clock)))
    with pytest.raises(TokenInvalid):
        await callers.identify(hs256(READER_SECRET, staff_claims(clock, iss="https://login.example")))
    with pytest.raises(TokenInvalid):
        await callers.identify(hs256(STAFF_SECRET, reader_claims(clock)))
    # Roles in a reader's token are somebody else's business.
    caller = await callers.identify(hs256(READER_SECRET, reader_claims(clock, roles=["admin"])))
    assert isinstance(caller, Reader)


async def test_one_issuer_with_one_key_set_is_told_apart_by_audience(clock: FixedClock) -> None:
    signer = Signer()
    async with jwks_server() as server, HttpClient.open(private_allowed=True) as http:
        server.publish(signer)
        at_address = {"reader_secret": None, "staff_secret": None, "reader_jwks": server.url, "staff_jwks": server.url}
        callers = authenticator(clock, http, **at_address, staff_issuer="https://login.example")
        try:
            await callers.start()
            one_issuer = {"iss": "https://login.example"}
            assert isinstance(await callers.identify(signer.token(reader_claims(clock))), Reader)
            assert isinstance(await callers.identify(signer.token(staff_claims(clock, **one_issuer))), Staff)
            with pytest.raises(TokenInvalid, match="readers and to staff at once"):
                await callers.identify(
                    signer.token(staff_claims(clock, **one_issuer, aud=["comments", "comments-staff"]))
                )
        finally:
            await callers.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"staff_issuer": "https://login.example", "staff_audience": "comments"},
        {"staff_secret": READER_SECRET},
    ],
)
def test_settings_that_make_readers_staff_are_refused(clock: FixedClock, changes: dict[str, Any]) -> None:
    with pytest.raises(SettingError):
        authenticator(clock, **changes)


async def test_problems_carry_a_challenge_and_nothing_of_the_token(clock: FixedClock) -> None:
    callers = authenticator(clock)
    at = int(clock.now().timestamp())
    with pytest.raises(TokenExpired) as expired:
        await callers.identify(hs256(READER_SECRET, reader_claims(clock, iat=at - 7200, exp=at - 3600)))
    with pytest.raises(TokenInvalid) as invalid:
        await callers.identify(
            hs256(READER_SECRET, reader_claims(clock, iss='https://"evil".example', sub="secret-sub"))
        )
    for problem in (expired.value, invalid.value):
        challenge = problem.headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer error="invalid_token", error_description="')
        assert "evil" not in challenge + problem.detail
        assert "secret-sub" not in challenge + problem.detail


async def test_keys_that_cannot_be_had_are_no_fault_of_the_token(clock: FixedClock) -> None:
    async with HttpClient.open(private_allowed=True) as http:
        callers = authenticator(clock, http, reader_secret=None, reader_jwks="http://127.0.0.1:9/jwks")
        try:
            with pytest.raises(Unavailable):
                await callers.identify(Signer().token(reader_claims(clock)))
            assert isinstance(await callers.identify(hs256(STAFF_SECRET, staff_claims(clock))), Staff)
            report = await callers.report(Signer().token(reader_claims(clock)))
        finally:
            await callers.close()
    assert not report.accepted
    assert "cannot be said now" in report.sentences[-1]


async def test_remembered_token_ends_with_its_time_and_with_its_subject(clock: FixedClock) -> None:
    callers = authenticator(clock)
    token = hs256(READER_SECRET, reader_claims(clock))
    first = await callers.identify(token)
    assert await callers.identify(token) is first
    callers.forget(subject_hash("sub-1"))
    assert await callers.identify(token) is not first
    clock.move(seconds=3660)
    with pytest.raises(TokenExpired):
        await callers.identify(token)


async def test_token_file_of_keys_is_enough(clock: FixedClock, tmp_path: Any) -> None:
    signer, path = Signer("EdDSA"), tmp_path / "keys.json"
    path.write_bytes(key_set(signer))
    callers = authenticator(clock, reader_secret=None, reader_jwks=str(path))
    assert isinstance(await callers.identify(signer.token(reader_claims(clock))), Reader)


REPORTED: list[tuple[dict[str, Any], str]] = [
    ({"iss": "https://other.example"}, "https://other.example"),
    ({"aud": "shop"}, "comments-staff"),
    ({"exp": 1}, "has expired"),
    ({"iat": None, "exp": None}, "iat"),
    ({"subscription": {"status": "forever"}}, "subscription.status"),
]


@pytest.mark.parametrize(("changes", "told"), REPORTED)
async def test_report_says_why_a_token_is_refused(clock: FixedClock, changes: dict[str, Any], told: str) -> None:
    report = await authenticator(clock).report(hs256(READER_SECRET, reader_claims(clock, **changes)))
    assert not report.accepted
    assert told in " ".join(report.sentences)
    assert "sub-1" not in " ".join(report.sentences)


async def test_report_says_everything_that_is_wrong(clock: FixedClock) -> None:
    token = hs256("another secret", reader_claims(clock, exp=1, iat=0, nbf=10**10))
    told = " ".join((await authenticator(clock).report(token)).sentences)
    for each in ("has expired", "not valid yet", "signature"):
        assert each in told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [("Bearer ", "", "`Bearer`"), ("  ", "\n", ""), ('"', '"', "quotation marks"), ("", "", "")],
)
async def test_report_reads_what_was_pasted(clock: FixedClock, before: str, after: str, told: str) -> None:
    token = hs256(READER_SECRET, reader_claims(clock))
    report = await authenticator(clock).report(f"{before}{token[:20]}\n  {token[20:]}{after}")
    assert (report.accepted, report.kind) == (True, "reader")
    assert told in " ".join(report.sentences)
    assert "broken into lines" in " ".join(report.sentences)


async def test_report_says_what_a_good_token_allows(clock: FixedClock) -> None:
    callers = authenticator(clock)
    claim = {"status": "canceled", "valid_until": "2026-12-01T00:00:00Z"}
    reader = await callers.report(hs256(READER_SECRET, reader_claims(clock, subscription=claim)))
    assert "It says that the subscription is `canceled` until 2026-12-01T00:00:00Z." in reader.sentences
    staff = await callers.report(hs256(STAFF_SECRET, staff_claims(clock, sites=["main"])))
    assert (staff.accepted, staff.kind) == (True, "staff")
    assert "on 1 site(s): read-records, read-stats, review" in staff.sentences[-1]


@pytest.mark.parametrize("pasted", ["", " ", "abc", "a.b", "a.b.c", "Bearer", "a.b.c.d.e", "x" * 30_000])
async def test_report_of_what_is_no_token(clock: FixedClock, pasted: str) -> None:
    report = await authenticator(clock).report(pasted)
    assert (report.accepted, report.kind) == (False, None)
    assert report.sentences
    assert all(len(sentence) < 300 for sentence in report.sentences)
