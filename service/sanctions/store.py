"""Typed calls over the sanctions of readers, past and in force."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import ReaderId
from service.sanctions.rules import Kind, Sanction


class SanctionRecord(msgspec.Struct, frozen=True):
    """A sanction with everything that is kept of it; `note`, `added_by` and `lifted_by` are for moderators' eyes."""

    id: UUID
    reader_id: ReaderId
    # None: everywhere.
    site: str | None
    kind: Kind
    reason: str
    note: str | None
    starts_at: datetime
    until: datetime | None
    # The staff member's subject; None when a rule added it.
    added_by: str | None
    acknowledged_at: datetime | None
    lifted_at: datetime | None
    # The staff member's subject; None when a rule lifted it, or nobody has.
    lifted_by: str | None
    lift_reason: str | None

    def as_rules_see_it(self) -> Sanction:
        return Sanction(
            id=self.id,
            site=self.site,
            kind=self.kind,
            reason=self.reason,
            starts_at=self.starts_at,
            until=self.until,
            acknowledged_at=self.acknowledged_at,
            lifted_at=self.lifted_at,
            lifted_by_person=self.lifted_by is not None,
        )


class AppealWaits(Exception):
    """The sanction was appealed, and only the ruling on the appeal may lift it. Nothing was changed."""


class LockedReader(msgspec.Struct, frozen=True):
    """A reader whose sanctions nobody else changes until the transaction ends."""

    id: ReaderId
    # None: an author who came with an import, or was erased.
    subject: str | None


# What the triggers of the appeals raise (migration 0014).
_APPEAL_WAITS = "SC002"

_queries = Queries(__file__)
_LOCK_READER = _queries.bind("lock_reader", LockedReader)
_ADD = _queries.bind("add", SanctionRecord)
_GET = _queries.bind("get", SanctionRecord)
_LIFT = _queries.bind("lift", SanctionRecord)
_ACKNOWLEDGE = _queries.bind("acknowledge", SanctionRecord)
_HISTORY = _queries.bind("history", SanctionRecord)


async def lock_reader(conn: Connection, reader_id: ReaderId) -> LockedReader | None:
    """The reader, locked; None for nobody."""
    return await _LOCK_READER.maybe(conn, reader_id=reader_id)


async def add(
    conn: Connection,
    *,
    sanction_id: UUID,
    reader_id: ReaderId,
    site: str | None,
    kind: Kind,
    reason: str,
    note: str | None,
    until: datetime | None,
    added_by: str | None,
    now: datetime,
    decision_id: UUID | None = None,
) -> SanctionRecord:
    """The new sanction, in force from `now`; `decision_id` is the decision on a comment that it came with."""
    return await _ADD.one(
        conn,
        id=sanction_id,
        reader_id=reader_id,
        site=site,
        kind=kind,
        reason=reason,
        note=note,
        until=until,
        added_by=added_by,
        now=now,
        decision_id=decision_id,
    )


async def get(conn: Connection, reader_id: ReaderId, sanction_id: UUID) -> SanctionRecord | None:
    """One of this reader's sanctions; None when it is not."""
    return await _GET.maybe(conn, id=sanction_id, reader_id=reader_id)


async def lift(
    conn: Connection,
    reader_id: ReaderId,
    sanction_id: UUID,
    *,
    lifted_by: str | None,
    lift_reason: str | None,
    now: datetime,
    ended_too: bool = False,
) -> SanctionRecord | None:
    """The sanction, lifted; None when this reader has none with that id that is not over already.

    With `ended_too` one that has ended by itself is lifted all the same, for the record. AppealWaits for one that was
    appealed.
    """
    try:
        return await _LIFT.maybe(
            conn,
            id=sanction_id,
            reader_id=reader_id,
            lifted_by=lifted_by,
            lift_reason=lift_reason,
            now=now,
            ended_too=ended_too,
        )
    except asyncpg.PostgresError as error:
        if error.sqlstate == _APPEAL_WAITS:
            raise AppealWaits from error
        raise


async def acknowledge(conn: Connection, reader_id: ReaderId, sanction_id: UUID, now: datetime) -> SanctionRecord | None:
    """The sanction with the moment in which its reader first acknowledged it; None when it is not theirs."""
    return await _ACKNOWLEDGE.maybe(conn, id=sanction_id, reader_id=reader_id, now=now)


async def history(conn: Connection, reader_id: ReaderId) -> list[SanctionRecord]:
    """All of a reader's sanctions, newest first."""
    return await _HISTORY.many(conn, reader_id=reader_id)
