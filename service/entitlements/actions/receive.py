"""A call of the subscription system: is it theirs, can it be read, is it new, what does it change?

Who is not the subscription system learns nothing. What is signed is kept as a receipt, also when it is wrong, so that
operators can see what was sent; and the receipt and its effect are one transaction, so that a repeated call finds
either both or neither.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NoReturn

import msgspec
from prometheus_client import Counter

from service.entitlements import store
from service.entitlements.actions.apply import Applied, announce, apply_news
from service.entitlements.payloads.call import Call
from service.entitlements.payloads.standard import read_standard
from service.entitlements.payloads.stripe import read_stripe
from service.entitlements.problems import WebhookRefused
from service.entitlements.store import Receipt
from service.infra.signatures import Signed, verify_standard, verify_stripe
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.problems import InvalidRequest, Problem

_RECEIVED = Counter(
    "comments_subscription_calls_total",
    "Calls of the subscription webhook: applied, older, repeated, ignored, invalid or refused",
    ["outcome"],
)

_Verify = Callable[[tuple[str, ...], Mapping[str, str], bytes, datetime], Signed | None]
_Read = Callable[[bytes, datetime], Call]
_FORMATS: Final[dict[str, tuple[_Verify, _Read]]] = {
    "standard": (verify_standard, read_standard),
    "stripe": (verify_stripe, read_stripe),
}


async def receive_call(tools: Tools, headers: Mapping[str, str], body: bytes) -> None:
    """Takes one call. WebhookRefused when it is not signed by a configured secret; InvalidRequest when it is but is
    wrong."""
    now = tools.clock.now()
    verify, read = _FORMATS[tools.settings.webhook_format]
    signed = verify(tools.settings.webhook_secrets, headers, body, now)
    if signed is None:
        _RECEIVED.labels("refused").inc()
        raise WebhookRefused("The call was not accepted.")
    try:
        call = read(body, now)
    except (InvalidRequest, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        await _keep_invalid(tools, signed, body, now, error)
    receipt = Receipt(
        webhook_id=signed.id or call.id or _digest_id(body),
        received_at=now,
        type=call.type,
        subject=call.subject,
        as_of=None if call.news is None else call.news.as_of,
        outcome="ignored",
        detail=None,
        body=_text(body),
    )
    _RECEIVED.labels(await _take(tools, call, receipt)).inc()


async def _take(tools: Tools, call: Call, receipt: Receipt) -> str:
    """Keeps the receipt and applies the news, if there is any; the outcome in a word."""
    subject, news = call.subject, call.news
    if subject is None or news is None:
        async with tools.db.transaction() as conn:
            return "ignored" if await store.keep_receipt(conn, receipt) else "repeated"
    grace = timedelta(days=tools.settings.past_due_grace_days)

    async def work(conn: Connection) -> Applied:
        return await apply_news(conn, tools.clock, grace, subject, news, receipt)

    applied = await tools.db.in_transaction(work)
    announce(tools.broadcast, tools.clock, subject, news, applied)
    return applied.outcome


async def _keep_invalid(tools: Tools, signed: Signed, body: bytes, now: datetime, error: Exception) -> NoReturn:
    """Keeps a call that is signed but wrong, and refuses it by naming what is wrong."""
    problem = _problem_of(error)
    receipt = Receipt(
        webhook_id=signed.id or _digest_id(body),
        received_at=now,
        type=None,
        subject=None,
        as_of=None,
        outcome="invalid",
        detail=problem.detail,
        body=_text(body),
    )
    async with tools.db.transaction() as conn:
        await store.keep_receipt(conn, receipt)
    _RECEIVED.labels("invalid").inc()
    raise problem from error


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, InvalidRequest):
        return error
    if isinstance(error, msgspec.ValidationError):
        words, _, place = str(error).partition(" - at `$")
        return InvalidRequest.of(place.strip("`.").removeprefix("."), words)
    return InvalidRequest.of("", "the body is not readable JSON")


def _digest_id(body: bytes) -> str:
    """The id of a call that carries none: the same bytes are the same call."""
    return f"sha256:{sha256(body).hexdigest()}"


def _text(body: bytes) -> str:
    """The body as a text column takes it."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")
