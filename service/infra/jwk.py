"""Keys that tokens are verified with, each bound to one algorithm when it is read: no token chooses how a key is used.

A key set (RFC 7517) is data from outside. What in it cannot be used is left out with a sentence saying why: symmetric
keys, keys that are too short or for another use, and private ones, whose publication means that anybody could sign.
"""

from base64 import urlsafe_b64decode
from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

import msgspec
from jwt.algorithms import Algorithm, get_default_algorithms
from jwt.exceptions import PyJWTError

# Shorter ones can be broken; longer ones make each signature a lot of work.
_RSA_BITS_MIN: Final = 2048
_RSA_BITS_MAX: Final = 8192
_KEYS_MAX: Final = 100
_ALGORITHMS: Final = get_default_algorithms()
# What a key of each type (and curve) signs with. A type that is not here is not used.
_ALGORITHM_OF: Final = {
    ("RSA", None): "RS256",
    ("EC", "P-256"): "ES256",
    ("OKP", "Ed25519"): "EdDSA",
}
# The members that make the key (RFC 7638), by its type.
_KEY_MEMBERS: Final = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}


class Key(msgspec.Struct, frozen=True, eq=False):
    """A key and the one algorithm that it may verify."""

    # As its issuer calls it; None when it has no name.
    kid: str | None
    algorithm: str
    # The same for the same key material, whatever it is called.
    thumbprint: str
    material: Any
    verifier: Algorithm

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made that signature of the message."""
        return bool(self.verifier.verify(message, self.material, signature))


class KeySet(msgspec.Struct, frozen=True, eq=False):
    """The keys of one issuer at one time."""

    keys: tuple[Key, ...] = ()
    # Why some members of the set are not used, for operators.
    left_out: tuple[str, ...] = ()
    thumbprints: frozenset[str] = frozenset()

    @classmethod
    def of(cls, keys: tuple[Key, ...], left_out: tuple[str, ...] = ()) -> "KeySet":
        return cls(keys, left_out, frozenset(key.thumbprint for key in keys))

    def fitting(self, algorithm: str, kid: str | None) -> tuple[Key, ...]:
        """The keys that may have signed: those of the algorithm, and of the name where both sides give one."""
        return tuple(
            key
            for key in self.keys
            if key.algorithm == algorithm and (kid is None or key.kid is None or key.kid == kid)
        )


NO_KEYS: Final = KeySet()


class KeySetUnreadable(Exception):
    """The text is not a key set; the message says what is wrong with it."""


class _KeyUnusable(Exception):
    """One member of a key set cannot be used."""


def secret_key_set(secret: str) -> KeySet:
    """The set of one shared secret, for HS256."""
    raw = secret.encode("utf-8")
    return KeySet.of((Key(None, "HS256", sha256(raw).hexdigest(), raw, _ALGORITHMS["HS256"]),))


def read_key_set(raw: bytes, algorithms: Collection[str]) -> KeySet:
    """The usable keys of a JSON Web Key Set for these algorithms; KeySetUnreadable when it is not one."""
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise KeySetUnreadable("the key set is not JSON") from error
    members = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(members, list):
        raise KeySetUnreadable("the key set has no list `keys`")
    if len(members) > _KEYS_MAX:
        raise KeySetUnreadable(f"the key set has more than {_KEYS_MAX} keys")
    keys: list[Key] = []
    left_out: list[str] = []
    for place, member in enumerate(members, start=1):
        try:
            keys.append(_read_key(member, algorithms))
        except _KeyUnusable as reason:
            left_out.append(f"key {place} {reason}")
    return KeySet.of(tuple(keys), tuple(left_out))


def _read_key(member: Any, algorithms: Collection[str]) -> Key:
    if not isinstance(member, dict):
        raise _KeyUnusable("is not an object")
    kind, kid = member.get("kty"), member.get("kid")
    if kind == "oct":
        raise _KeyUnusable("is a shared secret, which a key set must not hold")
    curve = member.get("crv")
    if not isinstance(kind, str) or not (curve is None or isinstance(curve, str)):
        raise _KeyUnusable("has a type or curve that is not a string")
    algorithm = _ALGORITHM_OF.get((kind, curve))
    if algorithm is None:
        raise _KeyUnusable("is of a type or curve that is not used here")
    if "d" in member:
        raise _KeyUnusable("is a private key; only its public half belongs here")
    if algorithm not in algorithms:
        raise _KeyUnusable(f"is for {algorithm}, which is not configured")
    if member.get("alg", algorithm) != algorithm:
        raise _KeyUnusable(f"says that it is for another algorithm than {algorithm}")
    if member.get("use", "sig") != "sig":
        raise _KeyUnusable("is not for signatures")
    operations = member.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise _KeyUnusable("is not for verifying")
    if not (kid is None or isinstance(kid, str)):
        raise _KeyUnusable("has a `kid` that is not a string")
    try:
        material = _ALGORITHMS[algorithm].from_jwk(member)
    except (PyJWTError, ValueError, TypeError, KeyError) as error:
        raise _KeyUnusable("cannot be read") from error
    if kind == "RSA" and not _RSA_BITS_MIN <= material.key_size <= _RSA_BITS_MAX:
        raise _KeyUnusable(f"has fewer than {_RSA_BITS_MIN} or more than {_RSA_BITS_MAX} bits")
    return Key(kid, algorithm, _thumbprint(kind, member), material, _ALGORITHMS[algorithm])


def _thumbprint(kind: str, member: dict[str, Any]) -> str:
    """RFC 7638, over the bytes that the members stand for, so that another spelling is not another key."""
    digest = sha256()
    for name in _KEY_MEMBERS[kind]:
        text = str(member[name])
        value = (
            text.encode() if name in ("kty", "crv") else urlsafe_b64decode(text + "=" * (-len(text) % 4)).lstrip(b"\0")
        )
        digest.update(len(value).to_bytes(4, "big") + value)
    return digest.hexdigest()
