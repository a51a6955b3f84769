"""The ways in which a folded text is read: as it stands, and, where something in it looks like a disguise, without it.

Each reading is a step from characters to words, the same for texts and with a trace (`traced.py`). A text without
digits and signs among its letters, stretched letters, or letters standing alone is read once.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from service.screening.rules.runs import has_run
from service.screening.rules.words.folding import SEPARATED, SEPARATED_BUT_MASKS
from service.screening.rules.words.traced import Traced

# Digits and signs for letters. A `1`, a `|` and a `!` are two letters, so such a text is read twice.
_SWAPPED_SIGNS: Final = "01345789@$!|+€£¥¢§¡"
_SIGNS_OF_SWAPS: Final = frozenset(_SWAPPED_SIGNS)
_SWAPS: Final = {ord(sign): letter for sign, letter in zip(_SWAPPED_SIGNS, "oieastbgasiitelycsi", strict=True)}
_SWAPS_TO_L: Final = _SWAPS | {ord("1"): "l", ord("|"): "l", ord("!"): "l"}
# Beside a letter, or with one sign between them.
_SWAPPED: Final = re.compile(rf"[{_SWAPPED_SIGNS}](?:(?<=[^\W\d_].)|(?<=[^\W\d_][^\w\s].)|(?=[^\w\s]?[^\W\d_]))")
_SWAPPED_TWICE: Final = re.compile(r"[1|!](?=[^\W_])")
# Signs that end a word are no letters.
_ENDING: Final = re.compile(r"[!|+](?![^\W_$@!|+])")
# Signs between letters without a space.
_INNER: Final = re.compile(r"(?:[^\w\s](?<=[^\W_].)[^\w\s]{0,2}|_(?<=[^\W_].)_{0,2})(?=[^\W_])")
# Three letters and more; or two of those that are never doubled where words of listed kinds are concerned.
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}|([ahijkquvwxy])\2+")
STRETCHED_LONG: Final = re.compile(r"([^\W\d_])\1{2,}")
_PAIRS: Final = [letter * 2 for letter in "ahijkquvwxy"]
_DOUBLED: Final = re.compile(r"([^\W\d_])\1+")
# Signs that stand for a letter that is not spelt out.
_MASKED: Final = re.compile(r"[*#%&@$!?](?<=[^\W_].)[*#%&@$!?.\-]*+(?=[^\W_])")
_MASKS_OUTSIDE: Final = re.compile(r"(?<![*#%&@$!?])(?:(?<!\w)[*#%&@$!?]++|[*#%&@$!?]++(?!\w))")
_MASKS_AGAIN: Final = re.compile(r"\*{2,}")
_MASKS: Final = dict.fromkeys(map(ord, "*#%&@$!?"), "*")
# Single letters with a sign or two between them, at least three.
_ALONE: Final = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){2,}")
_BETWEEN: Final = re.compile(r"[\W_]+")
# Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Kana, Han.
SPACELESS: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_SPACED_OUT: Final = re.compile(rf"(?<=[{SPACELESS}])[ .\-_*~·|/+]{{1,3}}(?=[{SPACELESS}])")


class Reading(NamedTuple):
    """One way to read a text, and the words that it finds. In one of `runs` single letters were put together: words
    have no borders there. In one that is `stretched` letters in a row were taken as one."""

    name: str
    words: str
    again: Callable[[Traced], Traced]
    runs: bool = False
    stretched: bool = False


def _plain(folded: Traced) -> Traced:
    return folded.in_words(SEPARATED)


def _joined(folded: Traced) -> Traced:
    return folded.without(_INNER)


def _swapped(folded: Traced) -> Traced:
    return Traced(_ENDING.sub(" ", folded.text), folded.places).swapped(_SWAPS)


def _swapped_to_l(folded: Traced) -> Traced:
    return Traced(_ENDING.sub(" ", folded.text), folded.places).swapped(_SWAPS_TO_L)


def _stretched(folded: Traced) -> Traced:
    return folded.without(_STRETCHED, keep=1)


def _stretched_to_two(folded: Traced) -> Traced:
    return folded.without(STRETCHED_LONG, keep=2)


def _squeezed(folded: Traced) -> Traced:
    return folded.without(_DOUBLED, keep=1)


def _masked(folded: Traced) -> Traced:
    inside = Traced(_MASKS_OUTSIDE.sub(lambda signs: " " * len(signs[0]), folded.text), folded.places)
    return inside.swapped(_MASKS).without(_MASKS_AGAIN, keep=1).in_words(SEPARATED_BUT_MASKS)


def _spaced_out(folded: Traced) -> Traced:
    return folded.without(_SPACED_OUT).in_words(SEPARATED)


def _alone(folded: Traced) -> Traced:
    """Runs of letters that stand alone, each put together, with spaces around."""
    text, places = folded
    parts: list[str] = []
    traces: list[int] = []
    for match in _ALONE.finditer(text):
        start, end = match.span()
        parts.append(_BETWEEN.sub("", match[0]))
        if places is not None:
            traces += [
                places[start],
                *(places[at] for at in range(start, end) if _is_letter(text[at])),
                places[end - 1],
            ]
    return Traced("".join(f" {part} " for part in parts), None if places is None else traces)


def _is_letter(character: str) -> bool:
    return not _BETWEEN.match(character)


_Step = Callable[[Traced], Traced]


def _reading(
    name: str, text: str, done: tuple[_Step, ...], *steps: _Step, runs: bool = False, stretched: bool = False
) -> Reading:
    """A reading by the steps `done`, which led to `text` already, and the others."""
    return Reading(
        name, _through(Traced(text, None), steps).text, lambda one: _through(one, done + steps), runs, stretched
    )


def _through(text: Traced, steps: tuple[_Step, ...]) -> Traced:
    for step in steps:
        text = step(text)
    return text


def readings_of(folded: str, spaceless: bool) -> Iterator[Reading]:
    """The text as it stands, then the readings that are worth while; `spaceless`: such words are looked for.

    What asks for a reading is looked for cheaply first: in the chunks between spaces that are not letters alone, and by
    substrings.
    """
    yield _reading("plain", folded, (), _plain)
    chunks = folded.split()
    odd = "\n".join([chunk for chunk in chunks if not chunk.isalpha()])
    bare, done = folded, tuple[_Step, ...]()
    if odd and _INNER.search(odd):
        joined = _joined(Traced(folded, None)).text
        yield _reading("joined", joined, (_joined,), _plain)
        bare, done = joined, (_joined,)
    if odd and _SWAPPED.search(odd):
        swapped = _swapped(Traced(folded, None)).text
        yield _reading("swapped", swapped, (_swapped,), _plain)
        if done:
            yield _reading("joined", swapped, (_swapped,), _joined, _plain)
        if _SWAPPED_TWICE.search(odd):
            yield _reading("swapped", folded, (), _swapped_to_l, _joined, _plain)
        done = (_swapped, *done)
        bare = _through(Traced(folded, None), done).text
    if _may_be_stretched(bare) and _STRETCHED.search(bare):
        yield _reading("stretched", bare, done, _stretched, _plain, stretched=True)
        if STRETCHED_LONG.search(bare):
            yield _reading("stretched", bare, done, _stretched_to_two, _plain, stretched=True)
            yield _reading("squeezed", bare, done, _squeezed, _plain, stretched=True)
    if odd and _MASKED.search(odd):
        yield _reading("masked", folded, (), _masked)
    if _may_stand_alone(chunks, odd) and _ALONE.search(folded):
        yield _reading("alone", folded, (), _alone, runs=True)
        if odd and not _SIGNS_OF_SWAPS.isdisjoint(odd):
            yield _reading("alone", folded, (), _swapped, _alone, runs=True)
    if spaceless and not folded.isascii() and _SPACED_OUT.search(folded):
        yield _reading("spaced out", folded, (), _spaced_out)


def _may_be_stretched(text: str) -> bool:
    """Are there three equal characters in a row, or two of the letters that are never doubled?"""
    return has_run(text, 3) or any(pair in text for pair in _PAIRS)


def _may_stand_alone(chunks: list[str], odd: str) -> bool:
    """Are there three single letters between spaces, or between signs?"""
    return sum([len(chunk) == 1 for chunk in chunks]) > 1 or (odd != "" and _ALONE.search(odd) is not None)
