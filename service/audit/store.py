"""The record of every act of staff: written in the act's own transaction, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries

queries = Queries(__file__)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to what. `before` and `after` hold what changed, as plain JSON values or None."""

    id: UUID
    at: datetime
    # The staff member's subject.
    actor: str
    # `noun.past_verb`, as events are named.
    action: str
    subject_kind: str
    subject_id: str
    site: str | None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


_APPEND = queries.bind("append", int)


async def append(conn: Connection, entry: Entry) -> None:
    """Adds the entry within the caller's transaction."""
    await _APPEND.run(conn, **{name: getattr(entry, name) for name in Entry.__struct_fields__})
