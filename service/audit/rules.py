"""The chain over the record: what a link's hash is made of. Values in, bytes out.

A link's hash is the SHA-256 of the hash before it, in hexadecimal, a line feed, and its entry as JSON in UTF-8: the
members sorted by name at every depth, without spaces, letters as they are. The first link follows `GENESIS`. So whoever
has an export can make the chain anew with a few lines of any language, and an entry that was changed, taken out, put in
or moved breaks it from there on. Nothing shows that links at the end were taken away together with their entries,
except a head that was noted elsewhere: each one is written to the worker's log, and `story-comments audit verify
--expect` compares it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

GENESIS: Final = bytes(32)

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(entry: Mapping[str, Any]) -> bytes:
    """An entry, by its fields, as the chain takes it."""
    return _encoder.encode(entry)


def link_hash(previous: bytes, entry: Mapping[str, Any]) -> bytes:
    """The hash of the link that follows `previous`; 32 bytes."""
    return hashlib.sha256(previous.hex().encode("ascii") + b"\n" + canonical(entry)).digest()
