"""What a search asks for: the words as people type them, as PostgreSQL takes them. Values in, values out.

All words must be there. "Words in quotes" stand next to one another in that order, a word that ends in * stands for all
that begin so, and -word or -"some words" must not be there.
"""

import re
from typing import Final

import msgspec

from service.kernel.problems import InvalidRequest

TERMS_MAX: Final = 16
PREFIX_CHARS_MIN: Final = 2

_TERM = re.compile(r"(?P<without>-?)(?:\"(?P<phrase>[^\"]*)\"?|(?P<word>[^\s\"]+))")
_WORDLIKE = re.compile(r"\w")


class Term(msgspec.Struct, frozen=True):
    """One word, or several that stand together."""

    text: str
    without: bool = False
    begins: bool = False

    def quoted(self) -> str:
        """The term as `to_tsquery` takes it: quoted, so that nothing in it is an operator."""
        text = self.text.replace("\\", "\\\\").replace("'", "''")
        return f"'{text}'" + (":*" if self.begins else "")


class Question(msgspec.Struct, frozen=True):
    """A search in two forms: `exact` is what is asked; `loose` leaves out what an index cannot answer by itself (the
    order of words, and what must not be there), so that whatever `exact` finds, `loose` finds too."""

    exact: str
    loose: str


def question(text: str) -> Question:
    """What the text asks for; InvalidRequest for one that names nothing to find, or too much."""
    terms = _terms(text)
    wanted = [term for term in terms if not term.without]
    if not wanted:
        raise InvalidRequest.of("q", "must name at least one word to find")
    if len(terms) > TERMS_MAX:
        raise InvalidRequest.of("q", f"may have at most {TERMS_MAX} words or phrases")
    exact = " & ".join(("!" if term.without else "") + term.quoted() for term in terms)
    return Question(exact, " & ".join(term.quoted() for term in wanted))


def without_order(parsed: str) -> str:
    """A parsed query in which words that should stand next to one another only need to be there.

    `parsed` is the text of a `tsquery` without exclusions. Its words stand in quotes and hold no angle brackets, which
    PostgreSQL's parser takes for the ends of words.
    """
    return re.sub(r"<(?:-|\d+)>", "&", parsed)


def of_kind(parsed: str, kind: str) -> str:
    """A parsed query of words as written (kind `A`) or of stems (`B`) alone: a stem may be another word as written."""
    return re.sub(r"('(?:[^']|'')*')(:\*)?", lambda word: word[1] + (word[2] or ":") + kind, parsed)


def _terms(text: str) -> list[Term]:
    found = []
    for match in _TERM.finditer(text):
        words = match["phrase"] if match["word"] is None else match["word"]
        # A hyphen within a word is part of it, one before it is not; a star alone begins nothing.
        bare = words.rstrip("*")
        if not _WORDLIKE.search(bare):
            continue
        begins = match["word"] is not None and words.endswith("*")
        if begins and len(bare) < PREFIX_CHARS_MIN:
            raise InvalidRequest.of("q", f"needs {PREFIX_CHARS_MIN} letters before *")
        found.append(Term(bare, bool(match["without"]), begins))
    return found
