"""Standing: everything that decides what a caller may do, as it was read in one go."""

from datetime import datetime
from typing import Literal

import msgspec

from service.entitlements.rules import NOTHING_KNOWN, Entitlement
from service.kernel.ids import ReaderId, StoryId
from service.sanctions.rules import Sanction

ViewerKind = Literal["anonymous", "reader"]


class Links(msgspec.Struct, frozen=True):
    """Where the publisher's pages are; None where none is configured."""

    login_url: str | None = None
    subscribe_url: str | None = None
    renew_url: str | None = None


class StoryStanding(msgspec.Struct, frozen=True):
    """The story as far as it decides who may take part in it."""

    id: StoryId
    site: str
    state: Literal["open", "closed", "hidden"]
    closes_at: datetime | None
    closed_at: datetime | None
    slow_mode_s: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a caller at one moment, about one story or (where `story` is None) about none."""

    viewer: ViewerKind
    # None: a reader who has not taken part yet, or nobody.
    reader_id: ReaderId | None = None
    entitlement: Entitlement = NOTHING_KNOWN
    # Only those in force on the story's site; without a story, on any site.
    sanctions: tuple[Sanction, ...] = ()
    story: StoryStanding | None = None
    # This reader's last comment on the story within its slow-mode wait; None as well where the story is not slow.
    last_comment_at: datetime | None = None
    links: Links = Links()
