"""Live streams over HTTP: what happens on a story, for every reader; and what becomes of one's own rights."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from service.accounts.auth import public, reader_of, requires_reader
from service.accounts.rules.notices import subject_hash
from service.accounts.rules.viewer import Reader
from service.infra.tools import Tools, client_address, tools_of
from service.kernel import limits
from service.kernel.ids import StoryId
from service.kernel.rate_limits import Action
from service.live.fanout import frames
from service.live.fanout.live import live_of
from service.live.fanout.page import Page, Receive, Send
from service.live.fanout.streams import lifetime_s
from service.participation.actions import standing_of
from service.participation.rules.placing import changes_by_itself_at

_STREAM = {200: ResponseSpec(str, media_type="text/event-stream", description="Server-sent events, until it ends.")}
_VERSION_DIGITS_MAX = 18


class EventStream(Response[str]):
    """Sends what a page is told, and lets go of the page when that is over, however it ends."""

    def __init__(self, page: Page, let_go: Callable[[], None], *, at_most_s: float) -> None:
        super().__init__("", media_type="text/event-stream")
        self._page, self._let_go, self._at_most_s = page, let_go, at_most_s

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        return self._serve

    async def _serve(self, _: Any, receive: Receive, send: Send) -> None:
        try:
            await self._page.serve(receive, send, self._at_most_s)
        finally:
            self._let_go()


@get(
    "/v1/stories/{story:str}/live",
    guards=[public],
    tags=["Reading"],
    summary="What happens on a story, as it happens",
    media_type="text/event-stream",
    responses=_STREAM,
)
async def follow_story(
    request: Request[Any, Any, Any],
    story: FromPath[str],
    after: Annotated[int | None, QueryParameter(ge=0, lt=10**_VERSION_DIGITS_MAX)] = None,
) -> EventStream:
    """Server-sent events. Each carries the thread's version after the change as its `id`.

    `comment.published` and `comment.edited` carry a Comment, `comment.gone` `{id, parent_id, status, placeholder}`,
    `counts` `{comment_count, counts, votes}`, `story.changed` the Story; all with `thread_version`, up to which the
    data is true. Live is a hint: `behind` says that `/changes` knows more than this page, which told its version by
    `Last-Event-ID` or `after`; whoever sees a gap between versions asks there as well. `refresh` ends the stream of a
    page that was too slow to be told everything. A stream lasts about ten minutes; `retry` says when to come again.
    """
    tools, live, address = tools_of(request), live_of(request), client_address(request)
    await tools.limiter.take(Action.LIVE, address=address)
    story_id = StoryId(story)

    def let_go() -> None:
        live.stories.leave(story_id, page)
        live.streams.close(page)

    page = live.streams.open(address)
    try:
        version = await live.stories.join(story_id, page)
        known = _last_event_id(request)
        known = after if known is None else known
        here = frames.behind(version) if known is not None and known < version else frames.up_to(version)
        page.begin_with(frames.retry() + here)
        return EventStream(page, let_go, at_most_s=lifetime_s())
    except BaseException:
        let_go()
        raise


@get(
    "/v1/me/live",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="When one's own rights change",
    media_type="text/event-stream",
    responses=_STREAM,
)
async def follow_own(request: Request[Any, Any, Any]) -> EventStream:
    """Server-sent events for the reader of the token, to be read by `fetch`, which can send one.

    `entitlement.changed` says that the reader's subscription or sanctions are not what they were; `/v1/me` says what
    they are. The stream ends with the token, and when these rights end by themselves: ask again then too.
    """
    tools, live, address = tools_of(request), live_of(request), client_address(request)
    reader = reader_of(request)
    await tools.limiter.take(Action.LIVE, address=address)
    ends_s = await _own_ends_s(tools, reader)
    who = subject_hash(reader.subject)

    def let_go() -> None:
        live.readers.leave(who, page)
        live.streams.close(page)

    page = live.streams.open(address)
    live.readers.join(who, page)
    page.begin_with(frames.retry())
    return EventStream(page, let_go, at_most_s=max(0.0, min(lifetime_s(), ends_s)))


async def _own_ends_s(tools: Tools, reader: Reader) -> float:
    """Seconds until the token ends, or the reader's rights change by themselves: a page whose stream ends asks anew."""
    now = tools.clock.now()
    async with tools.db.read() as conn:
        standing = await standing_of(conn, tools.settings, reader, None, now)
    left_s = (reader.expires_at - now).total_seconds()
    changes_at = changes_by_itself_at(standing)
    if changes_at is None:
        return left_s
    return min(left_s, (changes_at - now).total_seconds() + limits.live_own_change_s)


def _last_event_id(request: Request[Any, Any, Any]) -> int | None:
    """The version that the page had when its stream broke; anything else in that header is none of ours."""
    given = request.headers.get("last-event-id", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _VERSION_DIGITS_MAX else None


handlers = [follow_story, follow_own]
