"""Moderators take what waits, so that two of them do not read the same at once, and give it back."""

import asyncio
import random
from collections.abc import Sequence
from uuid import UUID

import msgspec

from service.accounts.rules.viewer import Staff
from service.infra.tools import Tools
from service.kernel.ids import CommentId
from service.moderation.actions.reach import within_reach
from service.review_queue import store as review_queue
from service.review_queue.rules import Order, Queue
from service.review_queue.store import Filters, Item

_MORE_TRIES = 2
_PAUSE_S = 0.02


class Wanted(msgspec.Struct, frozen=True):
    """Which items a moderator wants: the next ones, or these."""

    queue: Queue
    limit: int
    order: Order = Order.URGENT
    filters: Filters = Filters()
    comment_ids: Sequence[UUID] | None = None


async def claim(tools: Tools, staff: Staff, wanted: Wanted) -> list[Item]:
    """Items that nobody else holds, leased to this moderator; none when nothing free waits.

    A claim passes by what others are just taking, of which they may leave some; so where it brings too few, a few
    more are tried for after a moment.
    """
    if wanted.comment_ids is not None:
        return await _claim_these(tools, staff, wanted, wanted.comment_ids)
    taken = await _claim_next(tools, staff, wanted, wanted.limit)
    for _ in range(_MORE_TRIES):
        if len(taken) == wanted.limit:
            break
        await asyncio.sleep(random.uniform(0, _PAUSE_S))
        taken += await _claim_next(tools, staff, wanted, wanted.limit - len(taken))
    return taken


async def release(tools: Tools, staff: Staff, comment_id: UUID) -> None:
    """Gives back what this moderator holds of the comment; nothing held is nothing to do."""
    async with tools.db.read() as conn:
        place = await within_reach(conn, staff, comment_id)
        await review_queue.release(conn, place.story_id, CommentId(comment_id), staff.subject)


async def _claim_next(tools: Tools, staff: Staff, wanted: Wanted, limit: int) -> list[Item]:
    return await tools.db.in_statement(
        lambda conn: review_queue.claim_next(
            conn, wanted.queue, wanted.order, staff.subject, wanted.filters, limit, tools.clock.now()
        )
    )


async def _claim_these(tools: Tools, staff: Staff, wanted: Wanted, comment_ids: Sequence[UUID]) -> list[Item]:
    return await tools.db.in_statement(
        lambda conn: review_queue.claim_these(
            conn, wanted.queue, comment_ids, staff.subject, wanted.filters.sites, tools.clock.now()
        )
    )
