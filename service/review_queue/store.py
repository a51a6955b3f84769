"""Typed calls over the review queues: what waits for a person, who holds it, and how much there is of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries, planned_for_values
from service.kernel.ids import CommentId, StoryId
from service.review_queue import rules
from service.review_queue.rules import Order, Queue

queries = Queries(__file__)

# A signal that fewer items have is looked up; one that more have is met soon by walking.
_RARE_SIGNAL_MAX = 1_000


class Item(msgspec.Struct, frozen=True):
    """One comment in one queue. A claim counts only until `claimed_until`: see `rules.holder`."""

    story_id: StoryId
    comment_id: CommentId
    queue: str
    site: str
    waiting_since: datetime
    urgency: int
    due_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which items are wanted; what is None does not limit. `before` and `after` are of `waiting_since`."""

    # The sites to look at: those of the moderator, or of these the one asked for.
    sites: frozenset[str] | None = None
    section: str | None = None
    story_id: str | None = None
    author_id: UUID | None = None
    # The name of a check, or the kind of a signal.
    signal: str | None = None
    before: datetime | None = None
    after: datetime | None = None

    def values(self) -> dict[str, Any]:
        """The filters as the queries name them."""
        given = msgspec.structs.asdict(self)
        return given | {"sites": None if self.sites is None else sorted(self.sites)}


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page of a queue ended: the order's own moment of the last item, and its comment."""

    at: datetime
    comment_id: UUID


class Count(msgspec.Struct, frozen=True):
    """How many items wait in a queue, and since when the first of them does."""

    queue: str
    count: int
    oldest_at: datetime | None


class Drift(msgspec.Struct, frozen=True):
    """A queue of a site whose kept count is not what is found."""

    site: str
    queue: str
    counted: int
    found: int


_ENQUEUE = queries.bind("enqueue", int)
_CLAIM = {order: queries.bind(f"claim_{order}", Item) for order in Order}
_CLAIM_THESE = queries.bind("claim_these", Item)
_RELEASE = queries.bind("release", int)
_RESOLVE = queries.bind("resolve", Item)
_OF_COMMENT = queries.bind("of_comment", Item)
_COUNTS = queries.bind("counts", Count)
_DRIFT = queries.bind("drift", Drift)
_WITH_SIGNAL = queries.bind("with_signal", int)
_PAGE = {order: queries.bind(f"page_{order}", Item) for order in Order}
_SORTED_BY = {Order.URGENT: "due_at", Order.OLDEST: "waiting_since", Order.NEWEST: "waiting_since"}


async def enqueue(
    conn: Connection,
    story_id: StoryId,
    comment_id: CommentId,
    queue: Queue,
    site: str,
    now: datetime,
    urgency: int = 0,
) -> None:
    """Puts a comment in a queue, waiting since `now`. Already there, it keeps its place or is moved up.

    The comment, and its screening where it has one, are stored before. `urgency` is minutes of head start, by
    `rules.urgency`. An item that a decision took out is put back in its place by giving its own `waiting_since`.
    """
    await _ENQUEUE.run(
        conn,
        story_id=story_id,
        comment_id=comment_id,
        queue=queue,
        site=site,
        now=now,
        urgency=urgency,
    )


async def claim_next(
    conn: Connection, queue: Queue, order: Order, moderator: str, filters: Filters, limit: int, now: datetime
) -> list[Item]:
    """Takes at most so many items that nobody holds, this moderator included, and gives them in the queue's order.

    What is just being taken by others is passed by: fewer items than asked for, or none, can come back while that
    lasts, although more are waiting.
    """
    async with planned_for_values(conn):
        await _look_up_rare_signal(conn, filters)
        taken = await _CLAIM[order].many(
            conn,
            queue=queue,
            moderator=moderator,
            now=now,
            until=rules.lease_until(now),
            most=limit,
            **filters.values(),
        )
    return _in_order(taken, order)


async def claim_these(
    conn: Connection,
    queue: Queue,
    comment_ids: Sequence[UUID],
    moderator: str,
    sites: Collection[str] | None,
    now: datetime,
) -> list[Item]:
    """Takes, or renews, those of these comments that nobody else holds."""
    taken = await _CLAIM_THESE.many(
        conn,
        queue=queue,
        comment_ids=list(comment_ids),
        moderator=moderator,
        sites=None if sites is None else sorted(sites),
        now=now,
        until=rules.lease_until(now),
    )
    return _in_order(taken, Order.URGENT)


async def release(conn: Connection, story_id: StoryId, comment_id: CommentId, moderator: str) -> bool:
    """Gives back what this moderator holds of a comment; whether anything was held."""
    return await _RELEASE.run(conn, story_id=story_id, comment_id=comment_id, moderator=moderator) > 0


async def resolve(
    conn: Connection, story_id: StoryId, comment_id: CommentId, queues: Collection[str] = tuple(Queue)
) -> list[Item]:
    """Takes a comment out of these queues; the items that were there."""
    return await _RESOLVE.many(conn, story_id=story_id, comment_id=comment_id, queues=sorted(queues))


async def of_comment(conn: Connection, story_id: StoryId, comment_id: CommentId) -> list[Item]:
    """The queues in which a comment waits."""
    return await _OF_COMMENT.many(conn, story_id=story_id, comment_id=comment_id)


async def counts(conn: Connection, sites: Collection[str] | None) -> dict[Queue, Count]:
    """Every queue with its count, exact, over these sites or all of them."""
    found = await _COUNTS.many(conn, sites=None if sites is None else sorted(sites))
    by_queue = {count.queue: count for count in found}
    return {queue: by_queue.get(queue, Count(queue, 0, None)) for queue in Queue}


async def drift(conn: Connection) -> list[Drift]:
    """Where kept counts differ from the rows, which is nowhere unless something is broken."""
    return await _DRIFT.many(conn)


async def page(
    conn: Connection,
    queue: Queue,
    order: Order,
    filters: Filters,
    after: Place | None,
    limit: int,
    *,
    now: datetime,
    held_by: str | None = None,
) -> list[Item]:
    """At most so many items behind `after`; with `held_by`, only those that this moderator holds at `now`."""
    async with planned_for_values(conn):
        await _look_up_rare_signal(conn, filters)
        return await _PAGE[order].many(
            conn,
            queue=queue,
            place_at=after.at if after else None,
            place_id=after.comment_id if after else None,
            most=limit,
            now=now,
            held_by=held_by,
            **filters.values(),
        )


async def _look_up_rare_signal(conn: Connection, filters: Filters) -> None:
    """Has the rest of the transaction find a rare signal by its own index.

    The planner takes every signal that it has not counted to be frequent, and would walk the whole queue for one that
    nothing has.
    """
    if filters.signal is None:
        return
    await conn.execute("SET LOCAL enable_seqscan = off")
    if await _WITH_SIGNAL.one(conn, signal=filters.signal, most=_RARE_SIGNAL_MAX) < _RARE_SIGNAL_MAX:
        await conn.execute("SET LOCAL enable_indexscan = off")


def place_of(item: Item, order: Order) -> Place:
    """Where a page goes on that ended with this item."""
    return Place(getattr(item, _SORTED_BY[order]), item.comment_id)


def _in_order(items: list[Item], order: Order) -> list[Item]:
    return sorted(items, key=attrgetter(_SORTED_BY[order], "comment_id"), reverse=order is Order.NEWEST)
