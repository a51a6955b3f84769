"""Decisions about the caller with their reasons, and the answers to the caller's reports.

Neither needs a subscription, and no sanction takes them away: whoever was restricted is told why.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from service.accounts.actions import known_reader
from service.accounts.auth import reader_of, requires_reader
from service.infra.reader_language import private, words_of
from service.infra.tools import client_address, tools_of
from service.kernel import limits
from service.kernel.cursor import pack, unpack
from service.kernel.ids import ReaderId
from service.kernel.rate_limits import Action
from service.reasons import payloads, store
from service.reasons.payloads import Decision, Decisions, ReportAnswers
from service.reasons.problems import DecisionUnknown

HttpRequest = Request[Any, Any, Any]
_DEFAULT = 20
_Limit = Annotated[int, QueryParameter(ge=1, le=limits.page_roots_max)]


class _Place(msgspec.Struct, frozen=True, array_like=True):
    at: datetime
    id: UUID


async def _asking(request: HttpRequest) -> ReaderId:
    tools = tools_of(request)
    reader_id = await known_reader(tools.db, reader_of(request), tools.clock)
    await tools.limiter.take(Action.READ_OWN, reader=str(reader_id), address=client_address(request))
    return reader_id


@get("/v1/me/decisions", guards=[requires_reader], tags=["Me"], summary="Decisions about oneself, with their reasons")
async def get_own_decisions(
    request: HttpRequest, limit: _Limit = _DEFAULT, cursor: FromQuery[str | None] = None
) -> Response[Decisions]:
    """Rejected comments, comments that an automatic check holds, and sanctions, newest first, in force or over.

    Each has a statement of reasons (article 17 of the EU's Digital Services Act): what it means, why, on which ground,
    whether a rule noticed it or decided, which words were matched, where and for how long it holds, and how to appeal;
    with codes for programs and all of it in the reader's language. Who decided or reported is not told.
    """
    tools, reader_id = tools_of(request), await _asking(request)
    before = None if cursor is None else unpack("own-decisions", cursor, UUID)
    async with tools.db.read() as conn:
        rows = await store.of_reader(conn, reader_id, before, limit + 1)
    days, words, now = tools.settings.appeal_days, words_of(request.scope), tools.clock.now()
    more = pack("own-decisions", rows[limit - 1].id) if len(rows) > limit else None
    decisions = [payloads.decision(row, days, words, now) for row in rows[:limit]]
    return Response(Decisions(decisions, more), headers=private(words))


@get(
    "/v1/me/decisions/{decision:uuid}",
    guards=[requires_reader],
    tags=["Me"],
    summary="One decision about oneself, with its reasons",
)
async def get_own_decision(request: HttpRequest, decision: FromPath[UUID]) -> Response[Decision]:
    """As in the list. `decision_id` of one's own layer over a story and `id` of a sanction lead here too."""
    tools, reader_id = tools_of(request), await _asking(request)
    async with tools.db.read() as conn:
        row = await store.own(conn, reader_id, decision)
    if row is None:
        raise DecisionUnknown
    words = words_of(request.scope)
    told = payloads.decision(row, tools.settings.appeal_days, words, tools.clock.now())
    return Response(told, headers=private(words))


@get("/v1/me/reports", guards=[requires_reader], tags=["Me"], summary="What became of one's own reports")
async def get_own_reports(
    request: HttpRequest, limit: _Limit = _DEFAULT, cursor: FromQuery[str | None] = None
) -> Response[ReportAnswers]:
    """Newest first. `upheld`: the moderators agreed; `declined`: they let the comment stand; `closed`: its author
    changed or deleted it first; `waiting`: nobody has decided yet. An answer changes when a decision is taken back or
    reversed."""
    tools, reader_id = tools_of(request), await _asking(request)
    before = None if cursor is None else unpack("own-reports", cursor, _Place)
    async with tools.db.read() as conn:
        rows = await store.own_reports(
            conn, reader_id, before.at if before else None, before.id if before else None, limit + 1
        )
    last = rows[limit - 1] if len(rows) > limit else None
    more = None if last is None else pack("own-reports", _Place(last.reported_at, last.id))
    words = words_of(request.scope)
    answers = [payloads.report_answer(row, words) for row in rows[:limit]]
    return Response(ReportAnswers(answers, more), headers=private(words))


handlers = [get_own_decisions, get_own_decision, get_own_reports]
