"""What waits for moderators: how much, in which order, and who holds it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission, permissions_of
from service.infra.tools import tools_of
from service.kernel import limits
from service.kernel.cursor import name_of, pack, unpack
from service.kernel.rate_limits import Action
from service.moderation.actions import claim as claiming
from service.moderation.actions.items import read_items
from service.moderation.payloads import items as payloads
from service.moderation.payloads.asked import NewClaims
from service.moderation.payloads.items import Items, ItemsPage, QueueCount, Queues
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking, filters_of, of_query, queue_named
from service.review_queue import store as review_queue
from service.review_queue.rules import Order
from service.review_queue.store import Place

_ITEMS_DEFAULT = 20

_Text = Annotated[str | None, QueryParameter(min_length=1, max_length=200)]


@get(
    "/v1/admin/queues",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="How much waits in each queue",
)
async def get_queues(request: HttpRequest) -> Response[Queues]:
    """Exact counts over the moderator's sites, and since when the first item of each queue waits."""
    staff = await asking(request, Action.ADMIN_READ)
    async with tools_of(request).db.read() as conn:
        counts = await review_queue.counts(conn, staff.sites)
    queues = {str(queue): QueueCount(count.count, count.oldest_at) for queue, count in counts.items()}
    return Response(Queues(queues), headers=PRIVATE)


@get(
    "/v1/admin/queues/{queue:str}",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="A page of a queue",
)
async def get_queue(
    request: HttpRequest,
    queue: FromPath[str],
    order: FromQuery[Order] = Order.URGENT,
    site: _Text = None,
    section: _Text = None,
    story: _Text = None,
    author: FromQuery[UUID | None] = None,
    signal: _Text = None,
    before: FromQuery[datetime | None] = None,
    after: FromQuery[datetime | None] = None,
    claimed: FromQuery[Literal["mine"] | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=limits.page_roots_max)] = _ITEMS_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[ItemsPage]:
    """Items in the order asked for, held by somebody or not, each with what is needed to decide.

    `signal` names a check of the screening, `before` and `after` are of `waiting_since`. `claimed=mine` shows what the
    moderator holds. `urgent` puts first what has waited longest, with a head start for grave, much reported and much
    read comments.
    """
    staff = await asking(request, Action.ADMIN_READ)
    tools, now, named = tools_of(request), tools_of(request).clock.now(), queue_named(queue)
    filters = filters_of(
        staff,
        site=site,
        section=section,
        story=story,
        author=author,
        signal=signal,
        before=of_query(request, "before", before),
        after=of_query(request, "after", after),
    )
    held_by = staff.subject if claimed else None
    of = name_of("queue", queue, order, filters.values(), held_by)
    place = None if cursor is None else unpack(of, cursor, Place)
    async with tools.db.read() as conn:
        rows = await review_queue.page(conn, named, order, filters, place, limit + 1, now=now, held_by=held_by)
        read = await read_items(conn, rows[:limit], now)
    permissions = permissions_of(staff)
    more = pack(of, review_queue.place_of(rows[limit - 1], order)) if len(rows) > limit else None
    return Response(ItemsPage([payloads.item(one, permissions, now) for one in read], more), headers=PRIVATE)


@post(
    "/v1/admin/queues/{queue:str}/claims",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Take the next items of a queue",
    status_code=200,
)
async def claim_items(request: HttpRequest, queue: FromPath[str], data: JSONBody[NewClaims]) -> Response[Items]:
    """Items that nobody holds, leased to the moderator for five minutes; none when nothing free waits.

    What one holds already is not handed out again but renewed by naming it in `comment_ids`. A claim is a courtesy
    between moderators: whether a decision holds is up to its `seen_revision`.
    """
    staff = await asking(request, Action.ADMIN_WRITE)
    tools, now = tools_of(request), tools_of(request).clock.now()
    filters = filters_of(
        staff,
        site=data.site,
        section=data.section,
        story=data.story,
        author=data.author,
        signal=data.signal,
        before=data.before,
        after=data.after,
    )
    wanted = claiming.Wanted(queue_named(queue), data.limit, data.order, filters, data.comment_ids)
    taken = await claiming.claim(tools, staff, wanted)
    async with tools.db.read() as conn:
        read = await read_items(conn, taken, now)
    permissions = permissions_of(staff)
    return Response(Items([payloads.item(one, permissions, now) for one in read]), headers=PRIVATE)


@delete(
    "/v1/admin/claims/{comment:uuid}",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Give a claimed comment back",
)
async def release_claim(request: HttpRequest, comment: FromPath[UUID]) -> None:
    """The comment is free for others at once. What the moderator does not hold stays as it is, and is a 204 all the
    same."""
    staff = await asking(request, Action.ADMIN_WRITE)
    await claiming.release(tools_of(request), staff, comment)


handlers = [get_queues, get_queue, claim_items, release_claim]
