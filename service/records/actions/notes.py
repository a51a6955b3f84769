"""Moderators' notes on readers: written, and struck through; each with its entry in the record, which does not repeat
the note."""

from uuid import UUID

from service.accounts.problems import AuthorUnknown, PermissionMissing
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.records import store
from service.records.problems import NoteUnknown
from service.records.store import Note


async def write(tools: Tools, staff: Staff, reader_id: UUID, note: str) -> Note:
    """Keeps a note on the reader; AuthorUnknown for nobody."""
    note_id, now = tools.clock.new_id(), tools.clock.now()

    async def work(conn: Connection) -> Note:
        if not await store.add_note(conn, note_id, reader_id, note, staff.subject, now):
            raise AuthorUnknown()
        await _record(conn, tools, staff, "reader.noted", reader_id, None, {"note": str(note_id)})
        written = await store.lock_note(conn, reader_id, note_id)
        if written is None:
            raise LookupError(f"note {note_id} vanished within its own transaction")
        return written

    return await tools.db.in_transaction(work)


async def strike(tools: Tools, staff: Staff, reader_id: UUID, note_id: UUID) -> None:
    """Strikes the note through; one that is already stays so. Its writer may, and an admin."""

    async def work(conn: Connection) -> None:
        note = await store.lock_note(conn, reader_id, note_id)
        if note is None:
            raise NoteUnknown("This reader has no such note.")
        if note.written_by != staff.subject and Role.ADMIN not in staff.roles:
            raise PermissionMissing("Only who wrote a note, or an admin, may strike it through.")
        if note.struck_at is not None:
            return
        now = tools.clock.now()
        await store.strike_note(conn, note_id, staff.subject, now)
        before: dict[str, object] = {"note": str(note_id), "written_by": note.written_by, "struck_at": None}
        after = {"note": str(note_id), "written_by": note.written_by, "struck_at": now}
        await _record(conn, tools, staff, "reader.note_struck", reader_id, before, after)

    await tools.db.in_transaction(work)


async def _record(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    act: str,
    reader_id: UUID,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action=act,
        subject_kind="reader",
        subject_id=str(reader_id),
        site=None,
        before=before,
        after=after,
    )
