"""The load: one process, keep-alive connections, each sending its next request when the answer is there.

Run as a program of its own (`python -m bench.load`), so that it costs the measured server no time of its event loop; it
reads a plan as JSON from standard input and prints what it saw as JSON. The same generator drives service and ceilings.
"""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import uvloop


class _Connection(asyncio.Protocol):
    """Sends requests in turn and notes how long each took; answers must carry their length."""

    def __init__(self, requests: list[bytes], first: int, until: float, seen: dict[str, Any]) -> None:
        self._requests, self._at, self._until, self._seen = requests, first, until, seen
        self._buffer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests[self._at % len(self._requests)])
        self._at += self._seen["step"]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        now = time.perf_counter()
        self._seen["took"].append(now - self._sent_at)
        status = int(head[9:12])
        self._seen["statuses"][status] = self._seen["statuses"].get(status, 0) + 1
        self._seen["bytes"] = length
        self._buffer = b""
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def _run(plan: dict[str, Any]) -> dict[str, Any]:
    requests = [request.encode("latin-1") for request in plan["requests"]]
    seen: dict[str, Any] = {"took": [], "statuses": {}, "bytes": 0, "step": plan["connections"]}
    started = time.perf_counter()
    until = started + plan["seconds"]
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(
            lambda first=number: _Connection(requests, first, until, seen), "127.0.0.1", plan["port"]
        )
        for number in range(plan["connections"])
    ]
    await asyncio.wait([protocol.done for _, protocol in opened], timeout=plan["seconds"] + 20)
    took = sorted(seen["took"])
    elapsed = time.perf_counter() - started
    return {
        "per_s": len(took) / elapsed,
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "bytes": seen["bytes"],
        "statuses": seen["statuses"],
    }


def request(method: str, path: str, headers: dict[str, str] | None = None, body: str = "") -> str:
    """One HTTP/1.1 request as it goes over the wire."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: bench",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def drive(
    port: int, requests: list[str], *, connections: int = 16, seconds: float = 2.0, expect: int = 200
) -> dict[str, Any]:
    """Sends the requests in turn for so long; per second, p50 and p99 in milliseconds, bytes of a body.

    RuntimeError when any answer has another status than expected: a figure of errors is none.
    """
    plan = {"port": port, "requests": requests, "connections": connections, "seconds": seconds}
    ran = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    if set(found["statuses"]) != {str(expect)}:
        raise RuntimeError(f"expected only {expect} from {requests[0].splitlines()[0]}, saw {found['statuses']}")
    return found


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(_run(json.load(sys.stdin)))))
