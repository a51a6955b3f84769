"""The record of what staff did: appended in the transaction of the act itself, never changed.

Every feature with an act of staff writes here, which is why this package stands below them all. An entry
names the actor by the subject of the staff token, the act as `noun.past_verb` (`comment.rejected`,
`story.changed`), the thing by kind and id, and carries what it was before and after as far as the act changed
it: ids, settings and reasons, no comment text. The database refuses to change or delete an entry.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.infra.clock import Clock, id_at
from service.infra.sql import Connection, Queries, planned_for_values

queries = Queries(__file__)


class Entry(msgspec.Struct, frozen=True):
    """One act of one member of staff."""

    id: UUID
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    site: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are wanted; what is None does not limit."""

    actor: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    # Of the sites that the caller may read.
    site: str | None = None
    after: datetime | None = None
    before: datetime | None = None


class SealedEntry(Entry, frozen=True):
    """An entry with its place in the chain, which it is given some seconds after it was appended."""

    position: int | None
    hash: bytes | None


class Head(msgspec.Struct, frozen=True):
    """The last link of the chain."""

    position: int
    entry_id: UUID
    hash: bytes


class Link(msgspec.Struct, frozen=True):
    """A link of the chain with its entry; all of the entry's fields are None where it is gone."""

    position: int
    entry_id: UUID
    hash: bytes
    id: UUID | None
    at: datetime | None
    actor: str | None
    action: str | None
    subject_kind: str | None
    subject_id: str | None
    site: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def entry(self) -> Entry | None:
        """The entry; None where it is gone."""
        return None if self.id is None else Entry(*(getattr(self, field) for field in Entry.__struct_fields__))


class Waiting(msgspec.Struct, frozen=True):
    """How many entries have no link yet, and since when the first of them waits."""

    entries: int
    oldest_at: datetime | None


# Any number will do that nothing else in the database takes; these are the bytes of "scaudit".
_SEAL_KEY = int.from_bytes(b"scaudit", "big")

_APPEND = queries.bind("append", int)
_PAGE = queries.bind("page", SealedEntry)
_PAGE_OF_SITES = queries.bind("page_of_sites", SealedEntry)
_TAKE_SEAL = queries.bind("take_seal", bool)
_HEAD = queries.bind("head", Head)
_UNSEALED = queries.bind("unsealed", Entry)
_ADD_LINKS = queries.bind("add_links", int)
_FORGET_UNSEALED = queries.bind("forget_unsealed", int)
_LINKS = queries.bind("links", Link)
_WAITING = queries.bind("waiting", Waiting)
_NEVER_SEALED = queries.bind("never_sealed", UUID)
_POSITION_BEFORE = queries.bind("position_before", int)


async def append(
    conn: Connection,
    clock: Clock,
    *,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    site: str | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Adds an entry, in the transaction of the act that it tells of. `site` None stands for no site."""
    await _APPEND.run(
        conn,
        entry_id=clock.new_id(),
        now=clock.now(),
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        site=site,
        before=before,
        after=after,
    )


async def page(
    conn: Connection, filters: Filters, sites: Collection[str] | None, after_id: UUID | None, most: int
) -> list[SealedEntry]:
    """At most so many entries, newest first, older than `after_id`; of these sites only, unless None.

    The filters' `after` and `before` count by the ids of the entries, which begin with their milliseconds.
    """
    wanted = {name: getattr(filters, name) for name in ("actor", "action", "subject_kind", "subject_id")}
    wanted["first_id"] = None if filters.after is None else id_at(filters.after, 0)
    if filters.before is not None:
        newest = id_at(filters.before, 0)
        after_id = newest if after_id is None else min(after_id, newest)
    if filters.site is not None:
        sites = [filters.site] if sites is None or filters.site in sites else []
    async with planned_for_values(conn):
        if sites is None:
            return await _PAGE.many(conn, after_id=after_id, most=most, **wanted)
        return await _PAGE_OF_SITES.many(conn, sites=sorted(sites), after_id=after_id, most=most, **wanted)


async def take_seal(conn: Connection) -> bool:
    """Whether the caller's transaction may add to the chain; nobody else does until it ends."""
    return await _TAKE_SEAL.one(conn, key=_SEAL_KEY)


async def head(conn: Connection) -> Head | None:
    """The chain's last link; None for one that has not begun."""
    return await _HEAD.maybe(conn)


async def unsealed(conn: Connection, most: int) -> list[Entry]:
    """Entries that have no link yet, in the order of the acts."""
    return await _UNSEALED.many(conn, most=most)


async def add_links(conn: Connection, links: Sequence[Head], now: datetime) -> None:
    """Adds links behind the head, whose entries do not wait any more then."""
    entry_ids = [link.entry_id for link in links]
    positions, hashes = [link.position for link in links], [link.hash for link in links]
    await _ADD_LINKS.run(conn, positions=positions, entry_ids=entry_ids, hashes=hashes, now=now)
    await _FORGET_UNSEALED.run(conn, entry_ids=entry_ids)


async def links(conn: Connection, after_position: int, most: int) -> list[Link]:
    """The next links of the chain, each with its entry."""
    return await _LINKS.many(conn, after_position=after_position, most=most)


async def waiting(conn: Connection) -> Waiting:
    """What waits for its link."""
    return await _WAITING.one(conn)


async def never_sealed(conn: Connection) -> UUID | None:
    """An entry that has no link and that nobody waits to give one; None where all is well."""
    return await _NEVER_SEALED.maybe(conn)


async def position_before(conn: Connection, moment: datetime) -> int:
    """The position of the last link whose entry is older than that; 0 where none is."""
    return await _POSITION_BEFORE.one(conn, first_id=id_at(moment, 0))
