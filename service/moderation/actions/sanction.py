"""A moderator limits a reader, or lifts a limit: the sanction and the record of the act in one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import Permission, may
from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import ReaderId
from service.moderation import store
from service.moderation.actions.reach import refuse_other_site
from service.moderation.problems import AppealOpen
from service.sanctions import actions as sanctions
from service.sanctions import store as sanction_store
from service.sanctions.actions import Changed
from service.sanctions.problems import SanctionUnknown
from service.sanctions.rules import Kind
from service.sanctions.store import SanctionRecord


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The limit that a moderator wants; without a site it holds everywhere."""

    kind: Kind
    reason: str
    site: str | None = None
    until: datetime | None = None
    note: str | None = None


async def add(tools: Tools, staff: Staff, reader_id: UUID, wanted: Wanted) -> SanctionRecord:
    """Limits the reader; the sanction."""
    changed = await tools.db.in_transaction(lambda conn: add_within(conn, tools, staff, reader_id, wanted))
    return await _announced(tools, changed)


async def add_within(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    reader_id: UUID,
    wanted: Wanted,
    *,
    decision_id: UUID | None = None,
) -> Changed:
    """Limits the reader in the caller's transaction, who calls `sanctions.actions.announce` after it.

    `decision_id` is the decision on a comment that it comes with: a ruling that reverses that lifts it too.

    PermissionMissing for one who may not limit readers, or not so far: a moderator of some sites limits on those.
    """
    if not may(staff, Permission.SANCTION):
        raise PermissionMissing("None of your roles allows you to limit readers.")
    refuse_other_reach(staff, wanted.site)
    changed = await sanctions.add(
        conn,
        tools.clock,
        reader_id=ReaderId(reader_id),
        site=wanted.site,
        kind=wanted.kind,
        reason=wanted.reason,
        note=wanted.note,
        until=wanted.until,
        added_by=staff.subject,
        decision_id=decision_id,
    )
    added = changed.sanction
    after = {"sanction": str(added.id), "kind": added.kind, "reason": added.reason, "until": added.until}
    await _record(conn, tools, staff, "sanction.added", added, after)
    return changed


async def lift(tools: Tools, staff: Staff, reader_id: UUID, sanction_id: UUID, reason: str | None) -> SanctionRecord:
    """Ends the sanction; no automatic rule puts it back. SanctionUnknown when nothing is left to lift, AppealOpen for
    one that was appealed."""

    async def work(conn: Connection) -> Changed:
        found = await sanction_store.get(conn, ReaderId(reader_id), sanction_id)
        if found is None:
            raise SanctionUnknown("This reader has no such sanction.")
        refuse_other_reach(staff, found.site)
        changed = await sanctions.lift(
            conn,
            tools.clock,
            reader_id=ReaderId(reader_id),
            sanction_id=sanction_id,
            lifted_by=staff.subject,
            lift_reason=reason,
        )
        before = {"sanction": str(sanction_id), "kind": found.kind, "reason": found.reason, "until": found.until}
        after = {"sanction": str(sanction_id), "lifted_at": changed.sanction.lifted_at, "reason": reason}
        await _record(conn, tools, staff, "sanction.lifted", found, after, before)
        return changed

    try:
        return await _announced(tools, await tools.db.in_transaction(work))
    except sanction_store.AppealWaits as error:
        async with tools.db.read() as conn:
            appeal_id = await store.open_appeal_of_sanction(conn, sanction_id)
        if appeal_id is None:
            raise SanctionUnknown("An appeal against this sanction was ruled on meanwhile.") from error
        raise AppealOpen("The reader has appealed; the ruling on the appeal decides.", appeal_id=appeal_id) from error


def refuse_other_reach(staff: Staff, site: str | None) -> None:
    """PermissionMissing for what holds on a site that is not theirs, or everywhere while they work on some sites."""
    if site is not None:
        refuse_other_site(staff, site)
    elif staff.sites is not None:
        raise PermissionMissing("Your token is for some sites; name the one where the sanction holds.")


async def _record(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    act: str,
    sanction: SanctionRecord,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action=act,
        subject_kind="reader",
        subject_id=str(sanction.reader_id),
        site=sanction.site,
        before=before,
        after=after,
    )


async def _announced(tools: Tools, changed: Changed) -> SanctionRecord:
    sanctions.announce(tools.broadcast, changed)
    return changed.sanction
