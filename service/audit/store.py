"""The record of what staff did: appended in the transaction of the act itself, never changed.

Every feature with an act of staff writes here, which is why this package stands below them all. An entry
names the actor by the subject of the staff token, the act as `noun.past_verb` (`comment.rejected`,
`story.changed`), the thing by kind and id, and carries what it was before and after as far as the act changed
it: ids, settings and reasons, no comment text. The database refuses to change or delete an entry.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.infra.clock import Clock
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


_APPEND = queries.bind("append", int)
_PAGE = queries.bind("page", Entry)
_PAGE_OF_SITES = queries.bind("page_of_sites", Entry)


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
) -> list[Entry]:
    """At most so many entries, newest first, older than `after_id`; of these sites only, unless None."""
    wanted = msgspec.structs.asdict(filters)
    async with planned_for_values(conn):
        if sites is None:
            return await _PAGE.many(conn, after_id=after_id, most=most, **wanted)
        return await _PAGE_OF_SITES.many(conn, sites=sorted(sites), after_id=after_id, most=most, **wanted)
