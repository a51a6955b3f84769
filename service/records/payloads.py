"""Moderators' records as JSON."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.accounts.rules.permissions import Permission
from service.comments.payloads import Comment
from service.comments.store import ShownComment
from service.kernel import limits
from service.moderation.payloads.items import (
    AuthorRecord,
    Report,
    StoryRef,
    author_of,
    comment_for_staff,
    story_of,
)
from service.moderation.rules.decisions import Action, Last, allowed
from service.moderation.store import Details, Reader
from service.records.store import AboutReader, Note, ReportLine
from service.sanctions.store import SanctionRecord


class NewNote(Struct, frozen=True, forbid_unknown_fields=True):
    """What a moderator wants remembered about a reader. Only staff see it; it is part of what a reader's export
    holds."""

    note: Annotated[str, Meta(min_length=1, max_length=limits.note_chars_max, pattern=r"\S")]


class NoteRecord(Struct, frozen=True):
    """A note on a reader; one that was struck through says since when and by whom."""

    id: UUID
    note: str
    written_by: str
    written_by_name: str | None
    written_at: datetime
    struck_at: datetime | None
    struck_by: str | None


class NotesPage(Struct, frozen=True):
    """A page of notes, newest first."""

    notes: list[NoteRecord]
    next_cursor: str | None


class FoundComment(Struct, frozen=True):
    """A comment that a search found. `decisions` are those that this moderator may take now."""

    comment: Comment
    revision: int
    story: StoryRef
    author: AuthorRecord | None
    signals: list[dict[str, Any]]
    reports: list[Report]
    queues: list[str]
    last_decision: Last | None
    decisions: list[Action]


class FoundPage(Struct, frozen=True):
    """A page of a search, newest first. It may be shorter than asked for, or empty, while there is a `next_cursor`: so
    far was looked, and from there the search goes on."""

    comments: list[FoundComment]
    next_cursor: str | None


class Named(Struct, frozen=True):
    id: UUID
    name: str


class ReportSummary(Struct, frozen=True):
    """A report with its answer; `upheld` is null while it waits for one."""

    id: UUID
    story_id: str
    comment_id: UUID
    reason: str
    note: str | None
    created_at: datetime
    decided_at: datetime | None
    upheld: bool | None
    reporter: Named


class Reports(Struct, frozen=True):
    """The last reports that a reader made, and those about what they wrote."""

    made: list[ReportSummary]
    received: list[ReportSummary]


class ReaderRecord(Struct, frozen=True, kw_only=True):
    """A reader's record: counts, every sanction, and the last comments, decisions, reports and notes, comments,
    decisions and reports on the moderator's sites. `report_accuracy` is the share of the reader's answered reports that
    were right."""

    id: UUID
    name: str
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
    report_accuracy: float | None
    sanctions: list[SanctionRecord]
    recent_comments: list[Comment]
    decisions: list[AboutReader]
    reports: Reports
    notes: list[NoteRecord]


class Parts(Struct, frozen=True, kw_only=True):
    """What a reader's record is made of."""

    reader: Reader
    sanctions: list[SanctionRecord]
    comments: list[ShownComment]
    decisions: list[AboutReader]
    reports_made: list[ReportLine]
    reports_received: list[ReportLine]
    notes: list[Note]


def reader_record(parts: Parts) -> ReaderRecord:
    """A reader's record as moderators are shown it."""
    reader = parts.reader
    answered = reader.reports_upheld + reader.reports_declined
    return ReaderRecord(
        **(msgspec.structs.asdict(reader) | {"name": reader.name or "Reader"}),
        report_accuracy=reader.reports_upheld / answered if answered else None,
        sanctions=parts.sanctions,
        recent_comments=[comment_for_staff(row) for row in parts.comments],
        decisions=parts.decisions,
        reports=Reports(
            [_report(line) for line in parts.reports_made], [_report(line) for line in parts.reports_received]
        ),
        notes=[note_record(note) for note in parts.notes],
    )


def note_record(note: Note) -> NoteRecord:
    """A note as moderators are shown it."""
    return NoteRecord(*(getattr(note, field) for field in NoteRecord.__struct_fields__))


def found_comment(found: Details, permissions: Collection[Permission], now: datetime) -> FoundComment:
    """What a search found, as staff with these permissions are shown it."""
    facts = found.facts()
    return FoundComment(
        comment=comment_for_staff(found),
        revision=found.revision,
        story=story_of(found),
        author=author_of(found, now),
        signals=found.signals,
        reports=[Report(report.reason, report.note, report.reported_at) for report in found.open_reports()],
        queues=sorted(found.waiting),
        last_decision=facts.last,
        decisions=allowed(facts, permissions),
    )


def _report(line: ReportLine) -> ReportSummary:
    return ReportSummary(
        line.id,
        line.story_id,
        line.comment_id,
        line.reason,
        line.note,
        line.reported_at,
        line.decided_at,
        line.upheld,
        Named(line.reporter_id, line.reporter_name or "Reader"),
    )
