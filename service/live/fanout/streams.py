"""All streams of this process: how many there may be, and their common end when the process stops."""

import asyncio
import random
from collections import Counter as Tally

from prometheus_client import Counter, Gauge

from service.kernel import limits
from service.kernel.problems import TooManyRequests, Unavailable
from service.live.fanout import frames
from service.live.fanout.page import Page

_OPEN = Gauge("live_streams", "Streams that are open")
_REFUSED = Counter("live_streams_refused_total", "Streams refused", ["why"])


class Streams:
    """Counts the open pages. With `limited=False` one address may have as many as the process may."""

    def __init__(self, *, limited: bool = True) -> None:
        self._limited = limited
        self._pages: set[Page] = set()
        self._of_address: Tally[str] = Tally()
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._pages)

    def open(self, address: str) -> Page:
        """A page that is counted until `close`; TooManyRequests or Unavailable when there may be no more.

        When the process is about to stop, the page is sent only when to come again: a browser that is refused would
        not come by itself.
        """
        if len(self._pages) >= limits.live_streams_max:
            _REFUSED.labels("full").inc()
            raise Unavailable.retry("All live streams are taken; `/changes` tells the same.", limits.live_full_retry_s)
        if self._limited and self._of_address[address] >= limits.live_streams_of_address_max:
            _REFUSED.labels("address").inc()
            raise TooManyRequests(
                f"At most {limits.live_streams_of_address_max} live streams may be open from one address.",
                headers={"Retry-After": str(limits.live_full_retry_s)},
                retry_after_s=limits.live_full_retry_s,
            )
        page = Page(address)
        self._pages.add(page)
        self._of_address[address] += 1
        self._empty.clear()
        _OPEN.inc()
        if self._closing:
            page.end(frames.retry())
        return page

    def close(self, page: Page) -> None:
        """The end of `open`."""
        if page not in self._pages:
            return
        self._pages.discard(page)
        self._of_address[page.address] -= 1
        if not self._of_address[page.address]:
            del self._of_address[page.address]
        _OPEN.dec()
        if not self._pages:
            self._empty.set()

    def close_all(self) -> None:
        """Ends every stream, each with a pause of its own before it may come again; those that take nothing are cut.

        To be called as soon as the process is told to stop: a server waits for its connections, and these never end.
        """
        self._closing = True
        for page in tuple(self._pages):
            page.end(frames.retry())
            page.hurry(limits.live_goodbye_s)

    async def closed(self, within_s: float) -> bool:
        """Waits until no stream is left; False when some are after that time."""
        try:
            async with asyncio.timeout(within_s):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True


def lifetime_s() -> float:
    """How long a stream lasts: not for ever, so that pages spread over processes again, and not all to the same end."""
    return limits.live_lifetime_s * random.uniform(0.8, 1.2)
