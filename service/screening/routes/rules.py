"""The rules in force: read, changed, and brought back."""

from typing import Any

from litestar import Response, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from service.accounts.auth import requires, staff_of
from service.accounts.rules.permissions import Permission
from service.infra.tools import Tools, tools_of
from service.kernel import limits
from service.kernel.rate_limits import Action
from service.screening.actions import change as changing
from service.screening.actions.versions import Change, Made
from service.screening.payloads import ProposalRecord, Rollback, RulesChange, RulesInForce
from service.screening.routes.answers import PRIVATE, HttpRequest, in_force, limit_staff, proposal_of, refuse_some_sites

_WAITS = ResponseSpec(
    data_container=ProposalRecord,
    description="The change would hit so many comments that another admin has to confirm it.",
    generate_examples=False,
)


@get("/v1/admin/rules", guards=[requires(Permission.RULES)], tags=["Newsroom"], summary="The rules of screening")
async def get_rules(request: HttpRequest) -> Response[RulesInForce]:
    """The rules in force with their version, who made them, when and why, and the changes that wait for another admin.
    Version 0 are the defaults. Each part of the rules acts (`on`), only counts (`shadow`) or rests (`off`).
    """
    await limit_staff(request, Action.ADMIN_READ)
    return Response(await in_force(tools_of(request)), headers=PRIVATE)


@put(
    "/v1/admin/rules",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="Change the rules of screening",
    responses={202: _WAITS},
    request_max_body_size=limits.rules_body_bytes_max,
)
async def put_rules(request: HttpRequest, data: JSONBody[RulesChange]) -> Response[RulesInForce]:
    """Takes the rules whole; a part that is left out is as the schema says, without any list. `seen_version` is the
    version that the change was made on: where another is in force, nothing is changed (409). The body may have 2 MiB.

    In force at once in every process. A change that would newly hold or refuse more than a set share of the newest
    comments (`COMMENTS_RULES_SECOND_ADMIN_SHARE`, 5 %) answers 202 with a proposal, which another admin confirms.
    """
    refuse_some_sites(request)
    await limit_staff(request, Action.RULES)
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
    refuse_some_sites(request)
    await limit_staff(request, Action.RULES)
    tools = tools_of(request)
    made = await changing.roll_back(
        tools, staff_of(request), data.version, data.seen_version, data.note, tools.clock.now()
    )
    return await _made(tools, made)


async def _made(tools: Tools, made: Made) -> Response[Any]:
    if made.proposal is None:
        return Response(await in_force(tools), headers=PRIVATE)
    return Response(await proposal_of(tools, made.proposal.id), status_code=202, headers=PRIVATE)


handlers = [get_rules, put_rules, roll_back_rules]
