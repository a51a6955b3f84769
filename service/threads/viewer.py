"""What of a public page belongs to one reader: asked for apart, so that the page itself is the same for all."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from service.comments import payloads as comment_payloads
from service.comments import store as comments
from service.comments.rules.editing import editable_until
from service.infra.clock import id_at
from service.infra.sql import Connection
from service.kernel import cursor, limits
from service.kernel.ids import ReaderId, StoryId
from service.stories.problems import StoryUnknown
from service.threads import store
from service.threads.payloads import OwnComment, OwnComments, OwnDecision, ViewerLayer


class _Waiting(comments.ShownComment, frozen=True):
    decision: OwnDecision | None


class _Editable(msgspec.Struct, frozen=True):
    id: UUID
    created_at: datetime


async def viewer_layer(conn: Connection, reader_id: ReaderId, story_id: StoryId, now: datetime) -> ViewerLayer:
    """The reader's own held and rejected comments with reasons, votes, mutes, and what may be changed until when."""
    oldest_editable = id_at(now - timedelta(seconds=limits.edit_window_s), 0)
    layer = await store.own_layer(conn, reader_id, story_id, oldest_editable)
    if layer is None:
        raise StoryUnknown("There is no discussion under this story id.")
    editable = msgspec.convert(layer.editable, list[_Editable])
    return ViewerLayer(
        thread_version=layer.thread_version,
        comments=[_own(own) for own in msgspec.convert(layer.waiting, list[_Waiting])],
        votes=layer.votes,
        muted=layer.muted,
        editable={str(own.id): editable_until(own.created_at) for own in editable},
    )


def _own(row: _Waiting) -> OwnComment:
    return OwnComment(**msgspec.structs.asdict(comment_payloads.whole(row)), decision=row.decision)


async def own_comments(conn: Connection, reader_id: ReaderId, limit: int, given_cursor: str | None) -> OwnComments:
    """The reader's own comments on every story, newest first, with their true status."""
    before = None if given_cursor is None else cursor.unpack("own-comments", given_cursor, UUID)
    rows = await store.own_comments(conn, reader_id, before, limit + 1)
    next_cursor = cursor.pack("own-comments", rows[limit - 1].id) if len(rows) > limit else None
    return OwnComments([comment_payloads.whole(row) for row in rows[:limit]], next_cursor)
