"""Typed calls over the stories' queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import StoryId
from service.stories.rules import Sort

queries = Queries(__file__)


class Story(msgspec.Struct, frozen=True):
    """A story as stored. `sides`, `anchors` and `forecasts` are what the newsroom gave."""

    id: StoryId
    site: str
    section: str | None
    url: str | None
    title: str
    published_at: datetime | None
    state: str
    mode: str
    voting: str
    closes_at: datetime | None
    closed_at: datetime | None
    slow_mode_s: int
    default_sort: Sort | None
    # BCP 47, the primary tag; None where the newsroom did not say.
    language: str | None
    sides: list[dict[str, Any]]
    anchors: list[dict[str, Any]]
    forecasts: list[dict[str, Any]]
    earlier_anchors: list[dict[str, Any]]
    thread_version: int
    comment_count: int
    by_side: dict[str, int]
    by_anchor: dict[str, int]
    created_at: datetime
    updated_at: datetime


class Count(msgspec.Struct, frozen=True):
    """How many published comments a story has."""

    id: StoryId
    comment_count: int


class Closed(msgspec.Struct, frozen=True):
    """A story that the sweep closed, and its thread's new version."""

    id: StoryId
    thread_version: int


_GET = queries.bind("get", Story)
_LOCK = queries.bind("lock", Story)
_ADD = queries.bind("add", int)
_CHANGE = queries.bind("change", int)
_COUNTS = queries.bind("counts", Count)
_CLOSE_DUE = queries.bind("close_due", Closed)

# What a newsroom sets, by column.
SETTABLE = (
    "section", "url", "title", "published_at", "state", "mode", "voting", "closes_at", "closed_at", "slow_mode_s",
    "default_sort", "language", "sides", "anchors", "forecasts",
)  # fmt: skip


async def get(conn: Connection, story_id: StoryId) -> Story | None:
    """The story, or None."""
    return await _GET.maybe(conn, story_id=story_id)


async def lock(conn: Connection, story_id: StoryId) -> Story | None:
    """The story, its row locked until the transaction ends; or None."""
    return await _LOCK.maybe(conn, story_id=story_id)


async def add(conn: Connection, story_id: StoryId, site: str, values: dict[str, Any], now: datetime) -> int | None:
    """Registers a story and gives its first thread version; None when it exists. `values` names all of SETTABLE."""
    return await _ADD.maybe(conn, story_id=story_id, site=site, now=now, **values)


async def change(
    conn: Connection, story_id: StoryId, values: dict[str, Any], earlier_anchors: list[dict[str, Any]], now: datetime
) -> int:
    """Replaces what a newsroom sets and gives the new thread version. The caller holds the story's lock."""
    return await _CHANGE.one(conn, story_id=story_id, earlier_anchors=earlier_anchors, now=now, **values)


async def counts(conn: Connection, story_ids: Sequence[str]) -> dict[str, int]:
    """Published comments of each story that is known and not hidden."""
    return {row.id: row.comment_count for row in await _COUNTS.many(conn, story_ids=list(story_ids))}


async def close_due(conn: Connection, now: datetime, most: int) -> list[Closed]:
    """Closes at most so many stories whose `closes_at` has passed."""
    return await _CLOSE_DUE.many(conn, now=now, most=most)
