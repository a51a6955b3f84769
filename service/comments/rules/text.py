"""A reader's text as it is kept: the same text in one normal form, without what no reader can see."""

import re
import unicodedata

from service.kernel import limits
from service.kernel.problems import InvalidRequest
from service.languages.said import said

# Control characters but tab and line feed; the byte order mark; and the two overrides that make text run backwards.
# Joiners (emoji, Persian, Hindi) and the isolates that mixed-direction text needs stay.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u202d\u202e\ufff9-\ufffb]")
_BLANK_LINES = re.compile(r"\n{3,}")
# No writing system stacks more marks than this on one letter.
_MARKS_MAX = 6


def normal(text: str) -> str:
    """NFC, line feeds for line ends, nothing invisible that misleads, at most one empty line in a row, no blanks at a
    line's end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Before NFC: what stood around an unseen character may be one letter now.
    text = _UNSEEN.sub("", text)
    if not text.isascii():
        text = _with_few_marks(unicodedata.normalize("NFC", text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _with_few_marks(text: str) -> str:
    """Piles of combining marks, which hide the lines around them, cut to what real writing uses."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def body(text: str) -> str:
    """The comment's text to keep; InvalidRequest when it is empty or too long."""
    kept = normal(text)
    if not kept:
        raise InvalidRequest.of("body", said("entries.empty"))
    if len(kept) > limits.body_chars_max:
        raise InvalidRequest.of("body", said("entries.too_long", most=limits.body_chars_max))
    return kept
