"""Stories over HTTP: read by everyone, registered and changed by the newsroom."""

from typing import Any

from litestar import Request, Response, get, patch, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from service.accounts.auth import public, requires, staff_of
from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import Permission, may_act_on
from service.infra.tools import client_address, tools_of
from service.kernel import etag as etag_of
from service.kernel.ids import StoryId
from service.kernel.rate_limits import Action
from service.stories import actions, rules, store
from service.stories.payloads import NewStory, Story, StoryChange, StoryRecord, public_story, story_record
from service.stories.problems import StoryUnknown


@get("/v1/stories/{story:str}", guards=[public], tags=["Reading"], summary="A story and its counts")
async def get_story(request: Request[Any, Any, Any], story: FromPath[str]) -> Response[Story]:
    """The story with its sides, anchors and forecasts, and how many comments each has."""
    tools = tools_of(request)
    await tools.limiter.take(Action.READ_UNCACHED, address=client_address(request))
    async with tools.read_db.read() as conn:
        row = await store.get(conn, StoryId(story))
    if row is None or row.state == "hidden":
        raise StoryUnknown
    etag = f'W/"{row.thread_version}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=5, stale-while-revalidate=30",
        "Surrogate-Key": f"story-{row.id} site-{row.site}",
    }
    if etag_of.matches(request.headers.get("if-none-match"), etag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    return Response(public_story(row, tools.settings, tools.clock.now()), headers=headers)


@get(
    "/v1/admin/stories/{story:str}",
    guards=[requires(Permission.MANAGE_STORIES, Permission.REVIEW)],
    tags=["Newsroom"],
    summary="A story with all of its settings",
)
async def get_story_record(request: Request[Any, Any, Any], story: FromPath[str]) -> StoryRecord:
    """What `PUT` set, with the story's counts and moments."""
    tools = tools_of(request)
    async with tools.db.read() as conn:
        row = await store.get(conn, StoryId(story))
    if row is None:
        raise StoryUnknown(f"There is no story {story}.")
    if not may_act_on(staff_of(request), row.site):
        raise PermissionMissing(f"Your token is not for the site {row.site!r}.")
    return story_record(row, tools.settings, tools.clock.now())


@put(
    "/v1/admin/stories/{story:str}",
    guards=[requires(Permission.MANAGE_STORIES)],
    tags=["Newsroom"],
    summary="Register a story, or replace its settings",
    responses={201: ResponseSpec(data_container=StoryRecord, description="The story is new.")},
)
async def put_story(
    request: Request[Any, Any, Any], story: FromPath[str], data: JSONBody[NewStory]
) -> Response[StoryRecord]:
    """Answers 201 for a new story, 200 for a known one. Sending the same again changes nothing."""
    tools, now = tools_of(request), tools_of(request).clock.now()
    story_id = rules.story_id(story)
    row, is_new = await actions.put_story(tools, staff_of(request), story_id, data, now)
    return Response(story_record(row, tools.settings, now), status_code=201 if is_new else 200)


@patch(
    "/v1/admin/stories/{story:str}",
    guards=[requires(Permission.MANAGE_STORIES)],
    tags=["Newsroom"],
    summary="Change some of a story's settings",
)
async def patch_story(
    request: Request[Any, Any, Any], story: FromPath[str], data: JSONBody[StoryChange]
) -> StoryRecord:
    """Members that are left out stay as they are."""
    tools, now = tools_of(request), tools_of(request).clock.now()
    row = await actions.patch_story(tools, staff_of(request), StoryId(story), data, now)
    return story_record(row, tools.settings, now)


handlers = [get_story, get_story_record, put_story, patch_story]
