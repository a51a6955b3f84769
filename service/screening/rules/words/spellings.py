"""How a listed word is looked for: as it is written, and in the few spellings that readings of the text cannot undo."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from service.screening.rules.words.folding import SEPARATED, fold
from service.screening.rules.words.readings import SPACELESS, readings_of

_SPACELESS: Final = re.compile(f"[{SPACELESS}]")
_VOWEL: Final = re.compile("[aeiou]")
_VOWELS: Final = re.compile("[aeiou]+")
_U_BETWEEN: Final = re.compile("(?<=[b-df-hj-np-tv-z])u(?=[b-df-hj-np-tv-z])")
_LONG_ENOUGH: Final = 4


class Spelling(NamedTuple):
    """What to look for in a reading. A space at an end stands for the border of a word."""

    pattern: str
    # Only in readings of texts with masks.
    masked: bool = False
    # Without borders, for runs of single letters.
    bare: bool = False


def normal(word: str) -> str:
    """The words of a listed word or phrase in the form in which they are compared, one space apart; may be empty.

    Signs for letters in the list itself are read as letters: "a$$" is listed as "ass".
    """
    folded = fold(word)
    if folded.isascii() and folded.isalpha():
        return folded
    plain, *others = readings_of(folded, spaceless=False)
    if any(sign in folded for sign in "@$!|+€£¥¢§"):
        return next((reading.words for reading in others if reading.name == "swapped"), plain.words).strip()
    return plain.words.strip()


def is_symbol(word: str) -> bool:
    """Is there no letter or digit in it, as in an emoji? Then it is looked for as it stands, anywhere."""
    return not fold(word).translate(SEPARATED).strip()


def spellings(word: str) -> Iterator[Spelling]:
    """Every spelling of a listed word that has letters or digits; a `*` at its end lets anything follow."""
    is_stem = word.endswith("*")
    text = normal(word.removesuffix("*"))
    if _SPACELESS.search(text):
        yield Spelling(text.replace(" ", ""))
        return
    end = "" if is_stem else " "
    yield Spelling(f" {text}{end}")
    if " " in text:
        return
    if len(text) >= _LONG_ENOUGH:
        yield Spelling(text, bare=True)
    else:
        yield Spelling(f" {text} ", bare=True)
    if text.isascii() and text.isalpha() and len(text) >= _LONG_ENOUGH:
        for other in _misspelt(text, is_stem):
            yield Spelling(f" {other}{end}")
        for outline in _outlines(text):
            yield Spelling(f" {outline}{end}", masked=True)


def _misspelt(text: str, is_stem: bool) -> set[str]:
    """Letters that pass for others, where the result can be no other word."""
    found = {_U_BETWEEN.sub("v", text)}
    if text.startswith("f"):
        found.add(f"ph{text[1:]}")
    if text.endswith("s") and not is_stem and not text.endswith("ss"):
        found.add(f"{text[:-1]}z")
    if _VOWEL.findall(text) == ["i"]:
        found.add(text.replace("i", "l"))
    return found - {text}


def _outlines(text: str) -> set[str]:
    """With signs for one vowel, for all of them, or for everything between the ends."""
    inner = [match for one in (_VOWELS, _VOWEL) for match in one.finditer(text[:-1], 1)]
    found = {f"{text[: match.start()]}*{text[match.end() :]}" for match in inner}
    found.add(text[0] + _VOWELS.sub("*", text[1:-1]) + text[-1])
    if len(text) == _LONG_ENOUGH:
        found.add(f"{text[0]}*{text[-1]}")
    return {outline for outline in found if "*" in outline}
