"""Notices of illegal content over HTTP: from anybody, with a receipt; and as moderators read them."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.accounts.auth import optional_viewer, requires, viewer_of
from service.accounts.rules.permissions import Permission
from service.accounts.rules.viewer import Reader
from service.audit import store as audit
from service.infra.reader_language import private, words_of
from service.infra.tools import client_address, tools_of
from service.kernel import limits
from service.kernel.cursor import name_of, pack, unpack
from service.kernel.rate_limits import Action
from service.moderation.actions.reach import refuse_other_site
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking
from service.notices import payloads, store
from service.notices.actions import receive as receiving
from service.notices.actions.receive import Given
from service.notices.payloads import NewNotice, NoticesPage, NoticeStatus, Receipt
from service.notices.problems import NoticeUnknown
from service.notices.rules import comment_named
from service.notices.store import Contact

_DEFAULT = 20
_HEADER = "notice-token"


@post(
    "/v1/notices",
    guards=[optional_viewer],
    tags=["Notices"],
    summary="Give notice of illegal content",
    status_code=201,
)
async def give_notice(request: HttpRequest, data: JSONBody[NewNotice]) -> Response[Receipt]:
    """For anybody, with an account or without. The comment comes before the moderators at once, with the notice; the
    receipt's token reads what they decide. Name and e-mail address are kept apart from the notice, seen by admins
    alone, and erased after half a year; the author of the comment learns that there was a notice, never from whom.
    """
    tools, viewer = tools_of(request), viewer_of(request)
    await tools.limiter.take(Action.ILLEGAL_NOTICE, address=client_address(request))
    given = Given(
        comment_id=comment_named(data.comment_id, data.comment_url),
        legal_ground=data.legal_ground,
        explanation=data.explanation,
        name=data.name,
        email=data.email,
    )
    reader = viewer if isinstance(viewer, Reader) else None
    received = await receiving.receive(tools, reader, given, tools.clock.now())
    words = words_of(request.scope)
    return Response(payloads.receipt(received.notice, received.token, words), headers=private(words))


@get("/v1/notices/{notice:uuid}", guards=[optional_viewer], tags=["Notices"], summary="What became of a notice")
async def get_notice(request: HttpRequest, notice: FromPath[UUID]) -> Response[NoticeStatus]:
    """For whoever has the receipt: its token is sent in the header `Notice-Token`, never in the address. `received`,
    `upheld` (the comment is not shown any more), `declined` (it stands) or `gone` (it was removed before)."""
    tools = tools_of(request)
    await tools.limiter.take(Action.READ_UNCACHED, address=client_address(request))
    async with tools.db.read() as conn:
        found = await receiving.known(conn, notice, request.headers.get(_HEADER, ""))
    words = words_of(request.scope)
    return Response(payloads.status_told(found, words), headers=private(words))


@get("/v1/admin/notices", guards=[requires(Permission.REVIEW)], tags=["Moderation"], summary="Notices received")
async def get_notices(
    request: HttpRequest,
    comment: FromQuery[UUID | None] = None,
    site: Annotated[str | None, QueryParameter(min_length=1, max_length=200)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=limits.page_roots_max)] = _DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[NoticesPage]:
    """Newest first, each with what became of it. Their comments wait in the queue `reported`."""
    staff = await asking(request, Action.ADMIN_READ)
    if site is not None:
        refuse_other_site(staff, site)
    sites = staff.sites if site is None else frozenset({site})
    of = name_of("notices", comment, sorted(sites) if sites is not None else None)
    before = None if cursor is None else unpack(of, cursor, UUID)
    async with tools_of(request).db.read() as conn:
        found = await store.page(conn, sites, comment, before, limit + 1)
    more = pack(of, found[limit - 1].id) if len(found) > limit else None
    return Response(NoticesPage([payloads.item(row) for row in found[:limit]], more), headers=PRIVATE)


@get(
    "/v1/admin/notices/{notice:uuid}/contact",
    guards=[requires(Permission.ERASE)],
    tags=["Moderation"],
    summary="How the sender of a notice may be reached",
)
async def get_notice_contact(request: HttpRequest, notice: FromPath[UUID]) -> Response[Contact]:
    """Each reading is in the record of staff acts. 404 where the sender did not say, or half a year is over."""
    staff = await asking(request, Action.ADMIN_READ)
    tools = tools_of(request)
    async with tools.db.transaction() as conn:
        found = await store.get(conn, notice)
        contact = None if found is None else await store.contact(conn, notice)
        if found is None or contact is None:
            raise NoticeUnknown("There is no notice with this id, or nothing is kept of who sent it.")
        refuse_other_site(staff, found.site)
        await audit.append(
            conn,
            tools.clock,
            actor=staff.subject,
            action="notice.contact_read",
            subject_kind="notice",
            subject_id=str(notice),
            site=found.site,
        )
    return Response(contact, headers=PRIVATE)


handlers = [give_notice, get_notice, get_notices, get_notice_contact]
