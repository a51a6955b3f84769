"""Typed calls over the outbox."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from service.infra.sql import Connection, Queries
from service.kernel.ids import EventId, StoryId


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


class Taken(msgspec.Struct, frozen=True):
    """An event that a relay has leased; the first members are those of `Event`."""

    id: EventId
    topic: str
    story_id: StoryId | None
    version: int | None
    payload: dict[str, Any]
    happened_at: datetime
    lane: str
    position: int
    attempts: int
    failing_since: datetime | None

    def event(self) -> Event:
        return Event(self.id, self.topic, self.story_id, self.version, self.payload, self.happened_at)


class State(msgspec.Struct, frozen=True):
    """How many events wait, since when, and how many were set aside."""

    waiting: int
    oldest_at: datetime | None
    given_up: int


queries = Queries(__file__)
_APPEND = queries.bind("append", int)
_TAKE = queries.bind("take", Taken)
_SENT = queries.bind("sent", int)
_GIVE_BACK = queries.bind("give_back", int)
_FAILED = queries.bind("failed", int)
_PUT_BACK = queries.bind("put_back", int)
_STATE = queries.bind("state", State)


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


async def take(
    conn: Connection,
    now: datetime,
    lease_until: datetime,
    *,
    busy_lanes: Collection[str],
    most_lanes: int,
    most_of_lane: int,
) -> dict[str, list[Taken]]:
    """Leases due events of lanes other than `busy_lanes`: by lane, each lane's in order."""
    taken = await _TAKE.many(
        conn,
        now=now,
        lease_until=lease_until,
        busy_lanes=list(busy_lanes),
        most_lanes=most_lanes,
        most_of_lane=most_of_lane,
    )
    by_lane: dict[str, list[Taken]] = {}
    for event in sorted(taken, key=lambda each: each.position):
        by_lane.setdefault(event.lane, []).append(event)
    return by_lane


async def sent(conn: Connection, event_ids: Collection[EventId]) -> None:
    """Every handler has had them."""
    await _SENT.run(conn, event_ids=list(event_ids))


async def give_back(conn: Connection, event_ids: Collection[EventId]) -> None:
    """They were taken and not tried: anyone may take them at once."""
    await _GIVE_BACK.run(conn, event_ids=list(event_ids))


async def failed(
    conn: Connection,
    event_id: EventId,
    *,
    attempts: int,
    failing_since: datetime,
    last_error: str,
    try_after: datetime | None,
    now: datetime,
) -> None:
    """The event waits until `try_after`, and its lane with it; with None it is set aside and its lane goes on."""
    await _FAILED.run(
        conn,
        event_id=event_id,
        attempts=attempts,
        failing_since=failing_since,
        last_error=last_error,
        try_after=try_after,
        given_up_at=now if try_after is None else None,
    )


async def put_back(conn: Connection) -> int:
    """Has everything tried again that was set aside; how many that is."""
    return await _PUT_BACK.run(conn)


async def state(conn: Connection) -> State:
    """For operators: what waits and what was set aside."""
    return await _STATE.one(conn)
