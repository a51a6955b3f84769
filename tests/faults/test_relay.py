"""Promise: what was acknowledged is announced, whichever process dies in between."""

import asyncio
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from service.infra.broadcast import Broadcast
from service.infra.clock import FixedClock, monotonic
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.tools import Tools
from service.kernel import limits
from service.outbox.relay import Relay
from tests.app.commands.program import ROOT, environment, free_port
from tests.builders import a_story, post
from tests.faults.processes import environment_of, running
from tests.live.followers import Follower, following, until
from tests.outbox.events import TOPIC, Recorder, an_event, keep, state_of
from tests.site import Site, running_site, site_settings

# Sends the first of the events that wait, and dies before it can say so.
_SEND_AND_DIE = f"""
import asyncio, os, signal, sys
from service.infra.broadcast import Broadcast
from service.infra.clock import SystemClock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.tools import Tools
from service.outbox.relay import Relay

async def send(_, event):
    print(event.version, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    db = await Database.open(sys.argv[1])
    async with Broadcast(None) as broadcast:
        tools = Tools(
            settings=Settings(), clock=SystemClock(), db=db, read_db=db, limiter=Limiter(None), broadcast=broadcast
        )
        await Relay(tools, {{{TOPIC!r}: (send,)}}).run_until_empty()

asyncio.run(main())
"""


async def test_what_a_relay_sent_and_could_not_mark_is_sent_again(
    db: Database, database_url: str, clock: FixedClock
) -> None:
    async with Broadcast(None) as broadcast:
        tools = Tools(settings=Settings(), clock=clock, db=db, read_db=db, limiter=Limiter(None), broadcast=broadcast)
        await keep(db, an_event(tools, "s1", 1), an_event(tools, "s1", 2))
        killed = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", _SEND_AND_DIE, database_url],
            env=environment({}),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (killed.returncode, killed.stdout) == (-9, "1\n"), killed.stderr
        assert (await state_of(db)).waiting == 2

        recorder = Recorder()
        async with db.read() as conn:
            lease_ends = await conn.fetchval("SELECT max(try_after) FROM outbox_events")
        clock.move(seconds=(lease_ends - clock.now()).total_seconds() - 1)
        await Relay(tools, {TOPIC: (recorder,)}).run_until_empty()
        assert recorder.versions == []  # The dead one's lease is respected.
        clock.move(seconds=2)
        await Relay(tools, {TOPIC: (recorder,)}).run_until_empty()
        assert recorder.versions == [1, 2]


async def test_every_acknowledged_comment_is_announced_while_workers_are_killed(
    db: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    settings = site_settings(database_url, redis_url)
    of_worker = environment_of(settings)
    del of_worker["COMMENTS_LIMITS"]
    with running_site(settings, worker=False) as site, ExitStack() as stack:
        workers = [
            stack.enter_context(
                running(
                    tmp_path / f"worker-{number}.log",
                    "worker",
                    **{**of_worker, "COMMENTS_METRICS_PORT": str(free_port())},
                )
            )
            for number in range(2)
        ]
        story = await asyncio.to_thread(a_story, site)
        async with following(f"{site.url}/v1/stories/{story}/live") as [page]:
            posting = asyncio.create_task(asyncio.to_thread(_post_for, site, story, 8.0))
            kills = 0
            while not posting.done():
                await asyncio.sleep(0.8)
                await asyncio.to_thread(workers[kills % 2].kill_and_start)
                kills += 1
            acknowledged = await posting
            await until(lambda: set(acknowledged) <= told(page), 30)
    assert kills >= 8
    assert len(acknowledged) > 50
    # Later messages may be repeats; the first of each came in the order of the thread.
    first = list(dict.fromkeys(event.data["id"] for event in page.of("comment.published")))
    assert first == acknowledged


def told(page: Follower) -> set[str]:
    return {event.data["id"] for event in page.of("comment.published")}


def _post_for(site: Site, story: str, seconds: float) -> list[str]:
    """Posts one after the other; the ids of those that were acknowledged."""
    ends_at, acknowledged = monotonic() + seconds, []
    with site.api("subscriber", "sam") as api:
        while monotonic() < ends_at:
            answer = post(api, story, f"Comment {uuid4()}")
            if answer.status_code == 201:
                acknowledged.append(answer.json()["id"])
    return acknowledged


def test_the_lease_outlasts_a_handler() -> None:
    assert limits.outbox_lease_s >= 2 * limits.outbox_handler_s
