"""Whose token is it? Two verifiers, set up apart, so that a leaked reader key cannot make a moderator.

The token's own word about its issuer and audience only chooses which of the two is asked; that one then verifies all of
it, by its own keys. A token that is for both is for neither: nobody is a reader and staff at once.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec

from service.accounts.problems import TokenExpired, TokenInvalid
from service.accounts.rules.claims import ClaimWrong, reader_of_claims, staff_of_claims
from service.accounts.rules.notices import subject_hash
from service.accounts.rules.permissions import permissions_of
from service.accounts.rules.viewer import Reader, Staff
from service.infra.clock import Clock
from service.infra.config import SettingError, Settings
from service.infra.http_client import HttpClient
from service.infra.jwks import KeysUnavailable
from service.infra.token_format import OpenedToken, Refusal, TokenRefused, digest_of, open_token, shown
from service.infra.tokens import TokenVerifier, verifier_of
from service.kernel import limits
from service.kernel.problems import Unavailable

Caller = TypeVar("Caller")

_FOR_BOTH = Refusal("The token is addressed to readers and to staff at once; it must be for one of them.")


class TokenReport(msgspec.Struct, frozen=True):
    """What an operator is told about a pasted token; sentences without anything secret in them."""

    accepted: bool
    # Whose token it says it is; null when neither's.
    kind: Literal["reader", "staff"] | None
    sentences: list[str]


class Authenticator:
    """Turns a bearer token into who is calling. One a process; `start` gets the keys, `close` ends what it runs."""

    def __init__(self, readers: TokenVerifier[Reader], staff: TokenVerifier[Staff], clock: Clock) -> None:
        if readers.expected.issuer == staff.expected.issuer and readers.expected.audience == staff.expected.audience:
            raise SettingError("COMMENTS_READER_ISSUER and _AUDIENCE are those of staff; one of the two must differ")
        self._readers, self._staff, self._clock = readers, staff, clock

    @classmethod
    def of(cls, settings: Settings, http: HttpClient | None, clock: Clock) -> "Authenticator":
        """As the settings describe. `http` may be missing where no key set is at an address."""
        if settings.reader_secret and settings.reader_secret == settings.staff_secret:
            raise SettingError("COMMENTS_STAFF_SECRET is the same as COMMENTS_READER_SECRET; who has one would be both")
        return cls(
            verifier_of("reader", settings, http, _refusing(reader_of_claims), subject_hash),
            verifier_of("staff", settings, http, _refusing(staff_of_claims), subject_hash),
            clock,
        )

    async def identify(self, token: str) -> Reader | Staff:
        """Who sent this token. TokenInvalid, TokenExpired, or Unavailable while an issuer's keys cannot be had."""
        now = self._clock.now()
        try:
            if len(token) <= limits.token_bytes_max:
                digest = digest_of(token)
                known = self._readers.remembered(digest, now) or self._staff.remembered(digest, now)
                if known is not None:
                    return known
            opened = open_token(token)
            return await self._verifier_for(opened).verify(opened, now)
        except TokenRefused as refused:
            kind = TokenExpired if refused.refusal.expired else TokenInvalid
            raise kind.of(refused.refusal.words) from refused
        except KeysUnavailable as away:
            raise Unavailable.retry("The keys that the token is checked with cannot be had for the moment.") from away

    def forget(self, digest: str) -> None:
        """Drops what is remembered of the tokens of a subject, named by its `subject_hash`."""
        self._readers.forget(digest)
        self._staff.forget(digest)

    async def report(self, token: str) -> TokenReport:
        """Whether a pasted token would be accepted now, and every reason why not, in words."""
        pasted, notes = _pasted(token)
        try:
            opened = open_token(pasted)
            verifier = self._verifier_for(opened)
        except TokenRefused as refused:
            return TokenReport(False, None, [*notes, *_sentences(refused.refusal)])
        kind, now = self._kind_of(opened), self._clock.now()
        notes.append(self._whose(kind, opened))
        try:
            refusals = await verifier.refusals(opened, now)
        except KeysUnavailable as away:
            return TokenReport(False, kind, [*notes, f"Whether it is good cannot be said now: {away}."])
        if refusals:
            return TokenReport(False, kind, [*notes, *(part for each in refusals for part in _sentences(each))])
        return TokenReport(True, kind, [*notes, *_good(await verifier.verify(opened, now))])

    def keys_in_words(self) -> list[tuple[str, bool, str]]:
        """For readers and for staff: whether there are keys to verify with, and which."""
        return [(verifier.whose, *verifier.keys_in_words()) for verifier in (self._readers, self._staff)]

    async def start(self) -> None:
        await asyncio.gather(self._readers.start(), self._staff.start())

    async def close(self) -> None:
        await asyncio.gather(self._readers.close(), self._staff.close())

    def _verifier_for(self, token: OpenedToken) -> TokenVerifier[Reader] | TokenVerifier[Staff]:
        for_readers, for_staff = self._readers.is_addressed(token), self._staff.is_addressed(token)
        if for_readers and for_staff:
            raise TokenRefused(_FOR_BOTH)
        # One that is for neither is refused by either; the readers' one says why.
        return self._staff if for_staff else self._readers

    def _kind_of(self, token: OpenedToken) -> Literal["reader", "staff"] | None:
        if self._staff.is_addressed(token):
            return "staff"
        return "reader" if self._readers.is_addressed(token) else None

    def _whose(self, kind: Literal["reader", "staff"] | None, token: OpenedToken) -> str:
        if kind is not None:
            whose = "a reader's" if kind == "reader" else "a staff"
            return f"By its issuer and audience it is {whose} token, signed with {shown(token.algorithm)}."
        readers, staff = self._readers.expected, self._staff.expected
        return (
            "By its issuer and audience it is neither a reader's token "
            f"({shown(readers.issuer)}, {shown(readers.audience)}) nor one of staff "
            f"({shown(staff.issuer)}, {shown(staff.audience)})."
        )


def _refusing(read: Callable[[dict[str, Any]], Caller]) -> Callable[[dict[str, Any]], Caller]:
    """The rule as verifiers call it: what is wrong with a claim refuses the token."""

    def caller_of(claims: dict[str, Any]) -> Caller:
        try:
            return read(claims)
        except ClaimWrong as wrong:
            raise TokenRefused(Refusal(wrong.words, wrong.more)) from wrong

    return caller_of


def _pasted(token: str) -> tuple[str, list[str]]:
    """The token without what pasting may have put around it, and a sentence for each thing taken off."""
    text, notes = token.strip(), []
    if text[:7].lower() == "bearer ":
        text = text[7:].strip()
        notes.append("`Bearer` stands before it; that belongs into the header and not into the token.")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
        notes.append("It stood in quotation marks, which do not belong to it.")
    if any(char.isspace() for char in text):
        text = "".join(text.split())
        notes.append("It was broken into lines or had spaces in it, which do not belong to it.")
    return text, notes


def _sentences(refusal: Refusal) -> list[str]:
    return [part for part in (refusal.words, refusal.more) if part]


def _good(caller: Reader | Staff) -> list[str]:
    accepted = f"It is accepted until {caller.expires_at:%Y-%m-%dT%H:%M:%SZ}."
    if isinstance(caller, Reader):
        claim = caller.subscription
        if claim is None:
            return [accepted, "It says nothing about a subscription."]
        until = f" until {claim.valid_until:%Y-%m-%dT%H:%M:%SZ}" if claim.valid_until else ""
        return [accepted, f"It says that the subscription is `{claim.status}`{until}."]
    allowed = ", ".join(sorted(permissions_of(caller))) or "nothing"
    where = "on every site" if caller.sites is None else f"on {len(caller.sites)} site(s)"
    return [accepted, f"Its roles allow {where}: {allowed}."]
