"""Hosts of links as they are, whatever they are dressed up as."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from service.screening.rules.words.folding import fold

_CHUNK: Final = re.compile(r"[^\s<>\"'`“”«»]+")
_DOT: Final = re.compile(r"\.(?=[^\W_])")
# As ends of sentences they are followed by letters of their own scripts.
_OTHER_DOT: Final = re.compile("[。．｡](?=[a-zA-Z0-9])")
_SCHEME: Final = re.compile(r"(?:h[tx]{2}ps?|ftp)[:;]/{1,3}|mailto:|^//|(?<=\()//", re.IGNORECASE)
_OBSCURED: Final = re.compile(r"h[x]{2}ps?:/", re.IGNORECASE)
_HOST_END: Final = re.compile(r"[/?#\\]")
_LABEL: Final = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_OTHER_DOTS: Final = "。．｡"
# "example [dot] com", "example(.)com": nobody writes so but to be passed over.
_SPELT_OUT: Final = re.compile(r"[\[({]\s{0,2}(?:dot|\.)\s{0,2}[\])}]", re.IGNORECASE)
_NAME_BEFORE: Final = re.compile(r"([\w-]{1,63})\s{0,2}\Z")
_NAME_AFTER: Final = re.compile(r"\s{0,2}([^\W\d_]{2,63})")
# Last labels of names that are written without a scheme. Of those that are words too ("end.it"), only with a path.
_TOPS_TEXT: Final = """
com net org info biz edu gov io co dev app xyz top site online shop store club live vip win bet casino blog news link
click buzz icu cc tv gg ly eu uk fr ru cn jp kr br pl cz sk hu ro bg gr tr ua nl ch se dk fi pt au nz za mx ar cl pe ve
vn ph hk tw sg ng ke eg ir sa ae pk bd lk np kz by lt lv ee si hr rs ba mk al ge az рф 中国 公司 网络
"""
_TOPS: Final = frozenset(_TOPS_TEXT.split())
_TOPS_THAT_ARE_WORDS_TEXT: Final = "is it in at be so me to my no am de us do la es as id im or th ca il"
_TOPS_THAT_ARE_WORDS: Final = frozenset(_TOPS_THAT_ARE_WORDS_TEXT.split())
# Scripts that are written together.
_TOGETHER: Final = frozenset(["LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"])


class Link(NamedTuple):
    """A link or a name of a host in a text, at its place. `host` is in lower case, in ASCII (punycode)."""

    host: str
    # As it is written.
    shown: str
    start: int
    end: int
    # What is wrong with it: `look_alike`, `mixed_scripts`, `user_info`, `spelt_out`; or None.
    trick: str | None = None


def links_in(text: str) -> Iterator[Link]:
    """Every link of the text: with a scheme, from `www.`, or a bare name that ends like one; e-mail addresses not."""
    if _DOT.search(text) or (not text.isascii() and _OTHER_DOT.search(text)):
        for chunk in _CHUNK.finditer(text):
            if "." in chunk[0] or ":/" in chunk[0] or not chunk[0].isascii():
                yield from _links_of(chunk[0], chunk.start())
    if "[" in text or "(" in text or "{" in text:
        yield from _spelt_out(text)


def _spelt_out(text: str) -> Iterator[Link]:
    for dot in _SPELT_OUT.finditer(text):
        before = _NAME_BEFORE.search(text[max(0, dot.start() - 65) : dot.start()])
        after = _NAME_AFTER.match(text[dot.end() : dot.end() + 65])
        if before and after:
            start = dot.start() - len(before[0])
            end = dot.end() + after.end()
            yield Link(in_ascii(f"{before[1]}.{after[1]}"), text[start:end], start, end, "spelt_out")


def _with_dots(text: str) -> str:
    """With the dot of hosts for those of other scripts. Three searches beat a table, which is asked for each
    character."""
    for dot in _OTHER_DOTS:
        text = text.replace(dot, ".")
    return text


def in_ascii(host: str) -> str:
    """The host in lower case and punycode; what cannot be one is given back as it is, folded."""
    host = _with_dots(unicodedata.normalize("NFKC", host)).lower().strip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return fold(host)


def is_under(host: str, domains: frozenset[str]) -> bool:
    """Is the host one of these domains, or below one?"""
    while host:
        if host in domains:
            return True
        _, _, host = host.partition(".")
    return False


def _links_of(chunk: str, offset: int) -> Iterator[Link]:
    schemes = list(_SCHEME.finditer(chunk))
    if not schemes:
        yield from _bare(chunk, offset)
        return
    for number, scheme in enumerate(schemes):
        stop = schemes[number + 1].start() if number + 1 < len(schemes) else len(chunk)
        rest = chunk[scheme.end() : stop]
        authority = _HOST_END.split(rest, maxsplit=1)[0]
        user, _, name = authority.rpartition("@")
        host = name.partition(":")[0].rstrip(".,;:!?)]}*_~")
        if "." not in _with_dots(host) and not host.startswith("xn--"):
            continue
        trick = None
        if user and scheme[0].lower() != "mailto:":
            trick = "user_info"
        elif _OBSCURED.match(scheme[0]):
            trick = "spelt_out"
        start = offset + scheme.start()
        yield Link(
            in_ascii(host), host, start, offset + scheme.end() + len(rest.rstrip(".,;:!?)]}")), trick or _trick(host)
        )


def _bare(chunk: str, offset: int) -> Iterator[Link]:
    """`example.com/page`; a name in a sentence without a space after its dot is none."""
    lead = len(chunk) - len(chunk.lstrip("([{*_~"))
    text = chunk[lead:].rstrip(".,;:!?)]}*_~")
    plain = _with_dots(text)
    if "@" in plain:
        return
    authority = _HOST_END.split(plain, maxsplit=1)[0]
    host = authority.partition(":")[0]
    labels = unicodedata.normalize("NFKC", host).lower().split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return
    has_path = len(authority) < len(plain)
    top = labels[-1]
    if (
        labels[0] == "www"
        or top in _TOPS
        or (top in _TOPS_THAT_ARE_WORDS and (has_path or len(labels) > 2))
        or (has_path and len(top) > 1 and top.isalpha())
        or top.startswith("xn--")
    ):
        yield Link(in_ascii(host), host, offset + lead, offset + lead + len(text), _trick(host))


def _trick(host: str) -> str | None:
    """A host that looks like another: letters of several scripts in a label, or a foreign label that reads as Latin."""
    ascii_host = in_ascii(host)
    if "xn--" not in ascii_host:
        return None
    labels = [_decoded(label) for label in ascii_host.split(".")]
    for label in labels:
        scripts = {script for character in label if (script := _script(character))}
        if len(scripts) > 1 and not scripts <= _TOGETHER:
            return "mixed_scripts"
        if scripts and "LATIN" not in scripts and fold(label).isascii() and labels[-1].isascii():
            return "look_alike"
    return None


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _script(character: str) -> str | None:
    """The script of a letter, by the first word of its name; None for what has none."""
    if not character.isalpha():
        return None
    return unicodedata.name(character, "UNKNOWN").partition(" ")[0]
