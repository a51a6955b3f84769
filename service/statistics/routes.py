"""What moderation comes to: figures for the newsroom, and those of a transparency report."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission, may
from service.accounts.rules.viewer import Staff
from service.infra.tools import tools_of
from service.kernel.patterns import whole
from service.kernel.problems import InvalidRequest
from service.kernel.rate_limits import Action
from service.moderation import store as moderation
from service.moderation.actions.reach import refuse_other_site
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking
from service.statistics import payloads
from service.statistics.actions.figures import read_figures
from service.statistics.payloads import Statistics, Transparency
from service.statistics.rules import Days, days_between, month_of
from service.statistics.store import Figures

_Site = Annotated[str | None, QueryParameter(min_length=1, max_length=200)]
_From = Annotated[
    str | None, QueryParameter(name="from", max_length=40, description="A day, such as 2026-11-22, in UTC.")
]
_To = Annotated[str | None, QueryParameter(name="to", max_length=40, description="A day, such as 2026-11-22, in UTC.")]
_Month = Annotated[str, QueryParameter(pattern=whole(r"\d{4}-(0[1-9]|1[0-2])"), description="Such as 2026-11.")]


@get(
    "/v1/admin/stats", guards=[requires(Permission.READ_STATS)], tags=["Newsroom"], summary="Figures of a range of days"
)
async def get_statistics(
    request: HttpRequest, first: _From = None, last: _To = None, site: _Site = None
) -> Response[Statistics]:
    """Comments, decisions, the time that they took, how many were overturned, queue ages, rejections by side, reports,
    appeals and sanctions. Days are in UTC and both included, at most 400; the last thirty without `from` and `to`.

    Days that are over are summed up by the worker, so that a range costs what it shows; today is counted as it is.
    """
    staff = await asking(request, Action.ADMIN_READ)
    now = tools_of(request).clock.now()
    days = days_between(_day("from", first), _day("to", last), now.astimezone(UTC).date())
    found = await _read(request, staff, site, days, now)
    async with tools_of(request).db.read() as conn:
        names = await moderation.staff_names(conn, found.of("judged_by").keys())
    only = None if may(staff, Permission.AUDIT) else staff.subject
    return Response(payloads.statistics(found, site, now, names, only), headers=PRIVATE)


@get(
    "/v1/admin/stats/transparency",
    guards=[requires(Permission.READ_STATS)],
    tags=["Newsroom"],
    summary="The figures of a month's transparency report",
)
async def get_transparency(request: HttpRequest, month: _Month, site: _Site = None) -> Response[Transparency]:
    """One figure a row, each with its section, measure and key. No figure names a person."""
    return Response(await _report(request, month, site), headers=PRIVATE)


@get(
    "/v1/admin/stats/transparency.csv",
    guards=[requires(Permission.READ_STATS)],
    tags=["Newsroom"],
    summary="The figures of a month's transparency report, as CSV",
    media_type="text/csv",
)
async def get_transparency_csv(request: HttpRequest, month: _Month, site: _Site = None) -> Response[str]:
    """The same rows, as RFC 4180 has them: `section,measure,key,value`."""
    text = payloads.as_csv(await _report(request, month, site))
    return Response(text, headers=PRIVATE, media_type="text/csv")


async def _report(request: HttpRequest, month: str, site: str | None) -> Transparency:
    staff = await asking(request, Action.ADMIN_READ)
    now = tools_of(request).clock.now()
    try:
        first = date.fromisoformat(f"{month}-01")
        days = month_of(first)
    except (ValueError, OverflowError):
        raise InvalidRequest.of("month", "is not in the calendar") from None
    if first > now.astimezone(UTC).date():
        raise InvalidRequest.of("month", "lies in the future")
    found = await _read(request, staff, site, days, now)
    return payloads.transparency(found, first, site, now)


async def _read(request: HttpRequest, staff: Staff, site: str | None, days: Days, now: datetime) -> Figures:
    if site is not None:
        refuse_other_site(staff, site)
    sites: Collection[str] | None = staff.sites if site is None else {site}
    async with tools_of(request).db.read() as conn:
        return await read_figures(conn, days, sites, now)


def _day(name: str, text: str | None) -> date | None:
    """A day as it is written, or that of a moment in UTC."""
    if text is None:
        return None
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC).date()
    except (ValueError, OverflowError):
        raise InvalidRequest.of(name, "is not a day such as 2026-11-22") from None


handlers = [get_statistics, get_transparency, get_transparency_csv]
