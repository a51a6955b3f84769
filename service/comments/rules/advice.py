"""What a reader is told before they post: kindly, and in general terms.

Each thing that would hold or refuse a text has a code, for programs, and a text in the catalogues (`advice`). Neither
ever names what was found: a list that tells its words to whoever tries is soon no list any more.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from service.languages.catalogues import Words
from service.screening.rules.signals import Signal


class Reason(msgspec.Struct, frozen=True):
    """Why a text would wait or be refused, in general terms. `code` is for programs, `message` for the reader."""

    code: str
    message: str


# By the check that asks for it, to hold and to refuse.
HOLDS: Final[dict[str, str]] = {
    "words": "wording",
    "links": "links",
    "shape": "shape",
    "repeats": "repeated",
    "flood": "too_many",
    "new_readers": "new_reader",
    "history": "record",
    "story_mode": "story_read_first",
    "premoderation": "author_read_first",
}
REFUSES: Final[dict[str, str]] = {"words": "wording_refused", "links": "links_refused", "shape": "shape_refused"}
OTHER: Final = "other"
OTHER_REFUSED: Final = "other_refused"


def codes_of(signals: Sequence[Signal]) -> list[str]:
    """The codes of what asks for something, each once, the gravest first."""
    found = [_code(signal) for kind in ("refuse", "hold") for signal in signals if signal.kind == kind]
    return list(dict.fromkeys(found))


def reasons_for(signals: Sequence[Signal], words: Words) -> list[Reason]:
    """The same with their words for the reader."""
    return [Reason(code, words.say(f"advice.{code}")) for code in codes_of(signals)]


def _code(signal: Signal) -> str:
    if signal.kind == "refuse":
        return REFUSES.get(signal.check, OTHER_REFUSED)
    return HOLDS.get(signal.check, OTHER)
