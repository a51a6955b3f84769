"""Outbox event -> live message: what the open pages of a story are told.

A message tells what **is** when it is made, not what the event said: the relay may come late or twice, and then the
truth has moved on. So a comment that is published is told as published or edited, and any other as gone, whatever the
topic; and every message says in `thread_version` up to which version its data is true, while its `id` is the event's
own version, so that a page sees each version once and notices a gap. An event without a version changed nothing that
readers see.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from service.accounts.rules.notices import READER_CHANNEL, ReaderChanged
from service.comments import payloads
from service.comments import store as comments
from service.comments.rules.lifecycle import Status, public_status
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import StoryId
from service.live import store
from service.live.fanout import frames
from service.live.fanout.stories import CHANGED_CHANNEL, channel_of
from service.outbox.store import Event
from service.stories import store as stories
from service.stories.payloads import Counts, public_story

# What changes a comment that stays where it is.
_EDITS = frozenset({"comment.edited", "comment.featured", "comment.unfeatured"})


class _Gone(msgspec.Struct, frozen=True):
    """A comment that is not published any more; `placeholder` stands in its place where it has replies."""

    id: UUID
    parent_id: UUID | None
    status: str
    placeholder: payloads.Comment | None
    thread_version: int


class _Counts(msgspec.Struct, frozen=True):
    """The story's counts, and the votes of the comments that had some."""

    comment_count: int
    counts: Counts
    votes: Mapping[str, payloads.Votes]
    thread_version: int


async def announce_comment(tools: Tools, event: Event) -> None:
    """Tells a story's pages what became of a comment, and the counts with it."""
    if event.story_id is None or event.version is None:
        return
    async with tools.db.read() as conn:
        # In this order: a comment that is read after the version is at least as new.
        counts = await store.counts(conn, event.story_id)
        comment = await comments.get(conn, UUID(event.payload["comment_id"]))
    if counts is None or comment is None:
        raise LookupError(f"the comment of event {event.id} is not there")
    message = _comment_message(event.topic, comment, event.version, counts.thread_version)
    _send(tools, event.story_id, event.version, message + _counts_message(event.version, counts, {}))


def _comment_message(topic: str, row: comments.ShownComment, version: int, true_at: int) -> bytes:
    shown = payloads.public(row)
    if row.status == Status.PUBLISHED:
        kind = "comment.edited" if topic in _EDITS else "comment.published"
        return frames.frame(kind, msgspec.structs.asdict(shown) | {"thread_version": true_at}, version)
    placeholder = shown if row.reply_count else None
    gone = _Gone(row.id, row.parent_id, public_status(row.status), placeholder, true_at)
    return frames.frame("comment.gone", gone, version)


async def announce_votes(tools: Tools, event: Event) -> None:
    """Tells a story's pages the votes of those comments that had some."""
    if event.story_id is None or event.version is None:
        return
    comment_ids = [UUID(each) for each in event.payload["comment_ids"]]
    async with tools.db.read() as conn:
        counts = await store.counts(conn, event.story_id)
        votes = await _votes(conn, event.story_id, comment_ids)
    if counts is None:
        raise LookupError(f"the story of event {event.id} is not there")
    _send(tools, event.story_id, event.version, _counts_message(event.version, counts, votes))


async def _votes(conn: Connection, story_id: StoryId, comment_ids: list[UUID]) -> dict[str, payloads.Votes]:
    rows = await comments.many(conn, story_id, comment_ids)
    shown = [payloads.public(row) for row in rows if row.status == Status.PUBLISHED]
    return {str(comment.id): comment.votes for comment in shown}


def _counts_message(version: int, row: store.Counts, votes: Mapping[str, payloads.Votes]) -> bytes:
    by_side = {name: count for name, count in row.by_side.items() if count}
    by_anchor = {name: count for name, count in row.by_anchor.items() if count}
    told = _Counts(row.comment_count, Counts(by_side, by_anchor), votes, row.thread_version)
    return frames.frame("counts", told, version)


async def announce_story(tools: Tools, event: Event) -> None:
    """Tells a story's pages what the story is now: its state, its settings. Of a hidden one only that."""
    if event.story_id is None or event.version is None:
        return
    async with tools.db.read() as conn:
        row = await stories.get(conn, event.story_id)
    if row is None:
        raise LookupError(f"the story of event {event.id} is not there")
    told: object = public_story(row, tools.settings, tools.clock.now())
    if row.state == "hidden":
        told = {"id": row.id, "state": row.state, "thread_version": row.thread_version}
    _send(tools, event.story_id, event.version, frames.frame("story.changed", told, event.version))


async def announce_rights(tools: Tools, event: Event) -> None:
    """Tells every process that a reader may do other things now.

    Who changed it said so after the commit; this is for when that process died in between.
    """
    digest = event.payload["subject_hash"]
    if digest is not None:  # It is None for a reader who was erased meanwhile, whom no token names any more.
        about = ReaderChanged(event.payload["reader_id"], digest)
        tools.broadcast.publish(READER_CHANNEL, msgspec.json.encode(about))


def _send(tools: Tools, story_id: StoryId, version: int, message: bytes) -> None:
    tools.broadcast.publish(channel_of(story_id), message)
    tools.broadcast.publish(CHANGED_CHANNEL, msgspec.json.encode({"story": story_id, "version": version}))
