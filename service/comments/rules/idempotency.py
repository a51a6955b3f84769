"""Idempotency keys: the same key and the same words are one comment, however often they are sent."""

import hashlib
import re

from service.comments.problems import IdempotencyKeyReused
from service.kernel import limits
from service.kernel.problems import InvalidRequest

_BARE = re.compile(r"[\x21-\x7e]+")
# A string of RFC 9651, section 3.3.3: printable ASCII in quotes, with \" and \\ inside.
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')


def key_in(header: str) -> str:
    """The key that an `Idempotency-Key` header holds, quoted (RFC 9651) or bare; InvalidRequest for anything else."""
    text = header.strip()
    if quoted := _QUOTED.fullmatch(text):
        key = re.sub(r'\\(["\\])', r"\1", quoted[1])
    elif _BARE.fullmatch(text) and '"' not in text:
        key = text
    else:
        raise InvalidRequest.of(
            "Idempotency-Key", "a string of printable ASCII characters, in quotes or without spaces"
        )
    if not 1 <= len(key) <= limits.idempotency_key_chars_max:
        raise InvalidRequest.of("Idempotency-Key", f"1 to {limits.idempotency_key_chars_max} characters")
    return key


def fingerprint(story_id: str, request: bytes) -> bytes:
    """A digest (SHA-256) of what was asked for, to tell a retry from another request."""
    return hashlib.sha256(story_id.encode() + b"\0" + request).digest()


def refuse_other_request(known: bytes, now: bytes) -> IdempotencyKeyReused | None:
    """A key that came with other words before cannot be used again."""
    return None if known == now else IdempotencyKeyReused()
