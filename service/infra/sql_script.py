"""Splits an SQL script into its statements, the way psql does."""

import re
from collections.abc import Iterator

# What may hold a semicolon that ends nothing: comments, quoted text, quoted names, dollar-quoted bodies.
_TOKEN = re.compile(
    r"""
      --[^\n]*
    | /\*.*?\*/
    | [eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag)
    | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def split_statements(script: str) -> Iterator[str]:
    """Each statement without its semicolon; parts that are only comments are left out.

    Comments inside comments are not understood: `/* /* */ */` ends at the first close.
    """
    start = 0
    for token in _TOKEN.finditer(script):
        if token["end"]:
            yield from _unless_empty(script[start : token.start()])
            start = token.end()
    yield from _unless_empty(script[start:])


def _unless_empty(part: str) -> Iterator[str]:
    if _COMMENT.sub("", part).strip():
        yield part.strip()
