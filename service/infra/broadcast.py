"""Broadcast: short messages to every process of the service, as hints.

PostgreSQL is the truth; a message only says that there is something to look at. So publishing never waits and
never fails, and messages may be lost, or come twice. What is promised instead is that whoever subscribed
hears of a loss: when the connection was away, or a publisher had to drop messages, every `on_gap` is
called, and its owner compares what it holds with PostgreSQL.

A message reaches the handlers of the process that published it at once, inside `publish`, and the others
through Redis. A single process is therefore complete without Redis.
"""

import asyncio
import contextlib
import random
import secrets
from collections import Counter as Tally
from collections.abc import Callable
from itertools import islice
from types import TracebackType
from typing import Any

import msgspec
import structlog
from prometheus_client import Counter, Gauge
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection

from service.infra.redis import RedisError
from service.infra.tasks import end_tasks
from service.kernel import limits

Handler = Callable[[bytes], None]
OnGap = Callable[[], None]

# Said by a process that had to drop messages: everybody may have missed something.
_GAP_CHANNEL = "sc:gap"

_log = structlog.get_logger(__name__)
_SENT = Counter("broadcast_sent_total", "Messages handed to Redis")
_DROPPED = Counter("broadcast_dropped_total", "Messages dropped while Redis was away")
_RECEIVED = Counter("broadcast_received_total", "Messages of other processes that arrived")
_HANDLER_FAILURES = Counter("broadcast_handler_failures_total", "Handlers that raised")
_RECONNECTS = Counter("broadcast_reconnects_total", "Subscriber connections made")
_HEALTHY = Gauge("broadcast_healthy", "1 while the subscriber connection is alive")


class _Subscriber(msgspec.Struct, frozen=True, eq=False):
    handler: Handler
    on_gap: OnGap | None


class Broadcast:
    """Channels that all processes share; the module's text says what is promised.

    Handlers are plain functions that must not wait; one that raises is logged, counted, and harms no other.
    """

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        # Marks our own messages when they come back from Redis, so that they are not handled twice.
        self._origin = secrets.token_bytes(8)
        self._subscribers: dict[str, list[_Subscriber]] = {}
        # Waiting to be sent, oldest first, each with its number. A dict, because a hint that still waits need not be
        # sent twice; one that is on its way must be, since who hears the first may look before the second is true.
        self._waiting: dict[tuple[str, bytes], int] = {}
        self._waiting_bytes = 0
        self._published = 0
        self._on_the_way: dict[tuple[str, bytes], int] = {}
        self._owes_gap = False
        self._to_send = asyncio.Event()
        self._batch_ended = asyncio.Event()
        self._changed = asyncio.Event()
        # Channels asked for in the present connection, and how many confirmations of each are still to come.
        self._asked: set[str] = set()
        self._unconfirmed: Tally[str] = Tally()
        self._confirmations: dict[str, list[asyncio.Future[None]]] = {}
        self._connected = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begins to send and to listen; without Redis there is nothing to begin."""
        if self._redis is not None and not self._tasks:
            self._tasks = [
                asyncio.create_task(self._send_forever(self._redis), name="broadcast-send"),
                asyncio.create_task(self._listen_forever(self._redis), name="broadcast-listen"),
            ]

    async def close(self) -> None:
        """Sends what still waits, as far as Redis takes it at once, and stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.redis_timeout_s):
                while self._on_the_way:  # Cut off, it would have to be sent again.
                    await self._batch_ended.wait()
        await end_tasks(*self._tasks)
        self._tasks = []
        if self._redis is not None and self._waiting:
            with contextlib.suppress(RedisError):  # Dropped hints are counted in `_send_batch`.
                await self._send_batch(self._redis)

    async def __aenter__(self) -> "Broadcast":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def healthy(self) -> bool:
        """Whether messages of other processes arrive at present.

        False without Redis: nobody would tell us. Silence is noticed within `limits.broadcast_silence_s`.
        """
        return self._connected

    # -- publishing

    def publish(self, channel: str, message: bytes) -> None:
        """Hands `message` to this process's handlers now, to others soon. Never waits, never raises."""
        self._deliver(channel, message)
        if self._redis is None:
            return
        key = (channel, message)
        self._published += 1
        if key not in self._waiting:
            self._waiting[key] = self._published
            self._waiting_bytes += len(message)
            self._keep_within_bounds()
        self._to_send.set()

    async def flushed(self, timeout_s: float) -> bool:
        """Waits until Redis has what was published up to now; False when that is not so in time, or Redis is away.

        For whoever is about to forget what it published: a process that is killed takes its buffer with it.
        """
        last = self._published
        try:
            async with asyncio.timeout(timeout_s):
                while self._connected and not self._is_sent(last):
                    await self._batch_ended.wait()
        except TimeoutError:
            return False
        return self._connected

    def _is_sent(self, number: int) -> bool:
        return all(not kept or min(kept.values()) > number for kept in (self._on_the_way, self._waiting))

    def _keep_within_bounds(self) -> None:
        while (
            len(self._waiting) > limits.broadcast_waiting_max
            or self._waiting_bytes > limits.broadcast_waiting_bytes_max
        ):
            _, message = oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            self._waiting_bytes -= len(message)
            _DROPPED.inc()
            self._owes_gap = True

    async def _send_forever(self, redis: Redis) -> None:
        pause_s = limits.broadcast_pause_first_s
        while True:
            await self._to_send.wait()
            try:
                await self._send_batch(redis)
                pause_s = limits.broadcast_pause_first_s
                continue
            except RedisError:
                # They stay in the buffer, which is bounded; a server that is away is counted by the client.
                pass
            except Exception:  # noqa: BLE001
                # Whatever it is, this task must outlive it.
                _log.exception("Broadcast messages could not be sent")
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(pause_s * 2, limits.broadcast_pause_longest_s)

    async def _send_batch(self, redis: Redis) -> None:
        batch = dict(islice(self._waiting.items(), limits.broadcast_batch_max))
        for key in batch:
            del self._waiting[key]
            self._waiting_bytes -= len(key[1])
        self._on_the_way = batch
        try:
            await self._publish_all(redis, list(batch))
        except BaseException:
            self._waiting = batch | self._waiting
            self._waiting_bytes = sum(len(message) for _, message in self._waiting)
            self._keep_within_bounds()
            raise
        finally:
            self._on_the_way = {}
            self._batch_ended.set()
            self._batch_ended = asyncio.Event()
        if not self._waiting:
            self._to_send.clear()

    async def _publish_all(self, redis: Redis, batch: list[tuple[str, bytes]]) -> None:
        pipeline = redis.pipeline(transaction=False)
        if owes_gap := self._owes_gap:
            pipeline.execute_command("PUBLISH", _GAP_CHANNEL, self._origin)
        for channel, message in batch:
            pipeline.execute_command("PUBLISH", channel, self._origin + message)
        answers = await pipeline.execute(raise_on_error=False)
        if refused := [answer for answer in answers if isinstance(answer, Exception)]:
            # Redis answered and said no (a right that is missing, say): sending again would not help.
            _DROPPED.inc(len(refused))
            _log.error("Redis refused to publish", error=str(refused[0]))
        _SENT.inc(len(batch) - len(refused))
        if owes_gap:
            self._owes_gap = False

    # -- subscribing

    def subscribe(self, channel: str, handler: Handler, on_gap: OnGap | None = None) -> None:
        """Calls `handler` with each message of `channel` from now on, `on_gap` when some may have been lost.

        Messages of other processes come once Redis confirmed the subscription: await `confirmed(channel)`
        before comparing with PostgreSQL. Subscribing the same handler again changes nothing.
        """
        subscribers = self._subscribers.setdefault(channel, [])
        if all(each.handler != handler for each in subscribers):
            subscribers.append(_Subscriber(handler, on_gap))
        self._changed.set()

    def unsubscribe(self, channel: str, handler: Handler) -> None:
        """The end of `subscribe`; a handler that is not subscribed changes nothing."""
        kept = [each for each in self._subscribers.get(channel, []) if each.handler != handler]
        if kept:
            self._subscribers[channel] = kept
        else:
            self._subscribers.pop(channel, None)
        self._changed.set()

    async def confirmed(self, channel: str, timeout_s: float) -> bool:
        """Waits until messages of others on `channel` will arrive; False when that is not so in time."""
        if self._redis is None or not self._tasks:
            return False
        if self._is_confirmed(channel):
            return True
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiters = self._confirmations.setdefault(channel, [])
        waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                await waiter
            return True
        except TimeoutError:
            return False
        finally:
            waiters.remove(waiter)
            if not waiters and self._confirmations.get(channel) is waiters:
                del self._confirmations[channel]

    @property
    def channels(self) -> frozenset[str]:
        """The channels that have a handler in this process."""
        return frozenset(self._subscribers)

    def _is_confirmed(self, channel: str) -> bool:
        return self._connected and channel in self._asked and not self._unconfirmed[channel]

    def _deliver(self, channel: str, message: bytes) -> None:
        for subscriber in tuple(self._subscribers.get(channel, ())):
            try:
                subscriber.handler(message)
            except Exception:  # noqa: BLE001
                _HANDLER_FAILURES.inc()
                _log.exception("A broadcast handler failed", **{"broadcast.channel": channel})

    def _tell_of_gap(self) -> None:
        # Once each, although an owner may listen on several channels.
        every = [each for subscribers in self._subscribers.values() for each in subscribers]
        for on_gap in dict.fromkeys(each.on_gap for each in every if each.on_gap):
            try:
                on_gap()
            except Exception:  # noqa: BLE001
                _HANDLER_FAILURES.inc()
                _log.exception("A broadcast handler failed to hear of a gap")

    # -- the one subscriber connection of this process

    async def _listen_forever(self, redis: Redis) -> None:
        pause_s = limits.broadcast_pause_first_s
        # Not one of the pool's own: it stays open, and no command may come in between.
        make_connection: Callable[[], Any] = redis.connection_pool.make_connection
        while True:
            connection = make_connection()
            try:
                await connection.connect()
                _RECONNECTS.inc()
                await self._listen(connection)
            except (RedisError, OSError) as error:
                if self._connected:
                    _log.warning("The broadcast connection was lost", error=str(error))
                    pause_s = limits.broadcast_pause_first_s
            except Exception:  # noqa: BLE001
                # Whatever it is, this task must outlive it.
                _log.exception("The broadcast connection failed")
            finally:
                self._connected = False
                _HEALTHY.set(0)
                await connection.disconnect(nowait=True)
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(pause_s * 2, limits.broadcast_pause_longest_s)

    async def _listen(self, connection: Any) -> None:
        """Returns never; RedisError when the connection ends or falls silent."""
        self._asked.clear()
        self._unconfirmed.clear()
        asking = asyncio.create_task(self._ask_forever(connection), name="broadcast-ask")
        try:
            while True:
                reply = await connection.read_response(
                    timeout=limits.broadcast_silence_s, disconnect_on_error=False, push_request=True
                )
                if reply is None:
                    raise RedisError("the subscriber connection fell silent")
                self._take(reply)
        finally:
            await end_tasks(asking)
            # A send that failed is seen by the reader too, since it closes the connection.
            _ = asking.cancelled() or asking.exception()

    async def _ask_forever(self, connection: AbstractConnection) -> None:
        """Keeps Redis's list of our channels the same as ours; a ping between shows whether it answers."""
        while True:
            self._changed.clear()
            wanted = {_GAP_CHANNEL, *self._subscribers}
            if added := sorted(wanted - self._asked):
                self._asked.update(added)
                self._unconfirmed.update(added)
                await connection.send_command("SUBSCRIBE", *added, check_health=False)
            if gone := sorted(self._asked - wanted):
                self._asked.difference_update(gone)
                await connection.send_command("UNSUBSCRIBE", *gone, check_health=False)
            try:
                async with asyncio.timeout(limits.broadcast_ping_s):
                    await self._changed.wait()
            except TimeoutError:
                await connection.send_command("PING", check_health=False)

    def _take(self, reply: object) -> None:
        match reply:
            case [b"message", bytes(channel), bytes(message)]:
                self._receive(channel.decode(), message)
            case [b"subscribe", bytes(channel), _]:
                self._confirm(channel.decode())
            case _:  # Answers to PING and UNSUBSCRIBE: only signs of life.
                pass

    def _receive(self, channel: str, message: bytes) -> None:
        origin, body = message[: len(self._origin)], message[len(self._origin) :]
        if origin == self._origin:
            return
        _RECEIVED.inc()
        if channel == _GAP_CHANNEL:
            self._tell_of_gap()
        else:
            self._deliver(channel, body)

    def _confirm(self, channel: str) -> None:
        self._unconfirmed[channel] -= 1
        if self._unconfirmed[channel] <= 0:
            del self._unconfirmed[channel]
        # The first batch is complete: from here on nothing is missed, and before it something may have been.
        if not self._connected and not self._unconfirmed:
            self._connected = True
            _HEALTHY.set(1)
            self._tell_of_gap()
            for each in list(self._confirmations):
                self._release(each)
        else:
            self._release(channel)

    def _release(self, channel: str) -> None:
        if self._is_confirmed(channel):
            for waiter in self._confirmations.get(channel, ()):
                if not waiter.done():
                    waiter.set_result(None)
