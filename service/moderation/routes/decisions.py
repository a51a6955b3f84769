"""Deciding about comments, taking decisions back, and a comment's whole record."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission, permissions_of
from service.infra.tools import tools_of
from service.kernel.rate_limits import Action
from service.moderation.actions.decide import decide_all
from service.moderation.actions.items import read_comment
from service.moderation.actions.undo import undo
from service.moderation.payloads import results
from service.moderation.payloads.asked import NewDecisions
from service.moderation.payloads.records import CommentRecord, comment_record
from service.moderation.payloads.results import Result, Results
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking


@post(
    "/v1/admin/decisions",
    guards=[requires(Permission.REVIEW, Permission.FEATURE)],
    tags=["Moderation"],
    summary="Decide about comments",
    status_code=200,
)
async def make_decisions(request: HttpRequest, data: JSONBody[NewDecisions]) -> Response[Results]:
    """Each decision in its own transaction, in order, with a result for each: one that fails fails alone, and the
    answer is 200 all the same, also for a single one. A body that cannot be read is refused as a whole, by 422.

    Results that fail carry a problem: `revision-changed` with the `current_revision`, `already-decided` with the last
    `decision` and the `comment_status`, `claim-lapsed`, `permission-missing`, `comment-unknown`, `invalid-request`.
    """
    staff = await asking(request, Action.ADMIN_WRITE)
    outcomes = await decide_all(tools_of(request), staff, [decision.order() for decision in data.decisions])
    request_id = str(request.scope.get("request_id", ""))
    made = [
        results.result(decision.comment_id, outcome, request_id)
        for decision, outcome in zip(data.decisions, outcomes, strict=True)
    ]
    return Response(Results(made), headers=PRIVATE)


@post(
    "/v1/admin/decisions/{decision:uuid}/undo",
    guards=[requires(Permission.REVIEW, Permission.FEATURE)],
    tags=["Moderation"],
    summary="Take a decision back",
    status_code=200,
)
async def undo_decision(request: HttpRequest, decision: FromPath[UUID]) -> Response[Result]:
    """A new decision with the opposite effect: status, counts, queues, reports and records are as they were before.

    Only the last decision on a comment can be taken back, while the comment is as it left it; else 409
    `already-decided`. Nothing is sent along.
    """
    staff = await asking(request, Action.ADMIN_WRITE)
    outcome = await undo(tools_of(request), staff, decision)
    return Response(results.done(outcome), headers=PRIVATE)


@get(
    "/v1/admin/comments/{comment:uuid}",
    guards=[requires(Permission.REVIEW, Permission.SEARCH_COMMENTS)],
    tags=["Moderation"],
    summary="A comment's whole record",
)
async def get_comment_record(request: HttpRequest, comment: FromPath[UUID]) -> Response[CommentRecord]:
    """Earlier texts, what the automatic checks noticed, reports and decisions, whatever the comment's status."""
    staff = await asking(request, Action.ADMIN_READ)
    tools, now = tools_of(request), tools_of(request).clock.now()
    async with tools.db.read() as conn:
        read = await read_comment(conn, staff, comment, now)
    return Response(comment_record(read, permissions_of(staff), now), headers=PRIVATE)


handlers = [make_decisions, undo_decision, get_comment_record]
