"""What a reader is told before they post: kindly, and in general terms.

Each thing that would hold or refuse a text has a code, by which pages translate it, and a sentence in English. Neither
ever names what was found: a list that tells its words to whoever tries is soon no list any more.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from service.screening.rules.signals import Signal


class Reason(msgspec.Struct, frozen=True):
    """Why a text would wait or be refused, in general terms. `code` is for programs and translations."""

    code: str
    message: str


# By the check that asks for it, to hold and to refuse.
_HOLDS: Final[dict[str, Reason]] = {
    "words": Reason("wording", "Some of the wording makes a moderator read this first. Could it be put another way?"),
    "links": Reason("links", "A moderator reads comments with such links first."),
    "shape": Reason("shape", "Capitals, repeated characters or unusual signs make a moderator read this first."),
    "repeats": Reason("repeated", "This is very like something that was posted lately. A moderator reads it first."),
    "flood": Reason("too_many", "You have posted a lot in a short while. A moderator reads this one first."),
    "new_readers": Reason("new_reader", "A moderator reads the first comments of everybody who is new here."),
    "history": Reason("record", "Some of your earlier comments were taken down, so a moderator reads this one first."),
    "story_mode": Reason("story_read_first", "A moderator reads every comment on this story first."),
    "premoderation": Reason("author_read_first", "A moderator reads your comments first at present."),
}
_REFUSES: Final[dict[str, Reason]] = {
    "words": Reason("wording_refused", "Some of the wording is not published here. Could it be put another way?"),
    "links": Reason("links_refused", "One of the links leads to a place that is not linked to from here."),
    "shape": Reason("shape_refused", "There is nothing in it that could be read."),
}
_OTHER: Final = Reason("other", "A moderator reads this first.")
_OTHER_REFUSED: Final = Reason("other_refused", "This cannot be published here.")


def reasons_for(signals: Sequence[Signal]) -> list[Reason]:
    """The reasons of what asks for something, each once, the gravest first."""
    found = [_reason(signal) for kind in ("refuse", "hold") for signal in signals if signal.kind == kind]
    return list(dict.fromkeys(found))


def _reason(signal: Signal) -> Reason:
    if signal.kind == "refuse":
        return _REFUSES.get(signal.check, _OTHER_REFUSED)
    return _HOLDS.get(signal.check, _OTHER)
