"""Gives entries of the record their links in the chain: by the worker, some seconds after the acts, so that none
waits."""

import msgspec

from service.audit import store
from service.audit.rules import GENESIS, link_hash
from service.audit.store import Head
from service.infra.sql import Connection
from service.infra.tools import Tools


class Sealed(msgspec.Struct, frozen=True):
    """How many entries were sealed, and the chain's last link then; None for a chain that has not begun."""

    entries: int
    head: Head | None


async def seal(tools: Tools, most: int) -> Sealed:
    """Seals at most so many entries. Of workers that try at once one does, and the others find nothing to do."""

    async def work(conn: Connection) -> Sealed:
        if not await store.take_seal(conn):
            return Sealed(0, None)
        last = await store.head(conn)
        position, previous = (0, GENESIS) if last is None else (last.position, last.hash)
        links = []
        for entry in await store.unsealed(conn, most):
            position, previous = position + 1, link_hash(previous, msgspec.structs.asdict(entry))
            links.append(Head(position, entry.id, previous))
        if not links:
            return Sealed(0, last)
        await store.add_links(conn, links, tools.clock.now())
        return Sealed(len(links), links[-1])

    return await tools.db.in_transaction(work)
