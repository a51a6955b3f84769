"""Reads what moderators are shown of appeals: a page of them in a few more queries, whatever its length."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.appeals import store
from service.appeals.store import Appeal, Author
from service.comments.store import ShownComment
from service.infra.sql import Connection
from service.kernel.ids import CommentId, StoryId
from service.moderation import store as moderation
from service.moderation.actions.items import above_each
from service.moderation.store import Details
from service.reasons import store as reasons
from service.reasons.store import Restriction
from service.review_queue.rules import holder


class ReadAppeal(msgspec.Struct, frozen=True):
    """An appeal with what it is against, its comment as it is now, and what those who appear in it are called."""

    appeal: Appeal
    restriction: Restriction
    author: Author | None
    details: Details | None
    ancestors: list[ShownComment]
    # None: nobody holds it now.
    holder: str | None
    # By subject, as far as tokens said.
    names: dict[str, str]


async def read_appeals(conn: Connection, appeals: Sequence[Appeal], now: datetime) -> list[ReadAppeal]:
    """The appeals in their order, each with what a moderator needs to rule."""
    if not appeals:
        return []
    restrictions = await reasons.these(conn, {appeal.restriction_id for appeal in appeals})
    keys = sorted({key for appeal in appeals if (key := _comment_of(appeal)) is not None})
    details = await moderation.details(conn, keys, now) if keys else {}
    above = await above_each(conn, list(details.values()))
    authors = await store.authors(conn, {appeal.reader_id for appeal in appeals})
    holders = {appeal.id: holder(appeal.claimed_by, appeal.claimed_until, now) for appeal in appeals}
    named = {*holders.values(), *(appeal.ruled_by for appeal in appeals)}
    named |= {restriction.decided_by for restriction in restrictions.values()}
    names = await moderation.staff_names(conn, {subject for subject in named if subject is not None})
    return [
        ReadAppeal(
            appeal,
            restrictions[appeal.restriction_id],
            authors.get(appeal.reader_id),
            *_comment(appeal.comment_id, details, above),
            holders[appeal.id],
            names,
        )
        for appeal in appeals
    ]


def _comment_of(appeal: Appeal) -> tuple[StoryId, CommentId] | None:
    if appeal.story_id is None or appeal.comment_id is None:
        return None
    return appeal.story_id, appeal.comment_id


def _comment(
    comment_id: UUID | None, details: dict[UUID, Details], above: dict[UUID, list[ShownComment]]
) -> tuple[Details | None, list[ShownComment]]:
    if comment_id is None:
        return None, []
    return details.get(comment_id), above.get(comment_id, [])
