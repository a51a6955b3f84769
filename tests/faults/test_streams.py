"""Promises: live updates scale, deploys are unnoticed, and an outage of Redis leaves no page behind."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
import pytest

from service.infra.clock import monotonic
from service.infra.config import Settings
from service.infra.embedded.redis import EmbeddedRedis
from service.infra.postgres import Database
from tests.app.commands.program import free_port
from tests.builders import STORY
from tests.faults.processes import Process, environment_of, running, serving
from tests.live.followers import Follower, following, until
from tests.site import Site, site_settings

# How much slower than two quiet cores a machine may be on which tests run.
_BUSY_MACHINE = 10.0


class Deployment:
    """Servers as they are deployed, behind a proxy on this machine that tells each reader's address; and a worker."""

    def __init__(self, url: str, server: Process, settings: Settings) -> None:
        self.server = server
        self.site = Site(url, settings)
        self.live = f"{url}/v1/stories/story-1/live"

    def api(self, part: str, subject: str | None = None) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {self.site.token(part, subject)}", "X-Forwarded-For": address_of(subject)}
        return httpx2.AsyncClient(base_url=self.site.url, headers=headers, timeout=20, trust_env=False)

    async def register(self) -> None:
        async with self.api("editor") as api:
            (await api.put("/v1/admin/stories/story-1", json=STORY)).raise_for_status()

    async def post(self, subject: str) -> httpx2.Response:
        async with self.api("subscriber", subject) as api:
            return await post(api, str(uuid4()))

    def processes(self) -> list[int]:
        """The serving processes."""
        children = Path(f"/proc/{self.server.popen.pid}/task/{self.server.popen.pid}/children").read_text()
        return [int(pid) for pid in children.split()] or [self.server.popen.pid]


async def post(api: httpx2.AsyncClient, key: str) -> httpx2.Response:
    return await api.post(
        "/v1/stories/story-1/comments", json={"body": f"Comment {key}"}, headers={"Idempotency-Key": key}
    )


def address_of(who: object) -> str:
    """A different address for each, so that each has limits of its own, as readers have."""
    number = hash(str(who))
    return f"198.{18 + number % 2}.{number // 2 % 256}.{number // 512 % 256}"


@pytest.fixture
def settings(db: Database, database_url: str, redis_url: str) -> Settings:
    """Limits as they are outside of development. `db` empties the tables after the test."""
    return msgspec.structs.replace(
        site_settings(database_url, redis_url), limits="on", trusted_proxies=("127.0.0.1",), database_pool_size=4
    )


@pytest.fixture
def deployment(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Deployment]:
    with ExitStack() as stack:
        words = getattr(request, "param", ())
        server, url = stack.enter_context(serving(tmp_path / "serve.log", settings, *words))
        worker = {**environment_of(settings), "COMMENTS_METRICS_PORT": str(free_port())}
        stack.enter_context(running(tmp_path / "worker.log", "worker", **worker))
        yield Deployment(url, server, settings)


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


class Crowd:
    """Many readers with open pages, each from an address of its own."""

    def __init__(self, url: str, count: int) -> None:
        self.url = url
        self.pages = [Follower() for _ in range(count)]
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, *, after: int | None = None) -> None:
        for number, page in enumerate(self.pages):
            headers = {"X-Forwarded-For": address_of(number)}
            if after is not None:
                headers["Last-Event-ID"] = str(after)
            page.retry_ms = None
            self._tasks.append(asyncio.create_task(page.follow(self.url, headers)))
        await until(lambda: all(page.retry_ms for page in self.pages), 30)

    async def go(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


@pytest.mark.timeout(180)
async def test_a_thousand_pages_are_told_everything_and_leave_nothing_behind(deployment: Deployment) -> None:
    await deployment.register()
    [pid] = deployment.processes()
    crowd, measured = Crowd(deployment.live, 1000), []
    for round_ in range(2):
        before = open_files(pid)
        await crowd.come()
        slowest, reads = await _tell(deployment, crowd, 20)
        # Seconds from the answer to the writer until 95 of 100 pages had the comment, and what others' reads took. On
        # two quiet cores 2.0 and 0.3 are kept; here it is seen that nobody waits for a thousand others one by one.
        assert slowest <= 2.0 * _BUSY_MACHINE, round_
        assert reads < 0.3 * _BUSY_MACHINE, round_
        await crowd.go()
        await until(lambda before=before: open_files(pid) <= before * 1.1, 10)  # type: ignore[misc]
        await asyncio.sleep(0.5)
        measured.append(resident_bytes(pid))
    assert measured[1] <= measured[0] * 1.1

    version = max(int(page.last_id) for page in crowd.pages)
    missed = [(await deployment.post(f"late-{number}")).json()["id"] for number in range(3)]
    for page in crowd.pages:
        page.events.clear()
    await crowd.come(after=version)
    await until(lambda: all("behind" in page.kinds for page in crowd.pages))
    async with deployment.api("subscriber", "late-0") as api:
        changes = (await api.get("/v1/stories/story-1/changes", params={"after": version})).json()
    assert sorted(comment["id"] for comment in changes["comments"]) == sorted(missed)
    await crowd.go()


async def _tell(deployment: Deployment, crowd: Crowd, count: int) -> tuple[float, float]:
    """Posts so many comments while pages are read; how long the slowest took to reach 95 %, and p95 of the reads."""
    delays, reads = [], []

    def share_told(comment: str) -> float:
        told = sum(
            any(event.data["id"] == comment for event in page.of("comment.published")[-25:]) for page in crowd.pages
        )
        return told / len(crowd.pages)

    async with deployment.api("subscriber", "reader") as api:
        for number in range(count):
            answer = await deployment.post(f"writer-{number}")
            assert answer.status_code == 201, answer.text
            answered_at = monotonic()
            read_at = monotonic()
            assert (await api.get("/v1/stories/story-1/comments")).status_code == 200
            reads.append(monotonic() - read_at)
            comment = answer.json()["id"]
            await until(lambda comment=comment: share_told(comment) >= 0.95)  # type: ignore[misc]
            delays.append(monotonic() - answered_at)
            await until(lambda comment=comment: share_told(comment) == 1.0)  # type: ignore[misc]
    return max(delays), sorted(reads)[int(len(reads) * 0.95)]


class Browser:
    """A page as browsers keep it: it comes again with its last version, and asks for the changes when it is behind."""

    def __init__(self, deployment: Deployment, number: int) -> None:
        self._deployment, self._number = deployment, number
        self.page = Follower()
        self.known: set[str] = set()
        self.is_behind = False
        self.broken_off = 0
        self.streams = 0

    async def stay(self) -> None:
        headers = {"X-Forwarded-For": address_of(self._number)}
        while True:
            self.page.ended_well = False
            self.streams += 1
            again = {**headers, "Last-Event-ID": self.page.last_id} if self.page.last_id else headers
            await self.page.follow(self._deployment.live, again)
            self._note()
            self.broken_off += not (self.page.ended_well and self.page.status == 200)
            await asyncio.sleep((self.page.retry_ms or 1000) / 1000)

    def _note(self) -> None:
        self.known |= {event.data["id"] for event in self.page.of("comment.published")}
        self.is_behind = self.is_behind or bool(self.page.of("behind"))
        self.page.events.clear()

    async def knows(self) -> set[str]:
        """What it has been told, with what it asked for when it was told that it is behind."""
        self._note()
        if self.is_behind:
            self.is_behind = False
            async with self._deployment.api("subscriber", str(self._number)) as api:
                changes = (await api.get("/v1/stories/story-1/changes", params={"after": 0})).json()
            self.known |= {comment["id"] for comment in changes["comments"]}
        return self.known


@pytest.mark.timeout(180)
@pytest.mark.parametrize("deployment", [("--workers", "2")], indirect=True)
async def test_a_rolling_restart_with_two_hundred_streams_is_unnoticed(deployment: Deployment) -> None:
    await deployment.register()
    old = set(deployment.processes())
    browsers = [Browser(deployment, number) for number in range(200)]
    staying = [asyncio.create_task(browser.stay()) for browser in browsers]
    await until(lambda: all(browser.page.retry_ms for browser in browsers), 30)

    restarted = asyncio.Event()
    acknowledged: list[str] = []
    slowest: list[float] = []

    async def call(number: int) -> None:
        """Posts and reads until the restart is over; no call may fail or be slow."""
        turn = 0
        while not restarted.is_set():
            begun = monotonic()
            answer = await deployment.post(f"writer-{number}-{turn}")
            assert answer.status_code == 201, answer.text
            acknowledged.append(answer.json()["id"])
            async with deployment.api("subscriber", f"reader-{number}") as api:
                assert (await api.get("/v1/stories/story-1/comments")).status_code == 200
            slowest.append(monotonic() - begun)
            turn += 1
            await asyncio.sleep(0.1)

    calling = [asyncio.create_task(call(number)) for number in range(4)]
    await asyncio.sleep(1)
    deployment.server.popen.send_signal(1)
    await until(lambda: not old & set(deployment.processes()) and len(deployment.processes()) == 2, 60)
    restarted.set()
    await asyncio.gather(*calling)
    assert max(slowest) < 5
    assert len(acknowledged) == len(set(acknowledged)) > 20

    async def all_know() -> bool:
        return all([set(acknowledged) <= await browser.knows() for browser in browsers])

    async with asyncio.timeout(30):
        while not await all_know():
            await asyncio.sleep(0.2)
    for task in staying:
        task.cancel()
    await asyncio.gather(*staying, return_exceptions=True)
    assert all(browser.streams > 1 for browser in browsers)
    # Each stream was ended as HTTP wants it, none was cut.
    assert sum(browser.broken_off for browser in browsers) == 0


async def test_a_server_with_streams_stops_at_once(deployment: Deployment) -> None:
    await deployment.register()
    crowd = Crowd(deployment.live, 300)
    await crowd.come()
    begun = monotonic()
    assert await asyncio.to_thread(deployment.server.stop) == 0
    assert monotonic() - begun < 3
    await until(lambda: all(page.ended_well for page in crowd.pages))
    await crowd.go()


@pytest.mark.timeout(180)
async def test_a_redis_that_restarts_leaves_no_page_behind(
    settings: Settings, tmp_path: Path, run_folder: Path
) -> None:
    with EmbeddedRedis(run_folder / "streams-redis") as redis, ExitStack() as stack:
        own = msgspec.structs.replace(settings, redis_url=redis.url)
        server, url = stack.enter_context(serving(tmp_path / "serve.log", own))
        worker = {**environment_of(own), "COMMENTS_METRICS_PORT": str(free_port())}
        stack.enter_context(running(tmp_path / "worker.log", "worker", **worker))
        deployment = Deployment(url, server, own)
        await deployment.register()
        async with following(deployment.live) as [page]:
            first = (await deployment.post("first")).json()["id"]
            await until(lambda: first in [event.data["id"] for event in page.of("comment.published")])

            redis.stop()
            during = await deployment.post("during")
            assert during.status_code == 201
            version = await _version(deployment)
            # Without Redis, the server finds out by itself.
            await until(lambda: newest(page) >= version, 15)

            redis.start()
            after = (await deployment.post("after")).json()["id"]
            version = await _version(deployment)
            await until(lambda: newest(page) >= version, 15)
            assert after


def newest(page: Follower) -> int:
    """The newest version that the page knows of."""
    told: list[Any] = [event.data["thread_version"] for event in page.events]
    return max(told, default=0)


async def _version(deployment: Deployment) -> int:
    async with deployment.api("subscriber", "reader") as api:
        version: int = (await api.get("/v1/stories/story-1")).json()["thread_version"]
        return version
