"""Threads over HTTP: pages that are the same for everyone, and one reader's own layer over them."""

from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.types import ASGIApp, Receive, Scope, Send

from service.accounts.actions import known_reader
from service.accounts.auth import public, reader_of, requires_reader
from service.comments.payloads import Comment, Featured, author_of
from service.comments.rules import markup
from service.infra.reader_language import private, words_of
from service.infra.tools import client_address, tools_of
from service.kernel import etag as etags
from service.kernel import limits
from service.kernel.ids import StoryId
from service.kernel.problems import InvalidRequest
from service.kernel.rate_limits import Action
from service.stories import rules as story_rules
from service.stories import store as stories
from service.stories.payloads import Story, StoryCounts
from service.stories.problems import StoryUnknown
from service.threads import feeds, html, page, store, viewer
from service.threads.payloads import (
    Changes,
    OwnComments,
    Permalink,
    RepliesPage,
    SiteComment,
    SiteComments,
    StoryNamed,
    ThreadPage,
    ViewerLayer,
    encode,
)
from service.threads.rules.asked import Asked, asked_of, number
from service.threads.serving import CACHE_CONTROL, ROUTE, Prepared, ThreadPages
from service.threads.store import FeedComment

HttpRequest = Request[Any, Any, Any]
_PRIVATE = {"Cache-Control": "private, no-store"}
_FOR_FEEDS = "public, max-age=60, stale-while-revalidate=300"
# What a server between takes in one header without being asked to.
_SURROGATE_KEYS_CHARS_MAX = 2_000
_FOR_COUNTS = "public, max-age=30, stale-while-revalidate=120"


def _sent(answer: Prepared) -> ASGIApp:
    """Sends a finished answer past the framework's own encoding."""

    async def send_it(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    return send_it


def _shared(
    request: HttpRequest,
    body: bytes,
    *,
    cache_control: str = CACHE_CONTROL,
    media_type: str = "application/json",
    keys: str = "",
) -> Response[Any]:
    """An answer that is the same for everyone, named by its content; 304 for whoever has it. `keys` are what a CDN may
    throw it out by."""
    etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": cache_control, **({"Surrogate-Key": keys} if keys else {})}
    if etags.matches(request.headers.get("if-none-match"), etag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _keys(story: Story | stories.Story) -> str:
    return f"story-{story.id} site-{story.site}"


async def _limit_read(request: HttpRequest) -> None:
    await tools_of(request).limiter.take(Action.READ_UNCACHED, address=client_address(request))


@get(
    ROUTE,
    guards=[public],
    tags=["Reading"],
    summary="A page of a story's comments",
    responses={200: ResponseSpec(data_container=ThreadPage, description="A page, the same bytes for everyone.")},
)
async def get_thread(
    request: HttpRequest,
    story: FromPath[str],
    sort: Annotated[
        str | None, QueryParameter(description="newest, oldest, best, most_replied, controversial, balanced")
    ] = None,
    side: Annotated[str | None, QueryParameter(description="Only roots that take this side")] = None,
    about: Annotated[str | None, QueryParameter(description="Only roots about this passage")] = None,
    limit: Annotated[str | None, QueryParameter(description="Roots on the page, 1 to 100; 20")] = None,
    replies: Annotated[str | None, QueryParameter(description="Replies sent along with each comment; 3")] = None,
    cursor: Annotated[str | None, QueryParameter(description="`next_cursor` of the page before")] = None,
) -> ASGIApp:
    """Roots with their first replies, three levels deep; `replies_cursor` and `next_cursor` lead on.

    Without `sort` the story's own order: newest while it is younger than 72 hours, best after, unless the newsroom set
    another.
    """
    pages: ThreadPages[Any] = request.app.state.thread_pages
    asked = asked_of(request.query_params)
    await _limit_read(request)
    answer = await pages.answer(
        story, asked, request.headers.get("accept-encoding", ""), request.headers.get("if-none-match")
    )
    return _sent(answer)


@get("/v1/comments/{comment:uuid}", guards=[public], tags=["Reading"], summary="One comment")
async def get_comment(request: HttpRequest, comment: FromPath[UUID]) -> Response[Comment]:
    """The comment with its first replies; a placeholder for a removed one that has replies."""
    found = await _permalink(request, comment, limits.page_replies_default)
    return _shared(request, encode(found.comment), keys=_keys(found.story))


@get("/v1/comments/{comment:uuid}/replies", guards=[public], tags=["Reading"], summary="A page of a comment's replies")
async def get_replies(
    request: HttpRequest,
    comment: FromPath[UUID],
    limit: Annotated[str | None, QueryParameter(description="Replies on the page, 1 to 100; 20")] = None,
    replies: Annotated[str | None, QueryParameter(description="Replies sent along with each; 3")] = None,
    cursor: Annotated[str | None, QueryParameter(description="`replies_cursor` or `next_cursor`")] = None,
) -> Response[RepliesPage]:
    """Oldest first, each with its own first replies."""
    query = request.query_params
    await _limit_read(request)
    async with tools_of(request).read_db.read() as conn:
        found, story = await page.replies_page(
            conn,
            comment,
            number(query, "limit", limits.page_roots_default, 1, limits.page_roots_max),
            number(query, "replies", limits.page_replies_default, 0, limits.page_replies_max),
            query.get("cursor") or None,
        )
    return _shared(request, encode(found), keys=_keys(story))


@get("/v1/comments/{comment:uuid}/context", guards=[public], tags=["Reading"], summary="A permalink in one call")
async def get_context(request: HttpRequest, comment: FromPath[UUID]) -> Response[Permalink]:
    """The story, the comments above (placeholders for removed ones) from the root down, the comment, its first replies.

    Of a very long chain, the first 6 and the nearest 50 of those above.
    """
    found = await _permalink(request, comment, limits.page_replies_default)
    return _shared(request, encode(found), keys=_keys(found.story))


@get("/v1/stories/{story:str}/changes", guards=[public], tags=["Reading"], summary="What changed since a version")
async def get_changes(
    request: HttpRequest,
    story: FromPath[str],
    after: Annotated[str | None, QueryParameter(description="The `thread_version` that the page shows")] = None,
) -> Response[Changes]:
    """For a page that was away. `reset` says that too much changed: read the page again."""
    known = number(request.query_params, "after", 0, 0, 2**62)
    await _limit_read(request)
    async with tools_of(request).read_db.read() as conn:
        found, of_story = await page.changes(conn, StoryId(story), known)
    return _shared(request, encode(found), cache_control="public, max-age=1", keys=_keys(of_story))


@get("/v1/counts", guards=[public], tags=["Reading"], summary="Comment counts of up to 100 stories")
async def get_counts(
    request: HttpRequest,
    story: Annotated[list[str] | None, QueryParameter(description="A story id; may be repeated 100 times")] = None,
) -> Response[StoryCounts]:
    """Published comments of each story named; 0 for one that is not known."""
    named = request.query_params.getall("story", [])
    if not 1 <= len(named) <= limits.counts_stories_max:
        raise InvalidRequest.of("story", f"name 1 to {limits.counts_stories_max} stories")
    wanted = [story_rules.story_id(name) for name in named]
    await _limit_read(request)
    async with tools_of(request).read_db.read() as conn:
        counts = await stories.counts(conn, wanted)
    found = StoryCounts({name: counts.get(name, 0) for name in wanted})
    keys = " ".join(["counts", *(f"story-{name}" for name in dict.fromkeys(wanted))])
    # Of many stories, the header would be more than some servers between take; these counts wait for their age.
    return _shared(
        request,
        encode(found),
        cache_control=_FOR_COUNTS,
        keys=keys if len(keys) <= _SURROGATE_KEYS_CHARS_MAX else "counts",
    )


@get(
    "/v1/me/stories/{story:str}", guards=[requires_reader], tags=["Taking part"], summary="One's own layer over a story"
)
async def get_viewer_layer(request: HttpRequest, story: FromPath[str]) -> Response[ViewerLayer]:
    """One's own held and rejected comments with the reasons, own votes, muted authors, and what may be changed until
    when."""
    tools = tools_of(request)
    reader_id = await known_reader(tools.db, reader_of(request), tools.clock)
    await tools.limiter.take(Action.READ_OWN, reader=str(reader_id), address=client_address(request))
    words = words_of(request.scope)
    async with tools.db.read() as conn:
        layer = await viewer.viewer_layer(
            conn, reader_id, StoryId(story), tools.settings.appeal_days, words, tools.clock.now()
        )
    return Response(layer, headers=private(words))


@get("/v1/me/comments", guards=[requires_reader], tags=["Taking part"], summary="One's own comments")
async def get_own_comments(
    request: HttpRequest,
    limit: Annotated[str | None, QueryParameter(description="1 to 100; 20")] = None,
    cursor: Annotated[str | None, QueryParameter(description="`next_cursor` of the page before")] = None,
) -> Response[OwnComments]:
    """Newest first, on every story, with their true status, the reason where one is held or rejected, and whether it
    can be appealed. Needs no subscription."""
    tools, query = tools_of(request), request.query_params
    reader_id = await known_reader(tools.db, reader_of(request), tools.clock)
    await tools.limiter.take(Action.READ_OWN, reader=str(reader_id), address=client_address(request))
    most = number(query, "limit", limits.page_roots_default, 1, limits.page_roots_max)
    words, days = words_of(request.scope), tools.settings.appeal_days
    async with tools.db.read() as conn:
        found = await viewer.own_comments(
            conn, reader_id, most, query.get("cursor") or None, days, words, tools.clock.now()
        )
    return Response(found, headers=private(words))


@get(
    "/v1/stories/{story:str}/comments.html",
    guards=[public],
    tags=["Reading"],
    summary="The first page as plain HTML",
    media_type="text/html",
)
async def get_comments_html(request: HttpRequest, story: FromPath[str]) -> Response[str]:
    """A fragment for server-side inclusion and for readers without JavaScript, with schema.org markup."""
    tools = tools_of(request)
    await _limit_read(request)
    async with tools.read_db.read() as conn:
        found = await page.thread_page(conn, tools.settings, StoryId(story), Asked(), tools.clock.now())
        row = await stories.get(conn, StoryId(story))
    body = html.comments_html(found, row.published_at if row else None).encode()
    return _shared(request, body, media_type="text/html", keys=_keys(found.story))


@get(
    "/v1/stories/{story:str}/feed.atom",
    guards=[public],
    tags=["Reading"],
    summary="A story's newest comments as an Atom feed",
    media_type=feeds.MEDIA_TYPE,
)
async def get_story_feed(request: HttpRequest, story: FromPath[str]) -> Response[bytes]:
    """The 50 newest published comments, replies included."""
    await _limit_read(request)
    async with tools_of(request).read_db.read() as conn:
        row = await stories.get(conn, StoryId(story))
        if row is None or row.state == "hidden":
            raise StoryUnknown
        found = await store.newest_of_story(conn, row.id, feeds.ENTRIES_MAX)
    return _feed(request, f"Comments on {row.title}", row.url, found, _keys(row))


@get(
    "/v1/sites/{site:str}/feed.atom",
    guards=[public],
    tags=["Reading"],
    summary="A site's newest comments as an Atom feed",
    media_type=feeds.MEDIA_TYPE,
)
async def get_site_feed(request: HttpRequest, site: FromPath[str]) -> Response[bytes]:
    """The newest published comments of a site's stories, 50 at most."""
    await _limit_read(request)
    async with tools_of(request).read_db.read() as conn:
        found = await store.newest_of_site(conn, site, feeds.ENTRIES_MAX, feeds.LOOKED_AT_MAX)
    # A site without comments may be any text, which a header cannot always hold.
    return _feed(request, f"Comments on {site}", None, found, f"site-{site}" if found else "")


@get(
    "/v1/sites/{site:str}/latest",
    guards=[public],
    tags=["Reading"],
    summary="A site's newest or featured comments",
    responses={200: ResponseSpec(data_container=SiteComments, description="The same bytes for everyone.")},
)
async def get_latest_of_site(
    request: HttpRequest,
    site: FromPath[str],
    featured: Annotated[bool, QueryParameter(description="Only what the newsroom has chosen, the last first")] = False,
    limit: Annotated[str | None, QueryParameter(description="1 to 50; 5")] = None,
) -> Response[Any]:
    """Published comments of all of a site's stories, replies included, each with an excerpt and where it is read. A
    short list for a front page: there is no next page."""
    most = number(request.query_params, "limit", limits.site_comments_default, 1, feeds.ENTRIES_MAX)
    await _limit_read(request)
    look = store.featured_of_site if featured else store.newest_of_site
    async with tools_of(request).read_db.read() as conn:
        found = await look(conn, site, most, feeds.LOOKED_AT_MAX)
    body = encode(SiteComments([_of_site(request, comment) for comment in found]))
    return _shared(request, body, cache_control=_FOR_FEEDS, keys=f"site-{site}" if found else "")


def _of_site(request: HttpRequest, comment: FeedComment) -> SiteComment:
    return SiteComment(
        id=comment.id,
        story=StoryNamed(comment.story_id, comment.story_title, comment.story_url),
        author=author_of(comment),
        excerpt=markup.plain(comment.body, limits.excerpt_chars),
        url=feeds.link_of(comment, _base(request)),
        created_at=comment.created_at,
        featured=Featured(comment.featured_at, comment.featured_note) if comment.featured_at else None,
    )


def _base(request: HttpRequest) -> str:
    return (tools_of(request).settings.public_url or str(request.base_url)).rstrip("/")


def _feed(
    request: HttpRequest, title: str, page_url: str | None, found: list[FeedComment], keys: str
) -> Response[bytes]:
    base = _base(request)
    body = feeds.atom(title, f"{base}{request.url.path}", page_url, found, base)
    return _shared(request, body, cache_control=_FOR_FEEDS, media_type=feeds.MEDIA_TYPE, keys=keys)


async def _permalink(request: HttpRequest, comment: UUID, replies_most: int) -> Permalink:
    tools = tools_of(request)
    await _limit_read(request)
    async with tools.read_db.read() as conn:
        return await page.permalink(conn, tools.settings, comment, replies_most, tools.clock.now())


handlers = [
    get_thread, get_comment, get_replies, get_context, get_changes, get_counts, get_viewer_layer, get_own_comments,
    get_comments_html, get_story_feed, get_site_feed, get_latest_of_site,
]  # fmt: skip
