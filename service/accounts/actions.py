"""What follows from a caller being known: a row for a reader, a note of a staff name, and muting an author."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

import msgspec

from service.accounts import store
from service.accounts.problems import AuthorUnknown
from service.accounts.rules import names
from service.accounts.rules.viewer import Reader, Staff
from service.infra.clock import Clock
from service.infra.postgres import Database
from service.infra.sql import Connection
from service.kernel import limits
from service.kernel.ids import ReaderId
from service.kernel.problems import InvalidRequest
from service.kernel.rate_limits import NEWCOMER_S
from service.languages.said import said

_REMEMBERED_MAX: Final = 50_000
# A reader erased meanwhile through another process is met anew after this long even if nobody told this one.
_REMEMBERED_FOR: Final = timedelta(minutes=5)
_NEWCOMER_FOR: Final = timedelta(seconds=NEWCOMER_S)


class _Remembered(msgspec.Struct, frozen=True):
    id: ReaderId
    # The newest token that the row has seen.
    as_of: datetime
    until: datetime
    first_seen_at: datetime


class _Memory:
    """What this process remembers of one database's people, the least recently used forgotten first."""

    def __init__(self) -> None:
        self.readers: OrderedDict[str, _Remembered] = OrderedDict()
        self.subjects: dict[ReaderId, str] = {}
        self.staff: OrderedDict[str, str] = OrderedDict()

    def keep_reader(self, subject: str, remembered: _Remembered) -> None:
        self.readers[subject] = remembered
        self.readers.move_to_end(subject)
        self.subjects[remembered.id] = subject
        if len(self.readers) > _REMEMBERED_MAX:
            _, oldest = self.readers.popitem(last=False)
            del self.subjects[oldest.id]

    def drop_reader(self, reader_id: ReaderId) -> None:
        if (subject := self.subjects.pop(reader_id, None)) is not None:
            self.readers.pop(subject, None)

    def keep_staff(self, subject: str, name: str) -> None:
        self.staff[subject] = name
        if len(self.staff) > _REMEMBERED_MAX:
            self.staff.popitem(last=False)


# Per database, because a process may serve more than one (tests do).
_memories: WeakKeyDictionary[Database, _Memory] = WeakKeyDictionary()


async def known_reader(db: Database, reader: Reader, clock: Clock) -> ReaderId:
    """The reader's public id. The row is made at the first use, and follows the name and picture of newer tokens.

    The id is random: one made from the time or the subject would tell something about the reader. Costs no query while
    this process remembers the reader and the token is not newer than those that it saw.
    """
    return (await _remembered(db, reader, clock.now())).id


async def is_newcomer(db: Database, reader: Reader, clock: Clock) -> bool:
    """Whether this reader was first seen less than a day ago, and so is held to tighter limits."""
    now = clock.now()
    return now - (await _remembered(db, reader, now)).first_seen_at < _NEWCOMER_FOR


def forget_reader(db: Database, reader_id: ReaderId) -> None:
    """Drops what this process remembers of an erased reader: the next token of the same subject is somebody new."""
    _memory_of(db).drop_reader(reader_id)


def forget_everybody(db: Database) -> None:
    """Drops all that this process remembers of a database, which a restore or a test may have emptied."""
    _memories.pop(db, None)


async def note_staff(db: Database, staff: Staff) -> None:
    """Remembers what this member of staff is called, so that no reader is shown under a name that looks the same."""
    name = names.clean_name(staff.name or "")
    memory = _memory_of(db)
    # A system that signs a new token for each call must not write a row each time.
    if not name or memory.staff.get(staff.subject) == name:
        return
    async with db.read() as conn:
        await store.note_staff_name(
            conn,
            subject=staff.subject,
            name=name,
            skeleton=names.skeleton(name),
            issued_at=staff.issued_at,
        )
    memory.keep_staff(staff.subject, name)


async def mute(db: Database, reader_id: ReaderId, author_id: UUID, now: datetime) -> None:
    """Hides an author from this reader; again is no change."""
    if author_id == reader_id:
        raise InvalidRequest.of("author", "nobody can mute themselves")
    async with db.read() as conn:
        muted = await store.mute(conn, reader_id=reader_id, author_id=author_id, mutes_max=limits.mutes_max, now=now)
    if muted is None:
        raise AuthorUnknown()
    if not muted:
        raise InvalidRequest.of("author", said("entries.mutes_most", most=limits.mutes_max))


async def unmute(db: Database, reader_id: ReaderId, author_id: UUID) -> None:
    """Shows an author again; of one who is not muted, no change."""
    async with db.read() as conn:
        await store.unmute(conn, reader_id=reader_id, author_id=author_id)


async def _remembered(db: Database, reader: Reader, now: datetime) -> _Remembered:
    memory = _memory_of(db)
    known = memory.readers.get(reader.subject)
    if known is not None and known.as_of >= reader.issued_at and known.until > now:
        memory.readers.move_to_end(reader.subject)
        return known
    met = await _met(db, reader, now)
    if known is not None and known.id != met.id:
        memory.drop_reader(known.id)
    remembered = _Remembered(met.id, reader.issued_at, now + _REMEMBERED_FOR, met.first_seen_at)
    memory.keep_reader(reader.subject, remembered)
    return remembered


def _memory_of(db: Database) -> _Memory:
    memory = _memories.get(db)
    if memory is None:
        memory = _memories[db] = _Memory()
    return memory


async def _met(db: Database, reader: Reader, now: datetime) -> store.KnownReader:
    async with db.read() as conn:
        found = await store.find(conn, reader.subject)
        if found is not None and found.named_as_of is not None and found.named_as_of >= reader.issued_at:
            return found
        met = await _meet(conn, reader, found.id if found else None, now)
        # None: another request of the same reader was faster, so the row is there.
        found = met or await store.find(conn, reader.subject)
        if found is None:
            raise LookupError("a reader's row vanished while it was being met")
        return found


async def _meet(conn: Connection, reader: Reader, known_as: ReaderId | None, now: datetime) -> store.KnownReader | None:
    new_id = uuid4()
    neutral = names.neutral_name(known_as or new_id)
    claimed = None if reader.name is None else names.clean_name(reader.name)
    refused = claimed is not None and names.imitates_staff(claimed)
    return await store.meet(
        conn,
        new_id=new_id,
        subject=reader.subject,
        name=neutral if refused else (claimed or names.NAMELESS) if claimed is not None else None,
        skeletons=[] if refused else sorted(names.skeletons(claimed or "")),
        neutral=neutral,
        nameless=names.NAMELESS,
        picture_url=reader.picture_url,
        issued_at=reader.issued_at,
        now=now,
    )
