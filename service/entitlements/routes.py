"""Subscriptions over HTTP: the subscription system's webhook, and what operators see of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, get_args

from litestar import Request, get, post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromQuery, PathParameter, QueryParameter

from service.accounts import store as accounts
from service.accounts.auth import public, requires
from service.accounts.rules.notices import subject_hash
from service.accounts.rules.permissions import Permission
from service.accounts.rules.viewer import SubscriptionStatus
from service.entitlements import store
from service.entitlements.actions.receive import receive_call
from service.entitlements.payloads.views import (
    Receipts,
    SubscriberRecord,
    claim_views,
    receipt_view,
)
from service.entitlements.rules import entitlement_of
from service.entitlements.store import Outcome
from service.infra.tools import client_address, tools_of
from service.kernel.cursor import pack, unpack
from service.kernel.patterns import whole
from service.kernel.rate_limits import Action

_RECEIPTS_DEFAULT = 50
_RECEIPTS_MAX = 100
_RECEIPTS_OF_RECORD = 20
# A subscriber may be called anything that a token's `sub` may hold, which leaves out control characters.
_SUBSCRIBER: Final = {"min_length": 1, "max_length": 255, "pattern": whole(r"[^\x00-\x1f\x7f]+")}

_TEXT_OR_NULL: Final = Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL])
_MOMENT: Final = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE_TIME)
_MOMENT_OR_NULL: Final = Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL], format=OpenAPIFormat.DATE_TIME)
_SUBSCRIPTION: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["subscriber", "status"],
    properties={
        "subscriber": Schema(type=OpenAPIType.STRING, max_length=255, description="The `sub` of the reader's tokens."),
        "status": Schema(type=OpenAPIType.STRING, enum=get_args(SubscriptionStatus)),
        "plan": _TEXT_OR_NULL,
        "valid_until": _MOMENT_OR_NULL,
    },
)
_EVENT: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["type"],
    properties={"type": Schema(type=OpenAPIType.STRING), "timestamp": _MOMENT, "data": _SUBSCRIPTION},
    description="Members other than `type` are asked for in `subscription.*` events only.",
)


@dataclass
class _CallOperation(Operation):
    """Documents a body that the handler takes as raw bytes, because its signature is over those."""

    def __post_init__(self) -> None:
        example = {
            "type": "subscription.updated",
            "timestamp": "2026-11-22T10:00:00Z",
            "data": {"subscriber": "reader-17", "status": "canceled", "plan": "yearly"},
        }
        self.request_body = RequestBody(
            content={"application/json": OpenAPIMediaType(schema=_EVENT, example=example)},
            required=True,
        )


@post(
    "/v1/webhooks/subscriptions",
    guards=[public],
    status_code=204,
    operation_class=_CallOperation,
    tags=["Subscriptions"],
    summary="News of a subscription",
)
async def receive_subscription_call(request: Request[Any, Any, Any]) -> None:
    """Signed by Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`), or by Stripe where so
    configured.

    Any `subscription.*` type is taken by its `status`, as of its `timestamp`; other types are kept and change
    nothing. A call that was taken before, or that is older than what is known, is a 204 that changes nothing. 401
    tells no detail; 422 is a call that is signed but wrong, which is kept for operators.
    """
    tools = tools_of(request)
    await tools.limiter.take(Action.WEBHOOK, address=client_address(request))
    await receive_call(tools, request.headers, await request.body())


@get(
    "/v1/admin/entitlements/receipts",
    guards=[requires(Permission.OPERATE)],
    tags=["Operating"],
    summary="Calls of the subscription system",
)
async def list_receipts(
    request: Request[Any, Any, Any],
    subscriber: Annotated[str | None, QueryParameter(**_SUBSCRIBER)] = None,
    outcome: FromQuery[Outcome | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_RECEIPTS_MAX)] = _RECEIPTS_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Receipts:
    """Newest first, each with what was sent and what became of it; of one `subscriber` or one `outcome` where asked."""
    # By its hash: a subscriber's name may be longer than a cursor.
    of = f"receipts {subject_hash(subscriber) if subscriber else '*'} {outcome or '*'}"
    before = None if cursor is None else unpack(of, cursor, tuple[datetime, str])
    async with tools_of(request).db.read() as conn:
        rows = await store.receipts(conn, subject=subscriber, outcome=outcome, before=before, most=limit + 1)
    page = rows[:limit]
    more = len(rows) > limit
    return Receipts(
        [receipt_view(row) for row in page],
        pack(of, (page[-1].received_at, page[-1].webhook_id)) if more else None,
    )


@get(
    "/v1/admin/entitlements/{subscriber:str}",
    guards=[requires(Permission.OPERATE)],
    tags=["Operating"],
    summary="One subscriber's entitlement and where it comes from",
)
async def get_subscriber(
    request: Request[Any, Any, Any], subscriber: Annotated[str, PathParameter(**_SUBSCRIBER)]
) -> SubscriberRecord:
    """What holds now, what each source last said, and the newest receipts. Somebody unknown has none of these."""
    tools = tools_of(request)
    settings = tools.settings
    async with tools.db.read() as conn:
        claims = await store.claims_of(conn, subscriber)
        rows = await store.receipts(conn, subject=subscriber, outcome=None, before=None, most=_RECEIPTS_OF_RECORD)
        reader = await accounts.find(conn, subscriber)
    grace = timedelta(days=settings.past_due_grace_days)
    return SubscriberRecord(
        subscriber=subscriber,
        reader=None if reader is None else reader.id,
        entitlement=entitlement_of(claims, settings.entitlement_source, grace, tools.clock.now()),
        claims=claim_views(claims),
        receipts=[receipt_view(row) for row in rows],
    )


handlers = [receive_subscription_call, list_receipts, get_subscriber]
