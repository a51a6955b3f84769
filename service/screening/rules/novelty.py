"""Whether a changed text holds anything that was not in the one that a moderator approved.

A typo that is put right must not send an approved comment back to the queue for a word that the moderator has read in
it. What stands in the text is known where it can be found in both. What was noticed about the text as a whole is known
where the text is nearly the same. What was noticed about its author or its story says nothing of the new words, which
nobody has read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from service.screening.rules.prints import likeness, shingles_of
from service.screening.rules.signals import Signal

# The checks whose findings can be known from an earlier text: by what they matched, by the links themselves, or by how
# far it went.
_COMPARED: Final = frozenset({"words", "links", "shape"})
# Those that judge a text as a whole, and from which share of common shingles on a text is nearly another one.
_OF_WHOLE_TEXT: Final = frozenset({"repeats", "model", "akismet", "moderation", "check"})
_NEARLY_THE_SAME: Final = 0.8
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|mailto:|www\.)[^\s<>\"')\]]+", re.IGNORECASE)

_Finding = tuple[str, str | None, str | None, str | None]


def found_anew(signals: Sequence[Signal], text: str, earlier: Sequence[Signal], earlier_text: str) -> list[Signal]:
    """Of what asks for something in the text, that which the earlier text did not hold, or held less often."""
    known = Counter(_finding(signal) for signal in earlier if signal.kind != "note")
    reached = {_finding(signal): signal.score for signal in earlier if signal.kind != "note"}
    anew = []
    for signal in signals:
        if signal.kind == "note":
            continue
        finding = _finding(signal)
        known[finding] -= 1
        if known[finding] < 0 or not _is_known(signal, text, reached[finding], earlier_text):
            anew.append(signal)
    return anew


def _is_known(signal: Signal, text: str, reached: float | None, earlier_text: str) -> bool:
    """Whether a finding that the earlier text had too is the same one, and goes no further."""
    if signal.check in _OF_WHOLE_TEXT:
        return likeness(shingles_of(text), shingles_of(earlier_text)) >= _NEARLY_THE_SAME
    if signal.check not in _COMPARED or (signal.score or 0) > (reached or 0):
        return False
    return signal.check != "links" or _links(text) <= _links(earlier_text)


def _finding(signal: Signal) -> _Finding:
    matched = None if signal.matched is None else " ".join(signal.matched.casefold().split())
    return signal.check, signal.what, signal.list, matched


def _links(text: str) -> set[str]:
    return {found[0].rstrip(".,;:!?") for found in _LINK.finditer(text)}
