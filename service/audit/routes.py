"""The record of staff acts over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter

from service.accounts.auth import requires, staff_of
from service.accounts.rules.permissions import Permission
from service.audit import store
from service.audit.payloads import AuditPage
from service.audit.store import Filters
from service.infra.tools import client_address, tools_of
from service.kernel.cursor import name_of, pack, unpack
from service.kernel.rate_limits import Action

_ENTRIES_DEFAULT = 50
_ENTRIES_MAX = 100

_Text = Annotated[str | None, QueryParameter(min_length=1, max_length=200)]


@get("/v1/admin/audit", guards=[requires(Permission.AUDIT)], tags=["Newsroom"], summary="The record of staff acts")
async def get_audit(
    request: Request[Any, Any, Any],
    actor: _Text = None,
    action: _Text = None,
    subject_kind: _Text = None,
    subject_id: _Text = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_ENTRIES_MAX)] = _ENTRIES_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[AuditPage]:
    """Newest first, append-only. `actor` is the subject of a staff token; `action` is named `noun.past_verb`, such as
    `comment.rejected`; what was acted on has a kind (`comment`, `story`, `reader`) and an id.
    """
    staff, tools = staff_of(request), tools_of(request)
    await tools.limiter.take(Action.ADMIN_READ, reader=f"staff {staff.subject}", address=client_address(request))
    filters = Filters(actor=actor, action=action, subject_kind=subject_kind, subject_id=subject_id)
    of = name_of("audit", filters)
    after = None if cursor is None else unpack(of, cursor, UUID)
    async with tools.db.read() as conn:
        entries = await store.page(conn, filters, staff.sites, after, limit + 1)
    more = pack(of, entries[limit - 1].id) if len(entries) > limit else None
    return Response(AuditPage(entries[:limit], more), headers={"Cache-Control": "private, no-store"})


handlers = [get_audit]
