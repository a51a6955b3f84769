"""Words and phrases that the newsroom listed, found through case, accents of style, and compatibility forms.

The text is folded (NFKC, casefold, zero-width characters dropped) and searched with one expression for the whole list.
Matches are whole words: "Scunthorpe" holds nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from service.screening.rules.ruleset import Rules, WordList
from service.screening.rules.signals import Draft, History, Signal

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SPACES = re.compile(r"\s+")


def check(draft: Draft, _: History, rules: Rules) -> list[Signal]:
    """A signal for each listed word that stands in the text."""
    folded, places = _folded_with_places(draft.body)
    found = [
        signal
        for one in rules.words
        if one.kind != "allowed" and one.use != "off"
        for signal in _find(one, draft.body, folded, places, rules.version)
    ]
    return sorted(found, key=lambda signal: signal.start or 0)


def _find(one: WordList, body: str, folded: str, places: list[int], version: int) -> Iterable[Signal]:
    if (expression := _expression(one.words)) is None:
        return
    for match in expression.finditer(folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        yield Signal(
            check="words",
            kind="refuse" if one.kind == "blocked" else "hold",
            detail=f"{'a blocked word' if one.kind == 'blocked' else 'a word to look at'}: {match[0]}",
            matched=body[start:end],
            start=start,
            end=end,
            rule_version=version,
            what=one.kind,
            list=one.name,
            harm=one.harm,
        )


@lru_cache(maxsize=16)
def _expression(words: tuple[str, ...]) -> re.Pattern[str] | None:
    folded = sorted({fold(word) for word in words if word.strip()}, key=len, reverse=True)
    if not folded:
        return None
    parts = (r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split(" ")) for word in folded)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def fold(text: str) -> str:
    """The form in which words are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ZERO_WIDTH)
    return _SPACES.sub(" ", folded).strip()


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in the original that it came from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKC", character).casefold().translate(_ZERO_WIDTH):
            folded.append(part)
            places.append(place)
    return "".join(folded), places
