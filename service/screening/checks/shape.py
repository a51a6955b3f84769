"""What a text looks like, whatever it says: shouting, one thing again and again, piles of marks, nothing at all."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import eq, itemgetter
from string import ascii_lowercase, ascii_uppercase
from typing import Final

from service.screening.rules.ruleset import Rules, Shape
from service.screening.rules.runs import has_run
from service.screening.rules.signals import Draft, History, Signal
from service.screening.rules.words.folding import fold
from service.screening.rules.words.readings import SPACELESS

# Rulers and dots are drawn with these.
_RULERS: Final = frozenset(" \n\t-_=*.~#+·•…—–|")
_CAPITALS: Final = ascii_uppercase.encode()
_SMALL: Final = ascii_lowercase.encode()
_RUN: Final = re.compile(r"(\S)\1{4,}")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# More marks on one letter than any writing puts there.
_PILE: Final = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}")
# What turns the direction of text around, and what begins and ends a part with a direction of its own.
_OVERRIDES: Final = "\u202d\u202e"
_BEGINS: Final = "\u202a\u202b\u2066\u2067\u2068"
_ENDS: Final = "\u202c\u2069"
_SPACELESS: Final = re.compile(f"[{SPACELESS}]")


def check(draft: Draft, _: History, rules: Rules) -> list[Signal]:
    """A signal for each kind of odd shape."""
    body, shape = draft.body, rules.shape
    found = [*_empty(body), *_shouting(body, shape), *_runs(body, shape), *_long_words(body, shape)]
    if not body.isascii():
        found += [*_piles(body, shape), *_directions(body)]
    return [_signal(draft.body, rules.version, *finding) for finding in found]


# What it is, in words for moderators, how much of it and how much is too much, and the place.
_Finding = tuple[str, str, float | None, float | None, tuple[int, int] | None]


def _signal(
    body: str, version: int, what: str, detail: str, score: float | None, threshold: float | None,
    place: tuple[int, int] | None,
) -> Signal:  # fmt: skip
    start, end = place or (None, None)
    return Signal(
        check="shape",
        kind="refuse" if what == "empty" else "hold",
        detail=detail,
        matched=body[start:end][:200] if place else None,
        start=start,
        end=end,
        score=score,
        threshold=threshold,
        rule_version=version,
        what=what,
    )


def _empty(body: str) -> Iterator[_Finding]:
    # The beginning tells of nearly every text that there is something.
    if not body.isascii() and not fold(body[:64]).strip() and not fold(body).strip():
        yield "empty", "nothing that a reader could see", None, None, None


def _shouting(body: str, shape: Shape) -> Iterator[_Finding]:
    """Capitals among the letters of scripts that have them; links aside."""
    if "://" in body:
        body = _LINK.sub("", body)
    if body.isascii():
        raw = body.encode()
        capitals = len(raw) - len(raw.translate(None, _CAPITALS))
        cased = capitals + len(raw) - len(raw.translate(None, _SMALL))
    elif body == body.lower():
        # Scripts without case are told at once.
        return
    else:
        capitals = sum(map(str.isupper, body))
        if capitals < shape.capitals_share * shape.capitals_letters_min:
            return
        cased = capitals + sum(map(str.islower, body))
    if cased >= shape.capitals_letters_min and capitals >= shape.capitals_share * cased:
        share = round(capitals / cased, 2)
        yield "shouting", f"{share:.0%} capitals", share, shape.capitals_share, None


def _runs(body: str, shape: Shape) -> Iterator[_Finding]:
    """One character, or one word, too many times in a row: the first of each."""
    if has_run(body, shape.character_run):
        runs = [run for run in _RUN.finditer(body) if run[1] not in _RULERS]
        if (longest := max(runs, key=lambda run: len(run[0]), default=None)) and len(longest[0]) >= shape.character_run:
            detail = f"{len(longest[0])} times {longest[1]!r} in a row"
            yield "repeated_character", detail, len(longest[0]), shape.character_run, longest.span()
    words = body.lower().split()
    if not any(map(eq, words, words[1:])):
        return
    in_a_row = [(len(list(run)), word) for word, run in groupby(words)]
    most, word = max(in_a_row, key=itemgetter(0))
    if most >= shape.word_run:
        start = max(body.lower().find(word), 0)
        yield "repeated_word", f"{most} times one word in a row", most, shape.word_run, (start, start + len(word))


def _long_words(body: str, shape: Shape) -> Iterator[_Finding]:
    word = max(body.split(), key=len, default="")
    if len(word) <= shape.word_chars or _SPACELESS.search(word) is not None:
        return
    if sum(map(str.isalnum, word)) > shape.word_chars and _LINK.search(word) is None:
        start = body.find(word)
        detail = f"{len(word)} characters without a space"
        yield "long_word", detail, len(word), shape.word_chars, (start, start + len(word))


def _piles(body: str, shape: Shape) -> Iterator[_Finding]:
    piles = list(_PILE.finditer(body))
    if len(piles) >= shape.piled_letters:
        detail = f"{len(piles)} letters under piles of marks"
        yield "piled_marks", detail, len(piles), shape.piled_letters, piles[0].span()


def _directions(body: str) -> Iterator[_Finding]:
    if found := [body.index(sign) for sign in _OVERRIDES if sign in body]:
        yield "direction", "a sign that makes text run backwards", None, None, (min(found), min(found) + 1)
    elif sum(map(body.count, _BEGINS)) > sum(map(body.count, _ENDS)) + 2:
        yield "direction", "changes of direction that never end", None, None, None
