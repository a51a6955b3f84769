"""An author changes a comment within the time for changes: a new revision, screened like a new comment."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.actions import known_reader
from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Reader
from service.comments import store
from service.comments.actions.announce import announce, append_event
from service.comments.actions.screening import (
    count_shadow,
    hold_signals,
    looked_for,
    refuse_draft,
    screen_draft,
    urgency_of,
)
from service.comments.payloads import CommentEdit
from service.comments.problems import CommentUnknown
from service.comments.rules import editing, markup, placing, text
from service.comments.rules.lifecycle import Status
from service.comments.store import LockedComment, PostingContext, ShownComment, Target
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import ReaderId
from service.kernel.problems import InvalidRequest
from service.languages.said import said
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, must_hold, refuse
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from service.screening.outside.service import Text
from service.screening.pipeline import Screening, with_more
from service.screening.rules.novelty import found_anew
from service.screening.rules.signals import Draft, Signal
from service.screening.rules.verdict import Verdict
from service.screening.screener import Screener


async def edit(
    tools: Tools, screener: Screener, reader: Reader, comment_id: UUID, given: CommentEdit, now: datetime
) -> ShownComment:
    """The comment after the change. What was published may wait again; what waited goes on waiting.

    What a moderator let stand stays, as long as nothing is found in it that was not in what they saw.
    """
    reader_id = await known_reader(tools.db, reader, tools.clock)
    rules = await screener.rules()
    prints, since = ([], now) if given.body is msgspec.UNSET else looked_for(given.body, rules, now)
    async with tools.db.read() as conn:
        target = await _own(conn, comment_id, reader_id)
        standing = await standing_of(conn, tools.settings, reader, target.story_id, now)
        context = await store.posting_context(conn, target.story_id, None, reader_id, "", prints, since)
    if refusal := refuse(Action.EDIT, standing, now):
        raise refusal
    new_body = None if given.body is msgspec.UNSET else text.body(given.body)
    if given.side is not msgspec.UNSET and (refusal := placing.refuse_side(given.side, context.sides or [])):
        raise refusal
    author_is_held = must_hold(Action.EDIT, standing, now)
    # Before the transaction, which waits for nobody outside.
    told: list[Signal] = []
    if new_body is not None:
        told = await screener.signals(_told(target, comment_id, given, context, new_body, reader_id, now), rules)

    async def work(conn: Connection) -> int | None:
        comment = await store.lock(conn, target.story_id, comment_id)
        if comment is None or comment.status not in editing.EDITABLE:
            raise CommentUnknown
        if refusal := editing.refuse_edit(comment.created_at, comment.revision, given.seen_revision, now):
            raise refusal
        body = comment.body if new_body is None else new_body
        side = comment.side if given.side is msgspec.UNSET else given.side
        if (body, side) == (comment.body, comment.side):
            return None
        draft = Draft(body=body, side=side, about=comment.about, is_reply=comment.parent_id is not None)
        others = msgspec.structs.replace(
            context,
            recent_bodies=[recent for recent in context.recent_bodies if recent != comment.body],
            # A change adds no comment to a flood, and is like what it changes.
            recent_ids=[],
            alike=[earlier for earlier in context.alike if earlier[0] != comment.id],
        )
        held_by = hold_signals(story_mode=context.mode, author_is_held=author_is_held)
        screening = screen_draft(draft, others, rules, [*held_by, *told], reader_id, now)
        if refusal := refuse_draft(screening):
            raise refusal
        screening = await _as_approved(conn, comment, body, screening)
        await store.keep_prints(conn, comment.story_id, comment.id, prints, now)
        return await _revise(conn, tools, comment, body, side, screening, now)

    version = await tools.db.in_transaction(work)
    announce(tools, target.story_id, version)
    async with tools.db.read() as conn:
        row = await store.get(conn, comment_id)
    if row is None:
        raise CommentUnknown
    return row


def _told(
    target: Target,
    comment_id: UUID,
    given: CommentEdit,
    context: PostingContext,
    body: str,
    author: ReaderId,
    now: datetime,
) -> Text:
    """The changed text as outside services are told of it."""
    return Text(
        comment_id=str(comment_id),
        revision=given.seen_revision + 1,
        story_id=target.story_id,
        story_url=context.story_url,
        parent_id=None if target.parent_id is None else str(target.parent_id),
        author_id=str(author),
        body=body,
        side=target.side if given.side is msgspec.UNSET else given.side,
        about=target.about,
        network=None,
        written_at=now,
    )


async def _own(conn: Connection, comment_id: UUID, reader_id: ReaderId) -> Target:
    target = await store.target(conn, comment_id)
    if target is None or (target.author_id != reader_id and target.status != Status.PUBLISHED):
        raise CommentUnknown
    if target.author_id != reader_id:
        raise PermissionMissing(said("problems.not_the_author"))
    if target.status not in editing.EDITABLE:
        raise InvalidRequest.of("", said("entries.not_editable"))
    return target


async def _as_approved(conn: Connection, comment: LockedComment, body: str, screening: Screening) -> Screening:
    """The outcome with what is known from before: what a moderator has let stand already holds nothing again, and what
    hid a comment still does."""
    if comment.status == Status.HELD:
        hid = [
            signal
            for signal in await store.signals_of(conn, comment)
            if (signal.check, signal.kind) == ("reports", "hold")
        ]
        return with_more(screening, hid)
    if screening.verdict != Verdict.HOLD or (approval := await store.approval(conn, comment)) is None:
        return screening
    if found_anew(screening.signals, body, approval.signals, approval.body):
        return screening
    known = Signal(
        check="approval",
        kind="note",
        detail=f"a moderator let revision {approval.revision} stand, in which all of this was found too",
    )
    # What is known asks for nothing any more.
    noted = [msgspec.structs.replace(signal, kind="note") for signal in screening.signals]
    return Screening(Verdict.PUBLISH, [*noted, known])


async def _revise(
    conn: Connection,
    tools: Tools,
    comment: LockedComment,
    body: str,
    side: str | None,
    screening: Screening,
    now: datetime,
) -> int | None:
    """Writes the revision and all that follows from it; the thread's new version, or None where nobody sees a
    change."""
    revision = await store.revise(conn, comment, body, markup.render(body), side, now)
    if screening.signals:
        await store.keep_screening(
            conn, comment.story_id, comment.id, revision, screening.verdict,
            msgspec.to_builtins(screening.signals), now,
        )  # fmt: skip
        count_shadow(screening.signals)
    was_published = comment.status == Status.PUBLISHED
    status = Status.PUBLISHED if was_published and screening.verdict == Verdict.PUBLISH else Status.HELD
    version = None
    if was_published:
        version = await store.move(conn, msgspec.structs.replace(comment, side=side), status)
    if status == Status.HELD:
        urgency = urgency_of(screening.signals)
        await review_queue.enqueue(conn, comment.story_id, comment.id, Queue.HELD, comment.site, now, urgency)
    topic = "comment.edited" if status == comment.status else "comment.held"
    await append_event(conn, tools, topic, comment.story_id, comment.id, version, comment.status, status, now)
    return version
