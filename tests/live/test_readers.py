from uuid import uuid4

import pytest

from service.accounts.rules.notices import READER_CHANNEL, reader_changed, subject_hash
from service.infra.broadcast import Broadcast
from service.kernel import limits
from service.kernel.ids import ReaderId
from service.live.fanout import frames
from service.live.fanout.page import Page
from service.live.fanout.readers import ReaderHub
from tests.live.streaming import until


async def test_a_readers_own_pages_are_told_and_nobody_elses() -> None:
    async with Broadcast(None) as broadcast:
        hub = ReaderHub(broadcast)
        hub.start()
        own, also_own, other = Page("a"), Page("a"), Page("a")
        hub.join(subject_hash("ada"), own)
        hub.join(subject_hash("ada"), also_own)
        hub.join(subject_hash("bob"), other)
        broadcast.publish(READER_CHANNEL, reader_changed(ReaderId(uuid4()), "ada"))
        broadcast.publish(READER_CHANNEL, reader_changed(None, "carol"))
        assert list(own._frames) == list(also_own._frames) == [frames.ENTITLEMENT_CHANGED]
        assert not other._frames

        hub.leave(subject_hash("ada"), own)
        hub.leave(subject_hash("ada"), own)
        hub.leave(subject_hash("ada"), also_own)
        assert len(hub) == 1
        hub.stop()
        assert not broadcast.channels


async def test_after_a_gap_every_page_asks_but_not_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "live_reader_spread_s", 0.02)
    async with Broadcast(None) as broadcast:
        hub = ReaderHub(broadcast)
        hub.start()
        pages = [Page("a") for _ in range(20)]
        for number, page in enumerate(pages):
            hub.join(str(number), page)
        broadcast._tell_of_gap()
        assert not any(page._frames for page in pages)
        await until(lambda: all(list(page._frames) == [frames.ENTITLEMENT_CHANGED] for page in pages))
        hub.stop()
