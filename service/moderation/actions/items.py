"""Reads what moderators are shown of comments: a page of items in two more queries, whatever its length."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.rules.viewer import Staff
from service.comments.problems import CommentUnknown
from service.comments.store import ShownComment
from service.infra.sql import Connection
from service.kernel.ids import CommentId
from service.moderation import store
from service.moderation.actions.reach import within_reach
from service.moderation.store import Decision, Details, KnownReport, Revision, Screening
from service.review_queue import rules as queueing
from service.review_queue import store as review_queue
from service.review_queue.store import Item


class ReadItem(msgspec.Struct, frozen=True):
    """An item with its comment, the comments that this one answers, and what its holder is called."""

    item: Item
    details: Details
    ancestors: list[ShownComment]
    # None: nobody holds it now.
    holder: str | None
    holder_name: str | None


class ReadComment(msgspec.Struct, frozen=True):
    """A comment with everything that is kept of it."""

    details: Details
    ancestors: list[ShownComment]
    waiting: list[Item]
    revisions: list[Revision]
    screenings: list[Screening]
    reports: list[KnownReport]
    decisions: list[Decision]


async def read_items(conn: Connection, items: Sequence[Item], now: datetime) -> list[ReadItem]:
    """The items in their order, each with what a moderator needs to decide."""
    if not items:
        return []
    details = await store.details(conn, [(item.story_id, item.comment_id) for item in items], now)
    ancestors = await _ancestors(conn, list(details.values()))
    holders = {item.comment_id: queueing.holder(item.claimed_by, item.claimed_until, now) for item in items}
    names = await store.staff_names(conn, {holder for holder in holders.values() if holder is not None})
    read = []
    for item in items:
        holder = holders[item.comment_id]
        # One decided since the items were read is not missing: its comment is still there.
        found = details[item.comment_id]
        read.append(ReadItem(item, found, _above(found, ancestors), holder, names.get(holder) if holder else None))
    return read


async def read_comment(conn: Connection, staff: Staff, comment_id: UUID, now: datetime) -> ReadComment:
    """The comment with its whole history; CommentUnknown, or PermissionMissing for one of another site."""
    place = await within_reach(conn, staff, comment_id)
    story_id, known_id = place.story_id, CommentId(comment_id)
    found = (await store.details(conn, [(story_id, known_id)], now)).get(comment_id)
    if found is None:
        raise CommentUnknown("There is no such comment.")
    return ReadComment(
        details=found,
        ancestors=_above(found, await _ancestors(conn, [found])),
        waiting=await review_queue.of_comment(conn, story_id, known_id),
        revisions=await store.revisions_of(conn, story_id, known_id),
        screenings=await store.screenings_of(conn, story_id, known_id),
        reports=await store.reports_of(conn, story_id, known_id),
        decisions=await store.decisions_of(conn, story_id, known_id),
    )


async def above_each(conn: Connection, details: Sequence[Details]) -> dict[UUID, list[ShownComment]]:
    """By each comment's id, those that it answers as moderators are shown them: the root, then the nearest."""
    ancestors = await _ancestors(conn, details)
    return {found.id: _above(found, ancestors) for found in details}


async def _ancestors(conn: Connection, details: Sequence[Details]) -> dict[UUID, ShownComment]:
    keys: set[tuple[str, UUID]] = {(found.story_id, above) for found in details for above in _ids_above(found)}
    return await store.comments_of_stories(conn, keys) if keys else {}


def _ids_above(found: Details) -> list[UUID]:
    """The root, then the nearest, from above."""
    if found.root_id is None or found.root_id in found.ancestors_near:
        return found.ancestors_near
    return [found.root_id, *found.ancestors_near]


def _above(found: Details, known: dict[UUID, ShownComment]) -> list[ShownComment]:
    return [known[above] for above in _ids_above(found) if above in known]
