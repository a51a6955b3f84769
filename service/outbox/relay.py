"""The relay: takes events from the outbox, hands each to its handlers, and deletes it when all of them have had it.

**At least once.** A relay that dies between sending and deleting leaves the event behind, and another one sends it
again when the lease is over. So handlers go by the event's id (or, like live messages, do no harm twice).

**In order, per story.** The first waiting event of a story is what a relay must hold to touch any of that story's
events. Several relays at once therefore share the stories between them, and an event that failed is tried again before
the later ones of its story, while other stories go on. See `queries.sql`.

**No transaction is open while a handler runs.** Taking is a statement of its own that pushes `try_after` out: that is
the lease.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog
from prometheus_client import Counter, Histogram

from service.infra.clock import monotonic
from service.infra.redis import RedisError
from service.infra.sql import Connection
from service.infra.tasks import end_tasks
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.ids import EventId
from service.kernel.problems import Unavailable
from service.outbox import rules, store
from service.outbox.store import Event, Taken

Handler = Callable[[Tools, Event], Awaitable[None]]
Handlers = Mapping[str, tuple[Handler, ...]]

# Published after the commit of a transaction that appended events, so that they need not wait for the next poll.
NUDGE_CHANNEL = "sc:nudge"

_log = structlog.get_logger(__name__)
_SENT = Counter("outbox_sent_total", "Events handed to all of their handlers", ["topic"])
_FAILED = Counter("outbox_failed_total", "Tries of an event that failed", ["topic"])
_GIVEN_UP = Counter("outbox_given_up_total", "Events set aside after the last try", ["topic"])
_AGE = Histogram(
    "outbox_sent_age_seconds",
    "From an event's happening until its handlers had it",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
)

# Something was away or too slow; anything else is a fault that waiting does not mend.
_MAY_PASS = (Unavailable, RedisError, TimeoutError, OSError)


class Relay:
    """Sends events on until it is stopped. Any number may run at once, in one process or many."""

    def __init__(self, tools: Tools, handlers: Handlers) -> None:
        self._tools = tools
        self._handlers = handlers
        self._wake = asyncio.Event()
        self._stopping = False
        # Leased and not yet deleted, failed or given back.
        self._held: set[EventId] = set()
        self._lanes: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then lets events under way end and gives back the others."""
        stopping = asyncio.create_task(self._stop_after(stop), name="relay-stop")
        self._tools.broadcast.subscribe(NUDGE_CHANNEL, self._nudged)
        try:
            while not self._stopping:
                self._wake.clear()
                await self._take_some()
                await self._pause()
            await self._let_lanes_end()
        finally:
            self._tools.broadcast.unsubscribe(NUDGE_CHANNEL, self._nudged)
            await end_tasks(stopping, *self._lanes.values())
            await self._give_back_held()

    async def run_until_empty(self) -> int:
        """Sends what is due now and all that comes meanwhile; how many events that were. For tools and tests."""
        total = 0
        while True:
            self._wake.clear()
            total += await self._take_some()
            if not self._lanes:
                return total
            await asyncio.wait(self._lanes.values(), return_when=asyncio.FIRST_COMPLETED)

    def _nudged(self, _: bytes) -> None:
        self._wake.set()

    async def _stop_after(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping = True
        self._wake.set()

    async def _pause(self) -> None:
        """Until the next poll, a nudge, or a lane that is done and may have more."""
        try:
            async with asyncio.timeout(limits.outbox_poll_s * random.uniform(0.8, 1.2)):
                await self._wake.wait()
            # A busy story nudges with each comment: a moment's wait takes several at once.
            await asyncio.sleep(limits.outbox_gather_s)
        except TimeoutError:
            pass

    async def _take_some(self) -> int:
        """Starts work on as many lanes as have room; how many events were taken."""
        room = limits.outbox_lanes_max - len(self._lanes)
        if room <= 0:
            return 0
        now = self._tools.clock.now()
        try:
            async with self._tools.db.read() as conn:
                taken = await store.take(
                    conn,
                    now,
                    now + timedelta(seconds=limits.outbox_lease_s),
                    busy_lanes=self._lanes,
                    most_lanes=room,
                    most_of_lane=limits.outbox_of_lane_max,
                )
        except Unavailable as problem:
            _log.warning("The outbox could not be read", error=problem.cause)
            return 0
        for lane, events in taken.items():
            self._held.update(event.id for event in events)
            task = asyncio.create_task(self._work(events), name=f"relay-{lane}")
            self._lanes[lane] = task
            task.add_done_callback(lambda done, lane=lane: self._lane_done(lane, done))  # type: ignore[misc]
        return sum(len(events) for events in taken.values())

    def _lane_done(self, lane: str, task: asyncio.Task[None]) -> None:
        del self._lanes[lane]
        self._wake.set()
        if task.cancelled() or not (error := task.exception()):
            return
        if isinstance(error, Unavailable):
            _log.warning("What was sent could not be recorded and will be sent again", error=error.cause)
        else:
            _log.error("A lane of the outbox broke off", exc_info=error)

    async def _work(self, events: list[Taken]) -> None:
        """Sends a lane's events in order, up to the first that fails; the rest is given back."""
        lease_ends = monotonic() + limits.outbox_lease_s - limits.outbox_handler_s
        done: list[EventId] = []
        failed: tuple[Taken, Exception] | None = None
        for taken in events:
            # A handler that begins now must be through before someone else may take the event.
            if self._stopping or monotonic() >= lease_ends:
                break
            if error := await self._hand_over(taken):
                failed = (taken, error)
                break
            done.append(taken.id)
        await self._settle(events, done, failed)

    async def _hand_over(self, taken: Taken) -> Exception | None:
        """Gives the event to each of its handlers, also when an earlier one failed; the first failure."""
        event, failure = taken.event(), None
        if event.topic not in self._handlers:
            # Written by a newer program, most likely: the worker that comes next knows it.
            return LookupError(f"nobody handles {event.topic}")
        for handler in self._handlers[event.topic]:
            try:
                async with asyncio.timeout(limits.outbox_handler_s):
                    await handler(self._tools, event)
            except Exception as error:  # noqa: BLE001
                failure = failure or error
        if failure is None:
            _SENT.labels(event.topic).inc()
            _AGE.observe(max(0.0, (self._tools.clock.now() - event.happened_at).total_seconds()))
        return failure

    async def _settle(self, events: list[Taken], done: list[EventId], failed: tuple[Taken, Exception] | None) -> None:
        """Records what became of a lane's events. If that fails, the lease lapses and they are sent again."""
        failed_id = failed[0].id if failed else None
        untried = [event.id for event in events if event.id not in done and event.id != failed_id]
        try:
            if done:
                # What is only buffered dies with this process. Without Redis pages find out by themselves.
                await self._tools.broadcast.flushed(limits.redis_timeout_s)
            async with self._tools.db.transaction() as conn:
                if done:
                    await store.sent(conn, done)
                if failed:
                    await self._record_failure(conn, *failed)
                if untried:
                    await store.give_back(conn, untried)
        finally:
            self._held.difference_update(event.id for event in events)

    async def _record_failure(self, conn: Connection, taken: Taken, error: Exception) -> None:
        now = self._tools.clock.now()
        attempts, failing_since = taken.attempts + 1, taken.failing_since or now
        may_pass = isinstance(error, _MAY_PASS)
        try_after = rules.next_try(attempts, failing_since, now, random.random(), may_pass=may_pass)
        # What an error says may hold a reader's words; its type and place do not.
        said = error.cause if isinstance(error, Unavailable) else type(error).__name__
        await store.failed(
            conn,
            taken.id,
            attempts=attempts,
            failing_since=failing_since,
            last_error=said[: limits.outbox_error_chars_max],
            try_after=try_after,
            now=now,
        )
        fields = {"event.id": str(taken.id), "event.topic": taken.topic, "story.id": taken.story_id}
        _FAILED.labels(taken.topic).inc()
        if try_after is None:
            _GIVEN_UP.labels(taken.topic).inc()
            _log.error("An event was set aside after its last try", attempts=attempts, **fields, exc_info=error)
        else:
            _log.warning("An event could not be sent on", attempts=attempts, **fields, exc_info=error)

    async def _let_lanes_end(self) -> None:
        if self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=limits.shutdown_s)

    async def _give_back_held(self) -> None:
        """For what was cut off: without this the leases lapse by themselves, only later."""
        if not self._held:
            return
        try:
            async with self._tools.db.read() as conn:
                await store.give_back(conn, self._held)
        except Unavailable as problem:
            _log.warning("Leases are left to lapse", error=problem.cause)
        self._held.clear()
