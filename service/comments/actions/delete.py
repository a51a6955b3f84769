"""Authors take back what they wrote. Replies stay, under a placeholder."""

from datetime import datetime
from uuid import UUID

from service.accounts.actions import known_reader
from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Reader
from service.comments import store
from service.comments.actions.announce import announce, append_event
from service.comments.problems import CommentUnknown
from service.comments.rules.lifecycle import Status, may_move, readers_see
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.languages.said import said
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, refuse
from service.review_queue import store as review_queue


async def delete(tools: Tools, reader: Reader, comment_id: UUID, now: datetime) -> None:
    """Deletes the reader's own comment; one that is deleted already stays so."""
    reader_id = await known_reader(tools.db, reader, tools.clock)
    async with tools.db.read() as conn:
        target = await store.target(conn, comment_id)
        if target is None:
            raise CommentUnknown
        if target.author_id != reader_id:
            if target.status in (Status.PUBLISHED, Status.DELETED):
                raise PermissionMissing(said("problems.not_the_author"))
            raise CommentUnknown
        standing = await standing_of(conn, tools.settings, reader, target.story_id, now)
    if refusal := refuse(Action.DELETE_OWN, standing, now):
        raise refusal

    async def work(conn: Connection) -> int | None:
        comment = await store.lock(conn, target.story_id, comment_id)
        if comment is None or not may_move(comment.status, Status.DELETED):
            return None
        version = await store.move(conn, comment, Status.DELETED)
        await review_queue.resolve(conn, comment.story_id, comment.id)
        seen = readers_see(comment.status, Status.DELETED, comment.reply_count)
        await append_event(
            conn, tools, "comment.deleted", comment.story_id, comment.id, version if seen else None,
            comment.status, Status.DELETED, now,
        )  # fmt: skip
        return version

    version = await tools.db.in_transaction(work)
    announce(tools, target.story_id, version)
