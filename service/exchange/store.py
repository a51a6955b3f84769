"""Typed calls over the exchange's queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.exchange.rules.arranging import Arranged, Known
from service.infra.sql import Connection, Queries
from service.kernel.ids import StoryId

queries = Queries(__file__)


class KnownRow(msgspec.Struct, frozen=True):
    source_id: str
    id: UUID
    depth: int
    ancestors: list[UUID]


_KNOWN = queries.bind("known", KnownRow)
_ADD_STORY = queries.bind("add_story", int)
_ADD_AUTHORS = queries.bind("add_authors", int)
_ADD_COMMENT = queries.bind("add_comment", int)
_NOTE_ORIGIN = queries.bind("note_origin", int)
_RECOUNT_REPLIES = queries.bind("recount_replies", int)
_RECOUNT_STORY = queries.bind("recount_story", int)
_MARK_CHANGED = queries.bind("mark_changed", int)
_RECOUNT_AUTHORS = queries.bind("recount_authors", int)


async def known(conn: Connection, source: str, story_id: StoryId) -> dict[str, Known]:
    """What earlier imports from the same source stored of the story, by the source's ids."""
    rows = await _KNOWN.many(conn, source=source, story_id=story_id)
    return {row.source_id: Known(row.id, row.depth, row.ancestors) for row in rows}


async def add_story(conn: Connection, story_id: StoryId, site: str, published_at: datetime, now: datetime) -> bool:
    """Registers a story under its id as title unless it is known; whether it was added."""
    added = await _ADD_STORY.run(conn, story_id=story_id, site=site, title=story_id, published_at=published_at, now=now)
    return added > 0


async def add_authors(conn: Connection, authors: Mapping[str, UUID], now: datetime) -> None:
    """Adds those of the authors (id by name) that are not there yet."""
    await _ADD_AUTHORS.run(conn, ids=list(authors.values()), names=list(authors), now=now)


async def add_comments(
    conn: Connection, source: str, story_id: StoryId, rows: Sequence[Arranged], authors: Mapping[str, UUID]
) -> None:
    """Stores the comments, parents before their replies, and where each came from."""
    await _ADD_COMMENT.run_many(conn, [_comment_values(story_id, row, authors) for row in rows])
    await _NOTE_ORIGIN.run_many(
        conn,
        [{"source": source, "story_id": story_id, "source_id": row.line.id, "comment_id": row.id} for row in rows],
    )


async def recount(conn: Connection, story_id: StoryId, added: Sequence[UUID], authors: Sequence[UUID]) -> int:
    """Counts the story, its replies and its authors' records anew, and gives the thread's new version."""
    await _RECOUNT_REPLIES.run(conn, story_id=story_id)
    await _RECOUNT_AUTHORS.run(conn, ids=list(authors))
    version = await _RECOUNT_STORY.one(conn, story_id=story_id)
    await _MARK_CHANGED.run(conn, story_id=story_id, version=version, comment_ids=list(added))
    return version


def _comment_values(story_id: StoryId, row: Arranged, authors: Mapping[str, UUID]) -> dict[str, Any]:
    return {
        "story_id": story_id,
        "comment_id": row.id,
        "parent_id": row.place.parent_id,
        "hangs_under": row.place.hangs_under,
        "ancestors": row.place.ancestors,
        "depth": row.place.depth,
        "author_id": None if row.line.author is None else authors[row.line.author],
        "body": row.body,
        "body_html": row.body_html,
        "status": str(row.status),
        "created_at": row.line.created_at,
        "votes_up": max(row.line.score, 0),
        "votes_down": max(-row.line.score, 0),
    }
