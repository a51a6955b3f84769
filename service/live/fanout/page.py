"""One open page: what it is still to be sent, and the sending.

The queue is bounded, because a reader on a train may take nothing for minutes while a busy thread goes on. A page whose
queue is full is told to refresh and let go: what it missed, `/changes` tells it in one answer.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prometheus_client import Counter

from service.kernel import limits
from service.live.fanout import frames

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SLOW = Counter("live_slow_pages_total", "Pages let go because they took their messages too slowly")

_TIMER_S = 0.005

HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # nginx gathers an answer before it passes it on, unless it is told not to.
    (b"x-accel-buffering", b"no"),
]


class Page:
    """The messages of one open page. `address` is whose streams are counted together."""

    __slots__ = ("_bytes", "_deadline", "_frames", "_wake", "address", "ended", "gone")

    def __init__(self, address: str) -> None:
        self.address = address
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._deadline: asyncio.Timeout | None = None
        # No more is taken for it; what is queued is still sent.
        self.ended = False
        # Nobody is there to be sent anything.
        self.gone = False

    def offer(self, message: bytes) -> None:
        """Queues the message; a page that is too far behind is ended instead."""
        if self.ended:
            return
        if len(self._frames) >= limits.live_queue_max or self._bytes + len(message) > limits.live_queue_bytes_max:
            self._frames.clear()
            self._bytes = 0
            _SLOW.inc()
            self.end(frames.REFRESH, frames.retry())
            return
        self._frames.append(message)
        self._bytes += len(message)
        self._wake.set()

    def begin_with(self, message: bytes) -> None:
        """Puts the message before everything that came meanwhile."""
        self._frames.appendleft(message)
        self._bytes += len(message)
        self._wake.set()

    def end(self, *last: bytes) -> None:
        """Ends the stream once what is queued and `last` are sent."""
        if not self.ended:
            self._frames.extend(last)
            self.ended = True
            self._wake.set()

    def hurry(self, seconds: float) -> None:
        """Gives a page that takes nothing this long until it is cut off."""
        if self._deadline is not None:
            loop = asyncio.get_running_loop()
            self._deadline.reschedule(loop.time() + seconds)

    def cut(self) -> None:
        """There is nobody left to send to."""
        self.gone = self.ended = True
        self._frames.clear()
        self._wake.set()

    async def serve(self, receive: Receive, send: Send, lifetime_s: float) -> None:
        """Sends messages as they come, for as long as the page stays and at most `lifetime_s`.

        A page that takes nothing is waited for (the server holds back), and is cut off soon after its lifetime.
        """
        watching = asyncio.create_task(self._watch(receive), name="live-watch")
        try:
            async with asyncio.timeout(lifetime_s + limits.live_goodbye_s) as self._deadline:
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                await self._send_all(send, lifetime_s)
        except TimeoutError:
            self.cut()
        finally:
            self._deadline = None
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _send_all(self, send: Send, lifetime_s: float) -> None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + lifetime_s
        while True:
            chunk = self._take() or await self._wait(min(limits.live_heartbeat_s, ends_at - loop.time()))
            if self.gone:
                return
            # A timer may come a moment early.
            if loop.time() + _TIMER_S >= ends_at:
                self.end(frames.retry())
            if chunk or not self.ended:
                await send({"type": "http.response.body", "body": chunk or frames.HEARTBEAT, "more_body": True})
            if self.ended and not self._frames:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return

    def _take(self) -> bytes:
        """Everything that is queued, as one piece."""
        chunk = self._frames[0] if len(self._frames) == 1 else b"".join(self._frames)
        self._frames.clear()
        self._bytes = 0
        self._wake.clear()
        return chunk

    async def _wait(self, seconds: float) -> bytes:
        """What comes within this time; nothing when nothing does."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._wake.wait()
        except TimeoutError:
            return b""
        return self._take()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.cut()
