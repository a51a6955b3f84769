"""Which comment a notice is about, and what became of it (article 16 of the EU's Digital Services Act)."""

import re
from hmac import compare_digest
from typing import Literal
from uuid import UUID

from service.kernel.problems import InvalidRequest

Status = Literal["received", "upheld", "declined", "gone"]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def comment_named(comment_id: UUID | None, comment_url: str | None) -> UUID:
    """The comment that a notice is about: by its id, or by the last id in its address, where permalinks have it."""
    if (comment_id is None) == (comment_url is None):
        raise InvalidRequest.of("comment_id", "give either comment_id or comment_url")
    if comment_id is not None:
        return comment_id
    found = _UUID.findall(comment_url or "")
    if not found:
        raise InvalidRequest.of("comment_url", "names no comment; copy the address behind its time")
    return UUID(found[-1])


def is_the_token(kept_digest: bytes, given_digest: bytes) -> bool:
    """In a time that tells nothing about how much of it is right."""
    return compare_digest(kept_digest, given_digest)


def status_of(comment_status: str, action: str | None) -> Status:
    """What became of a notice, by the comment's last decision since that stands."""
    if action is not None:
        return "upheld" if action == "reject" else "declined"
    return "received" if comment_status in ("published", "held") else "gone"
