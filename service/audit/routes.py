"""The record of staff acts over HTTP."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from service.accounts.auth import requires, staff_of
from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import Permission
from service.accounts.rules.viewer import Staff
from service.audit import store
from service.audit.actions.verify import exported
from service.audit.payloads import AuditPage, audit_entry, line
from service.audit.store import Filters
from service.infra.tools import Tools, client_address, tools_of
from service.kernel import limits
from service.kernel.cursor import name_of, pack, unpack
from service.kernel.moments import within_reach
from service.kernel.problems import InvalidRequest
from service.kernel.rate_limits import Action

_ENTRIES_DEFAULT = 50
_ENTRIES_MAX = 100
_PRIVATE = {"Cache-Control": "private, no-store"}

_Text = Annotated[str | None, QueryParameter(min_length=1, max_length=200)]
_Position = Annotated[int, QueryParameter(ge=0, le=2**62)]
_Lines = Annotated[int, QueryParameter(ge=1, le=limits.audit_export_max)]


@get("/v1/admin/audit", guards=[requires(Permission.AUDIT)], tags=["Newsroom"], summary="The record of staff acts")
async def get_audit(
    request: Request[Any, Any, Any],
    actor: _Text = None,
    action: _Text = None,
    subject_kind: _Text = None,
    subject_id: _Text = None,
    site: _Text = None,
    after: FromQuery[datetime | None] = None,
    before: FromQuery[datetime | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_ENTRIES_MAX)] = _ENTRIES_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[AuditPage]:
    """Newest first, append-only. `actor` is the subject of a staff token; `action` is named `noun.past_verb`, such as
    `comment.rejected`; what was acted on has a kind (`comment`, `story`, `reader`) and an id. `before` and `after` of
    an entry are what it changed.
    """
    staff, tools = await _asking(request)
    filters = Filters(
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        site=site,
        after=_with_zone(request, "after", after),
        before=_with_zone(request, "before", before),
    )
    of = name_of("audit", filters)
    below = None if cursor is None else unpack(of, cursor, UUID)
    async with tools.db.read() as conn:
        entries = await store.page(conn, filters, staff.sites, below, limit + 1)
    more = pack(of, entries[limit - 1].id) if len(entries) > limit else None
    return Response(AuditPage([audit_entry(entry) for entry in entries[:limit]], more), headers=_PRIVATE)


@get(
    "/v1/admin/audit.ndjson",
    guards=[requires(Permission.AUDIT)],
    tags=["Newsroom"],
    summary="The record of staff acts, to keep elsewhere",
    media_type="application/x-ndjson",
)
async def export_audit(
    request: Request[Any, Any, Any],
    after_position: _Position = 0,
    after: FromQuery[datetime | None] = None,
    before: FromQuery[datetime | None] = None,
    limit: _Lines = limits.audit_export_max,
) -> Stream:
    """One link of the chain a line, oldest first: `position`, `hash`, `previous` (the hash before it) and the `entry`.

    A hash is the SHA-256 of `previous`, a line feed, and the entry as JSON with its members sorted and without spaces.
    The export goes on behind the last `position` that came, as `after_position`. Entries of the last seconds are not in
    it yet. For those who may read the record of every site.
    """
    staff, tools = await _asking(request)
    if staff.sites is not None:
        raise PermissionMissing("The chain runs through all sites, and your token is for some.")
    since, until = _with_zone(request, "after", after), _with_zone(request, "before", before)
    if since is not None:
        async with tools.db.read() as conn:
            after_position = max(after_position, await store.position_before(conn, since))
    return Stream(_lines(tools, after_position, until, limit), headers=_PRIVATE, media_type="application/x-ndjson")


async def _lines(tools: Tools, after_position: int, before: datetime | None, limit: int) -> AsyncIterator[bytes]:
    async with tools.db.read() as conn:
        async for link in exported(conn, after_position, before, limit):
            yield line(link)


async def _asking(request: Request[Any, Any, Any]) -> tuple[Staff, Tools]:
    staff, tools = staff_of(request), tools_of(request)
    await tools.limiter.take(Action.ADMIN_READ, reader=f"staff {staff.subject}", address=client_address(request))
    return staff, tools


def _with_zone(request: Request[Any, Any, Any], name: str, moment: datetime | None) -> datetime | None:
    # A bare number would be taken for seconds since 1970; whoever sends one means something else.
    if moment is not None and (":" not in request.query_params[name] or not within_reach(moment)):
        raise InvalidRequest.of(name, "must have a time zone, such as 2026-11-22T10:00:00Z, and lie in 1900 to 9000")
    return moment


handlers = [get_audit, export_audit]
