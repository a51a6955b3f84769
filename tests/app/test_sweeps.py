import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from service.app.sweeps import SWEEPS, Sweep, run_once, run_sweeps
from service.infra.broadcast import Broadcast
from service.infra.clock import FixedClock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import Unavailable
from tests.live.streaming import until

BY_NAME = {sweep.name: sweep for sweep in SWEEPS}


@pytest.fixture
async def tools(db: Database, clock: FixedClock) -> AsyncIterator[Tools]:
    async with Broadcast(None) as broadcast:
        yield Tools(
            settings=Settings(address_kept_days=30),
            clock=clock,
            db=db,
            read_db=db,
            limiter=Limiter(None, enabled=False),
            broadcast=broadcast,
        )


@pytest.fixture
def told(tools: Tools) -> list[bytes]:
    """What the other processes and the page caches of this one are told."""
    heard: list[bytes] = []
    tools.broadcast.subscribe("sc:changed", heard.append)
    return heard


async def execute(db: Database, sql: str, *values: object) -> None:
    async with db.read() as conn:
        await conn.execute(sql, *values)


async def value(db: Database, sql: str, *values: object) -> object:
    async with db.read() as conn:
        return await conn.fetchval(sql, *values)


async def a_story(tools: Tools, story: str = "s1", closes_in_s: float | None = None) -> None:
    now = tools.clock.now()
    closes_at = None if closes_in_s is None else now + timedelta(seconds=closes_in_s)
    await execute(
        tools.db,
        "INSERT INTO stories (id, site, title, closes_at, thread_version, created_at, updated_at)"
        " VALUES ($1, 'main', 'A story', $2, 7, $3, $3)",
        story,
        closes_at,
        now,
    )


async def a_voted_comment(tools: Tools, story: str, votes: int) -> UUID:
    comment_id = tools.clock.new_id()
    await execute(
        tools.db,
        "INSERT INTO comments (story_id, id, body, body_html, status, created_at)"
        " VALUES ($1, $2, 'a', '<p>a</p>', 'published', $3)",
        story,
        comment_id,
        tools.clock.now(),
    )
    for _ in range(votes):
        await execute(
            tools.db, "INSERT INTO votes_unannounced (story_id, comment_id) VALUES ($1, $2)", story, comment_id
        )
    return comment_id


async def test_all_votes_of_a_story_move_its_version_by_one_step(tools: Tools, told: list[bytes]) -> None:
    await a_story(tools, "s1")
    await a_story(tools, "s2")
    first, second = await a_voted_comment(tools, "s1", 5), await a_voted_comment(tools, "s1", 1)
    quiet = await a_voted_comment(tools, "s2", 0)

    assert await run_once(tools, BY_NAME["announce_votes"])
    assert told == [b'{"story":"s1","version":8}']
    assert await value(tools.db, "SELECT thread_version FROM stories WHERE id = 's2'") == 7
    for comment, version in ((first, 8), (second, 8), (quiet, 0)):
        assert await value(tools.db, "SELECT changed_version FROM comments WHERE id = $1", comment) == version
    payload = await value(tools.db, "SELECT payload FROM outbox_events WHERE topic = 'votes.changed' AND version = 8")
    assert isinstance(payload, dict)
    assert set(payload["comment_ids"]) == {str(first), str(second)}

    assert await run_once(tools, BY_NAME["announce_votes"])
    assert len(told) == 1


async def test_two_workers_at_once_announce_votes_once(tools: Tools, told: list[bytes]) -> None:
    for number in range(10):
        await a_story(tools, f"s{number}")
        await a_voted_comment(tools, f"s{number}", 3)
    await asyncio.gather(*(run_once(tools, BY_NAME["announce_votes"]) for _ in range(4)))
    assert await value(tools.db, "SELECT count(*) FROM votes_unannounced") == 0
    assert await value(tools.db, "SELECT count(*) FROM outbox_events") == len(told)
    assert await value(tools.db, "SELECT sum(thread_version - 7) FROM stories") == len(told)


async def test_a_story_closes_when_its_time_has_come(tools: Tools, clock: FixedClock, told: list[bytes]) -> None:
    await a_story(tools, "soon", closes_in_s=60)
    await a_story(tools, "later", closes_in_s=600)
    await a_story(tools, "never")
    await run_once(tools, BY_NAME["close_stories"])
    assert told == []

    clock.move(seconds=60)
    await run_once(tools, BY_NAME["close_stories"])
    assert told == [b'{"story":"soon","version":8}']
    assert await value(tools.db, "SELECT array_agg(id) FROM stories WHERE state = 'closed'") == ["soon"]
    assert await value(tools.db, "SELECT story_id FROM outbox_events WHERE topic = 'story.closed'") == "soon"
    await run_once(tools, BY_NAME["close_stories"])
    assert len(told) == 1


async def test_keys_addresses_and_receipts_go_when_their_days_are_over(tools: Tools, clock: FixedClock) -> None:
    await a_story(tools)
    comment = await a_voted_comment(tools, "s1", 0)
    now = clock.now()
    await execute(
        tools.db,
        "INSERT INTO idempotency_keys (reader_id, key, fingerprint, answer, made_at) VALUES ($1, 'k', '', '', $2)",
        uuid4(),
        now,
    )
    await execute(
        tools.db,
        "INSERT INTO comment_origins (story_id, comment_id, network, seen_at) VALUES ('s1', $1, '192.0.2.0/24', $2)",
        comment,
        now,
    )
    await execute(
        tools.db,
        "INSERT INTO subscription_receipts (webhook_id, received_at, outcome, body) VALUES ('w', $1, 'applied', '')",
        now,
    )
    for days, sweep, table in (
        (limits.idempotency_kept_days, "forget_keys", "idempotency_keys"),
        (tools.settings.address_kept_days, "forget_addresses", "comment_origins"),
        (limits.receipts_kept_days, "forget_receipts", "subscription_receipts"),
    ):
        count = f"SELECT count(*) FROM {table}"
        clock._at = now + timedelta(days=days)
        await run_once(tools, BY_NAME[sweep])
        assert await value(tools.db, count) == 1, sweep
        clock.move(seconds=1)
        await run_once(tools, BY_NAME[sweep])
        assert await value(tools.db, count) == 0, sweep


async def test_the_age_of_the_outbox_is_a_figure(tools: Tools, clock: FixedClock) -> None:
    await execute(
        tools.db,
        "INSERT INTO outbox_events (id, topic, payload, happened_at) VALUES ($1, 'story.changed', '{}', $2)",
        uuid4(),
        clock.now(),
    )
    clock.move(seconds=90)
    await run_once(tools, BY_NAME["measure_outbox"])
    assert REGISTRY.get_sample_value("outbox_waiting") == 1
    assert REGISTRY.get_sample_value("outbox_age_seconds") == 90
    assert REGISTRY.get_sample_value("outbox_set_aside") == 0


async def test_a_wrong_count_of_a_queue_is_a_figure_and_a_log_line(tools: Tools) -> None:
    await run_once(tools, BY_NAME["measure_queues"])
    assert REGISTRY.get_sample_value("review_queue_drift") == 0
    await execute(tools.db, "INSERT INTO queue_counts (site, queue, slot, waiting) VALUES ('main', 'held', 0, 3)")
    with capture_logs() as logs:
        await run_once(tools, BY_NAME["measure_queues"])
    assert REGISTRY.get_sample_value("review_queue_drift") == 1
    assert logs[0]["log_level"] == "error"


async def test_a_sweep_that_found_all_it_may_take_runs_again_at_once(tools: Tools) -> None:
    left = 2 * limits.sweep_rows_max + 1
    stop = asyncio.Event()

    async def take(_: Tools, most: int) -> int:
        nonlocal left
        taken = min(left, most)
        left -= taken
        return taken

    running = asyncio.create_task(run_sweeps(tools, stop, (Sweep("many", 0.05, take),)))
    await until(lambda: left == 0)
    stop.set()
    await running


async def test_a_sweep_that_fails_harms_neither_the_others_nor_its_next_run(tools: Tools) -> None:
    runs = {"away": 0, "broken": 0, "good": 0}
    stop = asyncio.Event()

    async def away(_: Tools, __: int) -> int:
        runs["away"] += 1
        raise Unavailable.retry("away")

    async def broken(_: Tools, __: int) -> int:
        runs["broken"] += 1
        raise LookupError

    async def good(_: Tools, __: int) -> int:
        runs["good"] += 1
        return 0

    sweeps = (Sweep("away", 0.01, away), Sweep("broken", 0.01, broken), Sweep("good", 0.01, good))
    with capture_logs() as logs:
        running = asyncio.create_task(run_sweeps(tools, stop, sweeps))
        await until(lambda: min(runs.values()) >= 3)
        stop.set()
        await running
    assert {log["event"] for log in logs} == {"A sweep could not run", "A sweep failed"}


async def test_stopping_waits_for_no_pause(tools: Tools) -> None:
    stop = asyncio.Event()

    async def never(_: Tools, __: int) -> int:
        raise AssertionError("an hour has not passed")

    running = asyncio.create_task(run_sweeps(tools, stop, (Sweep("rare", 3600, never),)))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(running, 1)


def test_sweeps_have_different_names() -> None:
    assert len(BY_NAME) == len(SWEEPS)
