"""The open pages of each reader: told when what the reader may do has changed, and nothing else.

What has changed is not in the message; the page asks `/v1/me`, which reads PostgreSQL.
"""

import asyncio
import random

import msgspec

from service.accounts.rules.notices import READER_CHANNEL, ReaderChanged
from service.infra.broadcast import Broadcast
from service.kernel import limits
from service.live.fanout import frames
from service.live.fanout.page import Page

_decode = msgspec.json.Decoder(ReaderChanged).decode


class ReaderHub:
    """Hands changes of a reader's rights to the reader's open pages in this process."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._pages: dict[str, set[Page]] = {}

    def __len__(self) -> int:
        return len(self._pages)

    def start(self) -> None:
        self._broadcast.subscribe(READER_CHANNEL, self._hear, self._after_gap)

    def stop(self) -> None:
        self._broadcast.unsubscribe(READER_CHANNEL, self._hear)

    def join(self, subject_hash: str, page: Page) -> None:
        """From now on the page is told of changes of this reader's rights."""
        self._pages.setdefault(subject_hash, set()).add(page)

    def leave(self, subject_hash: str, page: Page) -> None:
        """The end of `join`."""
        pages = self._pages.get(subject_hash, set())
        pages.discard(page)
        if not pages:
            self._pages.pop(subject_hash, None)

    def _hear(self, message: bytes) -> None:
        for page in self._pages.get(_decode(message).subject_hash, ()):
            page.offer(frames.ENTITLEMENT_CHANGED)

    def _after_gap(self) -> None:
        """Anybody's rights may have changed unheard: every page asks, spread over some seconds."""
        loop = asyncio.get_running_loop()
        for pages in self._pages.values():
            for page in pages:
                loop.call_later(random.uniform(0, limits.live_reader_spread_s), page.offer, frames.ENTITLEMENT_CHANGED)
