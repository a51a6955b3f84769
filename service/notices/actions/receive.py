"""Somebody says that a comment is illegal: kept, put before the moderators, and answered with a receipt."""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.comments import store as comments
from service.comments.actions.announce import append_event
from service.comments.problems import CommentUnknown
from service.comments.rules.lifecycle import Status
from service.comments.rules.text import normal
from service.comments.store import LockedComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.problems import InvalidRequest
from service.notices import store
from service.notices.problems import NoticeUnknown
from service.notices.rules import is_the_token
from service.notices.store import Notice
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue, urgency

_TOKEN_BYTES = 32


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as its sender wrote it."""

    comment_id: UUID
    legal_ground: str
    explanation: str
    name: str | None = None
    email: str | None = None


class Received(msgspec.Struct, frozen=True):
    """The notice as kept, and the secret with which its sender asks what became of it, which is not kept."""

    notice: Notice
    token: str


async def receive(tools: Tools, reader: Reader | None, given: Given, now: datetime) -> Received:
    """Keeps the notice; a comment that is or may be shown waits for a moderator, before almost everything else.

    CommentUnknown for a comment that is not there.
    """
    explanation, ground = normal(given.explanation), normal(given.legal_ground)
    for field, text in (("explanation", explanation), ("legal_ground", ground)):
        if not text:
            raise InvalidRequest.of(field, "must say something")
    reader_id = None if reader is None else await known_reader(tools.db, reader, tools.clock)
    async with tools.db.read() as conn:
        target = await comments.target(conn, given.comment_id)
    if target is None:
        raise CommentUnknown
    notice_id, token = tools.clock.new_id(), secrets.token_urlsafe(_TOKEN_BYTES)

    async def work(conn: Connection) -> Notice:
        comment = await comments.lock(conn, target.story_id, given.comment_id)
        if comment is None:
            raise CommentUnknown
        await store.add(
            conn,
            notice_id,
            digest(token),
            comment.story_id,
            comment.site,
            comment.id,
            comment.revision,
            reader_id,
            ground,
            explanation,
            now,
        )
        name, email = normal(given.name or "") or None, given.email
        if name is not None or email is not None:
            await store.add_contact(conn, notice_id, name, email, now)
        await _bring_to_review(conn, tools, comment, now)
        kept = await store.get(conn, notice_id)
        if kept is None:
            raise LookupError("a notice vanished within its own transaction")
        return kept

    kept = await tools.db.in_transaction(work)
    tools.broadcast.publish("sc:nudge", b"")
    return Received(kept, token)


async def known(conn: Connection, notice_id: UUID, token: str) -> Notice:
    """The notice, for whoever has its token; NoticeUnknown else, whether or not there is one."""
    found = await store.get(conn, notice_id)
    # Compared also where there is none, so that the answer takes as long.
    kept = digest("") if found is None else found.token_digest
    if not is_the_token(kept, digest(token)) or found is None:
        raise NoticeUnknown
    return found


def digest(token: str) -> bytes:
    """What is kept of a token: it has too many bits to be guessed, so one round of hashing is enough."""
    return sha256(token.encode()).digest()


async def _bring_to_review(conn: Connection, tools: Tools, comment: LockedComment, now: datetime) -> None:
    if comment.status not in (Status.PUBLISHED, Status.HELD):
        return
    presses = urgency(frozenset({"illegal"}), reports=1 + comment.report_count, reach=comment.reply_count)
    await review_queue.enqueue(conn, comment.story_id, comment.id, Queue.REPORTED, comment.site, now, presses)
    status = comment.status
    await append_event(conn, tools, "notice.received", comment.story_id, comment.id, None, status, status, now)
