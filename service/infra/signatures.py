"""Signatures of webhooks, in both directions: Standard Webhooks (https://www.standardwebhooks.com) and Stripe's scheme.

A signature is taken over the raw bytes that arrived, together with the sender's time, so that a call that was
overheard is worth nothing after the tolerance. Several secrets hold at once while one is being replaced. Every
given signature is compared with every secret's, in constant time, and the caller is told no more than yes or no.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec

TOLERANCE: Final = timedelta(seconds=300)
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 (the mark of a secret, not one)
# Standard Webhooks advises 24 to 64 bytes; below 16 a secret comes within reach of guessing.
SECRET_BYTES_MIN: Final = 16

_SIGNATURES_MAX: Final = 32
_ID = re.compile(r"[\x21-\x7e]{1,255}")
# Seconds since 1970, as plain digits: nothing that `int` or `float` would forgive besides.
_SECONDS = re.compile(r"[0-9]{1,11}")
_HEX_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class Signed(msgspec.Struct, frozen=True):
    """A call whose signature is right: the sender's id for it (None in schemes without one) and when it was sent."""

    id: str | None
    sent_at: datetime


def standard_key(secret: str) -> bytes:
    """The key in a `whsec_<base64>` secret; ValueError, without the secret in its words, for anything else."""
    try:
        key = base64.b64decode(_padded(secret.removeprefix(SECRET_PREFIX)), validate=True)
    except ValueError as error:
        raise ValueError("what follows whsec_ is not base64") from error
    if not secret.startswith(SECRET_PREFIX) or len(key) < SECRET_BYTES_MIN:
        raise ValueError(f"not a whsec_ secret of at least {SECRET_BYTES_MIN} bytes")
    return key


def sign_standard(secret: str, message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that a Standard Webhooks receiver checks. ValueError for a time without its zone."""
    seconds = _whole_seconds(sent_at)
    digest = _digest(standard_key(secret), f"{message_id}.{seconds}.".encode() + body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }


def verify_standard(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> Signed | None:
    """The call if one of the secrets signed it within the tolerance; None for every other, whatever is wrong with it.

    `headers` has lower-case names. Only version `v1` (HMAC-SHA256) is known; signatures of other versions are passed
    over.
    """
    message_id, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    sent_at = _recent(seconds, now)
    if sent_at is None or not _ID.fullmatch(message_id):
        return None
    given = _standard_digests(headers.get("webhook-signature", ""))
    content = f"{message_id}.{seconds}.".encode() + body
    right = [_digest(standard_key(secret), content) for secret in secrets]
    return Signed(message_id, sent_at) if _any_equal(right, given) else None


def sign_stripe(secret: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The header that a receiver of Stripe's webhooks checks."""
    seconds = _whole_seconds(sent_at)
    digest = _digest(secret.encode(), f"{seconds}.".encode() + body)
    return {"stripe-signature": f"t={seconds},v1={digest.hex()}"}


def verify_stripe(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> Signed | None:
    """The same for `Stripe-Signature: t=…,v1=…`: the key is the endpoint's whole secret, the digest is in hexadecimal.

    Source: https://docs.stripe.com/webhooks/signature (verify manually).
    """
    parts = [part.partition("=") for part in headers.get("stripe-signature", "").split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [bytes.fromhex(value) for name, _, value in parts if name == "v1" and _HEX_DIGEST.fullmatch(value)]
    sent_at = _recent(times[0], now) if len(times) == 1 else None
    if sent_at is None:
        return None
    content = f"{times[0]}.".encode() + body
    right = [_digest(secret.encode(), content) for secret in secrets]
    return Signed(None, sent_at) if _any_equal(right, given) else None


def _digest(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, sha256).digest()


def _any_equal(right: Sequence[bytes], given: Sequence[bytes]) -> bool:
    # No early end: how long it takes must not tell which secret or signature was close.
    found = False
    for ours in right:
        for theirs in given[:_SIGNATURES_MAX]:
            found |= hmac.compare_digest(ours, theirs)
    return found


def _standard_digests(header: str) -> list[bytes]:
    """The `v1` signatures of a header, those that are not base64 left out."""
    found = []
    for part in header.split(" "):
        version, _, text = part.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(text, validate=True))
        except ValueError:
            continue
    return found


def _padded(text: str) -> str:
    return text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)


def _whole_seconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("the time of a signature needs its zone")
    return int(moment.timestamp())


def _recent(seconds: str, now: datetime) -> datetime | None:
    """The sender's time, if it is written as digits alone and lies within the tolerance, before or after."""
    if not _SECONDS.fullmatch(seconds):
        return None
    # 11 digits go beyond what a datetime holds; such a time is far outside the tolerance in any case.
    if abs(int(seconds) - now.timestamp()) > TOLERANCE.total_seconds():
        return None
    return datetime.fromtimestamp(int(seconds), tz=UTC)
