"""Typed calls over what live messages and their streams need to know of a story."""

from collections.abc import Sequence

import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import StoryId

queries = Queries(__file__)


class Version(msgspec.Struct, frozen=True):
    """A story and its thread's version."""

    id: StoryId
    thread_version: int


class Counts(msgspec.Struct, frozen=True):
    """A story's published comments at a version of its thread."""

    thread_version: int
    comment_count: int
    by_side: dict[str, int]
    by_anchor: dict[str, int]


_VERSIONS = queries.bind("versions", Version)
_COUNTS = queries.bind("counts", Counts)


async def versions(conn: Connection, story_ids: Sequence[StoryId]) -> dict[StoryId, int]:
    """The threads' versions of those of the stories that readers may see."""
    return {row.id: row.thread_version for row in await _VERSIONS.many(conn, story_ids=list(story_ids))}


async def counts(conn: Connection, story_id: StoryId) -> Counts | None:
    """The story's counts and the version at which they hold, or None."""
    return await _COUNTS.maybe(conn, story_id=story_id)
