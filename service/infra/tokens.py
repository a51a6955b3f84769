"""Verifying tokens (JWT) of one issuer, by the rules of RFC 8725. Readers and staff have a verifier each.

A verified token is remembered by its digest, because a signature costs a fraction of a millisecond and a page sends the
same token with each request. It is forgotten when it expires, when the key that signed it leaves its issuer's set, and
when its subject is revoked (`forget`), so that remembering never outlives trust.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec
from prometheus_client import Counter

from service.infra.config import SettingError, Settings
from service.infra.http_client import HttpClient
from service.infra.jwk import Key, KeySet
from service.infra.jwks import FileKeys, Keys, KeysUnavailable, SecretKeys, UrlKeys
from service.infra.token_claims import Expected, addressed_to, claim_refusals
from service.infra.token_format import OpenedToken, Refusal, TokenRefused, shown

_REMEMBERED_MAX: Final = 20_000
# A token without a key name is tried with each key that fits, but a set is no reason for endless work.
_KEYS_TRIED_MAX: Final = 4

_VERIFIED = Counter(
    "tokens_verified_total", "Tokens looked at, by whose they are and the outcome", ["whose", "outcome"]
)

Caller = TypeVar("Caller")


class _Remembered(msgspec.Struct, Generic[Caller], frozen=True):
    caller: Caller
    subject_mark: str
    expires_at: float
    thumbprint: str


class TokenVerifier(Generic[Caller]):
    """Accepts the tokens of one issuer for one audience, and turns their claims into who is calling.

    `algorithms` are the only ones accepted. `caller_of` reads the claims beyond the registered ones, which are in order
    when it is called; it raises TokenRefused. `mark_of` is how `forget` names a subject.
    """

    def __init__(
        self,
        whose: str,
        expected: Expected,
        keys: Keys,
        algorithms: frozenset[str],
        caller_of: Callable[[dict[str, Any]], Caller],
        mark_of: Callable[[str], str] = str,
    ) -> None:
        self.whose, self.expected = whose, expected
        self._keys, self._algorithms, self._caller_of, self._mark_of = keys, algorithms, caller_of, mark_of
        self._remembered: OrderedDict[bytes, _Remembered[Caller]] = OrderedDict()
        self._digests_of: dict[str, set[bytes]] = {}

    def remembered(self, digest: bytes, now: datetime) -> Caller | None:
        """The caller of a token verified before, while its time and its key's are not over."""
        known = self._remembered.get(digest)
        if known is None:
            return None
        if known.expires_at <= now.timestamp() or known.thumbprint not in self._keys.current().thumbprints:
            self._drop(digest)
            return None
        self._remembered.move_to_end(digest)
        _VERIFIED.labels(self.whose, "remembered").inc()
        return known.caller

    async def verify(self, token: OpenedToken, now: datetime) -> Caller:
        """The caller. TokenRefused when it is not a good token; KeysUnavailable when that cannot be said now."""
        try:
            caller, key = await self._verified(token, now.timestamp())
        except TokenRefused as refused:
            _VERIFIED.labels(self.whose, "expired" if refused.refusal.expired else "refused").inc()
            raise
        except KeysUnavailable:
            _VERIFIED.labels(self.whose, "undecided").inc()
            raise
        _VERIFIED.labels(self.whose, "verified").inc()
        expires_at = float(token.claims["exp"]) + self.expected.leeway_s
        self._keep(token.digest, _Remembered(caller, self._mark_of(token.claims["sub"]), expires_at, key.thumbprint))
        return caller

    def forget(self, subject_mark: str) -> None:
        """Drops what is remembered of a subject, so that its tokens are looked at anew."""
        for digest in list(self._digests_of.get(subject_mark, ())):
            self._drop(digest)

    def _keep(self, digest: bytes, remembered: _Remembered[Caller]) -> None:
        self._remembered[digest] = remembered
        self._digests_of.setdefault(remembered.subject_mark, set()).add(digest)
        if len(self._remembered) > _REMEMBERED_MAX:
            self._drop(next(iter(self._remembered)))

    def _drop(self, digest: bytes) -> None:
        known = self._remembered.pop(digest)
        digests = self._digests_of[known.subject_mark]
        digests.discard(digest)
        if not digests:
            del self._digests_of[known.subject_mark]

    def is_addressed(self, token: OpenedToken) -> bool:
        """Whether the token says that it is for this verifier. A hint about whom to ask, not a verdict."""
        return addressed_to(token.claims, self.expected)

    async def refusals(self, token: OpenedToken, now: datetime) -> list[Refusal]:
        """Everything that is wrong with a token; nothing when it is good. KeysUnavailable as in `verify`."""
        found = list(claim_refusals(token.claims, self.expected, now.timestamp()))
        if not any(refusal.malformed for refusal in found):
            try:
                self._caller_of(token.claims)
            except TokenRefused as refused:
                found.append(refused.refusal)
        if (wrong_algorithm := self._algorithm_refusal(token)) is not None:
            return [*found, wrong_algorithm]
        signer = await self._signer(token)
        return [*found, signer] if isinstance(signer, Refusal) else found

    def keys_in_words(self) -> tuple[bool, str]:
        """Whether there is a key to verify with, and what there is, for operators."""
        keys = self._keys.current()
        left_out = "".join(f"; {reason}" for reason in keys.left_out)
        if not keys.keys:
            return False, f"no usable key could be had{left_out}"
        if "HS256" in self._algorithms:
            return True, "a shared secret (HS256)"
        named = ", ".join(f"{key.kid or 'unnamed'} ({key.algorithm})" for key in keys.keys)
        return True, f"{named}{left_out}"

    async def start(self) -> None:
        await self._keys.start()

    async def close(self) -> None:
        await self._keys.close()

    async def _verified(self, token: OpenedToken, now: float) -> tuple[Caller, Key]:
        # The cheap questions come first, so that no key is sought for a token that is refused whatever its signature.
        if (wrong_algorithm := self._algorithm_refusal(token)) is not None:
            raise TokenRefused(wrong_algorithm)
        for refusal in claim_refusals(token.claims, self.expected, now):
            raise TokenRefused(refusal)
        signer = await self._signer(token)
        if isinstance(signer, Refusal):
            raise TokenRefused(signer)
        return self._caller_of(token.claims), signer

    def _algorithm_refusal(self, token: OpenedToken) -> Refusal | None:
        if token.algorithm in self._algorithms:
            return None
        accepted = ", ".join(sorted(self._algorithms))
        return Refusal(
            "The token's algorithm is not accepted.", f"Its `alg` is {shown(token.algorithm)}; accepted is {accepted}."
        )

    async def _signer(self, token: OpenedToken) -> Key | Refusal:
        keys = self._keys.current()
        tried = keys.fitting(token.algorithm, token.kid)
        if found := _signed_by(tried, token):
            return found
        # Named and there, but did not sign: forged. Without a name it may have been signed by a key that is new.
        if not tried or token.kid is None:
            seen = frozenset(key.thumbprint for key in tried)
            keys = await self._keys.sought(token.algorithm, token.kid, seen)
            fitting = keys.fitting(token.algorithm, token.kid)
            if found := _signed_by(tuple(key for key in fitting if key.thumbprint not in seen), token):
                return found
            tried = tried or fitting
        return _why_unsigned(token, tried, keys)


def _signed_by(keys: tuple[Key, ...], token: OpenedToken) -> Key | None:
    return next((key for key in keys[:_KEYS_TRIED_MAX] if key.signed(token.signed_part, token.signature)), None)


def _why_unsigned(token: OpenedToken, tried: tuple[Key, ...], keys: KeySet) -> Refusal:
    if tried:
        return Refusal(
            "The token's signature is not that of its issuer.", f"{len(tried)} of its keys could have made it."
        )
    named = f"no key named {shown(token.kid)}" if token.kid is not None else "no key"
    return Refusal(
        "The token was signed with a key that its issuer does not publish.",
        f"Of {len(keys.keys)} usable keys, {named} is for {shown(token.algorithm)}."
        + "".join(f" Not used: {reason}." for reason in keys.left_out),
    )


def verifier_of(
    whose: str,
    settings: Settings,
    http: HttpClient | None,
    caller_of: Callable[[dict[str, Any]], Caller],
    mark_of: Callable[[str], str],
) -> TokenVerifier[Caller]:
    """The verifier that the settings describe, `whose` being `reader` or `staff`. An address of keys needs `http`."""
    secret, jwks = getattr(settings, f"{whose}_secret"), getattr(settings, f"{whose}_jwks")
    keys: Keys
    if secret:
        keys, algorithms = SecretKeys(secret), frozenset({"HS256"})
    else:
        # A shared secret is never taken from a key set, so its algorithm makes no sense there.
        algorithms = frozenset(settings.token_algorithms) - {"HS256"}
        if not algorithms:
            raise SettingError("COMMENTS_TOKEN_ALGORITHMS names none of RS256, ES256 and EdDSA, which key sets are for")
        if "://" not in jwks:
            keys = FileKeys(whose, Path(jwks), algorithms)
        elif http is None:
            raise TypeError("keys at an address need a client")
        else:
            keys = UrlKeys(whose, jwks, algorithms, http)
    expected = Expected(
        getattr(settings, f"{whose}_issuer"),
        getattr(settings, f"{whose}_audience"),
        settings.token_lifetime_s,
        settings.token_leeway_s,
    )
    return TokenVerifier(whose, expected, keys, algorithms, caller_of, mark_of)
