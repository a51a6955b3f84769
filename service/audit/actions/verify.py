"""Makes the chain over the record anew and says where it does not hold."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.audit import store
from service.audit.rules import GENESIS, link_hash
from service.audit.store import Link
from service.infra.sql import Connection

_BATCH = 1_000


class Broken(msgspec.Struct, frozen=True):
    """The first link that does not hold; without a position, an entry that stands outside the chain."""

    position: int | None
    entry_id: UUID | None
    why: str


class Verdict(msgspec.Struct, frozen=True):
    """What was found. `waiting` entries are so new that they have no link yet."""

    ok: bool
    links: int
    head: str | None
    waiting: int
    waiting_since: datetime | None
    broken: Broken | None


class Exported(msgspec.Struct, frozen=True):
    """A link as an export shows it: its own hash and the one before it in hexadecimal."""

    position: int
    hash: str
    previous: str
    entry: dict[str, Any]


async def verify(conn: Connection, expected: tuple[int, str] | None = None) -> Verdict:
    """Reads the whole chain and the whole record. `expected` is a head noted before: its position and its hash.

    It runs beside the service: what is sealed meanwhile is read too, and what is not yet is counted as waiting.
    """
    position, previous, met = 0, GENESIS, expected is None
    while found := await store.links(conn, position, _BATCH):
        for link in found:
            if broken := _broken(link, position, previous):
                return await _verdict(conn, position, previous, broken)
            position, previous = link.position, link.hash
            if expected is not None and position == expected[0]:
                met = True
                if previous.hex() != expected[1].lower():
                    why = "its hash is not the one that was noted: the chain was made anew"
                    return await _verdict(conn, position, previous, Broken(position, link.entry_id, why))
    if expected is not None and not met:
        why = f"the chain ends at {position}, before the link that was noted: its end was taken away"
        return await _verdict(conn, position, previous, Broken(expected[0], None, why))
    outside = await store.never_sealed(conn)
    if outside is not None:
        why = "an entry has no link, and none is to be made for it"
        return await _verdict(conn, position, previous, Broken(None, outside, why))
    return await _verdict(conn, position, previous, None)


async def exported(
    conn: Connection, after_position: int, before: datetime | None, most: int
) -> AsyncIterator[Exported]:
    """The chain behind that position, oldest first, at most so many links, with entries older than `before`.

    The links that are shown follow one another without a gap as long as no bound of time is given.
    """
    position, left, previous = after_position, most, None
    while left > 0 and (found := await store.links(conn, position, min(_BATCH, left))):
        for link in found:
            entry = link.entry()
            if previous is None:
                previous = await _hash_before(conn, link)
            if entry is not None and (before is None or entry.at < before):
                fields: dict[str, Any] = msgspec.structs.asdict(entry)
                yield Exported(link.position, link.hash.hex(), previous.hex(), fields)
            position, previous = link.position, link.hash
        left -= len(found)


async def _hash_before(conn: Connection, link: Link) -> bytes:
    if link.position == 1:
        return GENESIS
    [before] = await store.links(conn, link.position - 2, 1)
    return before.hash


def _broken(link: Link, position: int, previous: bytes) -> Broken | None:
    entry = link.entry()
    if link.position != position + 1:
        return Broken(position + 1, None, "the link is missing")
    if entry is None:
        return Broken(link.position, link.entry_id, "its entry is missing")
    if link_hash(previous, msgspec.structs.asdict(entry)) != link.hash:
        return Broken(
            link.position, link.entry_id, "its entry is not what was sealed, or does not follow the one before"
        )
    return None


async def _verdict(conn: Connection, position: int, head: bytes, broken: Broken | None) -> Verdict:
    waiting = await store.waiting(conn)
    noted = f"{position}:{head.hex()}" if position else None
    return Verdict(broken is None, position, noted, waiting.entries, waiting.oldest_at, broken)
