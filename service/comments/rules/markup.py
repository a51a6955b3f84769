"""From what a reader wrote to HTML that is safe in any page.

The grammar is a Markdown subset: paragraphs, emphasis, strong, inline code and code blocks, quotes, lists, links.
Everything else, raw HTML above all, is text. The parser is switched on rule by rule, so that nothing appears by
default; the sanitiser behind it is a second lock, built by other people, on the same door.
"""

import re
from collections.abc import Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Raised when the same text would become other HTML, so that stored HTML can be found and rendered again.
RENDERER_VERSION = 1

LINK_REL = "ugc nofollow noopener noreferrer"
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
TAGS = frozenset({"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"})

_RULES = [
    "backticks", "blockquote", "code", "emphasis", "entity", "escape", "fence", "link", "linkify", "list", "newline",
    "autolink", "balance_pairs", "fragments_join",
]  # fmt: skip


class _Renderer(RendererHTML):
    """Line breaks are kept as written, and a fence's language is not carried into the page."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].info = ""
        return super().fence(tokens, idx, options, env)


def _parser() -> MarkdownIt:
    parser = MarkdownIt(
        "zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": 100}, renderer_cls=_Renderer
    )
    parser.enable(_RULES)
    # Only what is written as an address becomes a link: "end.so" in "at the end.so" is no host.
    parser.linkify.set({"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": False})  # type: ignore[union-attr]
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    return parser


def _is_allowed_link(url: str) -> bool:
    scheme, colon, _ = url.strip().partition(":")
    return bool(colon) and scheme.lower() in LINK_SCHEMES


_PARSER = _parser()
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href"}, "*": set()},
    url_schemes=set(LINK_SCHEMES),
    link_rel=LINK_REL,
    strip_comments=True,
)


# Text in which no rule of the grammar can find anything: no mark, no address, no line that could open a list, a quote
# or code. Nor a blank other than a space, for the parser takes away some of those at a paragraph's ends.
_OTHER_BLANKS = r"\t\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NOTHING_TO_PARSE = re.compile(
    r"(?!(?: {4}|\s*(?:[-+]|\d{1,9}[.)])))"
    rf"(?:[^*_`\[\]<>&\\:~\n{_OTHER_BLANKS}]|\n(?!\s*(?:[-+]|\d{{1,9}}[.)]|  )))*"
)
_PARAGRAPH_END = re.compile(r" *\n\n *")
_LINE_END = re.compile(r" *\n *")


def render(body: str) -> str:
    """The text as HTML of the allowed elements only; links carry `rel="ugc nofollow noopener noreferrer"`.

    Takes text in the normal form of `rules/text.py`. Most comments are plain sentences and skip the parser, which costs
    a hundred times more than writing their paragraphs; a test holds both ways to the same HTML.
    """
    if _NOTHING_TO_PARSE.fullmatch(body):
        paragraphs = (_LINE_END.sub("<br>\n", paragraph) for paragraph in _PARAGRAPH_END.split(body))
        return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return parsed(body)


def parsed(body: str) -> str:
    """The same by way of the parser and the sanitiser, whatever the text."""
    return _CLEANER.clean(_PARSER.render(body)).strip()


def plain(body: str, most_chars: int) -> str:
    """The beginning of the text without its marks, on one line, for excerpts: cut from text, never from HTML."""
    words: list[str] = []
    for token in _walk(_PARSER.parse(body)):
        if token.type in ("text", "code_inline", "code_block", "fence"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or (token.block and token.nesting < 0):
            words.append(" ")
    text = " ".join("".join(words).split())
    return text if len(text) <= most_chars else text[: most_chars - 1].rstrip() + "…"


def _walk(tokens: Sequence[Token]) -> Any:
    for token in tokens:
        yield from _walk(token.children) if token.children else (token,)
