import asyncio

import pytest

from service.kernel import limits
from service.kernel.problems import TooManyRequests, Unavailable
from service.live.fanout.streams import Streams, lifetime_s
from tests.live.streaming import Wire, serve, until


def test_one_address_has_a_bound_and_others_are_not_touched_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_streams_of_address_max", 2)
    streams = Streams()
    first, _ = streams.open("a"), streams.open("a")
    with pytest.raises(TooManyRequests) as caught:
        streams.open("a")
    assert caught.value.headers["Retry-After"] == str(caught.value.members["retry_after_s"])
    streams.open("b")
    streams.close(first)
    streams.close(first)
    streams.open("a")
    assert len(streams) == 3


def test_a_process_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_streams_max", 2)
    streams = Streams()
    streams.open("a")
    streams.open("b")
    with pytest.raises(Unavailable) as caught:
        streams.open("c")
    assert caught.value.members["retry_after_s"] == limits.live_full_retry_s
    assert len(streams) == 2


def test_without_limits_an_address_may_have_as_many_as_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_streams_of_address_max", 1)
    streams = Streams(limited=False)
    for _ in range(5):
        streams.open("a")


async def test_all_streams_end_when_the_process_stops_and_a_new_one_is_sent_away_politely() -> None:
    streams = Streams()
    served = []
    for number in range(50):
        page, wire = streams.open(str(number)), Wire()
        task = serve(page, wire)
        task.add_done_callback(lambda _, page=page: streams.close(page))  # type: ignore[misc]
        served.append((task, wire))
    await until(lambda: all(wire.sent for _, wire in served))

    streams.close_all()
    assert await streams.closed(within_s=1)
    assert all(wire.complete and wire.text.startswith(b"retry: ") for _, wire in served)

    late, wire = streams.open("late"), Wire()
    late.begin_with(b"id: 7\n\n")
    await asyncio.wait_for(serve(late, wire), 1)
    assert wire.text.startswith(b"id: 7\n\nretry: ")
    assert wire.complete


async def test_a_stream_that_takes_nothing_holds_up_no_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_goodbye_s", 0.05)
    streams = Streams()
    page, wire = streams.open("a"), Wire()
    task = serve(page, wire)
    task.add_done_callback(lambda _: streams.close(page))
    await until(lambda: bool(wire.sent))
    wire.taking.clear()
    page.offer(b"stuck\n\n")
    await until(lambda: not page._frames)

    streams.close_all()
    assert not await streams.closed(within_s=0.01)
    assert await streams.closed(within_s=5)


def test_lifetimes_differ() -> None:
    assert len({lifetime_s() for _ in range(10)}) == 10
    assert all(0.8 * limits.live_lifetime_s <= lifetime_s() <= 1.2 * limits.live_lifetime_s for _ in range(100))
