"""The form in which words are compared: case, accents, compatibility forms, look-alikes and unseen characters aside.

A text is folded character by character with one table, filled as characters are met, so that the work is linear and
each character of the result can be traced to its place in the original.
"""

import re
import unicodedata
from typing import Final

from service.screening.rules.words.lookalikes import LOOKALIKES

# Characters that draw nothing but are letters or marks to Unicode.
_BLANKS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
# Marks that go without changing the word: accents and tone marks, Hebrew points, Arabic vowel signs, variation
# selectors.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u180b-\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
_KEPT_MAX: Final = 40_000
# What belongs to a word: letters, marks and digits. All else separates.
_OF_WORDS: Final = frozenset("LMN")


def fold_character(character: str) -> str:
    """What a character counts as: usually one, sometimes none or several."""
    if character in LOOKALIKES:
        return LOOKALIKES[character]
    if character in _BLANKS or unicodedata.category(character) == "Cf":
        return ""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character).casefold())
    bare = _MARKS.sub("", bare)
    if "\u1100" <= bare[:1] <= "\u11ff":
        # Syllables of Hangul stay whole; all else stays apart, as it is where each part has a character of its own.
        bare = unicodedata.normalize("NFC", bare)
    return "".join(LOOKALIKES.get(part, part) for part in bare)


class _Folded(dict[int, int | str]):
    """For `str.translate`, which takes a code for one character faster than a string; remembers what it met, up to a
    bound that no real mix of languages comes near."""

    def __missing__(self, code: int) -> int | str:
        folded = fold_character(chr(code))
        kept = ord(folded) if len(folded) == 1 else folded
        if len(self) < _KEPT_MAX:
            self[code] = kept
        return kept


class _Separated(dict[int, int]):
    """A space for whatever belongs to no word; `but` names what stays besides words."""

    def __init__(self, but: str = "") -> None:
        super().__init__()
        self.but = but

    def __missing__(self, code: int) -> int:
        character = chr(code)
        belongs = unicodedata.category(character)[0] in _OF_WORDS or character in self.but
        kept = code if belongs else ord(" ")
        if len(self) < _KEPT_MAX:
            self[code] = kept
        return kept


_FOLDED: Final = _Folded()
SEPARATED: Final = _Separated()
SEPARATED_BUT_MASKS: Final = _Separated("*")


def fold(text: str) -> str:
    """The text in the form in which words are compared; separators stay as they are."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The same, and for each of its characters the place in the text that it came from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        found = _FOLDED[ord(character)]
        folded = chr(found) if isinstance(found, int) else found
        parts.append(folded)
        places.extend([place] * len(folded))
    return "".join(parts), places
