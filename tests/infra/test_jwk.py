"""Reading key sets: each key is bound to one algorithm, and what must not be used is left out with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa

from service.infra.jwk import KeySetUnreadable, read_key_set
from tests.infra.issuer import Signer, b64, key_set

ALL = frozenset({"RS256", "ES256", "EdDSA"})
EC, RSA, ED = Signer("ES256", "ec"), Signer("RS256", "rsa"), Signer("EdDSA", "ed")


def test_each_kind_of_key_is_bound_to_its_algorithm() -> None:
    keys = read_key_set(key_set(EC, RSA, ED), ALL)
    assert [(key.kid, key.algorithm) for key in keys.keys] == [("ec", "ES256"), ("rsa", "RS256"), ("ed", "EdDSA")]
    assert keys.left_out == ()


def test_algorithm_that_is_not_configured_has_no_key() -> None:
    keys = read_key_set(key_set(EC, RSA), frozenset({"ES256"}))
    assert [key.kid for key in keys.keys] == ["ec"]
    assert keys.fitting("RS256", "rsa") == ()


LEFT_OUT: dict[str, tuple[Any, str]] = {
    "shared secret": ({"kty": "oct", "k": b64(b"x" * 32), "kid": "s"}, "shared secret"),
    "private EC key": (EC.private_jwk(), "private"),
    "private RSA key": (RSA.private_jwk(), "private"),
    "RSA of 1024 bits": (Signer("RS256", "short", rsa.generate_private_key(65537, 1024)).jwk(), "2048"),
    "another curve": (Signer("ES256", "p384", ec.generate_private_key(ec.SECP384R1())).jwk(), "curve"),
    "Ed448": (Signer("EdDSA", "448", ed448.Ed448PrivateKey.generate()).jwk(), "curve"),
    "X25519": ({"kty": "OKP", "crv": "X25519", "x": b64(b"x" * 32)}, "curve"),
    "for encryption": (EC.jwk(use="enc"), "signatures"),
    "for signing only": (EC.jwk(key_ops=["sign"]), "verifying"),
    "key_ops no list": (EC.jwk(key_ops="verify"), "verifying"),
    "alg of another kind": (RSA.jwk(alg="HS256"), "another algorithm"),
    "alg none": (EC.jwk(alg="none"), "another algorithm"),
    "alg a list": (EC.jwk(alg=["ES256"]), "another algorithm"),
    "RS512 by its own word": (RSA.jwk(alg="RS512"), "another algorithm"),
    "kid a number": (EC.jwk(kid=1), "kid"),
    "no kty": ({"kid": "x"}, "type"),
    "crv a list": (EC.jwk(crv=["P-256"]), "curve"),
    "kty a list": ({"kty": ["EC"]}, "type"),
    "no object": ("key", "object"),
    "no coordinates": ({"kty": "EC", "crv": "P-256"}, "cannot be read"),
    "a point off the curve": (EC.jwk(y=b64(b"\1" * 32)), "cannot be read"),
    "coordinates too short": (EC.jwk(x=b64(b"\1" * 8)), "cannot be read"),
    "coordinates no base64": (EC.jwk(x="é" * 8), "cannot be read"),
    "coordinates a number": (EC.jwk(x=3), "cannot be read"),
    "modulus missing": ({"kty": "RSA", "e": "AQAB"}, "cannot be read"),
    "RSA of 16384 bits": ({"kty": "RSA", "e": "AQAB", "n": b64(b"\xc1" * 2048)}, "8192"),
    "exponent one": (RSA.jwk(e="AQ"), "cannot be read"),
    "Ed25519 of 31 bytes": (ED.jwk(x=b64(b"x" * 31)), "cannot be read"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_key_that_must_not_be_used_is_left_out_with_a_reason(name: str) -> None:
    member, reason = LEFT_OUT[name]
    keys = read_key_set(json.dumps({"keys": [member, ED.jwk()]}).encode(), ALL)
    assert [key.kid for key in keys.keys] == ["ed"]
    assert len(keys.left_out) == 1
    assert keys.left_out[0].startswith("key 1 ")
    assert reason in keys.left_out[0]


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b"{}", b'{"keys":{}}', b'{"keys":null}', b"\xff\xfe", b'{"keys":' + b"[" * 9000, b"<html>",
     json.dumps({"keys": [EC.jwk()] * 101}).encode()],
)  # fmt: skip
def test_what_is_no_key_set_is_refused(raw: bytes) -> None:
    with pytest.raises(KeySetUnreadable):
        read_key_set(raw, ALL)


def test_key_keeps_its_thumbprint_under_another_name_and_spelling() -> None:
    renamed = read_key_set(key_set(EC.jwk(kid="other", use="sig", alg="ES256")), ALL)
    plain = read_key_set(key_set(EC), ALL)
    assert renamed.thumbprints == plain.thumbprints
    assert plain.thumbprints.isdisjoint(read_key_set(key_set(Signer("ES256", "ec")), ALL).thumbprints)


def test_keys_fit_by_algorithm_and_by_name_where_both_give_one() -> None:
    unnamed = Signer("ES256", None)
    keys = read_key_set(key_set(EC, unnamed, RSA), ALL)
    assert [key.kid for key in keys.fitting("ES256", "ec")] == ["ec", None]
    assert [key.kid for key in keys.fitting("ES256", "other")] == [None]
    assert [key.kid for key in keys.fitting("ES256", None)] == ["ec", None]
    assert keys.fitting("RS256", "ec") == ()
