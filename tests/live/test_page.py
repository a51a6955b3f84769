import asyncio

import pytest

from service.kernel import limits
from service.live.fanout import frames
from service.live.fanout.page import Page
from tests.live.streaming import Wire, serve, until


async def test_a_page_is_sent_what_it_is_offered_in_order() -> None:
    page, wire = Page("a"), Wire()
    page.offer(b"early\n\n")
    page.begin_with(b"first\n\n")
    task = serve(page, wire)
    await until(lambda: wire.text == b"first\n\nearly\n\n")
    page.offer(b"later\n\n")
    page.offer(b"latest\n\n")
    await until(lambda: wire.text.endswith(b"later\n\nlatest\n\n"))
    page.end(b"bye\n\n")
    await task
    assert wire.text.endswith(b"bye\n\n")
    assert wire.complete


async def test_the_answer_is_never_kept_or_gathered_on_its_way() -> None:
    page, wire = Page("a"), Wire()
    page.end(b"\n")
    await serve(page, wire)
    headers = dict(wire.sent[0]["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-accel-buffering"] == b"no"


async def test_a_quiet_stream_shows_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_heartbeat_s", 0.01)
    page, wire = Page("a"), Wire()
    task = serve(page, wire)
    await until(lambda: wire.text.count(frames.HEARTBEAT) >= 3)
    page.end()
    await task
    assert wire.complete


async def test_a_stream_ends_after_its_lifetime_and_says_when_to_come_again() -> None:
    page, wire = Page("a"), Wire()
    await asyncio.wait_for(serve(page, wire, lifetime_s=0.02), 5)
    assert wire.text.startswith(b"retry: ")
    assert wire.complete


async def test_a_page_that_takes_nothing_is_told_to_refresh_once_it_does() -> None:
    page, wire = Page("a"), Wire()
    task = serve(page, wire)
    await until(lambda: len(wire.sent) == 1)
    wire.taking.clear()
    page.offer(b"on its way\n\n")
    await asyncio.sleep(0.01)
    for number in range(limits.live_queue_max + 1):
        page.offer(b"message %d\n\n" % number)
    assert page.ended
    page.offer(b"never sent\n\n")

    wire.taking.set()
    await task
    assert wire.text.startswith(b"on its way\n\n" + frames.REFRESH + b"retry: ")
    assert b"message" not in wire.text
    assert wire.complete


async def test_the_queue_is_bounded_in_bytes_too() -> None:
    page = Page("a")
    half = b"x" * (limits.live_queue_bytes_max // 2)
    page.offer(half)
    page.offer(half)
    assert not page.ended
    page.offer(b"x")
    assert page.ended


async def test_what_was_sent_makes_room_again() -> None:
    page, wire = Page("a"), Wire()
    task = serve(page, wire)
    for round_ in range(5):
        for number in range(limits.live_queue_max):
            page.offer(b"%d-%d\n\n" % (round_, number))
        last = b"%d-%d\n\n" % (round_, limits.live_queue_max - 1)
        await until(lambda last=last: wire.text.endswith(last))  # type: ignore[misc]
    assert not page.ended
    page.end()
    await task


async def test_a_page_that_goes_away_ends_its_stream_at_once() -> None:
    page, wire = Page("a"), Wire()
    task = serve(page, wire)
    await until(lambda: len(wire.sent) == 1)
    wire.hang_up()
    await asyncio.wait_for(task, 5)
    assert page.gone
    page.offer(b"nobody hears\n\n")
    assert b"nobody" not in wire.text


async def test_a_page_that_never_takes_anything_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_goodbye_s", 0.02)
    page, wire = Page("a"), Wire()
    task = serve(page, wire, lifetime_s=60)
    await until(lambda: len(wire.sent) == 1)
    wire.taking.clear()
    page.offer(b"stuck\n\n")
    await asyncio.sleep(0.01)
    page.end(frames.retry())
    page.hurry(limits.live_goodbye_s)
    await asyncio.wait_for(task, 5)
    assert not wire.complete


async def test_serving_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    page, wire = Page("a"), Wire()
    task = serve(page, wire)
    await until(lambda: len(wire.sent) == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
