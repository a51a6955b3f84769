"""`/metrics`: on a port of its own, so that figures never pass the door that readers use; in development on the same.

It speaks just enough HTTP for a scraper: one GET, one answer, and the connection is closed. Several serving
processes on one machine take the configured port and those after it, one each; a scraper is given the range.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from litestar import Response, get
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from service.accounts.auth import public

_READ_S = 5.0
_HEAD_BYTES_MAX = 8 * 1024
_PORTS_TRIED = 64

_log = structlog.get_logger(__name__)


@get("/metrics", guards=[public], include_in_schema=False)
async def metrics() -> Response[bytes]:
    """The figures, for a developer's browser."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


development_handlers = [metrics]


@asynccontextmanager
async def metrics_server(host: str, port: int, registry: CollectorRegistry = REGISTRY) -> AsyncIterator[int]:
    """Serves the registry's figures while the block runs; the port that it found, from `port` upwards, is the
    value.

    OSError when none of 64 ports is free, or when the first is refused for another reason than being in use.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_READ_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_answer_to(head.partition(b"\r\n")[0], registry))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            # Whoever does not finish asking in time gets no answer, and that is all there is to it.
            pass
        finally:
            writer.close()

    server, found = await _listen(answer, host, port)
    _log.info("Figures are served at /metrics", **{"metrics.port": found})
    async with server:
        yield found


async def _listen(
    answer: "asyncio.streams._ClientConnectedCallback", host: str, port: int
) -> tuple[asyncio.Server, int]:
    last: OSError | None = None
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        try:
            server = await asyncio.start_server(answer, host, candidate, limit=_HEAD_BYTES_MAX)
        except OSError as error:
            last = error
            continue
        return server, server.sockets[0].getsockname()[1]
    raise last or OSError(f"no port from {port} on is free")


def _answer_to(request_line: bytes, registry: CollectorRegistry) -> bytes:
    parts = request_line.split(b" ")
    if len(parts) != 3 or parts[0] not in (b"GET", b"HEAD") or parts[1].partition(b"?")[0] != b"/metrics":
        return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    body = generate_latest(registry)
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: {CONTENT_TYPE_PLAIN_0_0_4}\r\ncontent-length: {len(body)}\r\n"
        "cache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + (b"" if parts[0] == b"HEAD" else body)
