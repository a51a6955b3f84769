"""Appeals over HTTP: readers make them, moderators read, claim and rule on them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.accounts.actions import known_reader
from service.accounts.auth import reader_of, requires, requires_reader
from service.accounts.rules.permissions import Permission
from service.accounts.rules.viewer import Staff
from service.appeals import payloads, store
from service.appeals.actions import appeal as appealing
from service.appeals.actions import rule as ruling
from service.appeals.actions.items import read_appeals
from service.appeals.payloads import AppealItem, Appeals, AppealsPage, NewAppeal, NewAppealClaims, NewRuling
from service.appeals.rules import Status, Subject
from service.appeals.store import Appeal, Filters
from service.infra.reader_language import private, words_of
from service.infra.sql import Connection
from service.infra.tools import client_address, tools_of
from service.kernel import limits
from service.kernel.cursor import name_of, pack, unpack
from service.kernel.rate_limits import Action
from service.moderation.actions.reach import refuse_other_site
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking
from service.reasons import payloads as told
from service.reasons.payloads import Appeal as OwnAppeal

_DEFAULT = 20


@post(
    "/v1/me/decisions/{decision:uuid}/appeal",
    guards=[requires_reader],
    tags=["Me"],
    summary="Appeal against a decision about oneself",
    status_code=201,
)
async def make_appeal(request: HttpRequest, decision: FromPath[UUID], data: JSONBody[NewAppeal]) -> Response[OwnAppeal]:
    """Once for each rejection and each sanction, within the period that the decision names; free of charge, without a
    subscription, and for suspended and banned readers too. Another moderator than the first rules on it.

    The same text again answers 200 with the appeal as it stands, so a lost answer is asked for again; another text is
    409 `already-appealed`. Deleting the comment withdraws the appeal.
    """
    tools, reader = tools_of(request), reader_of(request)
    reader_id = await known_reader(tools.db, reader, tools.clock)
    await tools.limiter.take(Action.APPEAL, reader=str(reader_id), address=client_address(request))
    made = await appealing.appeal(tools, reader, decision, data.text, tools.clock.now())
    words = words_of(request.scope)
    shown = told.appeal(made.restriction, words)
    if shown is None:
        raise LookupError("an appeal that was made is not there")
    return Response(shown, status_code=201 if made.is_new else 200, headers=private(words))


@get("/v1/admin/appeals", guards=[requires(Permission.REVIEW)], tags=["Moderation"], summary="Appeals")
async def get_appeals(
    request: HttpRequest,
    status: FromQuery[Status] = "open",
    kind: FromQuery[Subject | None] = None,
    site: Annotated[str | None, QueryParameter(min_length=1, max_length=200)] = None,
    author: FromQuery[UUID | None] = None,
    claimed: FromQuery[Literal["mine"] | None] = None,
    order: FromQuery[Literal["oldest", "newest"]] = "oldest",
    limit: Annotated[int, QueryParameter(ge=1, le=limits.page_roots_max)] = _DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[AppealsPage]:
    """Those that wait, oldest first, unless another `status` is asked for. `kind` is what they are against: a rejected
    `comment` or a `sanction`. A moderator of some sites sees those alone, and no appeal against a sanction that holds
    everywhere."""
    staff = await asking(request, Action.ADMIN_READ)
    tools, now = tools_of(request), tools_of(request).clock.now()
    filters = Filters(
        status=status,
        sites=_sites(staff, site),
        on_comment=None if kind is None else kind == "comment",
        author_id=author,
        held_by=staff.subject if claimed else None,
    )
    of = name_of("appeals", order, filters)
    place = None if cursor is None else unpack(of, cursor, UUID)
    async with tools.db.read() as conn:
        found = await store.page(conn, filters, order, place, limit + 1, now)
        items = await _items(request, conn, found[:limit], staff, now)
    more = pack(of, found[limit - 1].id) if len(found) > limit else None
    return Response(AppealsPage(items, more), headers=PRIVATE)


@get("/v1/admin/appeals/{appeal:uuid}", guards=[requires(Permission.REVIEW)], tags=["Moderation"], summary="One appeal")
async def get_appeal(request: HttpRequest, appeal: FromPath[UUID]) -> Response[AppealItem]:
    """With the decision that it is against and who took it, what its author was told, and the comment as it is now."""
    staff = await asking(request, Action.ADMIN_READ)
    async with tools_of(request).db.read() as conn:
        found = await ruling.reached(conn, staff, appeal)
        [item] = await _items(request, conn, [found], staff, tools_of(request).clock.now())
    return Response(item, headers=PRIVATE)


@post(
    "/v1/admin/appeals/claims",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Take the next appeals",
    status_code=200,
)
async def claim_appeals(request: HttpRequest, data: JSONBody[NewAppealClaims]) -> Response[Appeals]:
    """Oldest first, leased for five minutes: those that nobody holds and that are not against one's own decision."""
    staff = await asking(request, Action.ADMIN_WRITE)
    tools, now = tools_of(request), tools_of(request).clock.now()
    filters = Filters(sites=_sites(staff, data.site), on_comment=None if data.kind is None else data.kind == "comment")

    async def take(conn: Connection) -> list[Appeal]:
        if data.appeal_ids is not None:
            return await store.claim_these(conn, staff.subject, data.appeal_ids, filters.sites, now)
        return await store.claim_next(conn, staff.subject, filters, data.limit, now)

    taken = await tools.db.in_statement(take)
    async with tools.db.read() as conn:
        items = await _items(request, conn, taken, staff, now)
    return Response(Appeals(items), headers=PRIVATE)


@delete(
    "/v1/admin/appeals/{appeal:uuid}/claim",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Give a claimed appeal back",
)
async def release_appeal(request: HttpRequest, appeal: FromPath[UUID]) -> None:
    """Free for others at once. What the moderator does not hold stays as it is, and is a 204 all the same."""
    staff = await asking(request, Action.ADMIN_WRITE)
    async with tools_of(request).db.read() as conn:
        await ruling.reached(conn, staff, appeal)
        await store.release(conn, appeal, staff.subject)


@post(
    "/v1/admin/appeals/{appeal:uuid}/ruling",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Rule on an appeal",
    status_code=200,
)
async def rule_on_appeal(
    request: HttpRequest, appeal: FromPath[UUID], data: JSONBody[NewRuling]
) -> Response[AppealItem]:
    """By another moderator than those who took the decision, else 403 `another-moderator-needed`; the author reads the
    reason. A reversal undoes all that the decision did, in one transaction: the comment is published in its place,
    with counts, reports and the author's record, and the sanction that came with it, or that was appealed, is lifted.
    No automatic rule puts it back, and the ruling is not taken back.
    """
    staff = await asking(request, Action.ADMIN_WRITE)
    tools, now = tools_of(request), tools_of(request).clock.now()
    ruled = await ruling.rule(tools, staff, appeal, data.outcome, data.reason, now)
    async with tools.db.read() as conn:
        [item] = await _items(request, conn, [ruled], staff, now)
    return Response(item, headers=PRIVATE)


async def _items(
    request: HttpRequest, conn: Connection, appeals: list[Appeal], staff: Staff, now: datetime
) -> list[AppealItem]:
    days = tools_of(request).settings.appeal_days
    return [payloads.item(read, staff.subject, days, now) for read in await read_appeals(conn, appeals, now)]


def _sites(staff: Staff, site: str | None) -> frozenset[str] | None:
    """The sites to look at; PermissionMissing for one that is not theirs."""
    if site is None:
        return staff.sites
    refuse_other_site(staff, site)
    return frozenset({site})


handlers = [make_appeal, get_appeals, get_appeal, claim_appeals, release_appeal, rule_on_appeal]
