"""Limits on readers."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission
from service.infra.tools import tools_of
from service.kernel.rate_limits import Action
from service.moderation.actions import sanction as sanctioning
from service.moderation.payloads.asked import NewSanction
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking
from service.sanctions.store import SanctionRecord


@post(
    "/v1/admin/readers/{author:uuid}/sanctions",
    guards=[requires(Permission.SANCTION)],
    tags=["Moderation"],
    summary="Limit a reader",
    status_code=201,
)
async def add_sanction(
    request: HttpRequest, author: FromPath[UUID], data: JSONBody[NewSanction]
) -> Response[SanctionRecord]:
    """In force at once, on every node. A moderator whose token is for some sites names the one where it holds."""
    staff = await asking(request, Action.ADMIN_WRITE)
    return Response(await sanctioning.add(tools_of(request), staff, author, data.wanted()), headers=PRIVATE)


@delete(
    "/v1/admin/readers/{author:uuid}/sanctions/{sanction:uuid}",
    guards=[requires(Permission.SANCTION)],
    tags=["Moderation"],
    summary="Lift a limit on a reader",
)
async def lift_sanction(
    request: HttpRequest,
    author: FromPath[UUID],
    sanction: FromPath[UUID],
    reason: Annotated[str | None, QueryParameter(min_length=1, max_length=500)] = None,
) -> None:
    """Over at once. What a person lifted no automatic rule puts back."""
    staff = await asking(request, Action.ADMIN_WRITE)
    await sanctioning.lift(tools_of(request), staff, author, sanction, reason)


handlers = [add_sanction, lift_sanction]
