"""Typed calls over the outbox."""

from datetime import datetime
from typing import Any

import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import EventId, StoryId

_queries = Queries(__file__)
_APPEND = _queries.bind("append", type(None))


class Event(msgspec.Struct, frozen=True):
    """A fact, named `noun.past_verb`; what is not in its payload its handlers read for themselves."""

    id: EventId
    topic: str
    # None for what belongs to no story.
    story_id: StoryId | None
    # The thread's version after the change, where readers can see the change.
    version: int | None
    payload: dict[str, Any]
    happened_at: datetime


async def append(conn: Connection, event: Event) -> None:
    """Keeps the event, in the transaction of `conn`: it is sent on if, and only if, that commits.

    Call it while the story's row is locked; then its events are sent in the order in which they became true.
    """
    await _APPEND.run(
        conn,
        id=event.id,
        topic=event.topic,
        story_id=event.story_id,
        version=event.version,
        payload=event.payload,
        happened_at=event.happened_at,
    )
