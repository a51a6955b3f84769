import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import Unavailable
from service.outbox.relay import Handler, Relay
from service.outbox.store import Event
from tests.outbox.events import TOPIC, Recorder, an_event, keep, state_of, try_after_of


@asynccontextmanager
async def running(tools: Tools, *handlers: Handler) -> AsyncIterator[asyncio.Event]:
    """A relay at work; it is stopped at the end, or when the event it gives is set."""
    stop = asyncio.Event()
    task = asyncio.create_task(Relay(tools, {TOPIC: handlers}).run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def until(happens: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Waits until the given check holds."""
    async with asyncio.timeout(timeout_s):
        while not happens():
            await asyncio.sleep(0.005)


async def send(tools: Tools, *handlers: Handler) -> int:
    return await Relay(tools, {TOPIC: handlers}).run_until_empty()


async def test_an_event_reaches_each_handler_and_is_gone(db: Database, tools: Tools) -> None:
    event = an_event(tools, "s1", 7, comment_id="c1")
    await keep(db, event)
    first, second = Recorder(), Recorder()
    assert await send(tools, first, second) == 1
    assert first.given == second.given == [event]
    assert (await state_of(db)).waiting == 0


async def test_an_event_for_nobody_is_gone_too(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools))
    assert await send(tools) == 1
    assert (await state_of(db)).waiting == 0


async def test_an_event_of_a_topic_that_is_not_in_the_table_waits_for_a_worker_that_knows_it(
    db: Database, tools: Tools, clock: FixedClock
) -> None:
    await keep(db, an_event(tools, "s1", 1))
    with capture_logs() as logs:
        await Relay(tools, {}).run_until_empty()
    assert logs[0]["log_level"] == "warning"
    clock.move(seconds=limits.outbox_retry_first_s)
    recorder = Recorder()
    await send(tools, recorder)
    assert recorder.versions == [1]


async def test_a_storys_events_are_sent_in_order_also_when_there_are_many(db: Database, tools: Tools) -> None:
    await keep(db, *(an_event(tools, "s1", version) for version in range(2 * limits.outbox_of_lane_max + 5)))
    recorder = Recorder()
    await send(tools, recorder)
    assert recorder.versions == list(range(2 * limits.outbox_of_lane_max + 5))


async def test_a_failed_event_holds_back_its_story_and_no_other(db: Database, tools: Tools, clock: FixedClock) -> None:
    await keep(db, an_event(tools, "s1", 1), an_event(tools, "s1", 2))
    recorder = Recorder(Unavailable.retry("away"))
    await send(tools, recorder)
    assert recorder.versions == []

    await keep(db, an_event(tools, "s2", 3))
    await send(tools, recorder)
    assert recorder.versions == [3]

    clock.move(seconds=limits.outbox_retry_first_s)
    await send(tools, recorder)
    assert recorder.versions == [3, 1, 2]


async def test_a_failed_handler_does_not_keep_the_others_from_the_event(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools, "s1", 1))
    recorder = Recorder()
    await send(tools, Recorder(Unavailable.retry("away")), recorder)
    assert recorder.versions == [1]
    assert (await state_of(db)).waiting == 1  # And is tried again for the first.


async def test_a_fault_is_set_aside_after_its_last_try_and_its_story_goes_on(
    db: Database, tools: Tools, clock: FixedClock
) -> None:
    await keep(db, an_event(tools, "s1", 1), an_event(tools, "s1", 2))
    recorder = Recorder(*(KeyError("side") for _ in range(limits.outbox_faults_max)))
    with capture_logs() as logs:
        for _ in range(limits.outbox_faults_max):
            await send(tools, recorder)
            clock.move(seconds=limits.outbox_retry_longest_s)
    state = await state_of(db)
    assert (state.waiting, state.given_up) == (0, 1)
    assert recorder.versions == [2]
    assert logs[-1]["event"] == "An event was set aside after its last try"
    async with db.read() as conn:
        assert await conn.fetchval("SELECT last_error FROM outbox_events") == "KeyError"


async def test_what_is_away_is_tried_for_a_day(db: Database, tools: Tools, clock: FixedClock) -> None:
    await keep(db, an_event(tools))
    tries = 0

    async def away(_: Tools, __: Event) -> None:
        nonlocal tries
        tries += 1
        raise ConnectionError

    with capture_logs():
        for _ in range(24 * 4 + 1):
            await send(tools, away)
            clock.move(seconds=limits.outbox_retry_longest_s)
    assert tries > 90
    state = await state_of(db)
    assert (state.waiting, state.given_up) == (0, 1)


async def test_a_handler_that_takes_too_long_is_cut_off(
    db: Database, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "outbox_handler_s", 0.02)
    event = an_event(tools)
    await keep(db, event)

    async def slow(_: Tools, __: Event) -> None:
        await asyncio.sleep(30)

    with capture_logs() as logs:
        await send(tools, slow)
    assert logs[0]["event"] == "An event could not be sent on"
    assert await try_after_of(db, event.id) > tools.clock.now()


async def test_no_transaction_is_open_while_a_handler_runs(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools))
    open_ones: list[int] = []

    async def look(tools: Tools, _: Event) -> None:
        async with tools.db.read() as conn:
            open_ones.append(
                await conn.fetchval(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
                )
            )

    await send(tools, look)
    assert open_ones == [0]


async def test_two_relays_at_once_share_the_work_and_send_each_event_once(db: Database, tools: Tools) -> None:
    for story in range(20):
        await keep(db, *(an_event(tools, f"s{story}", version) for version in range(5)))
    recorders = [Recorder(), Recorder()]
    at_work: list[Recorder] = []
    both_at_work = asyncio.Event()

    async def slowly(recorder: Recorder, tools: Tools, event: Event) -> None:
        if recorder not in at_work:
            at_work.append(recorder)
        if len(at_work) == 2:
            both_at_work.set()
        await both_at_work.wait()
        await recorder(tools, event)

    async def first(tools: Tools, event: Event) -> None:
        await slowly(recorders[0], tools, event)

    async def second(tools: Tools, event: Event) -> None:
        await slowly(recorders[1], tools, event)

    await asyncio.gather(send(tools, first), send(tools, second))
    given = [event.id for recorder in recorders for event in recorder.given]
    assert len(given) == len(set(given)) == 100
    assert all(recorder.given for recorder in recorders)
    for recorder in recorders:
        for lane in {event.story_id for event in recorder.given}:
            versions = [event.version for event in recorder.given if event.story_id == lane]
            assert versions == list(range(5))


async def test_a_nudge_wakes_the_relay_before_its_next_poll(
    db: Database, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "outbox_poll_s", 60.0)
    recorder = Recorder()
    async with running(tools, recorder):
        await keep(db, an_event(tools, "s1", 1))
        tools.broadcast.publish("sc:nudge", b"")
        await until(lambda: recorder.versions == [1])


async def test_the_next_poll_finds_what_no_nudge_told(
    db: Database, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "outbox_poll_s", 0.05)
    recorder = Recorder()
    async with running(tools, recorder):
        await keep(db, an_event(tools, "s1", 1))
        await until(lambda: recorder.versions == [1])


async def test_a_relay_that_is_stopped_ends_its_event_and_gives_back_the_rest(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools, "s1", 1), an_event(tools, "s1", 2), an_event(tools, "s1", 3))
    recorder, begun, go_on = Recorder(), asyncio.Event(), asyncio.Event()

    async def wait_first(tools: Tools, event: Event) -> None:
        begun.set()
        await go_on.wait()
        await recorder(tools, event)

    async with running(tools, wait_first) as stop:
        await begun.wait()
        stop.set()
        await asyncio.sleep(0)
        go_on.set()
    assert recorder.versions == [1]

    other = Recorder()
    await send(tools, other)  # At once: no lease has to lapse.
    assert other.versions == [2, 3]


async def test_what_is_cut_off_is_given_back(db: Database, tools: Tools) -> None:
    await keep(db, an_event(tools, "s1", 1))
    begun = asyncio.Event()

    async def hang(_: Tools, __: Event) -> None:
        begun.set()
        await asyncio.sleep(60)

    relay = asyncio.create_task(Relay(tools, {TOPIC: (hang,)}).run(asyncio.Event()))
    await begun.wait()
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)

    recorder = Recorder()
    await send(tools, recorder)
    assert recorder.versions == [1]
    assert tools.broadcast.channels == frozenset()
