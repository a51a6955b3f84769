"""Changes of the rules that wait for a second admin."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service.accounts.auth import requires, staff_of
from service.accounts.rules.permissions import Permission
from service.infra.tools import tools_of
from service.kernel.rate_limits import Action
from service.screening.actions import proposals
from service.screening.payloads import ProposalRecord, RulesInForce
from service.screening.routes.answers import PRIVATE, HttpRequest, in_force, limit_staff, proposal_of, refuse_some_sites


@get(
    "/v1/admin/rules/proposals/{proposal:uuid}",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="A proposed change of the rules",
)
async def get_rules_proposal(request: HttpRequest, proposal: FromPath[UUID]) -> Response[ProposalRecord]:
    """The rules as they would be, what that changes, and what became of the proposal."""
    await limit_staff(request, Action.ADMIN_READ)
    return Response(await proposal_of(tools_of(request), proposal), headers=PRIVATE)


@post(
    "/v1/admin/rules/proposals/{proposal:uuid}/confirm",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="Put another admin's proposal in force",
    status_code=200,
)
async def confirm_rules_proposal(request: HttpRequest, proposal: FromPath[UUID]) -> Response[RulesInForce]:
    """Not by the one who proposed it. Other proposals on the same version are overtaken by it."""
    refuse_some_sites(request)
    await limit_staff(request, Action.ADMIN_WRITE)
    tools = tools_of(request)
    await proposals.confirm(tools, staff_of(request), proposal, tools.clock.now())
    return Response(await in_force(tools), headers=PRIVATE)


@post(
    "/v1/admin/rules/proposals/{proposal:uuid}/reject",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="End a proposed change of the rules",
    status_code=200,
)
async def reject_rules_proposal(request: HttpRequest, proposal: FromPath[UUID]) -> Response[ProposalRecord]:
    """Its proposer withdraws it, another admin rejects it."""
    refuse_some_sites(request)
    await limit_staff(request, Action.ADMIN_WRITE)
    tools = tools_of(request)
    await proposals.reject(tools, staff_of(request), proposal, tools.clock.now())
    return Response(await proposal_of(tools, proposal), headers=PRIVATE)


handlers = [get_rules_proposal, confirm_rules_proposal, reject_rules_proposal]
