"""A page as the server sees it: what it is sent, how fast it takes it, and when it goes."""

import asyncio
from collections.abc import Callable
from typing import Any

from service.live.fanout.page import Page


class Wire:
    """The two ends of one ASGI request. While `taking` is clear, `send` waits, as for a client that does not read."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.taking = asyncio.Event()
        self.taking.set()
        self._gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.taking.wait()
        self.sent.append(dict(message))

    def hang_up(self) -> None:
        self._gone.set()

    @property
    def text(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def complete(self) -> bool:
        """Whether the answer was ended as HTTP wants it, and not broken off."""
        return bool(self.sent) and self.sent[-1].get("more_body") is False


def serve(page: Page, wire: Wire, lifetime_s: float = 60.0) -> "asyncio.Task[None]":
    return asyncio.create_task(page.serve(wire.receive, wire.send, lifetime_s))


async def until(happens: Callable[[], bool], timeout_s: float = 10.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not happens():
            await asyncio.sleep(0.002)
