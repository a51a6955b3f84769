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
from service.languages.catalogues import Words
from service.reasons.rules.appealing import may_appeal_until
from service.reasons.rules.statements import reason_in_words
from service.stories.problems import StoryUnknown
from service.threads import store
from service.threads.payloads import ListedOwnComment, OwnAppeal, OwnComment, OwnComments, OwnDecision, ViewerLayer


class _Restriction(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    made_at: datetime
    reason: str | None
    appeal: OwnAppeal | None


class _Own(comments.ShownComment, frozen=True):
    decision: OwnDecision | None
    restriction: _Restriction | None


class _Editable(msgspec.Struct, frozen=True):
    id: UUID
    created_at: datetime


async def viewer_layer(
    conn: Connection, reader_id: ReaderId, story_id: StoryId, appeal_days: int, words: Words, now: datetime
) -> ViewerLayer:
    """The reader's own held and rejected comments with reasons, votes, mutes, and what may be changed until when."""
    oldest_editable = id_at(now - timedelta(seconds=limits.edit_window_s), 0)
    layer = await store.own_layer(conn, reader_id, story_id, oldest_editable)
    if layer is None:
        raise StoryUnknown
    editable = msgspec.convert(layer.editable, list[_Editable])
    return ViewerLayer(
        thread_version=layer.thread_version,
        comments=[_own(own, appeal_days, words, now) for own in msgspec.convert(layer.waiting, list[_Own])],
        votes=layer.votes,
        muted=layer.muted,
        editable={str(own.id): editable_until(own.created_at) for own in editable},
    )


def _own(row: _Own, appeal_days: int, words: Words, now: datetime) -> OwnComment:
    own = OwnComment(**msgspec.structs.asdict(comment_payloads.written(row, words)), decision=row.decision)
    restricted = row.restriction
    if restricted is not None:
        own.decision_id, own.reason, own.appeal = restricted.id, restricted.reason, restricted.appeal
        own.reason_words = None if restricted.reason is None else reason_in_words(restricted.reason, words)
        own.may_appeal_until = may_appeal_until(
            restricted.kind,
            restricted.made_at,
            stands=True,
            appealed=restricted.appeal is not None,
            days=appeal_days,
            now=now,
        )
    return own


async def own_comments(
    conn: Connection,
    reader_id: ReaderId,
    limit: int,
    given_cursor: str | None,
    appeal_days: int,
    words: Words,
    now: datetime,
) -> OwnComments:
    """The reader's own comments on every story, newest first, with their true status."""
    before = None if given_cursor is None else cursor.unpack("own-comments", given_cursor, UUID)
    rows = await store.own_comments(conn, reader_id, before, limit + 1)
    next_cursor = cursor.pack("own-comments", rows[limit - 1].id) if len(rows) > limit else None
    return OwnComments([_listed(row, appeal_days, words, now) for row in rows[:limit]], next_cursor)


def _listed(row: store.OwnShown, appeal_days: int, words: Words, now: datetime) -> ListedOwnComment:
    own = _own(msgspec.convert(msgspec.structs.asdict(row), _Own), appeal_days, words, now)
    told = msgspec.structs.asdict(own)
    return ListedOwnComment(**told, story_title=row.story_title, story_url=row.story_url)
