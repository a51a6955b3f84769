"""The one read behind every decision on who may take part."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import ReaderId, StoryId


class StandingRow(msgspec.Struct, frozen=True):
    """What is stored of a reader and a story. `claims` and `sanctions` hold the fields of `Known` and `Sanction`, in
    order."""

    reader_id: UUID | None
    claims: list[tuple[Any, ...]]
    sanctions: list[tuple[Any, ...]]
    # None in the story's columns: there is no such story, or none was asked for.
    story_id: str | None
    site: str | None
    state: Literal["open", "closed", "hidden"] | None
    closes_at: datetime | None
    closed_at: datetime | None
    slow_mode_s: int | None
    last_comment_at: datetime | None


_queries = Queries(__file__)
_STANDING = _queries.bind("standing", StandingRow)
_SHOWN_NAME = _queries.bind("shown_name", str)


async def standing_row(conn: Connection, subject: str, story_id: StoryId | None, now: datetime) -> StandingRow:
    """What is stored of the reader with this subject, and of the story if one is named. Never nothing: unknowns are
    None."""
    return await _STANDING.one(conn, subject=subject, story_id=story_id, now=now)


async def shown_name(conn: Connection, reader_id: ReaderId) -> str | None:
    """The name beside a reader's comments; None for a reader who has none."""
    return await _SHOWN_NAME.maybe(conn, reader_id=reader_id)
