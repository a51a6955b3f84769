"""What a reader asks of a thread: which order, which part, from where on, how much."""

from collections.abc import Mapping
from typing import get_args
from uuid import UUID

import msgspec

from service.kernel import limits
from service.kernel.problems import InvalidRequest
from service.stories.rules import Sort

SORTS: frozenset[str] = frozenset(get_args(Sort))


class Asked(msgspec.Struct, frozen=True):
    """A page of roots. `sort` None stands for the story's own order."""

    sort: Sort | None = None
    side: str | None = None
    about: str | None = None
    limit: int = limits.page_roots_default
    replies: int = limits.page_replies_default
    cursor: str | None = None

    def list_name(self, sort: str) -> str:
        """The list that a cursor of this page belongs to."""
        return f"roots:{sort}:{self.side or ''}:{self.about or ''}"


class Place(msgspec.Struct, frozen=True, array_like=True):
    """The last root of a page: its id, and what it sorted by where that is not the id alone."""

    id: UUID
    key: float | None = None


def asked_of(query: Mapping[str, str]) -> Asked:
    """The page that a query string asks for; InvalidRequest naming the first parameter that is wrong."""
    sort = query.get("sort")
    if sort is not None and sort not in SORTS:
        raise InvalidRequest.of("sort", f"one of {', '.join(sorted(SORTS))}")
    return Asked(
        sort=sort,  # type: ignore[arg-type]
        side=_name(query, "side"),
        about=_name(query, "about"),
        limit=number(query, "limit", limits.page_roots_default, 1, limits.page_roots_max),
        replies=number(query, "replies", limits.page_replies_default, 0, limits.page_replies_max),
        cursor=query.get("cursor") or None,
    )


def number(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """The whole number that a parameter gives, within its bounds."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most):
        raise InvalidRequest.of(name, f"a whole number from {least} to {most}")
    return int(text)


def _name(query: Mapping[str, str], name: str) -> str | None:
    text = query.get(name)
    if text is not None and not 1 <= len(text) <= 100:
        raise InvalidRequest.of(name, "1 to 100 characters")
    return text
