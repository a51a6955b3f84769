"""Finds every listed word in a text, in time linear in the text, whatever the lists hold.

All spellings of all words are one automaton (Aho, Corasick: Efficient string matching, CACM 18, 1975), built once for
each version of the rules. A reading of a text costs one walk through it. Only where a walk finds something is the
reading done once more with places, and the place, the language and the signs looked at.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick

from service.screening.rules.ruleset import WordList
from service.screening.rules.words.folding import fold, fold_with_places
from service.screening.rules.words.languages import OWN_LETTERS, is_plainly_another
from service.screening.rules.words.readings import PLAIN, SPACELESS, STRETCHED_LONG, Reading, readings_of
from service.screening.rules.words.spellings import Spelling, is_symbol, spellings
from service.screening.rules.words.traced import Traced

# Matches told of one text; more make it no worse.
_TOLD_MAX: Final = 20
_LOOKED_AT_MAX: Final = 3_000
# Of a disguised word, the share of digits among its letters: a55ho1e is one, A55 is a road.
_DIGITS_SHARE_MAX: Final = 0.6
_SENTENCE_END: Final = re.compile(r"[.!?…。！？][\s\"'»”’)]+\S|\n\s*\n")
_SPACELESS_ANYWHERE: Final = re.compile(f"[{SPACELESS}]")
_LATIN: Final = re.compile("[a-zA-Z\u00c0-\u024f]")
_GREEK_OR_CYRILLIC: Final = re.compile("[\u0370-\u052f]")


class Found(NamedTuple):
    """A listed word at its place in the text, as code points, the end not included."""

    list: WordList
    word: str
    start: int
    end: int
    reading: str


class Matcher:
    """Of one version of the rules. Lists in use, also those in shadow, are looked for; those off are not there."""

    def __init__(self, lists: Sequence[WordList]) -> None:
        words: dict[str, list[tuple[WordList, str]]] = {}
        bare: dict[str, list[tuple[WordList, str]]] = {}
        symbols: dict[str, list[tuple[WordList, str]]] = {}
        for one in lists:
            for word in one.words if one.use != "off" else ():
                if is_symbol(word):
                    if stripped := word.strip().removesuffix("*"):
                        symbols.setdefault(stripped, []).append((one, word))
                    continue
                for spelling in spellings(word):
                    _among(spelling, words, bare).setdefault(spelling.pattern, []).append((one, word))
        self._words = _Automaton(words)
        self._bare = _Automaton(bare)
        self._symbols = _Automaton(symbols)
        self._spaceless = any(_SPACELESS_ANYWHERE.search(pattern) for pattern in words)
        self._allows = any(one.kind == "allowed" for one in lists)

    def find(self, text: str) -> list[Found]:
        """The listed words in the order of their places; each of a list once at a place."""
        folded = fold(text)
        found = [*self._symbols_in(text)]
        for reading in (PLAIN, *readings_of(folded, self._spaceless)):
            automaton = self._bare if reading.runs else self._words
            if automaton.is_in(reading.read(Traced(folded, None)).text):
                found.extend(self._traced(text, reading, automaton))
        return _told(found) if found else []

    def _symbols_in(self, text: str) -> Iterator[Found]:
        for start, end, one, word in self._symbols.all_in(text):
            yield Found(one, word, start, end, "plain")

    def _traced(self, text: str, reading: Reading, automaton: "_Automaton") -> Iterator[Found]:
        """What a reading found, at its place, as far as it stands up to a closer look."""
        read, places = reading.read(Traced(*fold_with_places(text)))
        if places is None:
            return
        look = _Look(text, read)
        for at, until, one, word in automaton.all_in(read):
            first, last = at + (read[at] == " "), until - (read[until - 1] == " ")
            if word.endswith("*") and not _SPACELESS_ANYWHERE.search(read[first:last]):
                border = read.find(" ", last)
                last = len(read) if border < 0 else border
            start, end = places[first], places[last - 1] + 1
            while reading.stretched and end < len(text) and text[end].lower() == text[end - 1].lower():
                end += 1
            span = text[start:end]
            if " " in read[first:last] and _SENTENCE_END.search(span):
                continue
            if reading is not PLAIN and not _is_disguise(span, reading):
                continue
            if not look.is_another_word(span, word) and not (
                one.language and look.is_foreign(span, word, one.language)
            ):
                yield Found(one, word, start, end, reading.name)


class _Look:
    """The closer look at a text in which something was found; what is asked of the whole text is found out once."""

    def __init__(self, text: str, read: str) -> None:
        self._text, self._read = text, read
        self._is_latin: bool | None = None
        self._is_another: dict[str, bool] = {}

    def is_another_word(self, span: str, word: str) -> bool:
        """In a text of Greek or Cyrillic letters, a word wholly in such letters is not the Latin one it looks like."""
        if span.isascii() or not _LATIN.search(word) or _LATIN.search(span) or not _GREEK_OR_CYRILLIC.search(span):
            return False
        if self._is_latin is None:
            self._is_latin = len(_LATIN.findall(self._text)) > len(_GREEK_OR_CYRILLIC.findall(self._text))
        return not self._is_latin

    def is_foreign(self, span: str, word: str, language: str) -> bool:
        """Is the text, or this word by its letters, plainly of another language, or another word of this one?"""
        if not span.isascii():
            own = OWN_LETTERS.get(language, "")
            if any(letter in own and letter not in word.lower() for letter in span.lower()):
                return True
        if language not in self._is_another:
            self._is_another[language] = is_plainly_another(language, self._read.split())
        return self._is_another[language]


class _Automaton:
    """Patterns with the words that they stand for."""

    def __init__(self, meant: dict[str, list[tuple[WordList, str]]]) -> None:
        self._meant = list(meant.values())
        self._walk = AhoCorasick(list(meant)) if meant else None

    def is_in(self, text: str) -> bool:
        return self._walk is not None and bool(self._walk.find_matches_as_indexes(text))

    def all_in(self, text: str) -> Iterator[tuple[int, int, WordList, str]]:
        if self._walk is None:
            return
        for which, start, end in self._walk.find_matches_as_indexes(text, overlapping=True)[:_LOOKED_AT_MAX]:
            for one, word in self._meant[which]:
                yield start, end, one, word


def _among(
    spelling: Spelling, words: dict[str, list[tuple[WordList, str]]], bare: dict[str, list[tuple[WordList, str]]]
) -> dict[str, list[tuple[WordList, str]]]:
    return bare if spelling.bare else words


def _told(found: list[Found]) -> list[Found]:
    """Without what lies in an allowed word, and each word once at a place; the first of them in the text."""
    allowed = sorted((one.start, one.end) for one in found if one.list.kind == "allowed")
    starts = [start for start, _ in allowed]
    # Of those that start no later, the one that reaches furthest.
    reaches = list(accumulate((end for _, end in allowed), max))
    kept: dict[tuple[str, int], Found] = {}
    for one in found:
        before = bisect_right(starts, one.start)
        if one.list.kind == "allowed" or (before and reaches[before - 1] >= one.end):
            continue
        place = (one.list.name, one.start)
        if place not in kept or one.end > kept[place].end:
            kept[place] = one
    return sorted(kept.values(), key=lambda one: (one.start, one.end))[:_TOLD_MAX]


def _is_disguise(span: str, reading: Reading) -> bool:
    """Does it look like a word that somebody disguised, and not like a number, a price or the name of a road?"""
    if reading.name == "squeezed" and not STRETCHED_LONG.search(span.lower()):
        return False
    letters = sum(map(str.isalpha, span))
    digits = sum(map(str.isdigit, span))
    return letters > 0 and digits <= _DIGITS_SHARE_MAX * (letters + digits)
