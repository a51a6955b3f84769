"""Which claims a token must carry to be of any use here: whose it is, for whom, from when and until when.

Rules of RFC 7519, section 4.1, and RFC 8725, sections 3.8 to 3.12, as functions of the claims and the time alone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from service.infra.token_format import Refusal, shown

SUBJECT_CHARS_MAX: Final = 255
_AUDIENCES_MAX: Final = 20
# The end of the year 9999, which is as far as dates go.
_SECONDS_MAX: Final = 253_402_300_799


class Expected(msgspec.Struct, frozen=True):
    """What the claims are held against."""

    issuer: str
    audience: str
    lifetime_s: int
    leeway_s: int


def claim_refusals(claims: dict[str, Any], expected: Expected, now: float) -> Iterator[Refusal]:
    """Everything that is wrong with the claims at `now` (seconds since 1970), the most telling first."""
    yield from _issuer(claims, expected)
    yield from _audience(claims, expected)
    yield from _subject(claims)
    times: dict[str, float] = {}
    for name in ("iat", "exp", "nbf"):
        if name not in claims:
            if name != "nbf":
                yield _missing(name)
            continue
        value = claims[name]
        # A bool is an int in Python, and NaN fails every comparison.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _SECONDS_MAX:
            yield Refusal(f"The token's `{name}` is not a time in seconds.", f"It is {shown(value)}.", malformed=True)
        else:
            times[name] = float(value)
    yield from _times(times, expected, now)


def addressed_to(claims: dict[str, Any], expected: Expected) -> bool:
    """Whether issuer and audience are the expected ones: a hint about who should verify the token, no proof."""
    return claims.get("iss") == expected.issuer and expected.audience in _audiences(claims)


def _issuer(claims: dict[str, Any], expected: Expected) -> Iterator[Refusal]:
    if "iss" not in claims:
        yield _missing("iss")
    elif claims["iss"] != expected.issuer:
        yield Refusal(
            "The token's issuer is not the one configured.",
            f"Its `iss` is {shown(claims['iss'])}; configured is {shown(expected.issuer)}.",
        )


def _audience(claims: dict[str, Any], expected: Expected) -> Iterator[Refusal]:
    if "aud" not in claims:
        yield _missing("aud")
    elif expected.audience not in _audiences(claims):
        yield Refusal(
            "The token is not meant for this service.",
            f"Its `aud` is {shown(claims['aud'])}; configured is {shown(expected.audience)}.",
        )


def _audiences(claims: dict[str, Any]) -> list[str]:
    """The audiences named, none when the claim is not well formed."""
    named = claims.get("aud")
    if isinstance(named, str):
        return [named]
    if isinstance(named, list) and len(named) <= _AUDIENCES_MAX and all(isinstance(one, str) for one in named):
        return named
    return []


def _subject(claims: dict[str, Any]) -> Iterator[Refusal]:
    subject = claims.get("sub")
    if "sub" not in claims:
        yield _missing("sub")
    elif not isinstance(subject, str) or not subject.strip():
        yield Refusal("The token's subject (`sub`) is not a string with something in it.", malformed=True)
    elif len(subject) > SUBJECT_CHARS_MAX:
        yield Refusal(f"The token's subject (`sub`) is longer than {SUBJECT_CHARS_MAX} characters.")
    elif any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in subject):
        yield Refusal("The token's subject (`sub`) holds control characters.")


def _times(times: dict[str, float], expected: Expected, now: float) -> Iterator[Refusal]:
    issued_at, expires_at, not_before = times.get("iat"), times.get("exp"), times.get("nbf")
    # First, because its bearer can do something about it.
    if expires_at is not None and expires_at + expected.leeway_s <= now:
        yield Refusal(
            "The token has expired.", f"Its `exp` was {_moment(expires_at)}; now it is {_moment(now)}.", expired=True
        )
    if issued_at is not None and issued_at > now + expected.leeway_s:
        yield Refusal(
            "The token was issued in the future.", f"Its `iat` is {_moment(issued_at)}; now it is {_moment(now)}."
        )
    if not_before is not None and not_before > now + expected.leeway_s:
        yield Refusal("The token is not valid yet.", f"Its `nbf` is {_moment(not_before)}; now it is {_moment(now)}.")
    if issued_at is not None and expires_at is not None:
        lifetime_s = expires_at - issued_at
        if lifetime_s <= 0:
            yield Refusal("The token ends no later than it was issued.")
        elif lifetime_s > expected.lifetime_s:
            yield Refusal(
                "The token is valid for longer than is accepted.",
                f"From `iat` to `exp` are {lifetime_s:.0f} s; the greatest lifetime is {expected.lifetime_s} s.",
            )


def _missing(name: str) -> Refusal:
    return Refusal(f"The token lacks the claim `{name}`.", malformed=True)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
