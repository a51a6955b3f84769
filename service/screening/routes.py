"""The rules of screening over HTTP: read, changed, tried, proposed, and their history."""

import asyncio
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from service.accounts.auth import requires, staff_of
from service.accounts.rules.permissions import Permission
from service.infra.tasks import end_tasks
from service.infra.tools import Tools, client_address, tools_of
from service.kernel import limits
from service.kernel.cursor import pack, unpack
from service.kernel.rate_limits import Action
from service.screening import payloads, store
from service.screening.actions import change as changing
from service.screening.actions.change import Change, Made, refuse_faults
from service.screening.actions.preview import Previewed, preview
from service.screening.payloads import (
    ExampleComment,
    PartEffect,
    Preview,
    PreviewWanted,
    ProposalRecord,
    Rollback,
    RulesChange,
    RulesHistory,
    RulesInForce,
    ShadowCounts,
    VersionRecord,
)
from service.screening.problems import ProposalUnknown, RulesVersionUnknown
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.impact import hit_share, needs_second_admin
from service.screening.rules.ruleset import Rules

HttpRequest = Request[Any, Any, Any]

_HISTORY = "rules"
_EXCERPT_CHARS = 200
_CLIENT_GONE = 499
_VersionNumber = Annotated[int, PathParameter(ge=0, le=2**31 - 2)]
_PRIVATE = {"Cache-Control": "private, no-store"}
_WAITS = ResponseSpec(
    data_container=ProposalRecord,
    description="The change would hit so many comments that another admin has to confirm it.",
    generate_examples=False,
)


async def _limit(request: HttpRequest, action: Action) -> None:
    staff = staff_of(request)
    limiter = tools_of(request).limiter
    await limiter.take(action, reader=f"staff {staff.subject}", address=client_address(request))


@get("/v1/admin/rules", guards=[requires(Permission.RULES)], tags=["Newsroom"], summary="The rules of screening")
async def get_rules(request: HttpRequest) -> Response[RulesInForce]:
    """The rules in force with their version, who made them, when and why, and the changes that wait for another admin.
    Version 0 are the defaults. Each part of the rules acts (`on`), only counts (`shadow`) or rests (`off`).
    """
    await _limit(request, Action.ADMIN_READ)
    return Response(await _in_force(tools_of(request)), headers=_PRIVATE)


@put(
    "/v1/admin/rules",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="Change the rules of screening",
    responses={202: _WAITS},
    request_max_body_size=limits.rules_body_bytes_max,
)
async def put_rules(request: HttpRequest, data: JSONBody[RulesChange]) -> Response[RulesInForce]:
    """Takes the rules whole; a part that is left out is as the defaults have it. `seen_version` is the version that the
    change was made on: where another is in force, nothing is changed (409). The body may have 2 MiB.

    In force at once in every process. A change that would newly hold or refuse more than a set share of the newest
    comments (`COMMENTS_RULES_SECOND_ADMIN_SHARE`, 5 %) answers 202 with a proposal, which another admin confirms.
    """
    await _limit(request, Action.RULES)
    wanted = Change(data.rules, data.seen_version, data.note)
    tools = tools_of(request)
    made = await changing.change(tools, staff_of(request), wanted, tools.clock.now())
    return await _made(tools, made)


@post(
    "/v1/admin/rules/rollback",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="Put an earlier version of the rules in force again",
    status_code=200,
    responses={202: _WAITS},
)
async def roll_back_rules(request: HttpRequest, data: JSONBody[Rollback]) -> Response[RulesInForce]:
    """Makes a new version with the content of an old one; 0 stands for the defaults. Like any change it may need a
    second admin.
    """
    await _limit(request, Action.RULES)
    tools = tools_of(request)
    made = await changing.roll_back(
        tools, staff_of(request), data.version, data.seen_version, data.note, tools.clock.now()
    )
    return await _made(tools, made)


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
    far it came.
    """
    await _limit(request, Action.RULES)
    refuse_faults(data.rules)
    tools = tools_of(request)
    working = asyncio.create_task(preview(tools, data.rules, tools.clock.now(), most=most))
    if not await _waits_for(request, working):
        # Nobody is left to read this; the log and the figures show it so.
        return Response(None, status_code=_CLIENT_GONE)  # type: ignore[arg-type]
    return Response(_preview(working.result(), tools.settings.rules_second_admin_share), headers=_PRIVATE)


@get(
    "/v1/admin/rules/history",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="Earlier versions of the rules",
)
async def get_rules_history(
    request: HttpRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=limits.rules_versions_max)] = limits.rules_versions_default,
    cursor: FromQuery[str | None] = None,
) -> Response[RulesHistory]:
    """Every version that was in force, newest first, without the rules themselves."""
    await _limit(request, Action.ADMIN_READ)
    before = None if cursor is None else unpack(_HISTORY, cursor, int)
    async with tools_of(request).db.read() as conn:
        versions = await store.history(conn, before, limit + 1)
    more = pack(_HISTORY, versions[limit - 1].version) if len(versions) > limit else None
    return Response(RulesHistory(versions[:limit], more), headers=_PRIVATE)


@get(
    "/v1/admin/rules/history/{version:int}",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="One version of the rules",
)
async def get_rules_version(request: HttpRequest, version: _VersionNumber) -> Response[VersionRecord]:
    """The version's rules, and what it changed."""
    await _limit(request, Action.ADMIN_READ)
    async with tools_of(request).db.read() as conn:
        found = await store.version_of(conn, version)
        followed = await store.version_of(conn, version - 1)
    if found is None:
        raise RulesVersionUnknown(f"There is no version {version} of the rules.")
    before = DEFAULT_RULES if followed is None else store.rules_of(followed.rules, followed.version)
    return Response(payloads.version_record(found, before), headers=_PRIVATE)


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
    await _limit(request, Action.ADMIN_READ)
    tools = tools_of(request)
    since = tools.clock.now() - timedelta(days=days)
    async with tools.read_db.read() as conn:
        parts = await store.shadow_counts(conn, since, limits.rules_shadow_screenings_max)
    return Response(ShadowCounts(since, parts), headers=_PRIVATE)


@get(
    "/v1/admin/rules/proposals/{proposal:uuid}",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="A proposed change of the rules",
)
async def get_rules_proposal(request: HttpRequest, proposal: FromPath[UUID]) -> Response[ProposalRecord]:
    """The rules as they would be, what that changes, and what became of the proposal."""
    await _limit(request, Action.ADMIN_READ)
    return Response(await _proposal(tools_of(request), proposal), headers=_PRIVATE)


@post(
    "/v1/admin/rules/proposals/{proposal:uuid}/confirm",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="Put another admin's proposal in force",
    status_code=200,
)
async def confirm_rules_proposal(request: HttpRequest, proposal: FromPath[UUID]) -> Response[RulesInForce]:
    """Not by the one who proposed it. Other proposals on the same version are overtaken by it."""
    await _limit(request, Action.ADMIN_WRITE)
    tools = tools_of(request)
    await changing.confirm(tools, staff_of(request), proposal, tools.clock.now())
    return Response(await _in_force(tools), headers=_PRIVATE)


@post(
    "/v1/admin/rules/proposals/{proposal:uuid}/reject",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="End a proposed change of the rules",
    status_code=200,
)
async def reject_rules_proposal(request: HttpRequest, proposal: FromPath[UUID]) -> Response[ProposalRecord]:
    """Its proposer withdraws it, another admin rejects it."""
    await _limit(request, Action.ADMIN_WRITE)
    tools = tools_of(request)
    await changing.reject(tools, staff_of(request), proposal, tools.clock.now())
    return Response(await _proposal(tools, proposal), headers=_PRIVATE)


async def _made(tools: Tools, made: Made) -> Response[Any]:
    if made.proposal is None:
        return Response(await _in_force(tools), headers=_PRIVATE)
    return Response(await _proposal(tools, made.proposal.id), status_code=202, headers=_PRIVATE)


async def _in_force(tools: Tools) -> RulesInForce:
    async with tools.db.read() as conn:
        version = await store.newest_version(conn)
        proposals = await store.open_proposals(conn, limits.rules_proposals_max)
    rules = DEFAULT_RULES if version is None else store.rules_of(version.rules, version.version)
    return payloads.rules_in_force(version, rules, proposals)


async def _proposal(tools: Tools, proposal_id: UUID) -> ProposalRecord:
    async with tools.db.read() as conn:
        found = await store.proposal(conn, proposal_id)
        if found is None:
            raise ProposalUnknown("There is no such proposal.")
        followed = await store.version_of(conn, found.on_version)
    before: Rules = DEFAULT_RULES if followed is None else store.rules_of(followed.rules, followed.version)
    return payloads.proposal_record(found, before)


def _preview(previewed: Previewed, most_share: float) -> Preview:
    tally = previewed.tally
    parts = [
        PartEffect(
            check,
            words,
            effect.asks,
            effect.asks_no_more,
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


def _example(previewed: Previewed, example: Any) -> ExampleComment:
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


handlers = [
    get_rules, put_rules, roll_back_rules, preview_rules, get_rules_history, get_rules_version, get_shadow_counts,
    get_rules_proposal, confirm_rules_proposal, reject_rules_proposal,
]  # fmt: skip
