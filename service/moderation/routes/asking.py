"""What every address of moderators begins with: who asks, how often they may, and which sites are theirs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from service.accounts.auth import staff_of
from service.accounts.rules.viewer import Staff
from service.infra.tools import client_address, tools_of
from service.kernel.moments import within_reach
from service.kernel.problems import InvalidRequest, NotFound
from service.kernel.rate_limits import Action
from service.moderation.actions.reach import refuse_other_site
from service.review_queue.rules import Queue
from service.review_queue.store import Filters

HttpRequest = Request[Any, Any, Any]
PRIVATE = {"Cache-Control": "private, no-store"}


async def asking(request: HttpRequest, action: Action) -> Staff:
    """The member of staff who asks, once their limit has let them."""
    staff = staff_of(request)
    # Apart from readers' ids, whatever a staff login calls its people.
    await tools_of(request).limiter.take(action, reader=f"staff {staff.subject}", address=client_address(request))
    return staff


def queue_named(name: str) -> Queue:
    """The queue of that name; NotFound for one that there is not."""
    try:
        return Queue(name)
    except ValueError:
        raise NotFound(f"There is no queue {name[:50]!r}.") from None


def filters_of(
    staff: Staff,
    *,
    site: str | None,
    section: str | None,
    story: str | None,
    author: UUID | None,
    signal: str | None,
    before: datetime | None,
    after: datetime | None,
) -> Filters:
    """The filters within this moderator's sites; PermissionMissing for another site."""
    if site is not None:
        refuse_other_site(staff, site)
    return Filters(
        sites=staff.sites if site is None else frozenset({site}),
        section=section,
        story_id=story,
        author_id=author,
        signal=signal,
        before=with_zone("before", before),
        after=with_zone("after", after),
    )


def with_zone(name: str, moment: datetime | None) -> datetime | None:
    """The moment given; InvalidRequest for one without a zone, or out of reach."""
    if moment is not None and not within_reach(moment):
        raise InvalidRequest.of(name, "must have a time zone, such as 2026-11-22T10:00:00Z, and lie in 1900 to 9000")
    return moment


def of_query(request: HttpRequest, name: str, moment: datetime | None) -> datetime | None:
    """As `with_zone`, for a query, in which a bare number would be taken for seconds since 1970."""
    if moment is not None and ":" not in request.query_params[name]:
        raise InvalidRequest.of(name, "must be a moment, such as 2026-11-22T10:00:00Z")
    return with_zone(name, moment)
