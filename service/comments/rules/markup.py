"""From what a reader wrote to HTML that is safe in any page.

The grammar is a Markdown subset: paragraphs, emphasis, strong, inline code and code blocks, quotes, lists, links.
Everything else, raw HTML above all, is text. The parser is switched on rule by rule, so that nothing appears by
default; the sanitiser behind it is a second lock, built by other people, on the same door.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Raised when the same text would become other HTML, so that stored HTML can be found and rendered again.
RENDERER_VERSION = 2

# Quotes within quotes and lists within lists, each list counting twice: no discussion needs more, and a phone has no
# room for it. The parser drops what is nested deeper, so such a text is shown as it was written.
_NESTING_MAX = 12

LINK_REL = "ugc nofollow noopener noreferrer"
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
TAGS = frozenset({"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"})

_RULES = [
    "backticks", "blockquote", "code", "emphasis", "entity", "escape", "fence", "link", "linkify", "list", "newline",
    "autolink", "balance_pairs", "fragments_join",
]  # fmt: skip


class _Renderer(RendererHTML):
    """Line breaks are kept as written, a fence's language is not carried into the page, and a link that speaks of one
    host and leads to another says so."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].info = ""
        return super().fence(tokens, idx, options, env)

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        start = next(at for at in range(idx, -1, -1) if tokens[at].type == "link_open")
        if tokens[start].info == "auto":
            # The address itself, which says where it leads.
            return self.renderToken(tokens, idx, options, env)
        label = "".join(token.content for token in tokens[start + 1 : idx])
        host = _host(str(tokens[start].attrGet("href") or ""))
        named = {_ascii_host(found) for found in _NAMES_A_HOST.findall(label)}
        told = f" ({escape(host)})" if host and named - {host, f"www.{host}", host.removeprefix("www.")} else ""
        return told + self.renderToken(tokens, idx, options, env)


def _parser() -> MarkdownIt:
    parser = MarkdownIt(
        "zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": _NESTING_MAX}, renderer_cls=_Renderer
    )
    parser.enable(_RULES)
    # Only what is written as an address becomes a link: "end.so" in "at the end.so" is no host.
    parser.linkify.set({"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": False})  # type: ignore[union-attr]
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    parser.normalizeLinkText = _shown_address  # type: ignore[method-assign,assignment]
    return parser


# A host's name as people write it, with or without its scheme.
_NAMES_A_HOST = re.compile(r"(?i)(?:https?://)?((?:[^\W_][\w-]*\.)+[^\W\d_]{2,})")


def _is_allowed_link(url: str) -> bool:
    """An address of a host, without a name before it that could pass for the host; or one of a mailbox."""
    try:
        target = urlsplit(url.strip())
    except ValueError:
        return False
    if target.scheme not in LINK_SCHEMES:
        return False
    if target.scheme == "mailto":
        return bool(target.path)
    return bool(target.hostname) and "@" not in target.netloc


def _shown_address(url: str) -> str:
    """An address as it is shown: its host in ASCII, so that no letter passes for another, and all else as written."""
    scheme, slashes, rest = url.partition("://")
    if not slashes:
        mailbox, at, host = url.rpartition("@")
        return f"{mailbox}@{_ascii_host(host)}" if at else url
    host, *after = re.split(r"(?=[/?#:])", rest, maxsplit=1)
    return f"{scheme}://{_ascii_host(host)}{''.join(after)}"


def _host(url: str) -> str:
    """The host that a link leads to, in ASCII; nothing for a mailbox."""
    return _ascii_host(urlsplit(url).hostname or "")


def _ascii_host(host: str) -> str:
    """Each label that is not in ASCII becomes `xn--…`, as it is on the wire."""
    if host.isascii():
        return host.lower()
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in host.lower().split(".")
    )


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
_TAG = re.compile(r"<[^>]*>")


def render(body: str) -> str:
    """The text as HTML of the allowed elements only; links carry `rel="ugc nofollow noopener noreferrer"`.

    Takes text in the normal form of `rules/text.py`. Most comments are plain sentences and skip the parser, which costs
    a hundred times more than writing their paragraphs; a test holds both ways to the same HTML.
    """
    if _NOTHING_TO_PARSE.fullmatch(body):
        return _paragraphs(body)
    return parsed(body)


def parsed(body: str) -> str:
    """The same by way of the parser and the sanitiser, whatever the text. Marks that leave nothing to see, or nest too
    deep, are shown as they were written."""
    tokens = _PARSER.parse(body)
    if max((token.level for token in tokens), default=0) < _NESTING_MAX - 1:
        html: str = _CLEANER.clean(_PARSER.renderer.render(tokens, _PARSER.options, {})).strip()
        if _TAG.sub("", html).strip():
            return html
    return _CLEANER.clean(_paragraphs(escape(body, quote=False))).strip()


def _paragraphs(text: str) -> str:
    """Text in which nothing is to be found, as HTML: an empty line ends a paragraph."""
    paragraphs = (_LINE_END.sub("<br>\n", paragraph) for paragraph in _PARAGRAPH_END.split(text))
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


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
