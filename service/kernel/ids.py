"""One name per thing that has an id, so that a type checker refuses the wrong one."""

from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

from service.kernel.patterns import whole

StoryId = NewType("StoryId", str)
CommentId = NewType("CommentId", UUID)
ReaderId = NewType("ReaderId", UUID)
DecisionId = NewType("DecisionId", UUID)
EventId = NewType("EventId", UUID)

STORY_ID_PATTERN = whole("[A-Za-z0-9._:~-]{1,200}")


def made_at(identifier: UUID) -> datetime:
    """The moment inside a UUIDv7, to the millisecond; ValueError for another version."""
    if identifier.version != 7:
        raise ValueError(f"{identifier} is not a UUIDv7")
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)
