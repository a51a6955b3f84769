"""Typed calls over the comments' queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from service.comments.rules.lifecycle import Status, readers_see
from service.comments.rules.reporting import OpenReport
from service.infra.sql import Connection, Queries
from service.kernel import limits
from service.kernel.ids import CommentId, ReaderId, StoryId
from service.screening.rules.signals import Signal

queries = Queries(__file__)

# What the function `refuse` of the migrations raises.
_REFUSED = "SC001"


class ShownComment(msgspec.Struct, frozen=True):
    """A comment as pages and items need it, its author's public part included."""

    story_id: StoryId
    id: CommentId
    parent_id: UUID | None
    hangs_under: UUID | None
    depth: int
    author_id: UUID | None
    author_name: str | None
    author_picture_url: str | None
    author_badges: list[str] | None
    side: str | None
    about: str | None
    body: str
    body_html: str
    status: str
    revision: int
    created_at: datetime
    edited_at: datetime | None
    votes_up: int
    votes_down: int
    reply_count: int
    direct_reply_count: int
    featured_at: datetime | None
    featured_note: str | None


class PostingContext(msgspec.Struct, frozen=True):
    """What a post needs to know of its story, parent, key and author. `mode` is None for an unknown story."""

    mode: str | None
    sides: list[dict[str, Any]] | None
    anchors: list[dict[str, Any]] | None
    story_url: str | None
    author_name: str | None
    author_picture_url: str | None
    author_badges: list[str] | None
    parent_id: UUID | None
    parent_status: str | None
    parent_depth: int | None
    parent_ancestors: list[UUID] | None
    key_fingerprint: bytes | None
    key_answer: bytes | None
    published_count: int
    approved_count: int
    rejected_count: int
    recent_bodies: list[str]
    # The author's latest, newest first; UUIDv7, so that they tell their time.
    recent_ids: list[UUID]
    # Of texts with a print of the new one: the comment, its author, its status, the beginning of its text.
    alike: list[tuple[UUID, UUID | None, str, str]]


class Target(msgspec.Struct, frozen=True):
    """The comment that a change names: its story's choices and its own status."""

    story_id: StoryId
    status: str
    author_id: UUID | None
    parent_id: UUID | None
    side: str | None
    about: str | None
    voting: str
    state: str


class PostRefused(Exception):
    """What was read before a post was no longer so: `story-closed` or `parent-gone`. Nothing was written."""


class KeyBusy(Exception):
    """Another request with the same idempotency key was still being written."""


class Posted(msgspec.Struct, frozen=True):
    """A post that went in, and the thread's version after it."""

    refused: bool | None
    thread_version: int


class KeyAnswer(msgspec.Struct, frozen=True):
    """What was sent with an idempotency key first (a SHA-256 digest), and its answer."""

    fingerprint: bytes
    answer: bytes


class LockedComment(msgspec.Struct, frozen=True):
    """A comment whose row, and whose story's, are locked until the transaction ends."""

    story_id: StoryId
    site: str
    id: CommentId
    parent_id: UUID | None
    ancestors: list[UUID]
    depth: int
    author_id: ReaderId | None
    side: str | None
    about: str | None
    body: str
    status: str
    revision: int
    created_at: datetime
    edited_at: datetime | None
    reply_count: int
    report_count: int
    featured_at: datetime | None


class KeptScreening(msgspec.Struct, frozen=True):
    """What the checks noticed about a comment's present text, and whether a person has decided about that text."""

    verdict: str
    signals: list[Signal]
    is_decided: bool


class VoteCounts(msgspec.Struct, frozen=True):
    votes_up: int
    votes_down: int


class Approval(msgspec.Struct, frozen=True):
    """A revision that a moderator let stand, its words, and what was noticed about them."""

    revision: int
    signals: list[Signal]
    body: str


class AddedReport(msgspec.Struct, frozen=True):
    """Whether a report is new; `locked` is how many readers' rows it counts in."""

    locked: int
    added: bool


class OwnReport(msgspec.Struct, frozen=True):
    """What a reader reported of a comment."""

    reason: str
    note: str | None
    reported_at: datetime


class VotedStory(msgspec.Struct, frozen=True):
    """A story whose votes pages were told of: its version since, and the comments that carry it."""

    story_id: StoryId
    thread_version: int
    comment_ids: list[UUID]


_GET = queries.bind("get", ShownComment)
_MANY = queries.bind("many", ShownComment)
_POSTING_CONTEXT = queries.bind("posting_context", PostingContext)
_POST = queries.bind("post", Posted)
_KEY_ANSWER = queries.bind("key_answer", KeyAnswer)
_TARGET = queries.bind("target", Target)
_LOCK = queries.bind("lock", LockedComment)
_MOVE = queries.bind("move", int)
_REVISE = queries.bind("revise", int)
_MOVE_SIDE = queries.bind("move_side", int)
_APPROVAL = queries.bind("approval", Approval)
_SIGNALS_OF = queries.bind("signals_of", list)
_KEEP_SCREENING = queries.bind("keep_screening", int)
_SCREENING = queries.bind("screening", KeptScreening)
_RESCREEN = queries.bind("rescreen", int)
_KEEP_PRINTS = queries.bind("keep_prints", int)
_VOTE = queries.bind("vote", VoteCounts)
_ANNOUNCE_VOTES = queries.bind("announce_votes", VotedStory)
_ADD_REPORT = queries.bind("add_report", AddedReport)
_OWN_REPORT = queries.bind("own_report", OwnReport)
_OPEN_REPORTS = queries.bind("open_reports", OpenReport)
_ADD_SIGNAL = queries.bind("add_signal", int)
_FORGET_KEYS = queries.bind("forget_keys", int)
_FORGET_PRINTS = queries.bind("forget_prints", int)
_FORGET_ORIGINS = queries.bind("forget_origins", int)


async def get(conn: Connection, comment_id: UUID) -> ShownComment | None:
    """The comment whatever its status, or None."""
    return await _GET.maybe(conn, comment_id=comment_id)


async def many(conn: Connection, story_id: str, comment_ids: Sequence[UUID]) -> list[ShownComment]:
    """Those of the story's comments that exist, in no order, whatever their status."""
    return await _MANY.many(conn, story_id=story_id, comment_ids=list(comment_ids))


async def posting_context(
    conn: Connection,
    story_id: StoryId,
    parent_id: UUID | None,
    author_id: ReaderId,
    key: str,
    prints: Sequence[int] = (),
    prints_since: datetime | None = None,
) -> PostingContext:
    """What a post needs to know besides its author's standing; with texts since then that share one of the prints."""
    return await _POSTING_CONTEXT.one(
        conn,
        story_id=story_id,
        parent_id=parent_id,
        author_id=author_id,
        key=key,
        prints=list(prints),
        prints_since=prints_since,
    )


async def post(conn: Connection, values: dict[str, Any]) -> Posted | None:
    """Adds a comment with all that belongs to it, in one statement and so in one transaction.

    None when the key was used before. PostRefused when the story closed or the parent went since they were read;
    KeyBusy when another request with this key did not come to an end within the lock's time.
    """
    try:
        return await _POST.maybe(conn, **values)
    except asyncpg.LockNotAvailableError as error:
        if "idempotency_keys" in (error.as_dict().get("context") or ""):
            raise KeyBusy from error
        raise
    except asyncpg.PostgresError as error:
        if error.sqlstate == _REFUSED:
            raise PostRefused(error.args[0]) from error
        raise


async def key_answer(conn: Connection, reader_id: ReaderId, key: str) -> KeyAnswer | None:
    """What the reader first sent with the key, and the answer; None for a key that was not used."""
    return await _KEY_ANSWER.maybe(conn, reader_id=reader_id, key=key)


async def target(conn: Connection, comment_id: UUID) -> Target | None:
    """What a change of this comment needs to know first; None when there is no such comment."""
    return await _TARGET.maybe(conn, comment_id=comment_id)


async def lock(conn: Connection, story_id: StoryId, comment_id: UUID) -> LockedComment | None:
    """The comment as it is now, with its story's row and its own locked until the transaction ends."""
    return await _LOCK.maybe(conn, story_id=story_id, comment_id=comment_id)


async def move(conn: Connection, comment: LockedComment, to: Status) -> int:
    """Changes a locked comment's status and all that counts it; the thread's version after it.

    Story counts, the reply counts above, the author's record and the version move in the same statement. The version
    rises only when readers can see the change. Whether the move is allowed the caller has asked
    (`rules/lifecycle.may_move`).
    """
    was_published, is_published = comment.status == Status.PUBLISHED, to == Status.PUBLISHED
    published = int(is_published) - int(was_published)
    # A rejection stays on the record when the author then deletes the comment.
    undone = comment.status == Status.REJECTED and to in (Status.PUBLISHED, Status.HELD)
    return await _MOVE.one(
        conn,
        story_id=comment.story_id,
        comment_id=comment.id,
        parent_id=comment.parent_id,
        ancestors=comment.ancestors,
        author_id=comment.author_id,
        side=comment.side,
        about=comment.about,
        status=str(to),
        bump=int(readers_see(comment.status, to, comment.reply_count)),
        published=published,
        rejected=int(to == Status.REJECTED) - int(undone),
    )


async def revise(
    conn: Connection, comment: LockedComment, body: str, body_html: str, side: str | None, now: datetime
) -> int:
    """Keeps the earlier text as a revision and puts the new one in its place; the new revision's number."""
    if comment.side != side and comment.status == Status.PUBLISHED:
        await _MOVE_SIDE.run(conn, story_id=comment.story_id, old_side=comment.side, new_side=side)
    return await _REVISE.one(
        conn, story_id=comment.story_id, comment_id=comment.id, body=body, body_html=body_html, side=side, now=now
    )


async def approval(conn: Connection, comment: LockedComment) -> Approval | None:
    """What a moderator last let stand of a locked comment; None where nobody did, or it was decided otherwise since."""
    row = await _APPROVAL.maybe(conn, story_id=comment.story_id, comment_id=comment.id)
    return row and msgspec.structs.replace(row, signals=msgspec.convert(row.signals, list[Signal]))


async def signals_of(conn: Connection, comment: LockedComment) -> list[Signal]:
    """What was noticed about the words of a locked comment as they are."""
    kept = await _SIGNALS_OF.maybe(conn, story_id=comment.story_id, comment_id=comment.id, revision=comment.revision)
    return msgspec.convert(kept or [], list[Signal])


async def keep_screening(
    conn: Connection,
    story_id: StoryId,
    comment_id: UUID,
    revision: int,
    verdict: str,
    signals: list[Any],
    now: datetime,
) -> None:
    """Keeps what the checks noticed about a revision."""
    await _KEEP_SCREENING.run(
        conn,
        story_id=story_id,
        comment_id=comment_id,
        revision=revision,
        verdict=verdict,
        signals=signals,
        now=now,
    )


async def screening(conn: Connection, comment: LockedComment) -> KeptScreening:
    """What is known of the locked comment's present text."""
    row = await _SCREENING.one(conn, story_id=comment.story_id, comment_id=comment.id)
    return msgspec.structs.replace(row, signals=msgspec.convert(row.signals, list[Signal]))


async def rescreen(conn: Connection, comment: LockedComment, verdict: str, signals: list[Any], now: datetime) -> None:
    """Keeps what is noticed by now about the locked comment's present text, in place of what was."""
    await _RESCREEN.run(
        conn,
        story_id=comment.story_id,
        comment_id=comment.id,
        revision=comment.revision,
        verdict=verdict,
        signals=signals,
        now=now,
    )


async def keep_prints(
    conn: Connection, story_id: StoryId, comment_id: UUID, prints: Sequence[int], now: datetime
) -> None:
    """Keeps the prints of a comment's new text, by which texts like it are found."""
    if prints:
        await _KEEP_PRINTS.run(conn, story_id=story_id, comment_id=comment_id, prints=list(prints), now=now)


async def vote(
    conn: Connection, story_id: StoryId, comment_id: UUID, reader_id: ReaderId, value: int, now: datetime
) -> VoteCounts | None:
    """Sets the reader's vote; the comment's counts with it. None when the comment cannot be voted on by this reader."""
    return await _VOTE.maybe(conn, story_id=story_id, comment_id=comment_id, reader_id=reader_id, value=value, now=now)


async def announce_votes(conn: Connection, most: int) -> list[VotedStory]:
    """Moves the version of each story that had votes since the last call, taking at most so many votes."""
    return await _ANNOUNCE_VOTES.many(conn, most=most)


async def add_report(
    conn: Connection,
    comment: LockedComment,
    report_id: UUID,
    reporter_id: ReaderId,
    reason: str,
    note: str | None,
    now: datetime,
) -> bool:
    """Keeps a reader's report of a locked comment and counts it; False where the reader had reported it before."""
    report = await _ADD_REPORT.one(
        conn,
        story_id=comment.story_id,
        comment_id=comment.id,
        author_id=comment.author_id,
        revision=comment.revision,
        report_id=report_id,
        reporter_id=reporter_id,
        reason=reason,
        note=note,
        now=now,
    )
    return report.added


async def own_report(conn: Connection, story_id: StoryId, comment_id: UUID, reporter_id: ReaderId) -> OwnReport | None:
    """What this reader reported of the comment, or None."""
    return await _OWN_REPORT.maybe(conn, story_id=story_id, comment_id=comment_id, reporter_id=reporter_id)


async def open_reports(conn: Connection, story_id: StoryId, comment_id: UUID) -> list[OpenReport]:
    """The reports that wait for an answer, the newest first."""
    return await _OPEN_REPORTS.many(conn, story_id=story_id, comment_id=comment_id, most=limits.reports_weighed_max)


async def add_signal(conn: Connection, comment: LockedComment, signal: dict[str, Any], now: datetime) -> None:
    """Keeps one more thing that was noticed about the words of a locked comment as they are."""
    await _ADD_SIGNAL.run(
        conn,
        story_id=comment.story_id,
        comment_id=comment.id,
        revision=comment.revision,
        verdict="hold" if signal["kind"] == "hold" else "publish",
        signal=signal,
        now=now,
    )


async def forget_keys(conn: Connection, before: datetime, most: int) -> int:
    """Deletes at most so many idempotency keys older than that; how many it were."""
    return await _FORGET_KEYS.run(conn, before=before, most=most)


async def forget_origins(conn: Connection, before: datetime, most: int) -> int:
    """Deletes at most so many addresses older than that; how many it were."""
    return await _FORGET_ORIGINS.run(conn, before=before, most=most)


async def forget_prints(conn: Connection, before: datetime, most: int) -> int:
    """Deletes at most so many prints of texts older than that; how many it were."""
    return await _FORGET_PRINTS.run(conn, before=before, most=most)
