"""How processes tell one another that what a reader may do has changed.

The message says of whom, not what: whoever hears it asks PostgreSQL. The publisher's own id of the reader stays there;
the message carries a digest of it, which every process that has the reader's token can compute.
"""

from hashlib import sha256
from typing import Final

import msgspec

from service.kernel.ids import ReaderId

READER_CHANNEL: Final = "sc:reader"


class ReaderChanged(msgspec.Struct, frozen=True):
    """A message of the channel. `reader` is None for a subscriber who has not taken part yet."""

    reader: ReaderId | None
    subject_hash: str


def subject_hash(subject: str) -> str:
    """A subject as messages and events name it."""
    return sha256(subject.encode()).hexdigest()


def reader_changed(reader_id: ReaderId | None, subject: str) -> bytes:
    """The message for this reader."""
    return msgspec.json.encode(ReaderChanged(reader_id, subject_hash(subject)))
