"""Lines of an NDJSON export: `{thread, id, parent, author, created_at, score, text}`, one comment each.

`parent` null is a root, `author` null somebody who is not known any more. `score` counts votes: up when it is positive,
down when negative. A text of `[deleted]` or `[removed]` is a comment that was taken away.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

import msgspec

from service.kernel.ids import STORY_ID_PATTERN

LINE_BYTES_MAX = 256 * 1024
_GONE = frozenset({"[deleted]", "[removed]"})

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Line(msgspec.Struct, frozen=True):
    """One comment as the file has it; members that we have no use for are passed over."""

    thread: Annotated[str, msgspec.Meta(pattern=STORY_ID_PATTERN)]
    id: Key
    parent: Key | None
    author: Key | None
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    score: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
    text: str

    @property
    def is_gone(self) -> bool:
        return self.text in _GONE


class LineWrong(Exception):
    """A line that cannot be read: its number, from 1, and what is wrong with it."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")


_decode = msgspec.json.Decoder(Line).decode


def read(lines: Iterable[bytes]) -> Iterator[Line]:
    """Each line as a comment; empty lines are passed over. LineWrong for the first that is not one."""
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        if len(raw) > LINE_BYTES_MAX:
            raise LineWrong(number, f"longer than {LINE_BYTES_MAX} bytes")
        try:
            yield _decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise LineWrong(number, str(error) or type(error).__name__) from error
