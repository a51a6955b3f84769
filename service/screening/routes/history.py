"""Earlier versions of the rules."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromQuery, PathParameter, QueryParameter

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission
from service.infra.tools import tools_of
from service.kernel import limits
from service.kernel.cursor import pack, unpack
from service.kernel.rate_limits import Action
from service.screening import payloads, store
from service.screening.payloads import RulesHistory, VersionRecord
from service.screening.problems import RulesVersionUnknown
from service.screening.routes.answers import PRIVATE, HttpRequest, limit_staff
from service.screening.rules.defaults import DEFAULT_RULES

_HISTORY = "rules"
_VersionNumber = Annotated[int, PathParameter(ge=0, le=2**31 - 2)]


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
    await limit_staff(request, Action.ADMIN_READ)
    before = None if cursor is None else unpack(_HISTORY, cursor, int)
    async with tools_of(request).db.read() as conn:
        versions = await store.history(conn, before, limit + 1)
    more = pack(_HISTORY, versions[limit - 1].version) if len(versions) > limit else None
    return Response(RulesHistory(versions[:limit], more), headers=PRIVATE)


@get(
    "/v1/admin/rules/history/{version:int}",
    guards=[requires(Permission.RULES)],
    tags=["Newsroom"],
    summary="One version of the rules",
)
async def get_rules_version(request: HttpRequest, version: _VersionNumber) -> Response[VersionRecord]:
    """The version's rules, and what it changed."""
    await limit_staff(request, Action.ADMIN_READ)
    async with tools_of(request).db.read() as conn:
        found = await store.version_of(conn, version)
        followed = await store.version_of(conn, version - 1)
    if found is None:
        raise RulesVersionUnknown(f"There is no version {version} of the rules.")
    before = DEFAULT_RULES if followed is None else store.rules_of(followed.rules, followed.version)
    return Response(payloads.version_record(found, before), headers=PRIVATE)


handlers = [get_rules_history, get_rules_version]
