"""What every decision leaves behind in its transaction: the decision, the audit entry, the event."""

from typing import Any

import msgspec

from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.comments.actions.announce import append_event
from service.comments.store import LockedComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import CommentId, DecisionId, StoryId
from service.moderation import store
from service.moderation.store import Decision, Featured
from service.sanctions.actions import Changed


class Outcome(msgspec.Struct, frozen=True):
    """A decision taken, and the comment after it. `version` is the thread's; None where readers see no change."""

    decision_id: DecisionId
    story_id: StoryId
    comment_id: CommentId
    comment_status: str
    version: int | None
    # The limit on the author that came with it.
    sanction: Changed | None = None


async def record(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    comment: LockedComment,
    decision: Decision,
    *,
    act: str,
    topic: str | None,
    version: int | None,
) -> Outcome:
    """Keeps the decision on this comment, its audit entry, named by `act`, and its event; what the caller answers."""
    await store.append_decision(conn, decision, comment.author_id)
    before: dict[str, Any] = {"status": decision.old_status, "queues": [item["queue"] for item in decision.resolved]}
    after = {"status": decision.new_status, "decision": str(decision.id), "revision": decision.seen_revision}
    said = {"reason": decision.reason, "note": decision.note, "undoes": decision.undoes and str(decision.undoes)}
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action=act,
        subject_kind="comment",
        subject_id=str(comment.id),
        site=comment.site,
        before=before,
        after=after | {name: value for name, value in said.items() if value is not None},
    )
    if topic is not None:
        await append_event(
            conn,
            tools,
            topic,
            comment.story_id,
            comment.id,
            version,
            decision.old_status,
            decision.new_status,
            decision.decided_at,
        )
    return Outcome(decision.id, comment.story_id, comment.id, decision.new_status, version)


async def featured_now(conn: Connection, comment: LockedComment) -> dict[str, Any] | None:
    """How the comment is featured, as a decision remembers it that ends it; None where it is not."""
    if comment.featured_at is None:
        return None
    found = await store.featured(conn, comment.story_id, comment.id)
    return {"at": found.at, "note": found.note}


def featured_then(decision: Decision) -> Featured:
    """How the comment was featured before a decision that ended it."""
    return msgspec.convert(decision.was_featured or {"at": None, "note": None}, Featured)
