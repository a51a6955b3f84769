"""Typed calls over moderators' records: search, notes on readers, and what is kept of a reader."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries, planned_for_values
from service.kernel.ids import CommentId, StoryId

queries = Queries(__file__)

# The first bytes of an id are its time, so that any id lies between these.
LAST_ID = UUID(int=2**128 - 1)
# How many of an author's comments are looked at for reports about them.
_REPORTED_COMMENTS_MAX = 1000


class Parsed(msgspec.Struct, frozen=True):
    """A search as PostgreSQL reads it; empty where no word of it says anything in that language."""

    exact: str
    loose: str
    # Whether the language is one whose stems are known; else words are what they are.
    by_stems: bool


class Key(msgspec.Struct, frozen=True):
    """What names a comment."""

    story_id: StoryId
    comment_id: CommentId


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """Where a search looks and what it keeps; what is None does not limit. Ids from `first_id` on, below
    `before_id`."""

    before_id: UUID
    first_id: UUID
    after: datetime
    before: datetime
    words: str | None = None
    sites: list[str] | None = None
    story_id: str | None = None
    author_id: UUID | None = None
    status: str | None = None
    language: str | None = None
    signal: str | None = None


class Note(msgspec.Struct, frozen=True):
    """A moderator's note on a reader. One that was struck through is still there."""

    id: UUID
    reader_id: UUID
    note: str
    written_by: str
    written_by_name: str | None
    written_at: datetime
    struck_at: datetime | None
    struck_by: str | None


class AboutReader(msgspec.Struct, frozen=True):
    """A decision about one of a reader's comments."""

    id: UUID
    story_id: StoryId
    comment_id: CommentId
    action: str
    seen_revision: int
    old_status: str
    new_status: str
    reason: str | None
    note: str | None
    decided_by: str | None
    decided_at: datetime
    undoes: UUID | None


class ReportLine(msgspec.Struct, frozen=True):
    """A report that a reader made, or that was made about them."""

    id: UUID
    story_id: StoryId
    comment_id: CommentId
    reason: str
    note: str | None
    reported_at: datetime
    decided_at: datetime | None
    upheld: bool | None
    reporter_id: UUID
    reporter_name: str | None


_NEWEST = "id >= :first_id AND id < :before_id ORDER BY id DESC LIMIT :window"
# What a walk sees, each by an index of its own.
_SOURCES = {
    "everything": f"SELECT story_id, id FROM comments WHERE {_NEWEST}",
    "author": f"SELECT story_id, id FROM comments WHERE author_id = :author_id AND {_NEWEST}",
    "story": f"SELECT story_id, id FROM comments WHERE story_id = :story_id AND {_NEWEST}",
    "words": "SELECT story_id, comment_id AS id FROM ("
    "SELECT story_id, comment_id, words FROM comment_texts WHERE comment_id >= :first_id AND comment_id < :before_id"
    " ORDER BY comment_id DESC LIMIT :window) AS newest WHERE words @@ :words::text::tsquery",
    # Of few rows, which the index names.
    "few": "SELECT story_id, comment_id AS id FROM comment_texts"
    " WHERE words @@ :words::text::tsquery AND comment_id >= :first_id AND comment_id < :before_id LIMIT :window",
}
_ENDS = _SOURCES | {
    "words": "SELECT comment_id AS id FROM comment_texts WHERE comment_id >= :first_id AND comment_id < :before_id"
    " ORDER BY comment_id DESC LIMIT :window",
}

_PARSE = queries.bind("parse", Parsed)
_FOUND_UP_TO = queries.bind("found_up_to", int)
_WALK = {name: queries.bind("walk", Key, variant=f"_{name}", parts={"source": sql}) for name, sql in _SOURCES.items()}
_END_OF_WALK = {
    name: queries.bind("end_of_walk", UUID, variant=f"_{name}", parts={"source": sql})
    for name, sql in _ENDS.items()
    if name != "few"
}
_REREAD = queries.bind("reread", int)
_STORY_TO_REREAD = queries.bind("story_to_reread", str)
_FORGET_STORY_TO_REREAD = queries.bind("forget_story_to_reread", int)
_ADD_NOTE = queries.bind("add_note", int)
_NOTES_OF = queries.bind("notes_of", Note)
_LOCK_NOTE = queries.bind("lock_note", Note)
_STRIKE_NOTE = queries.bind("strike_note", int)
_DECISIONS_ABOUT = queries.bind("decisions_about", AboutReader)
_REPORTS_MADE = queries.bind("reports_made", ReportLine)
_REPORTS_RECEIVED = queries.bind("reports_received", ReportLine)


async def parse(conn: Connection, exact: str, loose: str, language: str | None) -> Parsed:
    """The two forms of a search, read in that language; as the words stand without one."""
    return await _PARSE.one(conn, exact=exact, loose=loose, language=language)


async def found_up_to(conn: Connection, loose: str, most: int) -> int:
    """How many comments have these words, and `most` where there are as many or more."""
    async with planned_for_values(conn):
        # Of a common word the planner would rather read the table through; that has no bound.
        await conn.execute("SET LOCAL enable_seqscan = off")
        return await _FOUND_UP_TO.one(conn, loose=loose, most=most)


async def walk(conn: Connection, source: str, wanted: Walk, *, window: int, most: int) -> list[Key]:
    """At most so many comments that are wanted, newest first, of the `window` newest that the source sees.

    Sources: `everything`, `author`, `story`; with a query also `words`, and `few` for one known to find few.
    """
    given = msgspec.structs.asdict(wanted)
    async with planned_for_values(conn):
        if source == "few":
            await conn.execute("SET LOCAL enable_seqscan = off")
        return await _WALK[source].many(conn, window=window, most=most, **given)


async def end_of_walk(conn: Connection, source: str, wanted: Walk, *, window: int) -> UUID | None:
    """The last comment that such a walk sees; None where it came to the end of all of them."""
    query = _END_OF_WALK[source]
    given: dict[str, Any] = msgspec.structs.asdict(wanted) | {"window": window}
    return await query.maybe(conn, **{name: given[name] for name in query.params})


async def reread(conn: Connection, most: int) -> int:
    """Reads the words of some comments anew, of a story whose language was changed; how many. In a transaction."""
    story_id = await _STORY_TO_REREAD.maybe(conn)
    if story_id is None:
        return 0
    done = await _REREAD.run(conn, story_id=story_id, most=most)
    if done < most:
        await _FORGET_STORY_TO_REREAD.run(conn, story_id=story_id)
    return done


async def add_note(conn: Connection, note_id: UUID, reader_id: UUID, note: str, staff: str, now: datetime) -> bool:
    """Keeps a note; False where there is no such reader."""
    added = await _ADD_NOTE.run(conn, note_id=note_id, reader_id=reader_id, note=note, staff=staff, now=now)
    return added == 1


async def notes_of(conn: Connection, reader_id: UUID, before_id: UUID, most: int) -> list[Note]:
    """A reader's notes below that id, newest first."""
    return await _NOTES_OF.many(conn, reader_id=reader_id, before_id=before_id, most=most)


async def lock_note(conn: Connection, reader_id: UUID, note_id: UUID) -> Note | None:
    """One of this reader's notes, locked; or None."""
    return await _LOCK_NOTE.maybe(conn, reader_id=reader_id, note_id=note_id)


async def strike_note(conn: Connection, note_id: UUID, staff: str, now: datetime) -> None:
    """Strikes the note through."""
    await _STRIKE_NOTE.run(conn, note_id=note_id, staff=staff, now=now)


def _sites(sites: Collection[str] | None) -> list[str] | None:
    return None if sites is None else sorted(sites)


async def decisions_about(
    conn: Connection, reader_id: UUID, sites: Collection[str] | None, most: int
) -> list[AboutReader]:
    """The last decisions about the reader's comments on these sites."""
    return await _DECISIONS_ABOUT.many(conn, reader_id=reader_id, sites=_sites(sites), most=most)


async def reports_made(conn: Connection, reader_id: UUID, sites: Collection[str] | None, most: int) -> list[ReportLine]:
    """The last reports that the reader made on these sites."""
    return await _REPORTS_MADE.many(conn, reader_id=reader_id, sites=_sites(sites), most=most)


async def reports_received(
    conn: Connection, reader_id: UUID, sites: Collection[str] | None, most: int
) -> list[ReportLine]:
    """The last reports about the reader's last thousand comments on these sites."""
    return await _REPORTS_RECEIVED.many(
        conn, reader_id=reader_id, sites=_sites(sites), most=most, comments_most=_REPORTED_COMMENTS_MAX
    )
