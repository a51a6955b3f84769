"""Typed calls over decisions, which the database refuses to change once made, and over what moderators read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.comments.rules.lifecycle import Status
from service.comments.store import ShownComment
from service.infra.sql import Connection, Queries
from service.kernel.ids import CommentId, DecisionId, ReaderId, StoryId
from service.moderation.rules.appealed import Appeal
from service.moderation.rules.decisions import Facts, Last
from service.review_queue.rules import Queue
from service.sanctions.rules import Sanction

queries = Queries(__file__)

# Bounds of what one comment's page shows a moderator.
ANCESTORS_NEAR_MAX = 5
REPORTS_MAX = 50
HISTORY_MAX = 100


class Place(msgspec.Struct, frozen=True):
    """A comment's story, the site that it is on, and how many decisions it has had."""

    story_id: StoryId
    site: str
    decisions: int


class Decision(msgspec.Struct, frozen=True):
    """A decision as stored. `resolved` and `was_featured` are what taking it back needs."""

    id: DecisionId
    story_id: StoryId
    comment_id: CommentId
    # The comment's first decision is 1.
    number: int
    seen_revision: int
    action: str
    old_status: str
    new_status: str
    resolved: list[dict[str, Any]]
    was_featured: dict[str, Any] | None
    reason: str | None
    note: str | None
    # None: a rule decided.
    decided_by: str | None
    decided_at: datetime
    undoes: UUID | None

    def last(self) -> Last:
        """It, as problems and items show it."""
        return Last(
            self.id, self.number, self.action, self.reason, self.decided_by, self.decided_at, self.undoes
        )  # fmt: skip


class Answered(msgspec.Struct, frozen=True):
    """How many reports were answered, and how many readers' rows that locked."""

    answered: int
    locked: int


class Featured(msgspec.Struct, frozen=True):
    """Since when and with which line a comment is featured; None in both while it is not."""

    at: datetime | None
    note: str | None


class Report(msgspec.Struct, frozen=True):
    """A reader's complaint that waits for an answer."""

    reason: str
    note: str | None
    reported_at: datetime


class Details(ShownComment, frozen=True):
    """A comment with everything that a moderator is shown of it. The last parts are fields in order, not structs."""

    site: str
    section: str | None
    story_title: str
    story_url: str | None
    # The nearest, from above; the root apart, which is among them in a short chain.
    ancestors_near: list[UUID]
    root_id: UUID | None
    published_count: int
    rejected_count: int
    reports_received: int
    # Fields of `Sanction`; not all of them are in force everywhere.
    sanctions: list[tuple[Any, ...]]
    signals: list[dict[str, Any]]
    # Fields of `Report`, newest first.
    reports: list[tuple[Any, ...]]
    waiting: list[str]
    # Fields of `Last`.
    last_decision: tuple[Any, ...] | None

    def known_sanctions(self) -> list[Sanction]:
        return [Sanction(*fields) for fields in self.sanctions]

    def open_reports(self) -> list[Report]:
        return [Report(*fields) for fields in self.reports]

    def facts(self) -> Facts:
        """What a decision on it would find."""
        return Facts(
            status=Status(self.status),
            revision=self.revision,
            featured=self.featured_at is not None,
            waiting=frozenset(map(Queue, self.waiting)),
            last=None if self.last_decision is None else Last(*self.last_decision),
        )


class StaffName(msgspec.Struct, frozen=True):
    subject: str
    name: str


class Revision(msgspec.Struct, frozen=True):
    """An earlier text of a comment."""

    revision: int
    body: str
    side: str | None
    written_at: datetime
    replaced_at: datetime


class Screening(msgspec.Struct, frozen=True):
    """What the automatic checks noticed about one revision."""

    revision: int
    verdict: str
    signals: list[dict[str, Any]]
    screened_at: datetime


class KnownReport(msgspec.Struct, frozen=True):
    """A report with its answer, and how often its reporter was right so far."""

    id: UUID
    revision: int
    reason: str
    note: str | None
    reported_at: datetime
    decided_at: datetime | None
    upheld: bool | None
    reporter_id: UUID
    reporter_name: str | None
    reports_upheld: int
    reports_declined: int


class DecidedText(msgspec.Struct, frozen=True):
    """A text as a person saw it, and what they decided about it."""

    body: str
    rejected: bool
    decided_at: datetime


class Reader(msgspec.Struct, frozen=True):
    """A reader's record."""

    id: ReaderId
    name: str | None
    picture_url: str | None
    badges: list[str]
    first_seen_at: datetime
    erased_at: datetime | None
    published_count: int
    approved_count: int
    rejected_count: int
    reports_received: int
    reports_made: int
    reports_upheld: int
    reports_declined: int


_PLACE = queries.bind("place", Place)
_LAST_DECISION = queries.bind("last_decision", Decision)
_DECISION = queries.bind("decision", Decision)
_APPEALS_OF = queries.bind("appeals_of", Appeal)
_OPEN_APPEAL_OF_SANCTION = queries.bind("open_appeal_of_sanction", UUID)
_APPEND_DECISION = queries.bind("append_decision", int)
_ANSWER_REPORTS = queries.bind("answer_reports", Answered)
_FEATURE = queries.bind("feature", int)
_FEATURED = queries.bind("featured", Featured)
_DETAILS = queries.bind("details", Details)
_COMMENTS_OF_STORIES = queries.bind("comments_of_stories", ShownComment)
_STAFF_NAMES = queries.bind("staff_names", StaffName)
_EXAMPLES = queries.bind("examples", DecidedText)
_DECIDED_SINCE = queries.bind("decided_since", int)
_DECISIONS_OF = queries.bind("decisions_of", Decision)
_REVISIONS_OF = queries.bind("revisions_of", Revision)
_SCREENINGS_OF = queries.bind("screenings_of", Screening)
_REPORTS_OF = queries.bind("reports_of", KnownReport)
_READER = queries.bind("reader", Reader)
_RECENT_COMMENTS_OF = queries.bind("recent_comments_of", ShownComment)


async def examples(conn: Connection, most: int) -> list[DecidedText]:
    """What people decided about texts, of the newest so many decisions, newest first."""
    return await _EXAMPLES.many(conn, most=most)


async def decided_since(conn: Connection, since: datetime, most: int) -> int:
    """How many decisions people made since then, counted up to so many."""
    return await _DECIDED_SINCE.one(conn, since=since, most=most)


async def place(conn: Connection, comment_id: UUID) -> Place | None:
    """Where a comment is, or None."""
    return await _PLACE.maybe(conn, comment_id=comment_id)


async def last_decision(conn: Connection, story_id: StoryId, comment_id: CommentId) -> Decision | None:
    """The comment's last decision, or None where nobody decided yet."""
    return await _LAST_DECISION.maybe(conn, story_id=story_id, comment_id=comment_id)


async def decision(conn: Connection, decision_id: UUID) -> Decision | None:
    """The decision with this id, or None."""
    return await _DECISION.maybe(conn, decision_id=decision_id)


async def appeals_of(conn: Connection, story_id: StoryId, comment_id: CommentId) -> list[Appeal]:
    """Appeals against rejections of the comment; the caller holds its lock."""
    return await _APPEALS_OF.many(conn, story_id=story_id, comment_id=comment_id)


async def open_appeal_of_sanction(conn: Connection, sanction_id: UUID) -> UUID | None:
    """The appeal against the sanction that waits for its ruling, or None."""
    return await _OPEN_APPEAL_OF_SANCTION.maybe(conn, sanction_id=sanction_id)


async def append_decision(conn: Connection, decided: Decision, author_id: ReaderId | None) -> None:
    """Keeps a decision. The caller holds the comment's lock and has counted `number` up from the last one."""
    values = msgspec.structs.asdict(decided)
    values["decision_id"], values["now"] = values.pop("id"), values.pop("decided_at")
    await _APPEND_DECISION.run(conn, author_id=author_id, **values)


async def answer_reports(
    conn: Connection,
    story_id: StoryId,
    comment_id: CommentId,
    author_id: ReaderId | None,
    revision: int,
    *,
    answers: bool,
    answer: bool | None,
    decision_id: DecisionId,
    now: datetime,
    overturns: bool = False,
    undone: UUID | None = None,
    approved: int = 0,
) -> int:
    """Answers the comment's reports as a decision does, and moves readers' records by it; how many reports it answered.

    Without `answers` none is touched. `overturns` answers those too that were answered otherwise before, `undone` those
    alone that this earlier decision answered; an `answer` of None lets them wait again. Reports of words before this
    `revision` are not declined but closed. `approved` moves the author's count of approved comments.
    """
    done = await _ANSWER_REPORTS.one(
        conn,
        story_id=story_id,
        comment_id=comment_id,
        author_id=author_id,
        revision=revision,
        answers=answers,
        answer=answer,
        decision_id=decision_id,
        now=now,
        overturns=overturns,
        undone=undone,
        approved=approved,
    )
    return done.answered


async def feature(
    conn: Connection, story_id: StoryId, comment_id: CommentId, at: datetime | None, note: str | None
) -> int:
    """Features the comment since `at`, or, with None, does not any more; the thread's new version."""
    return await _FEATURE.one(conn, story_id=story_id, comment_id=comment_id, featured_at=at, note=note)


async def featured(conn: Connection, story_id: StoryId, comment_id: CommentId) -> Featured:
    """How the comment is featured."""
    return await _FEATURED.one(conn, story_id=story_id, comment_id=comment_id)


async def details(conn: Connection, keys: Sequence[tuple[StoryId, CommentId]], now: datetime) -> dict[UUID, Details]:
    """What a moderator is shown of these comments, by their ids."""
    found = await _DETAILS.many(
        conn,
        story_ids=[story_id for story_id, _ in keys],
        comment_ids=[comment_id for _, comment_id in keys],
        ancestors_near=ANCESTORS_NEAR_MAX,
        reports_most=REPORTS_MAX,
        now=now,
    )
    return {row.id: row for row in found}


async def comments_of_stories(conn: Connection, keys: Collection[tuple[str, UUID]]) -> dict[UUID, ShownComment]:
    """These comments, whatever their status, by their ids."""
    pairs = sorted(keys)
    found = await _COMMENTS_OF_STORIES.many(
        conn, story_ids=[story_id for story_id, _ in pairs], comment_ids=[comment_id for _, comment_id in pairs]
    )
    return {row.id: row for row in found}


async def staff_names(conn: Connection, subjects: Collection[str]) -> dict[str, str]:
    """The names of those of the staff who are known by one, by subject."""
    return {row.subject: row.name for row in await _STAFF_NAMES.many(conn, subjects=sorted(subjects))}


async def decisions_of(conn: Connection, story_id: StoryId, comment_id: CommentId) -> list[Decision]:
    """A comment's decisions, the last first."""
    return await _DECISIONS_OF.many(conn, story_id=story_id, comment_id=comment_id, most=HISTORY_MAX)


async def revisions_of(conn: Connection, story_id: StoryId, comment_id: CommentId) -> list[Revision]:
    """A comment's earlier texts, the last first."""
    return await _REVISIONS_OF.many(conn, story_id=story_id, comment_id=comment_id, most=HISTORY_MAX)


async def screenings_of(conn: Connection, story_id: StoryId, comment_id: CommentId) -> list[Screening]:
    """What was noticed about each of a comment's revisions, the last first."""
    return await _SCREENINGS_OF.many(conn, story_id=story_id, comment_id=comment_id, most=HISTORY_MAX)


async def reports_of(conn: Connection, story_id: StoryId, comment_id: CommentId) -> list[KnownReport]:
    """A comment's reports, newest first."""
    return await _REPORTS_OF.many(conn, story_id=story_id, comment_id=comment_id, most=HISTORY_MAX)


async def reader(conn: Connection, reader_id: UUID) -> Reader | None:
    """A reader's record, or None."""
    return await _READER.maybe(conn, reader_id=reader_id)


async def recent_comments_of(
    conn: Connection, reader_id: UUID, sites: Collection[str] | None, most: int
) -> list[ShownComment]:
    """A reader's last comments on these sites, whatever their status, newest first."""
    return await _RECENT_COMMENTS_OF.many(
        conn, reader_id=reader_id, sites=None if sites is None else sorted(sites), most=most
    )
