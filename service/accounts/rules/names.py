"""Display names: which are shown as given, and which pretend to be somebody.

A name is data from a token, so it is cleaned before it is kept. One that could be taken for the newsroom (a title, a
badge, the name of somebody on the staff) is not shown; its reader takes part all the same, under a neutral name. Two
names are alike when their skeletons are equal (`skeleton`, after Unicode Technical Standard 39, section 4).
"""

import re
import unicodedata
from typing import Final
from uuid import UUID

from service.accounts.rules.confusables import LOOKS_LIKE, LOOKS_LIKE_PAIRS

NAME_CHARS_MAX: Final = 80
NAMELESS: Final = "Reader"
# More marks than this on one letter are there to draw over the lines around (Vietnamese and Hebrew need up to three).
_MARKS_PER_LETTER_MAX: Final = 3

# Drawn as nothing although their category is not that of a control or format character.
_BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
# Signs that pages put beside a name to say that somebody checked it.
_BADGES: Final = frozenset("✓✔☑✅🗸🗹🛡⛨★⭐🌟⚝✪✭✰©®™ℹ👮⚖🔰🏅🎖✯❂☆")

# Titles of the newsroom. A name that has one as a word, or is one when spaced or hyphenated, is refused.
_TITLES: Final = """
admin administrator administration moderator moderators moderation staff editor editors editorial newsroom official
verified superuser sysadmin webmaster
administrateur modérateur modératrice rédacteur rédactrice rédaction
moderatorin moderatoren redaktion redakteur redakteurin chefredakteur chefredaktion
redaktor redaktorka redactie redacteur moderatore amministratore redattore redazione
administrador moderador moderadora redacción editora
модератор администратор админ редактор редакция адміністратор διαχειριστής συντονιστής
"""
# Short or everyday words: refused as the whole name only.
_WHOLE_TITLES: Final = "mod mods root system support team owner bot service comments автор мод"
# Long enough that no honest name holds them by chance, so that nothing before or after them helps.
_ANYWHERE: Final = "moderator administrator modérateur модератор администратор"

# Signs that stand for letters (@, $, !, |, +) do not part words.
_BETWEEN_WORDS = re.compile(r"[\s\-_./\\()\[\]{}<>:;,\"'*~#&=]+|(?<=[a-zß-ÿа-я])(?=[A-ZÀ-ÞА-Я])")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def clean_name(claimed: str) -> str:
    """The name as it may be kept and shown: NFC, one line, nothing invisible, at most 80 characters; may be empty."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", claimed):
        category = unicodedata.category(char)
        if category in ("Zs", "Zl", "Zp") or char in "\t\n\r\v\f\x85":
            char, category = " ", "Zs"
        elif category in ("Cc", "Cf", "Cs", "Co") or char in _BLANK or ord(char) & 0xFFFE == 0xFFFE:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MARKS_PER_LETTER_MAX:
            kept.append(char)
    name = " ".join("".join(kept).split(" ")).strip()
    name = re.sub(" +", " ", name)[:NAME_CHARS_MAX]
    return unicodedata.normalize("NFC", name).strip()


def neutral_name(reader_id: UUID) -> str:
    """What a reader is called whose own name is refused: the same always, and telling nothing."""
    return f"{NAMELESS} {reader_id.hex[-4:].upper()}"


def imitates_staff(name: str) -> bool:
    """Whether a cleaned name carries a title or badge of the newsroom. Names of staff are looked up apart."""
    if not _BADGES.isdisjoint(name):
        return True
    wholes = skeletons(name)
    if not _REFUSED_WHOLE.isdisjoint(wholes):
        return True
    if any(title in whole for whole in wholes for title in _REFUSED_ANYWHERE):
        return True
    return any(not _REFUSED_WORDS.isdisjoint(skeletons(word)) for word in _words(name))


def skeletons(name: str) -> frozenset[str]:
    """What a name looks like at a glance: as it stands, and without what may hang at its ends (`Anna!`, `Anna 77`)."""
    return frozenset({skeleton(name), skeleton(_EDGES.sub("", name))} - {""})


def skeleton(name: str) -> str:
    """The letters and digits that a name seems to consist of. Equal skeletons are names that people confuse."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) != "Mn")
    letters = "".join(c for c in (LOOKS_LIKE.get(char, char) for char in bare) if c.isalnum())
    for pair, letter in LOOKS_LIKE_PAIRS:
        letters = letters.replace(pair, letter)
    return letters


def _words(name: str) -> list[str]:
    """The words of a name, also those that a change of case joins: `StoryEditor` is two."""
    return [word for word in _BETWEEN_WORDS.split(unicodedata.normalize("NFKC", name)) if word]


_REFUSED_WORDS: Final = frozenset(map(skeleton, _TITLES.split()))
_REFUSED_WHOLE: Final = _REFUSED_WORDS | frozenset(map(skeleton, _WHOLE_TITLES.split()))
_REFUSED_ANYWHERE: Final = frozenset(map(skeleton, _ANYWHERE.split()))
