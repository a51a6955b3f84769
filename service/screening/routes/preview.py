"""Rules that are only tried: what a change would do, and what parts in shadow would have done."""

import asyncio
from datetime import timedelta
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission
from service.infra.tasks import end_tasks
from service.infra.tools import tools_of
from service.kernel import limits
from service.kernel.rate_limits import Action
from service.screening import store
from service.screening.actions.preview import Previewed, preview
from service.screening.actions.soundness import refuse_faults
from service.screening.payloads import ExampleComment, PartEffect, Preview, PreviewWanted, ShadowCounts
from service.screening.routes.answers import PRIVATE, HttpRequest, limit_staff, refuse_some_sites
from service.screening.rules.impact import Example, hit_share, needs_second_admin

_EXCERPT_CHARS = 200
_CLIENT_GONE = 499


@post(
    "/v1/admin/rules/preview",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="What a change of the rules would do",
    status_code=200,
    request_max_body_size=limits.rules_body_bytes_max,
)
async def preview_rules(
    request: HttpRequest,
    data: JSONBody[PreviewWanted],
    most: Annotated[int, QueryParameter(ge=1, le=limits.rules_preview_comments_max)] = limits.rules_preview_comments,
) -> Response[Preview]:
    """Screens at most `most` of the newest comments of the last 30 days anew, with the rules in force and with the
    changed ones, and tells where the outcome differs: for each check how many it would hold or refuse that it does not
    now, and the other way round, with examples. Nothing is stored. It ends early when time is up; `sampled` says how
    far it came. Outside services, the model and texts of other authors are left out of it.
    """
    refuse_some_sites(request)
    await limit_staff(request, Action.RULES)
    refuse_faults(data.rules)
    tools = tools_of(request)
    working = asyncio.create_task(preview(tools, data.rules, tools.clock.now(), most=most))
    if not await _waits_for(request, working):
        # Nobody is left to read this; the log and the figures show it so.
        return Response(None, status_code=_CLIENT_GONE)  # type: ignore[arg-type]
    return Response(_preview(working.result(), tools.settings.rules_second_admin_share), headers=PRIVATE)


@get(
    "/v1/admin/rules/shadow",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="What rules in shadow would have done",
)
async def get_shadow_counts(
    request: HttpRequest, days: Annotated[int, QueryParameter(ge=1, le=365)] = limits.rules_shadow_days
) -> Response[ShadowCounts]:
    """For each part of the rules that only counts: in how many comments of the last `days` it would have asked to hold
    or refuse, and how those comments fare now. What moderators rejected speaks for it.
    """
    await limit_staff(request, Action.ADMIN_READ)
    tools = tools_of(request)
    since = tools.clock.now() - timedelta(days=days)
    async with tools.read_db.read() as conn:
        parts = await store.shadow_counts(conn, since, limits.rules_shadow_screenings_max)
    return Response(ShadowCounts(since, parts), headers=PRIVATE)


def _preview(previewed: Previewed, most_share: float) -> Preview:
    tally = previewed.tally
    parts = [
        PartEffect(
            check,
            words,
            effect.asks,
            effect.asks_rejected,
            effect.asks_no_more,
            effect.asks_no_more_rejected,
            effect.shadow,
            tuple(_example(previewed, example) for example in effect.examples),
        )
        for (check, words), effect in sorted(tally.parts.items(), key=lambda part: (part[0][0], part[0][1] or ""))
    ]
    return Preview(
        on_version=previewed.on_version,
        days=limits.rules_preview_days,
        total=previewed.total,
        total_is_least=previewed.total >= limits.rules_preview_counted_max,
        sampled=tally.sampled,
        oldest_at=previewed.oldest_at,
        newly_held=tally.newly_held,
        newly_refused=tally.newly_refused,
        no_longer_held=tally.no_longer_held,
        no_longer_refused=tally.no_longer_refused,
        share=hit_share(tally.hit, tally.sampled),
        needs_second_admin=needs_second_admin(tally.hit, tally.sampled, most_share),
        parts=parts,
    )


def _example(previewed: Previewed, example: Example) -> ExampleComment:
    comment = previewed.comments[example.place]
    return ExampleComment(
        comment.id,
        comment.story_id,
        comment.status,
        comment.created_at,
        comment.body[:_EXCERPT_CHARS],
        example.matched,
        str(example.before),
        str(example.after),
    )


async def _waits_for(request: HttpRequest, working: asyncio.Task[Any]) -> bool:
    """Whether the client stayed until the work was done. It is cancelled when they hang up, or the request is."""
    gone = asyncio.create_task(_hung_up(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        return working.done()
    finally:
        await end_tasks(working, gone)


async def _hung_up(request: HttpRequest) -> None:
    # The body has been read; what comes after it is that the client is gone.
    while (await request.receive())["type"] != "http.disconnect":
        pass


handlers = [preview_rules, get_shadow_counts]
