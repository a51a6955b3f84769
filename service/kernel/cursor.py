"""Opaque keyset cursors: the place after which a list goes on.

A cursor carries the name of the list that it belongs to, its order and filters included, so that one of another list is
refused and never misread. It is not secret and not signed: everything in it is checked by type when it comes back, and
it can only name a place in a list that the caller may read anyway.
"""

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec

from service.kernel.problems import CursorInvalid

CURSOR_CHARS_MAX = 1_024

Place = TypeVar("Place")

_encoder = msgspec.json.Encoder()


def name_of(*parts: object) -> str:
    """A short name for a list by all that makes it up, filters included, where a cursor has no room for them."""
    return hashlib.blake2s(_encoder.encode(parts), digest_size=8).hexdigest()


def pack(of: str, place: object) -> str:
    """A cursor of the list `of`, pointing behind `place` (any msgspec type)."""
    return urlsafe_b64encode(_encoder.encode((of, place))).rstrip(b"=").decode("ascii")


def unpack(of: str, cursor: str, place: type[Place]) -> Place:
    """The place in a cursor of the list `of`; CursorInvalid for anything else."""
    if len(cursor) > CURSOR_CHARS_MAX:
        raise CursorInvalid(cause="The cursor is longer than any that was given out.")
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        named, found = msgspec.json.decode(raw, type=tuple[str, place])  # type: ignore[valid-type]
    except (binascii.Error, UnicodeError, ValueError, RecursionError) as error:
        raise CursorInvalid(cause="The cursor cannot be read; start again without one.") from error
    if named != of or pack(of, found) != cursor:
        raise CursorInvalid(cause="The cursor belongs to another list or order; start again without one.")
    return found
