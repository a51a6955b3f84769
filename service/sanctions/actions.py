"""Limiting a reader and lifting a limit, in the transaction of whatever led to it.

A sanction may be the act itself or come with a decision, so each action takes the connection of a transaction, and its
caller commits and then calls `announce`. The record of staff acts is the caller's too, who knows the whole act.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.problems import AuthorUnknown
from service.accounts.rules.notices import READER_CHANNEL, reader_changed, subject_hash
from service.infra.broadcast import Broadcast
from service.infra.clock import Clock
from service.infra.sql import Connection
from service.kernel.ids import EventId, ReaderId
from service.outbox import store as outbox
from service.sanctions import store
from service.sanctions.problems import SanctionUnknown
from service.sanctions.rules import Kind, may_rule_add, refuse_sanction
from service.sanctions.store import LockedReader, SanctionRecord


class Changed(msgspec.Struct, frozen=True):
    """A sanction that was added or lifted, and whose open pages are to be told."""

    sanction: SanctionRecord
    reader: LockedReader


async def add(
    conn: Connection,
    clock: Clock,
    *,
    reader_id: ReaderId,
    site: str | None,
    kind: Kind,
    reason: str,
    note: str | None,
    until: datetime | None,
    added_by: str,
    decision_id: UUID | None = None,
) -> Changed:
    """A moderator limits a reader; `decision_id` is the decision on a comment that it came with.

    AuthorUnknown for nobody; InvalidRequest for an end that cannot be.
    """
    if refusal := refuse_sanction(kind, until, clock.now()):
        raise refusal
    reader = await _locked(conn, reader_id)
    return await _add(conn, clock, reader, site, kind, reason, note, until, added_by, decision_id)


async def add_by_rule(
    conn: Connection,
    clock: Clock,
    *,
    reader_id: ReaderId,
    site: str | None,
    kind: Kind,
    reason: str,
    note: str | None,
    until: datetime | None,
) -> Changed | None:
    """An automatic rule limits a reader; None when it may not, because a person lifted such a limit or it holds
    already."""
    if refusal := refuse_sanction(kind, until, clock.now()):
        raise refusal
    reader = await _locked(conn, reader_id)
    past = [record.as_rules_see_it() for record in await store.history(conn, reader_id)]
    if not may_rule_add(past, kind, site, clock.now()):
        return None
    return await _add(conn, clock, reader, site, kind, reason, note, until, None)


async def lift(
    conn: Connection,
    clock: Clock,
    *,
    reader_id: ReaderId,
    sanction_id: UUID,
    lifted_by: str | None,
    lift_reason: str | None,
    ended_too: bool = False,
) -> Changed:
    """Ends a sanction before its time; `lifted_by` is None for a rule. SanctionUnknown when nothing is left to lift.

    With `ended_too` one that has ended by itself is lifted all the same, for the record.
    """
    reader = await _locked(conn, reader_id)
    sanction = await store.lift(
        conn,
        reader_id,
        sanction_id,
        lifted_by=lifted_by,
        lift_reason=lift_reason,
        now=clock.now(),
        ended_too=ended_too,
    )
    if sanction is None:
        raise SanctionUnknown("This reader has no such sanction, or it is over already.")
    await _append_event(conn, clock, "sanction.lifted", sanction, reader)
    return Changed(sanction, reader)


async def acknowledge(conn: Connection, reader_id: ReaderId, sanction_id: UUID, now: datetime) -> SanctionRecord:
    """The reader has seen the sanction; a warning ends by that. SanctionUnknown for one that is not the reader's
    own."""
    sanction = await store.acknowledge(conn, reader_id, sanction_id, now)
    if sanction is None:
        raise SanctionUnknown
    return sanction


def announce(broadcast: Broadcast, changed: Changed) -> None:
    """After the commit: tells the reader's open pages, and wakes the relay."""
    if changed.reader.subject is not None:
        broadcast.publish(READER_CHANNEL, reader_changed(changed.reader.id, changed.reader.subject))
    broadcast.publish("sc:nudge", b"")


async def _locked(conn: Connection, reader_id: ReaderId) -> LockedReader:
    reader = await store.lock_reader(conn, reader_id)
    if reader is None:
        raise AuthorUnknown()
    return reader


async def _add(
    conn: Connection,
    clock: Clock,
    reader: LockedReader,
    site: str | None,
    kind: Kind,
    reason: str,
    note: str | None,
    until: datetime | None,
    added_by: str | None,
    decision_id: UUID | None = None,
) -> Changed:
    sanction = await store.add(
        conn,
        sanction_id=clock.new_id(),
        reader_id=reader.id,
        site=site,
        kind=kind,
        reason=reason,
        note=note,
        until=until,
        added_by=added_by,
        now=clock.now(),
        decision_id=decision_id,
    )
    await _append_event(conn, clock, "sanction.added", sanction, reader)
    return Changed(sanction, reader)


async def _append_event(
    conn: Connection, clock: Clock, topic: str, sanction: SanctionRecord, reader: LockedReader
) -> None:
    await outbox.append(
        conn,
        outbox.Event(
            id=EventId(clock.new_id()),
            topic=topic,
            story_id=None,
            version=None,
            payload={
                "sanction_id": sanction.id,
                "reader_id": sanction.reader_id,
                "subject_hash": None if reader.subject is None else subject_hash(reader.subject),
                "site": sanction.site,
                "kind": sanction.kind,
                "reason": sanction.reason,
                "until": sanction.until,
            },
            happened_at=clock.now(),
        ),
    )
