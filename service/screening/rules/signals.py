"""What a check is told, and what it may say."""

from typing import Literal

import msgspec


class Draft(msgspec.Struct, frozen=True):
    """A text before it is stored: a new comment or a new revision of one."""

    body: str
    side: str | None
    about: str | None
    is_reply: bool


class History(msgspec.Struct, frozen=True):
    """What is known of the draft's author."""

    published_count: int
    approved_count: int
    rejected_count: int
    # Newest first, a handful.
    recent_bodies: tuple[str, ...]


class Signal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check noticed: in words for moderators, with the place in the text where there is one."""

    check: str
    # What the check asks for: hold for a person, or refuse outright. `note` only tells.
    kind: Literal["note", "hold", "refuse"]
    detail: str
    matched: str | None = None
    start: int | None = None
    end: int | None = None
    score: float | None = None
    threshold: float | None = None
    rule_version: int = 0


class WordLists(msgspec.Struct, frozen=True):
    """Words and phrases: `blocked` refuse a comment, `suspect` hold it."""

    blocked: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()


class Rules(msgspec.Struct, frozen=True):
    """What the checks go by; `version` is told with every signal."""

    version: int = 0
    words: WordLists = WordLists()
    links_max: int = 3
    repeats_within: int = 10
