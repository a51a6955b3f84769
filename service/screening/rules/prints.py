"""Prints of a text: equal for equal texts, and for nearly equal ones some of them with high probability.

From the text's shingles (pairs of words, or four characters where words are not told apart) six bins keep the least
hash each (one permutation hashing: Li, Owen, Zhang, NIPS 2012); two bins together are a print. Texts that share a share
`s` of their shingles share a print with probability 1 - (1 - s²)³: nine times of ten at two thirds, next to never
where texts only speak of the same thing. Whether they are alike is then measured on the texts themselves.
"""

import re
from itertools import pairwise
from typing import Final
from zlib import crc32

from service.screening.rules.words.folding import SEPARATED, fold
from service.screening.rules.words.readings import SPACELESS

_BINS: Final = 6
_PRINTS: Final = 3
_CHARACTERS: Final = 4
_SPACELESS: Final = re.compile(f"[{SPACELESS}]")
_MIX: Final = 0x9E3779B97F4A7C15
_NONE: Final = 0xFFFFFFFF


def prints_of(text: str, chars_min: int) -> list[int]:
    """At most three signed 64-bit prints; none for a text of fewer characters."""
    if len(text) < chars_min:
        return []
    bins = [_NONE] * _BINS
    for shingle in shingles_of(text):
        value, which = divmod(crc32(shingle.encode("utf-8", "surrogatepass")), _BINS)
        if value < bins[which]:
            bins[which] = value
    prints = []
    for number in range(_PRINTS):
        first, second = bins[2 * number], bins[2 * number + 1]
        if first != _NONE or second != _NONE:
            mixed = ((first << 32 | second) * _MIX + number) & 0xFFFFFFFFFFFFFFFF
            prints.append(mixed - (1 << 64) if mixed >> 63 else mixed)
    return prints


def shingles_of(text: str) -> set[str]:
    """The text's pairs of neighbouring words, in the form in which words are compared."""
    words = fold(text).translate(SEPARATED).split()
    if len(words) < 3 or (not text.isascii() and _SPACELESS.search(text)):
        run = " ".join(words)
        return {run[at : at + _CHARACTERS] for at in range(max(1, len(run) - _CHARACTERS + 1))}
    return {f"{first} {second}" for first, second in pairwise(words)}


def likeness(one: set[str], other: set[str]) -> float:
    """The share of shingles that two texts have in common (Jaccard), from 0 to 1."""
    if not one or not other:
        return 0.0
    return len(one & other) / len(one | other)
