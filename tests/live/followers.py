"""Readers' open pages, as many as wanted: each a connection that follows a stream and notes what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec


class Event(msgspec.Struct, frozen=True):
    """One event as a browser's EventSource would hand it out."""

    kind: str
    data: Any
    id: str


class Follower:
    """One page. `last_id` is what an EventSource would send as `Last-Event-ID` when it comes again."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.events: list[Event] = []
        self.last_id = ""
        self.retry_ms: int | None = None
        self.comments = 0
        # How it ended: by the server as HTTP wants it, or otherwise.
        self.ended_well = False
        self.body = b""

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    async def follow(self, url: str, headers: dict[str, str]) -> None:
        """Reads until the server ends the stream, or the connection breaks."""
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", *(f"{n}: {v}" for n, v in headers.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode())
            await self._read_head(reader)
            if "chunked" in self.headers.get("transfer-encoding", ""):
                await self._read_chunks(reader)
            else:
                self.body = await reader.readexactly(int(self.headers.get("content-length", "0")))
                self.ended_well = True
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended_well = False
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _read_head(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        self.status = int(head[0].split()[1])

    async def _read_chunks(self, reader: asyncio.StreamReader) -> None:
        text = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            text += (await reader.readexactly(size + 2))[:-2]
            *blocks, text = text.split(b"\n\n")
            for block in blocks:
                self._take(block.decode())
        await reader.readexactly(2)
        self.ended_well = True

    def _take(self, block: str) -> None:
        kind, data = "message", ""
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                self.last_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data = value
            elif name == "retry":
                self.retry_ms = int(value)
            elif not name:
                self.comments += 1
        if data:
            self.events.append(Event(kind, msgspec.json.decode(data), self.last_id))


@asynccontextmanager
async def following(
    url: str, count: int = 1, *, headers: dict[str, str] | None = None, wait: bool = True
) -> AsyncIterator[list[Follower]]:
    """So many pages that follow `url`; they go when the block ends, if they are still there."""
    followers = [Follower() for _ in range(count)]
    tasks = [asyncio.create_task(each.follow(url, headers or {})) for each in followers]
    try:
        if wait:
            # Open, and past its first words: from here on the page is told everything.
            await until(lambda: all(each.retry_ms or each.status >= 400 for each in followers), 30)
        yield followers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(happens: Callable[[], bool], timeout_s: float = 15.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not happens():
            await asyncio.sleep(0.01)
