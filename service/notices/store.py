"""Typed calls over notices of illegal content, and over how those who sent them may be reached."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries, planned_for_values
from service.kernel.ids import CommentId, ReaderId, StoryId

queries = Queries(__file__)

_LAST: Final = UUID(int=2**128 - 1)


class Notice(msgspec.Struct, frozen=True):
    """A notice with the comment's last decision since that stands. How its sender may be reached is kept apart."""

    id: UUID
    token_digest: bytes
    story_id: StoryId
    site: str
    comment_id: CommentId
    revision: int
    reader_id: UUID | None
    legal_ground: str
    explanation: str
    received_at: datetime
    comment_status: str
    decision_id: UUID | None
    action: str | None
    decided_at: datetime | None
    by_rule: bool
    has_contact: bool


class Contact(msgspec.Struct, frozen=True):
    """How the sender of a notice may be reached."""

    name: str | None
    email: str | None
    received_at: datetime


_ADD = queries.bind("add", int)
_ADD_CONTACT = queries.bind("add_contact", int)
_GET = queries.bind(
    "notices", Notice, variant=".one", parts={"from": "(SELECT * FROM notices WHERE id = :notice_id) AS n"}
)
PAGE: Final = queries.bind(
    "notices",
    Notice,
    variant=".page",
    parts={
        "from": """(SELECT * FROM notices
         WHERE id < :before::uuid AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
           AND (:comment_id::uuid IS NULL OR comment_id = :comment_id)
         ORDER BY id DESC LIMIT :most) AS n"""
    },
)
_CONTACT = queries.bind("contact", Contact)
_FORGET_CONTACTS = queries.bind("forget_contacts", int)


async def add(
    conn: Connection,
    notice_id: UUID,
    token_digest: bytes,
    story_id: StoryId,
    site: str,
    comment_id: CommentId,
    revision: int,
    reader_id: ReaderId | None,
    legal_ground: str,
    explanation: str,
    now: datetime,
) -> None:
    """Keeps a notice about a comment whose lock the caller holds."""
    await _ADD.run(
        conn,
        notice_id=notice_id,
        token_digest=token_digest,
        story_id=story_id,
        site=site,
        comment_id=comment_id,
        revision=revision,
        reader_id=reader_id,
        legal_ground=legal_ground,
        explanation=explanation,
        now=now,
    )


async def add_contact(conn: Connection, notice_id: UUID, name: str | None, email: str | None, now: datetime) -> None:
    """Keeps how the sender may be reached, until `forget_contacts`."""
    await _ADD_CONTACT.run(conn, notice_id=notice_id, name=name, email=email, now=now)


async def get(conn: Connection, notice_id: UUID) -> Notice | None:
    """The notice with this id, or None."""
    return await _GET.maybe(conn, notice_id=notice_id)


async def page(
    conn: Connection, sites: Collection[str] | None, comment_id: UUID | None, before: UUID | None, most: int
) -> list[Notice]:
    """At most so many notices on these sites, newest first, older than `before`."""
    async with planned_for_values(conn):
        return await PAGE.many(
            conn,
            sites=None if sites is None else sorted(sites),
            comment_id=comment_id,
            before=before or _LAST,
            most=most,
        )


async def contact(conn: Connection, notice_id: UUID) -> Contact | None:
    """How the sender may be reached; None where they did not say, or it is erased."""
    return await _CONTACT.maybe(conn, notice_id=notice_id)


async def forget_contacts(conn: Connection, before: datetime, most: int) -> int:
    """Erases at most so many contacts received before that; how many it were."""
    return await _FORGET_CONTACTS.run(conn, before=before, most=most)
