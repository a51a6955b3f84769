"""A reader's record, and limits on readers."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.accounts.auth import requires
from service.accounts.problems import AuthorUnknown
from service.accounts.rules.permissions import Permission
from service.infra.tools import tools_of
from service.kernel.ids import ReaderId
from service.kernel.rate_limits import Action
from service.moderation import store
from service.moderation.actions import sanction as sanctioning
from service.moderation.payloads.asked import NewSanction
from service.moderation.payloads.records import ReaderRecord, reader_record
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking
from service.sanctions import store as sanctions
from service.sanctions.store import SanctionRecord

_RECENT = 20


@get(
    "/v1/admin/readers/{author:uuid}",
    guards=[requires(Permission.READ_RECORDS)],
    tags=["Moderation"],
    summary="A reader's record",
)
async def get_reader_record(request: HttpRequest, author: FromPath[UUID]) -> Response[ReaderRecord]:
    """Counts of comments and reports, every sanction, and the last comments on the moderator's sites."""
    staff = await asking(request, Action.ADMIN_READ)
    async with tools_of(request).db.read() as conn:
        reader = await store.reader(conn, author)
        if reader is None:
            raise AuthorUnknown("No author has this id.")
        history = await sanctions.history(conn, ReaderId(author))
        recent = await store.recent_comments_of(conn, author, staff.sites, _RECENT)
    return Response(reader_record(reader, history, recent), headers=PRIVATE)


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


handlers = [get_reader_record, add_sanction, lift_sanction]
