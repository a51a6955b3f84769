"""What the addresses of the rules share: how often staff may ask, and the answers that several give."""

from typing import Any
from uuid import UUID

from litestar import Request

from service.accounts.auth import staff_of
from service.accounts.problems import PermissionMissing
from service.infra.tools import Tools, client_address, tools_of
from service.kernel import limits
from service.kernel.rate_limits import Action
from service.screening import payloads, store
from service.screening.payloads import ProposalRecord, RulesInForce
from service.screening.problems import ProposalUnknown
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules

HttpRequest = Request[Any, Any, Any]
PRIVATE = {"Cache-Control": "private, no-store"}


async def limit_staff(request: HttpRequest, action: Action) -> None:
    """TooManyRequests when this member of staff asks too often."""
    staff = staff_of(request)
    limiter = tools_of(request).limiter
    await limiter.take(action, reader=f"staff {staff.subject}", address=client_address(request))


def refuse_some_sites(request: HttpRequest) -> None:
    """PermissionMissing for staff of some sites only: the rules hold on every site, and so do their examples."""
    if staff_of(request).sites is not None:
        raise PermissionMissing("The rules hold on every site, and your token is for some of them.")


async def in_force(tools: Tools) -> RulesInForce:
    """The rules in force, with the changes that wait for another admin."""
    async with tools.db.read() as conn:
        version = await store.newest_version(conn)
        proposals = await store.open_proposals(conn, limits.rules_proposals_max)
    rules = DEFAULT_RULES if version is None else store.rules_of(version.rules, version.version)
    return payloads.rules_in_force(version, rules, proposals)


async def proposal_of(tools: Tools, proposal_id: UUID) -> ProposalRecord:
    """A proposal held against the rules that it would follow; ProposalUnknown for none."""
    async with tools.db.read() as conn:
        found = await store.proposal(conn, proposal_id)
        if found is None:
            raise ProposalUnknown("There is no such proposal.")
        followed = await store.version_of(conn, found.on_version)
    before: Rules = DEFAULT_RULES if followed is None else store.rules_of(followed.rules, followed.version)
    return payloads.proposal_record(found, before)
