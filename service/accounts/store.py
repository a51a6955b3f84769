"""Typed calls over the rows of readers, staff names and mutes."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import ReaderId

_queries = Queries(__file__)


class KnownReader(msgspec.Struct, frozen=True):
    """A reader's public id, the token's `iat` that last set the name, and when we first saw them."""

    id: ReaderId
    named_as_of: datetime | None
    first_seen_at: datetime


class MutedAuthor(msgspec.Struct, frozen=True):
    """An author whose comments a reader does not see, as the author is called now, and since when."""

    id: UUID
    name: str | None
    picture_url: str | None
    muted_at: datetime


_FIND = _queries.bind("find", KnownReader)
_MEET = _queries.bind("meet", KnownReader)
_NOTE_STAFF_NAME = _queries.bind("note_staff_name", int)
_MUTE = _queries.bind("mute", bool)
_UNMUTE = _queries.bind("unmute", int)
_MUTED = _queries.bind("muted", MutedAuthor)


async def find(conn: Connection, subject: str) -> KnownReader | None:
    """The reader with that subject; None who never took part, or was erased."""
    return await _FIND.maybe(conn, subject=subject)


async def meet(
    conn: Connection,
    *,
    new_id: UUID,
    subject: str,
    name: str | None,
    skeletons: list[str],
    neutral: str,
    nameless: str,
    picture_url: str | None,
    issued_at: datetime,
    now: datetime,
) -> KnownReader | None:
    """The reader created (as `new_id`) or renamed; None when the row already follows a token as new, or newer.

    `neutral` is the name kept instead of one that somebody on the staff has, `nameless` that of a reader without one.
    """
    return await _MEET.maybe(
        conn,
        new_id=new_id,
        subject=subject,
        name=name,
        skeletons=skeletons,
        neutral=neutral,
        nameless=nameless,
        picture_url=picture_url,
        issued_at=issued_at,
        now=now,
    )


async def note_staff_name(conn: Connection, *, subject: str, name: str, skeleton: str, issued_at: datetime) -> None:
    """Keeps what this member of staff is called, unless a newer token said so already."""
    await _NOTE_STAFF_NAME.run(conn, subject=subject, name=name, skeleton=skeleton, issued_at=issued_at)


async def mute(conn: Connection, *, reader_id: ReaderId, author_id: UUID, mutes_max: int, now: datetime) -> bool | None:
    """True when the author is muted now, False when the reader's list is full, None when no author has this id."""
    return await _MUTE.maybe(conn, reader_id=reader_id, author_id=author_id, mutes_max=mutes_max, now=now)


async def unmute(conn: Connection, *, reader_id: ReaderId, author_id: UUID) -> None:
    """The author is not muted any more, or never was."""
    await _UNMUTE.run(conn, reader_id=reader_id, author_id=author_id)


async def muted(
    conn: Connection, *, reader_id: ReaderId, before_at: datetime, before_id: UUID, most: int
) -> list[MutedAuthor]:
    """Up to `most` of the authors whom the reader has muted before that, the latest first."""
    return await _MUTED.many(conn, reader_id=reader_id, before_at=before_at, before_id=before_id, most=most)
