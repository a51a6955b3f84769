"""Events for the tests of the outbox, and a handler that remembers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from service.infra.postgres import Database
from service.infra.tools import Tools
from service.kernel.ids import EventId, StoryId
from service.outbox import store
from service.outbox.store import Event

TOPIC = "comment.published"


def an_event(tools: Tools, story: str | None = "s1", version: int | None = None, **payload: Any) -> Event:
    return Event(
        id=EventId(tools.clock.new_id()),
        topic=TOPIC,
        story_id=None if story is None else StoryId(story),
        version=version,
        payload=payload,
        happened_at=tools.clock.now(),
    )


async def keep(db: Database, *events: Event) -> None:
    for event in events:
        async with db.transaction() as conn:
            await store.append(conn, event)


async def state_of(db: Database) -> store.State:
    async with db.read() as conn:
        return await store.state(conn)


async def try_after_of(db: Database, event_id: UUID) -> datetime:
    async with db.read() as conn:
        found: datetime = await conn.fetchval("SELECT try_after FROM outbox_events WHERE id = $1", event_id)
        return found


class Recorder:
    """A handler that notes what it was given, and fails as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.given: list[Event] = []
        self.failures = list(failures)

    async def __call__(self, tools: Tools, event: Event) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.given.append(event)

    @property
    def versions(self) -> list[int | None]:
        return [event.version for event in self.given]
