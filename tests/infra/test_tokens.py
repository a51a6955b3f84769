"""Each rule of RFC 8725 that concerns a verifier, as a table: what is signed, how it is bent, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from service.infra.jwk import KeySet, read_key_set
from service.infra.jwks import SecretKeys
from service.infra.token_claims import Expected
from service.infra.token_format import TokenRefused, digest_of, open_token
from service.infra.tokens import TokenVerifier
from tests.infra.issuer import Signer, b64, hs256, key_set

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
AT = NOW.timestamp()
SECRET = "a secret that is long enough for it"
EXPECTED = Expected("https://login.example", "comments", 24 * 3600, 60)
ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
SIGNERS = {"RS256": Signer("RS256", "rsa"), "ES256": Signer("ES256", "ec"), "EdDSA": Signer("EdDSA", "ed")}
RSA, EC, ED = SIGNERS["RS256"], SIGNERS["ES256"], SIGNERS["EdDSA"]


class HeldKeys:
    """Keys that are simply there, and that a test may change."""

    def __init__(self, raw: bytes) -> None:
        self.keys = read_key_set(raw, ALGORITHMS)
        self.sought_for: list[str | None] = []

    def current(self) -> KeySet:
        return self.keys

    async def sought(self, algorithm: str, kid: str | None, seen: frozenset[str] = frozenset()) -> KeySet:
        self.sought_for.append(kid)
        return self.keys

    async def start(self) -> None: ...

    async def close(self) -> None: ...


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims at NOW; those given as None are left out."""
    named = {"iss": EXPECTED.issuer, "aud": "comments", "sub": "reader-1", "iat": int(AT) - 60, "exp": int(AT) + 3600}
    return {name: value for name, value in {**named, **changes}.items() if value is not None}


def _verifier(keys: HeldKeys | SecretKeys | None = None, algorithms: frozenset[str] = ALGORITHMS) -> TokenVerifier[str]:
    return TokenVerifier(
        "reader", EXPECTED, keys or HeldKeys(key_set(RSA, EC, ED)), algorithms, lambda given: given["sub"]
    )


async def _verify(token: str, verifier: TokenVerifier[str] | None = None, now: datetime = NOW) -> str:
    return await (verifier or _verifier()).verify(open_token(token), now)


async def _refused(token: str, verifier: TokenVerifier[str] | None = None, now: datetime = NOW) -> str:
    with pytest.raises(TokenRefused) as refused:
        await _verify(token, verifier, now)
    return refused.value.refusal.words


@pytest.mark.parametrize("algorithm", SIGNERS)
async def test_token_of_each_algorithm_is_accepted(algorithm: str) -> None:
    assert await _verify(SIGNERS[algorithm].token(claims())) == "reader-1"


async def test_secret_accepts_hs256_only() -> None:
    verifier = _verifier(SecretKeys(SECRET), frozenset({"HS256"}))
    assert await _verify(hs256(SECRET, claims()), verifier) == "reader-1"
    assert await _verify(hs256(SECRET, claims(), kid="whatever"), verifier) == "reader-1"
    assert "algorithm" in await _refused(EC.token(claims()), verifier)
    assert "signature" in await _refused(hs256(SECRET + "x", claims()), verifier)


def _unsigned(given: dict[str, Any]) -> str:
    header = b64(b'{"alg":"none"}')
    return f"{header}.{b64(json.dumps(given).encode())}"


def _public_pem(signer: Signer, kind: Any = serialization.PublicFormat.SubjectPublicKeyInfo) -> bytes:
    pem: bytes = signer.private.public_key().public_bytes(serialization.Encoding.PEM, kind)
    return pem


FORGED: dict[str, Callable[[], str]] = {
    "alg none, no signature": lambda: _unsigned(claims()) + ".",
    "alg none, a signature": lambda: _unsigned(claims()) + ".AAAA",
    "alg None": lambda: EC.token(claims(), alg="None"),
    "alg nOnE": lambda: EC.token(claims(), alg="nOnE"),
    "alg empty": lambda: EC.token(claims(), alg=""),
    "alg missing": lambda: EC.token(claims(), alg=None),
    "alg a number": lambda: EC.token(claims(), alg=256),
    "alg a list": lambda: EC.token(claims(), alg=["ES256"]),
    "alg in lower case": lambda: EC.token(claims(), alg="es256"),
    "alg with a space": lambda: EC.token(claims(), alg="ES256 "),
    "HS256 with the RSA public key": lambda: hs256(_public_pem(RSA), claims(), kid="rsa"),
    "HS256 with the RSA public key as PKCS1": lambda: hs256(
        _public_pem(RSA, serialization.PublicFormat.PKCS1), claims(), kid="rsa"
    ),
    "HS256 with the EC public key": lambda: hs256(_public_pem(EC), claims(), kid="ec"),
    "HS256 with the key as JSON": lambda: hs256(json.dumps(RSA.jwk()), claims(), kid="rsa"),
    "HS256 with an empty secret": lambda: hs256(b"", claims(), kid="rsa"),
    "an algorithm not configured": lambda: RSA.token(claims(), alg="RS512"),
    "PS256 with the RSA key": lambda: RSA.token(claims(), alg="PS256"),
    "RS256 said of an EC key": lambda: EC.token(claims(), alg="RS256"),
    "the name of another key": lambda: EC.token(claims(), kid="rsa"),
    "RS256 and the name of an EC key": lambda: RSA.token(claims(), kid="ec"),
    "a key of our own under a known name": lambda: Signer("ES256", "ec").token(claims()),
    "a key of our own in jwk": lambda: (own := Signer("ES256", "own")).token(claims(), jwk=own.jwk()),
    "a key of our own in jwk, known name": lambda: (own := Signer("ES256", "ec")).token(claims(), jwk=own.jwk()),
    "a key of our own behind jku": lambda: Signer("ES256", "own").token(claims(), jku="https://evil.example/jwks"),
    "a key of our own behind x5u": lambda: Signer("RS256", "own").token(claims(), x5u="https://evil.example/x.pem"),
    "a key of our own in x5c": lambda: Signer("RS256", "own").token(claims(), x5c=["MIIB"]),
    "crit of something unknown": lambda: EC.token(claims(), crit=["exp"], exp=1),
    "crit empty": lambda: EC.token(claims(), crit=[]),
    "crit not a list": lambda: EC.token(claims(), crit="b64"),
    "b64 false": lambda: EC.token(claims(), b64=False),
    "b64 false and crit": lambda: EC.token(claims(), b64=False, crit=["b64"]),
    "kid a number": lambda: EC.token(claims(), kid=1),
    "kid a path": lambda: Signer("ES256", "../../dev/null").token(claims()),
    "kid of SQL": lambda: Signer("ES256", "x' UNION SELECT 'a").token(claims()),
    "kid very long": lambda: EC.token(claims(), kid="k" * 300),
    "the type of a logout token": lambda: EC.token(claims(), typ="logout+jwt"),
    "the type of a security event": lambda: EC.token(claims(), typ="secevent+jwt"),
    "the type of a proof": lambda: EC.token(claims(), typ="dpop+jwt"),
    "a type that is no string": lambda: EC.token(claims(), typ=1),
    "iss missing": lambda: EC.token(claims(iss=None)),
    "iss of somebody else": lambda: EC.token(claims(iss="https://evil.example")),
    "iss with more behind": lambda: EC.token(claims(iss=EXPECTED.issuer + ".evil.example")),
    "iss with a slash behind": lambda: EC.token(claims(iss=EXPECTED.issuer + "/")),
    "iss a part of ours": lambda: EC.token(claims(iss="https://login")),
    "iss empty": lambda: EC.token(claims(iss="")),
    "iss in capitals": lambda: EC.token(claims(iss=EXPECTED.issuer.upper())),
    "iss a list": lambda: EC.token(claims(iss=[EXPECTED.issuer])),
    "aud missing": lambda: EC.token(claims(aud=None)),
    "aud another": lambda: EC.token(claims(aud="shop")),
    "aud with more behind": lambda: EC.token(claims(aud="comments2")),
    "aud a part of ours": lambda: EC.token(claims(aud="comment")),
    "aud empty list": lambda: EC.token(claims(aud=[])),
    "aud a list of others": lambda: EC.token(claims(aud=["shop", "mail"])),
    "aud a list with a number": lambda: EC.token(claims(aud=["comments", 1])),
    "aud a list in a list": lambda: EC.token(claims(aud=[["comments"]])),
    "aud an object": lambda: EC.token(claims(aud={"comments": 1})),
    "sub missing": lambda: EC.token(claims(sub=None)),
    "sub empty": lambda: EC.token(claims(sub="")),
    "sub of spaces": lambda: EC.token(claims(sub="  ")),
    "sub a number": lambda: EC.token(claims(sub=7)),
    "sub a list": lambda: EC.token(claims(sub=["reader-1"])),
    "sub with a NUL": lambda: EC.token(claims(sub="reader-1\0")),
    "sub with a line break": lambda: EC.token(claims(sub="reader\n1")),
    "sub too long": lambda: EC.token(claims(sub="r" * 256)),
    "iat missing": lambda: EC.token(claims(iat=None)),
    "iat a string": lambda: EC.token(claims(iat=str(int(AT)))),
    "iat true": lambda: EC.token(claims(iat=True)),
    "iat negative": lambda: EC.token(claims(iat=-1)),
    "iat in the future": lambda: EC.token(claims(iat=AT + 61)),
    "exp missing": lambda: EC.token(claims(exp=None)),
    "exp a string": lambda: EC.token(claims(exp=str(int(AT) + 60))),
    "exp true": lambda: EC.token(claims(exp=True)),
    "exp null": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', json.dumps({**claims(), "exp": None}).encode()),
    "exp beyond all dates": lambda: EC.token(claims(exp=10**15)),
    "exp huge": lambda: EC.token(claims(exp=10**400)),
    "exp far": lambda: EC.token(claims(exp=AT + 48 * 3600)),
    "exp before iat": lambda: EC.token(claims(iat=AT, exp=AT - 1)),
    "nbf in the future": lambda: EC.token(claims(nbf=AT + 61)),
    "nbf a string": lambda: EC.token(claims(nbf="now")),
    "expired": lambda: EC.token(claims(iat=AT - 3600, exp=AT - 60)),
    "header not JSON": lambda: EC.sign_raw(b"alg=ES256", json.dumps(claims()).encode()),
    "header a list": lambda: EC.sign_raw(b'["ES256"]', json.dumps(claims()).encode()),
    "header deep": lambda: EC.sign_raw(b'{"alg":"ES256","a":' + b"[" * 2000, json.dumps(claims()).encode()),
    "claims not JSON": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', b"sub=reader-1"),
    "claims a string": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', b'"reader-1"'),
    "claims deep": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', b'{"a":' + b"[" * 4000),
    "claims not UTF-8": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', b'{"sub":"\xff"}'),
    "half a surrogate": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', b'{"sub":"\\ud800"}'),
    "NaN": lambda: EC.sign_raw(b'{"alg":"ES256","kid":"ec"}', b'{"exp":NaN}'),
    "too large": lambda: EC.token(claims(more="x" * 8200)),
    "no token": lambda: "",
    "a word": lambda: "token",
    "two parts": lambda: ".".join(EC.token(claims()).split(".")[:2]),
    "four parts": lambda: EC.token(claims()) + ".AAAA",
    "five parts": lambda: "a.b.c.d.e",
    "empty parts": lambda: "..",
    "no header": lambda: "." + EC.token(claims()).split(".", 1)[1],
    "padding": lambda: EC.token(claims()) + "==",
    "a space inside": lambda: EC.token(claims()).replace(".", ". ", 1),
    "a line break behind": lambda: EC.token(claims()) + "\n",
    "standard base64": lambda: EC.token(claims()).replace("-", "+").replace("_", "/") + "+",
    "letters of another script": lambda: EC.token(claims()).replace("e", "е"),
    "signature cut": lambda: EC.token(claims())[:-4],
    "signature of nothing": lambda: ".".join([*EC.token(claims()).split(".")[:2], b64(bytes(64))]),
    "signature of zeros, RSA": lambda: ".".join([*RSA.token(claims()).split(".")[:2], b64(bytes(256))]),
    "signature of zeros, EdDSA": lambda: ".".join([*ED.token(claims()).split(".")[:2], b64(bytes(64))]),
    "signature of another token": lambda: ".".join(
        [*EC.token(claims(sub="other")).split(".")[:2], EC.token(claims()).split(".")[2]]
    ),
}


@pytest.mark.parametrize("name", FORGED)
async def test_forged_token_is_refused(name: str) -> None:
    token = FORGED[name]()
    verifier = _verifier()
    words = await _refused(token, verifier)
    assert words.endswith(".")
    assert not any(part in words for part in token.split(".") if len(part) > 8)
    assert verifier.remembered(digest_of(token), NOW) is None


def test_each_token_has_one_spelling() -> None:
    head, body, signature = EC.token(claims()).split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = alphabet[alphabet.index(signature[-1]) ^ 1]
    with pytest.raises(TokenRefused):
        open_token(f"{head}.{body}.{signature[:-1]}{other}")


ACCEPTED: dict[str, Callable[[], str]] = {
    "aud in a list": lambda: EC.token(claims(aud=["shop", "comments"])),
    "no name of the key": lambda: EC.token(claims(), kid=None),
    "no type": lambda: EC.token(claims(), typ=None),
    "the type of an access token": lambda: EC.token(claims(), typ="at+jwt"),
    "the type in full": lambda: EC.token(claims(), typ="application/JWT"),
    "keys in the header, ignored": lambda: EC.token(claims(), jwk=RSA.jwk(), jku="https://x.example", x5c=["MIIB"]),
    "unknown members": lambda: EC.token(claims(email="x"), extra={"a": [1]}),
    "fractions of seconds": lambda: EC.token(claims(iat=AT - 0.5, exp=AT + 0.5)),
    "iat within the leeway": lambda: EC.token(claims(iat=AT + 60)),
    "nbf within the leeway": lambda: EC.token(claims(nbf=AT + 60)),
    "expired within the leeway": lambda: EC.token(claims(exp=AT - 59)),
    "the greatest lifetime": lambda: EC.token(claims(iat=AT - 60, exp=AT - 60 + 24 * 3600)),
    "the longest sub": lambda: EC.token(claims(sub="ü" * 255)),
}


@pytest.mark.parametrize("name", ACCEPTED)
async def test_unusual_but_good_token_is_accepted(name: str) -> None:
    token = ACCEPTED[name]()
    verifier = _verifier()
    assert await _verify(token, verifier) == verifier.remembered(digest_of(token), NOW)


async def test_expired_token_is_told_apart() -> None:
    with pytest.raises(TokenRefused) as refused:
        await _verify(EC.token(claims(iat=AT, exp=AT - 60)))
    assert refused.value.refusal.expired


async def test_no_key_is_sought_for_a_token_that_is_refused_anyway() -> None:
    keys = HeldKeys(key_set(EC))
    for bent in ({"iss": "x"}, {"aud": "x"}, {"exp": AT - 100}, {"sub": ""}):
        await _refused(Signer("ES256", "unknown").token(claims(**bent)), _verifier(keys))
    await _refused(Signer("ES256", "unknown").token(claims(), alg="ES384"), _verifier(keys))
    await _refused(Signer("ES256", "ec").token(claims()), _verifier(keys))
    assert keys.sought_for == []
    await _refused(Signer("ES256", "unknown").token(claims()), _verifier(keys))
    assert keys.sought_for == ["unknown"]


async def test_token_without_a_name_is_tried_with_each_fitting_key() -> None:
    keys = HeldKeys(key_set(Signer("ES256", "old"), RSA, EC))
    assert await _verify(EC.token(claims(), kid=None), _verifier(keys)) == "reader-1"
    unnamed = Signer("ES256", None)
    keys = HeldKeys(key_set(Signer("ES256", None), unnamed))
    assert await _verify(unnamed.token(claims()), _verifier(keys)) == "reader-1"
    assert await _verify(unnamed.token(claims(), kid="some"), _verifier(keys)) == "reader-1"


async def test_verified_token_is_remembered_until_it_expires() -> None:
    verifier, token = _verifier(), EC.token(claims())
    digest = digest_of(token)
    assert verifier.remembered(digest, NOW) is None
    await _verify(token, verifier)
    assert verifier.remembered(digest, NOW + timedelta(seconds=3659)) == "reader-1"
    assert verifier.remembered(digest, NOW + timedelta(seconds=3660)) is None
    assert verifier.remembered(digest, NOW) is None


async def test_verified_token_is_forgotten_with_its_subject() -> None:
    verifier, token, other = _verifier(), EC.token(claims()), EC.token(claims(sub="reader-2"))
    await _verify(token, verifier)
    await _verify(other, verifier)
    verifier.forget("reader-1")
    assert verifier.remembered(digest_of(token), NOW) is None
    assert verifier.remembered(digest_of(other), NOW) == "reader-2"


async def test_verified_token_is_forgotten_when_its_key_leaves_the_set() -> None:
    keys = HeldKeys(key_set(EC, RSA))
    verifier, token = _verifier(keys), EC.token(claims())
    await _verify(token, verifier)
    keys.keys = read_key_set(key_set(EC.jwk(kid="renamed"), ED), ALGORITHMS)
    assert verifier.remembered(digest_of(token), NOW) == "reader-1"
    keys.keys = read_key_set(key_set(RSA, Signer("ES256", "ec")), ALGORITHMS)
    assert verifier.remembered(digest_of(token), NOW) is None
    await _refused(token, verifier)


async def test_memory_of_tokens_is_bounded_and_keeps_those_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.infra.tokens._REMEMBERED_MAX", 3)
    verifier = _verifier(SecretKeys(SECRET), frozenset({"HS256"}))
    tokens = [hs256(SECRET, claims(sub=f"reader-{n}")) for n in range(5)]
    for token in tokens:
        await _verify(token, verifier)
        verifier.remembered(digest_of(tokens[0]), NOW)
    known = [verifier.remembered(digest_of(token), NOW) for token in tokens]
    assert known == ["reader-0", None, None, "reader-3", "reader-4"]


async def test_everything_wrong_is_told_to_operators() -> None:
    wrong = claims(iss="https://other.example", aud="shop", exp=AT - 3600, iat=AT - 3600 - 90_000)
    refusals = await _verifier().refusals(open_token(Signer("ES256", "unknown").token(wrong)), NOW)
    told = " ".join(f"{refusal.words} {refusal.more}" for refusal in refusals)
    for expected in ("https://other.example", EXPECTED.issuer, "`shop`", "90000 s", "has expired", "`unknown`"):
        assert expected in told
    assert "reader-1" not in told


async def test_nothing_is_wrong_with_a_good_token() -> None:
    assert await _verifier().refusals(open_token(EC.token(claims())), NOW) == []
