"""JSON of accounts, in and out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

# More than any token, so that one with much pasted around it is still read whole and not refused for its size.
PASTED_CHARS_MAX = 32 * 1024


class PastedToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token that somebody asks about."""

    token: Annotated[str, msgspec.Meta(max_length=PASTED_CHARS_MAX, description="As it was copied, `Bearer` or not.")]


class NamedAuthor(msgspec.Struct, frozen=True):
    """Somebody who writes comments, by their public id."""

    id: UUID
    name: str
    picture_url: str | None


class Mute(msgspec.Struct, frozen=True):
    """An author whose comments the caller does not see, and since when."""

    author: NamedAuthor
    muted_at: datetime


class Mutes(msgspec.Struct, frozen=True):
    """A page of the authors whom the caller has muted, the latest first."""

    mutes: list[Mute]
    next_cursor: str | None
