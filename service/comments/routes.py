"""Comments over HTTP: post, change, delete, vote, report. Reading them is in `threads`."""

import ipaddress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, delete, patch, post, put
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, JSONBody

from service.accounts.actions import is_newcomer, known_reader
from service.accounts.auth import public, reader_of, requires_reader
from service.comments import payloads
from service.comments.actions import announce, late_verdict
from service.comments.actions import check as checking
from service.comments.actions import delete as deleting
from service.comments.actions import edit as editing
from service.comments.actions import post as posting
from service.comments.actions import report as reporting
from service.comments.actions import vote as voting
from service.comments.payloads import (
    CommentEdit,
    CommentOutlook,
    NewComment,
    NewReport,
    NewVote,
    Report,
    Vote,
    Votes,
    WrittenComment,
)
from service.comments.rules import idempotency
from service.infra.reader_language import private, words_of
from service.infra.tools import client_address, client_network, tools_of
from service.kernel.ids import StoryId
from service.kernel.rate_limits import Action
from service.screening.outside.signed_check import DETAIL_CHARS_MAX
from service.screening.screener import Screener

HttpRequest = Request[Any, Any, Any]


async def _limit(request: HttpRequest, action: Action, story: str | None = None) -> None:
    """One round trip for all limits of the request; TooManyRequests when one of them is used up."""
    tools = tools_of(request)
    reader = reader_of(request)
    reader_id = await known_reader(tools.db, reader, tools.clock)
    await tools.limiter.take(
        action,
        reader=str(reader_id),
        address=client_address(request),
        story=story,
        newcomer=await is_newcomer(tools.db, reader, tools.clock),
    )


def _screener(request: HttpRequest) -> Screener:
    screener: Screener = request.app.state.screener
    return screener


@post(
    "/v1/stories/{story:str}/comments",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="Post a comment or a reply",
    status_code=201,
)
async def post_comment(
    request: HttpRequest, story: FromPath[str], data: JSONBody[NewComment]
) -> Response[WrittenComment]:
    """Answers 201 with the comment; `status` is `published`, or `held` while it waits for a moderator;
    `status_words` says it in the reader's language.

    Send an `Idempotency-Key`: the same key with the same body gets the first answer again, with
    `Idempotent-Replayed: true`, for at least 7 days. A refused try leaves the key free.
    """
    tools = tools_of(request)
    header = request.headers.get("idempotency-key")
    key = idempotency.key_in(header) if header is not None else str(tools.clock.new_id())
    await _limit(request, Action.POST_COMMENT, story)
    words = words_of(request.scope)
    answer = await posting.post(
        tools,
        _screener(request),
        reader_of(request),
        StoryId(story),
        data,
        key,
        _network(request),
        words,
        tools.clock.now(),
    )
    if not answer.replayed:
        announce.announce(tools, story, answer.version if answer.published else None)
    # An earlier answer is in the language of its time.
    replayed = {"Idempotent-Replayed": "true", "Cache-Control": "private, no-store"}
    headers = replayed if answer.replayed else private(words)
    # Already encoded: the bytes that a retry will get are the bytes that the first try gets.
    body: Any = answer.body
    return Response(body, headers=headers, media_type="application/json")


@post(
    "/v1/stories/{story:str}/comments/check",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="What would become of a comment",
    status_code=200,
)
async def check_comment(
    request: HttpRequest, story: FromPath[str], data: JSONBody[NewComment]
) -> Response[CommentOutlook]:
    """For a composer, while somebody writes: takes what would be posted, and stores nothing. `would` is `publish`,
    `hold` (a moderator reads it first) or `refuse`; `reasons` say why in general terms, each with a `code` and a
    `message` in the reader's language; `body_html` is what it would look like. What keeps a reader from posting at all
    is the same problem as there. It is a hint: services outside, which a post may ask too, are not asked.
    """
    tools = tools_of(request)
    await _limit(request, Action.CHECK_COMMENT)
    rules = await _screener(request).rules()
    words, now = words_of(request.scope), tools.clock.now()
    outlook = await checking.check(tools, rules, reader_of(request), StoryId(story), data, words, now)
    return Response(outlook, headers=private(words))


@patch(
    "/v1/comments/{comment:uuid}",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="Change one's own comment within the time for changes",
)
async def edit_comment(
    request: HttpRequest, comment: FromPath[UUID], data: JSONBody[CommentEdit]
) -> Response[WrittenComment]:
    """The new text is screened like a new comment and may have to wait. Earlier texts are kept for moderators."""
    tools = tools_of(request)
    await _limit(request, Action.EDIT_COMMENT)
    row = await editing.edit(tools, _screener(request), reader_of(request), comment, data, tools.clock.now())
    words = words_of(request.scope)
    return Response(payloads.written(row, words), headers=private(words))


@delete(
    "/v1/comments/{comment:uuid}",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="Delete one's own comment",
)
async def delete_comment(request: HttpRequest, comment: FromPath[UUID]) -> None:
    """Always allowed to the author. Replies stay; where there are any, a placeholder stands in."""
    tools = tools_of(request)
    await _limit(request, Action.DELETE_COMMENT)
    await deleting.delete(tools, reader_of(request), comment, tools.clock.now())


@put(
    "/v1/comments/{comment:uuid}/vote",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="Vote on a comment, or take the vote back",
)
async def vote_on_comment(request: HttpRequest, comment: FromPath[UUID], data: JSONBody[NewVote]) -> Response[Vote]:
    """Answers with the comment's counts. `voting` of the story says which values count; not on one's own comment."""
    tools = tools_of(request)
    await _limit(request, Action.VOTE)
    counts = await voting.vote(tools, reader_of(request), comment, data.value, tools.clock.now())
    vote = Vote(data.value, Votes(counts.votes_up, counts.votes_down))
    return Response(vote, headers={"Cache-Control": "private, no-store"})


@post(
    "/v1/comments/{comment:uuid}/reports",
    guards=[requires_reader],
    tags=["Taking part"],
    summary="Report a comment to the moderators",
    status_code=201,
)
async def report_comment(request: HttpRequest, comment: FromPath[UUID], data: JSONBody[NewReport]) -> Response[Report]:
    """Answers 201 with the report. There is one of each reader and comment: a further one changes nothing and answers
    200 with the first. Not on one's own comment.
    """
    tools = tools_of(request)
    await _limit(request, Action.REPORT)
    report, is_new = await reporting.report(
        tools, reader_of(request), comment, data, tools.clock.now(), await _screener(request).rules()
    )
    headers = {"Cache-Control": "private, no-store"}
    return Response(report, status_code=201 if is_new else 200, headers=headers)


def _network(request: HttpRequest) -> str | None:
    """The truncated address to keep with a comment; None where the client has none (a socket without one)."""
    try:
        return str(ipaddress.ip_network(client_network(request)))
    except ValueError:
        return None


_VERDICT: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["type", "data"],
    properties={
        "type": Schema(type=OpenAPIType.STRING, const="comment.verdict"),
        "timestamp": Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL], format=OpenAPIFormat.DATE_TIME),
        "data": Schema(
            type=OpenAPIType.OBJECT,
            required=["comment_id", "revision", "verdict"],
            properties={
                "comment_id": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
                "revision": Schema(type=OpenAPIType.INTEGER, minimum=1),
                "verdict": Schema(type=OpenAPIType.STRING, enum=["publish", "hold"]),
                "detail": Schema(type=OpenAPIType.STRING, max_length=DETAIL_CHARS_MAX),
                "score": Schema(type=[OpenAPIType.NUMBER, OpenAPIType.NULL], minimum=0, maximum=1),
            },
        ),
    },
)


@dataclass
class _VerdictOperation(Operation):
    """Documents a body that the handler takes as raw bytes, because its signature is over those."""

    def __post_init__(self) -> None:
        verdict = {"comment_id": "019ab000-0000-7000-8000-000000000001", "revision": 1, "verdict": "publish"}
        self.request_body = RequestBody(
            content={
                "application/json": OpenAPIMediaType(
                    schema=_VERDICT, example={"type": "comment.verdict", "data": verdict}
                )
            },
            required=True,
        )


@post(
    "/v1/webhooks/screening",
    guards=[public],
    status_code=204,
    operation_class=_VerdictOperation,
    tags=["Screening"],
    summary="A late verdict of the publisher's own check",
)
async def receive_verdict(request: HttpRequest) -> None:
    """For a check that answered 202 when it was asked. Signed by Standard Webhooks with the check's secret.

    A published comment is held, or one that was held for this verdict alone is published. Where a moderator has
    decided, the verdict is only shown to moderators. One on an earlier text changes nothing; 404 is a comment that is
    not there (yet), so try again.
    """
    tools = tools_of(request)
    await tools.limiter.take(Action.WEBHOOK, address=client_address(request))
    rules = await _screener(request).rules()
    await late_verdict.receive_verdict(tools, rules, request.headers, await request.body())


handlers = [receive_verdict, post_comment, check_comment, edit_comment, delete_comment, vote_on_comment, report_comment]
