"""A text on its way through readings that drop characters, with or without the trace back to where each came from.

Most texts have no match and are never traced: the same steps then run on plain strings, at the speed of the
interpreter's own C code. Where something matched, they run once more with places.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

_SURPLUS_SPACE: Final = re.compile(r"^ +| +(?= )| +\Z")


class Traced(NamedTuple):
    """Characters, and for each the place in the original, or None where nobody asked."""

    text: str
    places: list[int] | None

    def swapped(self, table: Mapping[int, int] | Mapping[int, str]) -> "Traced":
        """Each character by the table, which must give one for one."""
        return Traced(self.text.translate(table), self.places)

    def without(self, expression: re.Pattern[str], keep: int = 0) -> "Traced":
        """Without what the expression matches, but for the first `keep` characters of each match."""
        if self.places is None:
            return Traced(expression.sub((lambda match: match[0][:keep]) if keep else "", self.text), None)
        parts: list[str] = []
        places: list[int] = []
        at = 0
        for match in expression.finditer(self.text):
            stop = match.start() + keep
            parts.append(self.text[at:stop])
            places.extend(self.places[at:stop])
            at = match.end()
        parts.append(self.text[at:])
        places.extend(self.places[at:])
        return Traced("".join(parts), places)

    def in_words(self, separated: Mapping[int, int] | Mapping[int, str]) -> "Traced":
        """Words with one space between, before and after: a listed word with its spaces is a whole word."""
        apart = self.swapped(separated)
        if apart.places is None:
            return Traced(f" {' '.join(apart.text.split())} ", None)
        close = apart.without(_SURPLUS_SPACE)
        places = close.places or []
        before, after = (places[0], places[-1]) if places else (0, 0)
        return Traced(f" {close.text} ", [before, *places, after])
