"""Whether a changed text holds anything that was not in the one that a moderator approved.

A typo that is put right must not send an approved comment back to the queue for a word that the moderator has read in
it. But only what stands in the text and can be found in both is known: what was noticed about the author, the story or
the text as a whole says nothing of the new words, which nobody has read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from service.screening.rules.signals import Signal

# The checks whose findings can be known from an earlier text: by what they matched, by the links themselves, or by how
# far it went.
_COMPARED: Final = frozenset({"words", "links", "shape"})
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
        went_further = signal.score is not None and signal.score > (reached.get(finding) or 0)
        if (
            signal.check not in _COMPARED
            or known[finding] < 0
            or went_further
            or (signal.check == "links" and _links(text) - _links(earlier_text))
        ):
            anew.append(signal)
    return anew


def _finding(signal: Signal) -> _Finding:
    matched = None if signal.matched is None else " ".join(signal.matched.casefold().split())
    return signal.check, signal.what, signal.list, matched


def _links(text: str) -> set[str]:
    return {found[0].rstrip(".,;:!?") for found in _LINK.finditer(text)}
