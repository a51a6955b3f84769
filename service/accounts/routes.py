"""Muting authors, and what is wrong with a token. `/v1/me` is in `participation`, which knows of entitlements."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.accounts import actions, store
from service.accounts.auth import authenticator_of, reader_of, requires, requires_reader, staff_of
from service.accounts.payloads import Mute, Mutes, NamedAuthor, PastedToken
from service.accounts.problems import AuthorUnknown
from service.accounts.rules.permissions import Permission
from service.accounts.tokens import TokenReport
from service.infra.tools import client_address, tools_of
from service.kernel import limits
from service.kernel.cursor import pack, unpack
from service.kernel.ids import ReaderId
from service.kernel.rate_limits import Action

HttpRequest = Request[Any, Any, Any]


async def _limited_reader(request: HttpRequest) -> ReaderId:
    tools = tools_of(request)
    reader_id = await actions.known_reader(tools.db, reader_of(request), tools.clock)
    await tools.limiter.take(Action.MUTE, reader=str(reader_id), address=client_address(request))
    return reader_id


class _Place(msgspec.Struct, frozen=True, array_like=True):
    at: datetime
    id: UUID


_LATEST = _Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


@get("/v1/me/mutes", guards=[requires_reader], tags=["Me"], summary="The authors whom one has muted")
async def get_mutes(
    request: HttpRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=limits.page_roots_max)] = limits.page_roots_default,
    cursor: FromQuery[str | None] = None,
) -> Response[Mutes]:
    """The latest first, each as the author is called now."""
    tools = tools_of(request)
    reader_id = await actions.known_reader(tools.db, reader_of(request), tools.clock)
    await tools.limiter.take(Action.READ_OWN, reader=str(reader_id), address=client_address(request))
    before = _LATEST if cursor is None else unpack("mutes", cursor, _Place)
    async with tools.db.read() as conn:
        rows = await store.muted(conn, reader_id=reader_id, before_at=before.at, before_id=before.id, most=limit + 1)
    shown = [Mute(NamedAuthor(row.id, row.name or "Reader", row.picture_url), row.muted_at) for row in rows[:limit]]
    more = pack("mutes", _Place(shown[-1].muted_at, shown[-1].author.id)) if len(rows) > limit else None
    return Response(Mutes(shown, more), headers={"Cache-Control": "private, no-store"})


@put(
    "/v1/me/mutes/{author:uuid}",
    guards=[requires_reader],
    status_code=204,
    tags=["Me"],
    summary="Hide an author's comments from oneself",
    opt={"problems": [AuthorUnknown]},
)
async def mute_author(request: HttpRequest, author: FromPath[UUID]) -> None:
    """Nobody else sees a difference, and the author is not told. Muting again changes nothing."""
    tools, reader_id = tools_of(request), await _limited_reader(request)
    await actions.mute(tools.db, reader_id, author, tools.clock.now())


@delete(
    "/v1/me/mutes/{author:uuid}",
    guards=[requires_reader],
    status_code=204,
    tags=["Me"],
    summary="Show a muted author's comments again",
)
async def unmute_author(request: HttpRequest, author: FromPath[UUID]) -> None:
    """Showing an author who is not muted changes nothing."""
    tools, reader_id = tools_of(request), await _limited_reader(request)
    await actions.unmute(tools.db, reader_id, author)


@post(
    "/v1/admin/tokens/check",
    guards=[requires(Permission.OPERATE)],
    status_code=200,
    tags=["Operating"],
    summary="Why a token is accepted or refused",
)
async def check_token(request: HttpRequest, data: JSONBody[PastedToken]) -> Response[TokenReport]:
    """Says in words whether the token would be accepted now, and every reason why not.

    Nothing of it is kept, and neither its subject nor its signature is repeated.
    """
    tools = tools_of(request)
    await tools.limiter.take(Action.CHECK, reader=f"staff:{staff_of(request).subject}", address=client_address(request))
    report = await authenticator_of(request).report(data.token)
    return Response(report, headers={"Cache-Control": "private, no-store"})


handlers = [get_mutes, mute_author, unmute_author, check_token]
