"""A reader appeals against a decision: once, within the period, and again with the same words is the same appeal."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.appeals import rules, store
from service.appeals.problems import AlreadyAppealed
from service.comments import store as comments
from service.comments.rules.text import normal
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import EventId, ReaderId
from service.kernel.problems import InvalidRequest
from service.languages.said import said
from service.outbox import store as outbox
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, refuse
from service.reasons import store as reasons
from service.reasons.problems import DecisionUnknown
from service.reasons.rules.appealing import refuse_appeal
from service.reasons.store import Restriction
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from service.sanctions import store as sanctions


class Made(msgspec.Struct, frozen=True):
    """The restriction with the appeal against it; `is_new` is False for a repeated try."""

    restriction: Restriction
    is_new: bool


async def appeal(tools: Tools, reader: Reader, restriction_id: UUID, text: str, now: datetime) -> Made:
    """Keeps the appeal and, for a comment, puts it before the moderators; what its author is told of it.

    DecisionUnknown for what is not the reader's; AlreadyAppealed, AppealNotPossible.
    """
    kept = normal(text)
    if not kept:
        raise InvalidRequest.of("text", said("entries.appeal_empty"))
    reader_id = await known_reader(tools.db, reader, tools.clock)
    async with tools.db.read() as conn:
        found = await _own(conn, reader_id, restriction_id)
        standing = await standing_of(conn, tools.settings, reader, None, now)
    if refusal := refuse(Action.APPEAL, standing, now):
        raise refusal

    async def work(conn: Connection) -> Made:
        await _lock(conn, found)
        locked = await _own(conn, reader_id, restriction_id)
        if locked.appeal_id is not None:
            return _again(locked, locked.appeal_id, kept)
        stands, days = locked.stands(), tools.settings.appeal_days
        if why := refuse_appeal(locked.kind, locked.made_at, stands=stands, days=days, now=now):
            raise rules.not_possible(why)
        await _keep(conn, tools, locked, kept, now)
        return Made(await _own(conn, reader_id, restriction_id), True)

    made = await tools.db.in_transaction(work)
    if made.is_new:
        tools.broadcast.publish("sc:nudge", b"")
    return made


async def _own(conn: Connection, reader_id: ReaderId, restriction_id: UUID) -> Restriction:
    found = await reasons.own(conn, reader_id, restriction_id)
    if found is None:
        raise DecisionUnknown
    return found


async def _lock(conn: Connection, found: Restriction) -> None:
    """Whoever decides about the same thing waits: a comment's decisions lock it, a reader's sanctions the reader."""
    if found.story_id is not None and found.comment_id is not None:
        await comments.lock(conn, found.story_id, found.comment_id)
    else:
        await sanctions.lock_reader(conn, found.reader_id)


def _again(found: Restriction, appeal_id: UUID, text: str) -> Made:
    if found.appeal_text == text:
        return Made(found, False)
    raise AlreadyAppealed(appeal_id=appeal_id, appeal_status=found.appeal_status or "open")


async def _keep(conn: Connection, tools: Tools, found: Restriction, text: str, now: datetime) -> None:
    appeal_id = tools.clock.new_id()
    site = found.sanction_site if found.kind == "sanction" else found.story_site
    await store.add(
        conn,
        appeal_id,
        restriction_id=found.id,
        reader_id=found.reader_id,
        story_id=found.story_id,
        comment_id=found.comment_id,
        sanction_id=found.id if found.kind == "sanction" else None,
        site=site,
        text=text,
        now=now,
    )
    if found.story_id is not None and found.comment_id is not None and site is not None:
        await review_queue.enqueue(conn, found.story_id, found.comment_id, Queue.APPEALED, site, now)
    event = outbox.Event(
        id=EventId(tools.clock.new_id()),
        topic="appeal.made",
        story_id=found.story_id,
        version=None,
        payload={"appeal_id": appeal_id, "decision_id": found.id, "comment_id": found.comment_id},
        happened_at=now,
    )
    await outbox.append(conn, event)
