"""What a check is told, and what it may say."""

from typing import Literal

import msgspec


class Draft(msgspec.Struct, frozen=True):
    """A text before it is stored: a new comment or a new revision of one."""

    body: str
    side: str | None
    about: str | None
    is_reply: bool


class Earlier(msgspec.Struct, frozen=True):
    """A text of the last days that may be like the draft."""

    # Of its author; None for one who is not known any more.
    author: str | None
    is_own: bool
    was_rejected: bool
    body: str


class History(msgspec.Struct, frozen=True):
    """What is known of the draft's author."""

    published_count: int
    approved_count: int
    rejected_count: int
    # Newest first, a handful.
    recent_bodies: tuple[str, ...]
    # How long ago the author's latest comments were written, newest first, at most as many as a flood is counted in.
    recent_ages_s: tuple[float, ...] = ()
    # Whoever wrote them: texts that share a print with the draft.
    alike: tuple[Earlier, ...] = ()


class Signal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check noticed: in words for moderators, with the place in the text where there is one."""

    check: str
    # What the check asks for: hold for a person, or refuse outright. `note` only tells.
    kind: Literal["note", "hold", "refuse"]
    detail: str
    matched: str | None = None
    # Code points of the text, the end not included.
    start: int | None = None
    end: int | None = None
    score: float | None = None
    threshold: float | None = None
    rule_version: int = 0
    # Which of the check's findings this is, in one stable word.
    what: str | None = None
    # The name of the word list.
    list: str | None = None
    # The kind of harm, where the finding tells it.
    harm: str | None = None
    # A note of a rule that is only tried: what it would have asked for.
    would: Literal["hold", "refuse"] | None = None
