"""Tells what a change needs told: the event in its transaction, the hint to all processes after it."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import EventId, StoryId
from service.outbox import store as outbox


async def append_event(
    conn: Connection,
    tools: Tools,
    topic: str,
    story_id: StoryId,
    comment_id: UUID,
    version: int | None,
    was: str | None,
    became: str,
    now: datetime,
) -> None:
    """Keeps a fact about a comment in the transaction of the change. `version` is None where readers see no change."""
    event = outbox.Event(
        id=EventId(tools.clock.new_id()),
        topic=topic,
        story_id=story_id,
        version=version,
        payload={"comment_id": str(comment_id), "was": was, "now": became},
        happened_at=now,
    )
    await outbox.append(conn, event)


def announce(tools: Tools, story_id: str, version: int | None) -> None:
    """After the commit: page caches learn the thread's new version, and the relay is woken."""
    if version is not None:
        tools.broadcast.publish("sc:changed", msgspec.json.encode({"story": story_id, "version": version}))
    tools.broadcast.publish("sc:nudge", b"")
