"""The record of staff acts as JSON."""

from msgspec import Struct

from service.audit.store import Entry


class AuditPage(Struct, frozen=True):
    """A page of the record, newest first."""

    entries: list[Entry]
    next_cursor: str | None
