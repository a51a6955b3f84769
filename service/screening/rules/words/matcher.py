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
from service.screening.rules.words.readings import SPACELESS, STRETCHED_LONG, Reading, readings_of
from service.screening.rules.words.spellings import is_symbol, spellings
from service.screening.rules.words.traced import Traced

# Matches of a list told of one text; more make it no worse.
_TOLD_MAX: Final = 20
_TOLD_IN_ALL_MAX: Final = 60
_LOOKED_AT_MAX: Final = 3_000
# Patterns of one automaton.
_PART: Final = 20_000
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
        words, bare, masked, symbols = _Meant(), _Meant(), _Meant(), _Meant()
        for one in lists:
            for word in one.words if one.use != "off" else ():
                if is_symbol(word):
                    if stripped := word.strip().removesuffix("*"):
                        symbols.setdefault(stripped, []).append((one, word))
                    continue
                for spelling in spellings(word):
                    among = bare if spelling.bare else masked if spelling.masked else words
                    among.setdefault(spelling.pattern, []).append((one, word))
        self._words = _Automaton(words)
        self._masked = _Automaton(masked)
        self._bare = _Automaton(bare)
        self._symbols = _Automaton(symbols)
        self._spaceless = any(_SPACELESS_ANYWHERE.search(pattern) for pattern in words)

    def find(self, text: str) -> list[Found]:
        """The listed words in the order of their places; each of a list once at a place, at most so many of a list."""
        search = _Search(text)
        for start, end, one, word in self._symbols.all_in(text):
            search.add(Found(one, word, start, end, "plain"))
        for reading in readings_of(fold(text), self._spaceless):
            automaton = self._bare if reading.runs else self._masked if reading.name == "masked" else self._words
            if automaton.has_other_than(search.full, reading.words):
                search.look(reading, automaton)
        return search.told()


class _Search:
    """What was found in one text so far. A list of which enough was found is full, and looked for no more: the work on
    a text made of nothing else is bounded, and what other lists say still counts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._traced = Traced("", None)
        self._found: dict[tuple[str, int], Found] = {}
        self._of_list: dict[str, int] = {}
        self._allowed: set[tuple[int, int]] = set()
        self.full: set[str] = set()

    def look(self, reading: Reading, automaton: "_Automaton") -> None:
        """Adds what the reading finds, at its place, as far as it stands up to a closer look."""
        if self._traced.places is None:
            self._traced = Traced(*fold_with_places(self._text))
        read, places = reading.again(self._traced)
        if places is None:
            return
        look = _Look(self._text, read)
        hits = list(automaton.all_in(read))
        # First those that cover others.
        hits.sort(key=lambda hit: hit[2].kind != "allowed")
        covers = _Covers(self._allowed)
        for at, until, one, word in hits:
            if one.name in self.full:
                continue
            first, last = at + (read[at] == " "), until - (read[until - 1] == " ")
            if word.endswith("*") and not reading.runs and not _SPACELESS_ANYWHERE.search(read[first:last]):
                border = read.find(" ", last)
                last = len(read) if border < 0 else border
            start, end = places[first], places[last - 1] + 1
            while (
                reading.stretched and end < len(self._text) and self._text[end].lower() == self._text[end - 1].lower()
            ):
                end += 1
            if one.kind == "allowed":
                self._allowed.add((start, end))
                continue
            if len(covers) != len(self._allowed):
                covers = _Covers(self._allowed)
            found = Found(one, word, start, end, reading.name)
            if not covers.over(start, end) and look.confirms(found, reading, " " in read[first:last]):
                self.add(found)

    def add(self, found: Found) -> None:
        """Each word once at a place: as the plainest reading has it, and of that one the longest."""
        place = (found.list.name, found.start)
        known = self._found.get(place)
        if known is None:
            count = self._of_list[found.list.name] = self._of_list.get(found.list.name, 0) + 1
            if count >= _TOLD_MAX:
                self.full.add(found.list.name)
        if known is None or (found.reading == known.reading and found.end > known.end):
            self._found[place] = found

    def told(self) -> list[Found]:
        """What lies in no allowed word, in the order of the text; of very many, those that ask for most."""
        covers = _Covers(self._allowed)
        kept = [one for one in self._found.values() if not covers.over(one.start, one.end)]
        if len(kept) > _TOLD_IN_ALL_MAX:
            kept.sort(key=lambda one: (one.list.use == "shadow", one.list.kind != "blocked", one.start))
        return sorted(kept[:_TOLD_IN_ALL_MAX], key=lambda one: (one.start, one.end))


class _Covers:
    """Spans, asked whether they cover another."""

    def __init__(self, spans: set[tuple[int, int]]) -> None:
        in_order = sorted(spans)
        self._starts = [start for start, _ in in_order]
        # Of those that start no later, the one that reaches furthest.
        self._reaches = list(accumulate((end for _, end in in_order), max))

    def __len__(self) -> int:
        return len(self._starts)

    def over(self, start: int, end: int) -> bool:
        before = bisect_right(self._starts, start)
        return before > 0 and self._reaches[before - 1] >= end


class _Look:
    """The closer look at a text in which something was found; what is asked of the whole text is found out once."""

    def __init__(self, text: str, read: str) -> None:
        self._text, self._read = text, read
        self._is_latin: bool | None = None
        self._is_another: dict[str, bool] = {}

    def confirms(self, found: Found, reading: Reading, is_phrase: bool) -> bool:
        """Is it the listed word?"""
        span = self._text[found.start : found.end]
        if is_phrase and _SENTENCE_END.search(span):
            return False
        if reading.name != "plain" and not _is_disguise(span, reading):
            return False
        language = found.list.language
        return not self.is_another_word(span, found.word) and not (
            language is not None and self.is_foreign(span, found.word, language)
        )

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


_Meant = dict[str, list[tuple[WordList, str]]]


class _Automaton:
    """Patterns with the words that they stand for.

    In parts, because the interpreter stands still while one is built: one part costs a tenth of a second, and a walk
    through it some microseconds.
    """

    def __init__(self, meant: _Meant) -> None:
        patterns, words = list(meant), list(meant.values())
        self._parts = [
            (AhoCorasick(patterns[at : at + _PART]), words[at : at + _PART]) for at in range(0, len(patterns), _PART)
        ]

    def has_other_than(self, lists: set[str], text: str) -> bool:
        """Is there a word in it of a list that is none of these?"""
        for walk, meant in self._parts:
            matches = walk.find_matches_as_indexes(text, overlapping=True)
            if matches and not lists:
                return True
            if any(one.name not in lists for which in {match[0] for match in matches} for one, _ in meant[which]):
                return True
        return False

    def all_in(self, text: str) -> Iterator[tuple[int, int, WordList, str]]:
        """The first so many places of the text, and the words that stand there."""
        for walk, meant in self._parts:
            for which, start, end in walk.find_matches_as_indexes(text, overlapping=True)[:_LOOKED_AT_MAX]:
                for one, word in meant[which]:
                    yield start, end, one, word


def _is_disguise(span: str, reading: Reading) -> bool:
    """Does it look like a word that somebody disguised, and not like a number, a price or the name of a road?"""
    if reading.name == "squeezed" and not STRETCHED_LONG.search(span.lower()):
        return False
    letters = sum(map(str.isalpha, span))
    digits = sum(map(str.isdigit, span))
    return letters > 0 and digits <= _DIGITS_SHARE_MAX * (letters + digits)
