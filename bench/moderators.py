"""Moderators at work: each takes the next item of a queue, decides it, and takes the next, over one connection.

Run as a program of its own (`python -m bench.moderators`) like `bench.load`: a plan as JSON on standard input, what it
saw as JSON on standard output. Against the bare application, which answers the bytes of a claim to everything, it does
exactly the same.
"""

import asyncio
import json
import subprocess
import sys
import time
from functools import partial
from typing import Any

import uvloop

from bench.load import request


class _Moderator(asyncio.Protocol):
    """Claims, decides, claims; a pair of answers is one figure."""

    def __init__(self, token: str, plan: dict[str, Any], until: float, seen: dict[str, Any]) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._claim = request(
            "POST", f"/v1/admin/queues/{plan['queue']}/claims", self._headers, json.dumps({"limit": 1})
        ).encode()
        self._until, self._seen, self._is_bare = until, seen, plan["bare"]
        self._buffer = b""
        self._claimed_at = 0.0
        self._deciding = False
        self._decided = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._take()

    def _take(self) -> None:
        self._deciding = False
        self._claimed_at = time.perf_counter()
        self._transport.write(self._claim)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r", 1)[0] or 0)
        if len(self._buffer) < end + 4 + length:
            return
        body, self._buffer = self._buffer[end + 4 :], b""
        self._seen["requests"] += 1
        status = int(head[9:12])
        if status != 200:
            self._seen["refused"].append(f"{status} {body[:200].decode('utf-8', 'replace')}")
            self._transport.close()
        elif self._deciding:
            self._end_pair(json.loads(body))
        else:
            self._decide(json.loads(body)["items"])

    def _decide(self, items: list[dict[str, Any]]) -> None:
        if not items:
            # Others were just taking what comes first; the wait is part of the pair's time.
            self._seen["empty"] += 1
            self._transport.write(self._claim)
            return
        self._decided += 1
        order = {
            "comment_id": items[0]["comment"]["id"],
            "seen_revision": items[0]["revision"],
            "claimed_until": items[0]["claimed_until"],
            **({"action": "approve"} if self._decided % 3 else {"action": "reject", "reason": "spam"}),
        }
        self._deciding = True
        body = json.dumps({"decisions": [order]})
        self._transport.write(request("POST", "/v1/admin/decisions", self._headers, body).encode())

    def _end_pair(self, answer: dict[str, Any]) -> None:
        now = time.perf_counter()
        if not self._is_bare and answer["results"][0]["status"] != "done":
            self._seen["refused"].append(json.dumps(answer["results"][0])[:300])
        self._seen["took"].append(now - self._claimed_at)
        if now < self._until:
            self._take()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _itself(moderator: _Moderator) -> _Moderator:
    return moderator


async def _run(plan: dict[str, Any]) -> dict[str, Any]:
    seen: dict[str, Any] = {"took": [], "requests": 0, "empty": 0, "refused": []}
    started = time.perf_counter()
    until = started + plan["seconds"]
    loop = asyncio.get_running_loop()
    made = [_Moderator(token, plan, until, seen) for token in plan["tokens"]]
    for moderator in made:
        await loop.create_connection(partial(_itself, moderator), "127.0.0.1", plan["port"])
    await asyncio.wait([moderator.done for moderator in made], timeout=plan["seconds"] + 20)
    elapsed = time.perf_counter() - started
    took = sorted(seen["took"]) or [float("nan")]
    return {
        "per_s": len(seen["took"]) / elapsed,
        "requests_per_s": seen["requests"] / elapsed,
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "decided": len(seen["took"]),
        "empty": seen["empty"],
        "refused": seen["refused"][:5],
    }


def at_work(port: int, tokens: list[str], queue: str, *, seconds: float, bare: bool = False) -> dict[str, Any]:
    """So many moderators for so long: pairs of claim and decision per second, and what a pair took.

    RuntimeError when anything was refused: a figure of errors is none.
    """
    plan = {"port": port, "tokens": tokens, "queue": queue, "seconds": seconds, "bare": bare}
    ran = subprocess.run(
        [sys.executable, "-m", "bench.moderators"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    if found["refused"]:
        raise RuntimeError(f"moderators were refused: {found['refused']}")
    return found


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(_run(json.load(sys.stdin)))))
