"""An outside service says later what it thinks of a comment: what it then holds waits, what waited for it is published.

A person's decision stands: where one was made about this text, the verdict is only kept for moderators to see.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from service.comments import store
from service.comments.actions.announce import announce, append_event
from service.comments.actions.screening import urgency_of
from service.comments.problems import CommentUnknown
from service.comments.rules.lifecycle import Status
from service.comments.store import LockedComment
from service.entitlements.problems import WebhookRefused
from service.infra.signatures import verify_standard
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.problems import InvalidRequest
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from service.screening.outside.signed_check import Detail, Score, SignedCheck
from service.screening.rules.opinions import signal_of
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Signal
from service.screening.rules.verdict import Verdict, judge


class LateVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the service thinks of one revision of a comment."""

    comment_id: UUID
    revision: Annotated[int, msgspec.Meta(ge=1)]
    verdict: Literal["publish", "hold"]
    detail: Detail = "no word why"
    score: Score | None = None


class LateCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["comment.verdict"]
    data: LateVerdict
    timestamp: datetime | None = None


_CALL = msgspec.json.Decoder(LateCall)


async def receive_verdict(tools: Tools, rules: Rules, headers: Mapping[str, str], body: bytes) -> None:
    """Takes one call, signed with the secret by which the service is asked; the same call again changes nothing.

    WebhookRefused for another signature, InvalidRequest for a body that is signed but wrong, CommentUnknown for a
    comment that is not there (yet). A verdict on an earlier text than the comment's present one changes nothing.
    """
    now, secret = tools.clock.now(), tools.settings.check_secret
    if not secret or verify_standard([secret], headers, body, now) is None:
        raise WebhookRefused("The call was not accepted.")
    try:
        said = _CALL.decode(body).data
    except msgspec.MsgspecError as error:
        raise InvalidRequest.of("", str(error)) from error
    async with tools.db.read() as conn:
        target = await store.target(conn, said.comment_id)
    if target is None:
        raise CommentUnknown

    async def work(conn: Connection) -> int | None:
        comment = await store.lock(conn, target.story_id, said.comment_id)
        if comment is None or comment.revision != said.revision:
            return None
        return await _apply(conn, tools, comment, said, rules, now)

    version = await tools.db.in_transaction(work)
    announce(tools, target.story_id, version)


async def _apply(
    conn: Connection, tools: Tools, comment: LockedComment, said: LateVerdict, rules: Rules, now: datetime
) -> int | None:
    """Keeps the verdict and does what follows from it; the thread's new version, or None where readers see no
    change."""
    kept = await store.screening(conn, comment)
    others = [signal for signal in kept.signals if signal.check != SignedCheck.name]
    signal = signal_of(SignedCheck.name, said.verdict, said.detail, said.score, rules)
    signals = others if signal is None else [*others, signal]
    await store.rescreen(conn, comment, judge(signals), msgspec.to_builtins(signals), now)
    if kept.is_decided:
        return None
    waiting = {item.queue for item in await review_queue.of_comment(conn, comment.story_id, comment.id)}
    if comment.status == Status.PUBLISHED and judge(signals) != Verdict.PUBLISH:
        return await _hold(conn, tools, comment, signals, now)
    waits_for_this_alone = comment.status == Status.HELD and waiting == {Queue.HELD}
    if waits_for_this_alone and kept.verdict == Verdict.HOLD and judge(signals) == Verdict.PUBLISH:
        return await _publish(conn, tools, comment, now)
    return None


async def _hold(
    conn: Connection, tools: Tools, comment: LockedComment, signals: list[Signal], now: datetime
) -> int | None:
    version = await store.move(conn, comment, Status.HELD)
    urgency = urgency_of(signals)
    await review_queue.enqueue(conn, comment.story_id, comment.id, Queue.HELD, comment.site, now, urgency)
    await append_event(
        conn, tools, "comment.held", comment.story_id, comment.id, version, comment.status, Status.HELD, now
    )
    return version


async def _publish(conn: Connection, tools: Tools, comment: LockedComment, now: datetime) -> int | None:
    await review_queue.resolve(conn, comment.story_id, comment.id, [Queue.HELD])
    version = await store.move(conn, comment, Status.PUBLISHED)
    await append_event(
        conn, tools, "comment.published", comment.story_id, comment.id, version, comment.status, Status.PUBLISHED, now
    )
    return version
