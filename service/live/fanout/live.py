"""What the live streams of a process share, opened and closed with the application."""

from collections.abc import Sequence
from typing import Any

from service.infra.stopping import when_stopping
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.ids import StoryId
from service.live import store
from service.live.fanout.readers import ReaderHub
from service.live.fanout.stories import StoryHub
from service.live.fanout.streams import Streams


class Live:
    """The streams of this process. Kept at `app.state.live` between `start` and `stop`."""

    def __init__(self, tools: Tools) -> None:
        async def read_versions(story_ids: Sequence[StoryId]) -> dict[StoryId, int]:
            # Not from a replica: that one may not know yet of what pages were already told.
            async with tools.db.read() as conn:
                return await store.versions(conn, story_ids)

        self.streams = Streams(limited=tools.settings.limits == "on")
        self.stories = StoryHub(tools.broadcast, read_versions)
        self.readers = ReaderHub(tools.broadcast)
        self._forget_stop = when_stopping(self.streams.close_all)

    async def start(self) -> None:
        await self.stories.start()
        self.readers.start()

    async def stop(self) -> None:
        """Ends what is still open, and listens no more."""
        self.streams.close_all()
        await self.streams.closed(within_s=limits.shutdown_s)
        self._forget_stop()
        await self.stories.stop()
        self.readers.stop()


def live_of(request: Any) -> Live:
    """The live streams of the application that received this request."""
    live: Live = request.app.state.live
    return live
