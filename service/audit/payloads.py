"""The record of staff acts as JSON."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service.audit.store import Entry, SealedEntry


class AuditEntry(Struct, frozen=True):
    """One act of one member of staff. `position` and `hash` are those of its link in the chain, null for some
    seconds."""

    id: UUID
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    site: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    position: int | None
    hash: str | None


class AuditPage(Struct, frozen=True):
    """A page of the record, newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None


def audit_entry(sealed: SealedEntry) -> AuditEntry:
    """An entry as staff are shown it."""
    fields = {name: getattr(sealed, name) for name in Entry.__struct_fields__}
    return AuditEntry(**fields, position=sealed.position, hash=None if sealed.hash is None else sealed.hash.hex())


def line(link: Struct) -> bytes:
    """A link of an export as a line of JSON."""
    return msgspec.json.encode(link) + b"\n"
