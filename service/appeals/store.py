"""Typed calls over appeals."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries, planned_for_values
from service.kernel.ids import CommentId, DecisionId, ReaderId, StoryId
from service.review_queue.rules import lease_until

queries = Queries(__file__)


class Appeal(msgspec.Struct, frozen=True):
    """An appeal as stored. What is of a comment is None for one against a sanction, and the reverse."""

    id: UUID
    # The id of the decision or the sanction.
    restriction_id: UUID
    reader_id: ReaderId
    story_id: StoryId | None
    comment_id: CommentId | None
    sanction_id: UUID | None
    # None: against a sanction that holds everywhere.
    site: str | None
    text: str
    made_at: datetime
    # The subjects of those who do not rule on it.
    restricted_by: list[str]
    status: str
    ruled_by: str | None
    ruled_at: datetime | None
    ruling: str | None
    decision_id: UUID | None
    claimed_by: str | None
    claimed_until: datetime | None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which appeals are wanted; what is None does not limit."""

    status: str = "open"
    # The sites of the moderator, or of these the one asked for.
    sites: frozenset[str] | None = None
    # True: those against rejections; False: those against sanctions.
    on_comment: bool | None = None
    author_id: UUID | None = None
    held_by: str | None = None


class SanctionWith(msgspec.Struct, frozen=True):
    """A sanction that came with a decision, and the appeal against it that waits."""

    sanction_id: UUID
    appeal_id: UUID | None


class Author(msgspec.Struct, frozen=True):
    """The record of one who appeals."""

    id: UUID
    name: str | None
    published_count: int
    rejected_count: int
    reports_received: int


_ADD = queries.bind("add", int)
_GET = queries.bind("get", Appeal)
_SETTLE = queries.bind("settle", int)
_NAME_DECISION = queries.bind("name_decision", int)
_SANCTIONS_WITH = queries.bind("sanctions_with", SanctionWith)
PAGES: Final = {order: queries.bind(f"page_{order}", Appeal) for order in ("oldest", "newest")}
CLAIM_NEXT: Final = queries.bind("claim_next", Appeal)
_CLAIM_THESE = queries.bind("claim_these", Appeal)
_RELEASE = queries.bind("release", int)
_AUTHORS = queries.bind("authors", Author)


async def add(conn: Connection, appeal_id: UUID, *, now: datetime, **values: Any) -> None:
    """Keeps a new appeal. The caller holds the lock of what it is about, and has found none against it."""
    await _ADD.run(conn, appeal_id=appeal_id, now=now, **values)


async def get(conn: Connection, appeal_id: UUID) -> Appeal | None:
    """The appeal with this id, or None."""
    return await _GET.maybe(conn, appeal_id=appeal_id)


async def settle(conn: Connection, appeal_id: UUID, status: str, ruled_by: str, ruling: str, now: datetime) -> None:
    """Keeps the ruling; the database refuses one by those who took part in the decision."""
    await _SETTLE.run(conn, appeal_id=appeal_id, status=status, ruled_by=ruled_by, ruling=ruling, now=now)


async def name_decision(conn: Connection, appeal_id: UUID, decision_id: DecisionId) -> None:
    """Notes by which decision a reversal brought the comment back."""
    await _NAME_DECISION.run(conn, appeal_id=appeal_id, decision_id=decision_id)


async def sanctions_with(conn: Connection, decision_id: UUID) -> list[SanctionWith]:
    """The sanctions that came with a decision and were not lifted."""
    return await _SANCTIONS_WITH.many(conn, decision_id=decision_id)


async def page(
    conn: Connection, filters: Filters, order: str, place: UUID | None, most: int, now: datetime
) -> list[Appeal]:
    """At most so many appeals behind `place`, in the order `oldest` or `newest`."""
    async with planned_for_values(conn):
        return await PAGES[order].many(conn, place=place, most=most, now=now, **_values(filters))


async def claim_next(conn: Connection, moderator: str, filters: Filters, most: int, now: datetime) -> list[Appeal]:
    """Takes at most so many open appeals that nobody holds and that this moderator may rule on, oldest first."""
    async with planned_for_values(conn):
        taken = await CLAIM_NEXT.many(
            conn,
            moderator=moderator,
            sites=_values(filters)["sites"],
            on_comment=filters.on_comment,
            most=most,
            now=now,
            until=lease_until(now),
        )
    return sorted(taken, key=lambda appeal: appeal.id)


async def claim_these(
    conn: Connection, moderator: str, appeal_ids: Sequence[UUID], sites: Collection[str] | None, now: datetime
) -> list[Appeal]:
    """Takes, or renews, those of these that this moderator may rule on and nobody else holds."""
    taken = await _CLAIM_THESE.many(
        conn,
        moderator=moderator,
        appeal_ids=list(appeal_ids),
        sites=None if sites is None else sorted(sites),
        now=now,
        until=lease_until(now),
    )
    return sorted(taken, key=lambda appeal: appeal.id)


async def release(conn: Connection, appeal_id: UUID, moderator: str) -> None:
    """Gives back what this moderator holds; nothing held is nothing to do."""
    await _RELEASE.run(conn, appeal_id=appeal_id, moderator=moderator)


async def authors(conn: Connection, reader_ids: Collection[ReaderId]) -> dict[UUID, Author]:
    """The records of these readers, by their ids."""
    return {author.id: author for author in await _AUTHORS.many(conn, reader_ids=sorted(reader_ids))}


def _values(filters: Filters) -> dict[str, Any]:
    given = msgspec.structs.asdict(filters)
    return given | {"sites": None if filters.sites is None else sorted(filters.sites)}
