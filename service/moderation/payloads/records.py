"""What moderators are shown of a comment as a whole."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.accounts.rules.permissions import Permission
from service.comments.payloads import Comment
from service.moderation.actions.items import ReadComment
from service.moderation.payloads.items import AuthorRecord, StoryRef, author_of, comment_for_staff, story_of
from service.moderation.rules.decisions import Action, allowed
from service.moderation.store import KnownReport, Revision, Screening
from service.review_queue.store import Item as WaitingItem


class Waiting(Struct, frozen=True):
    """A queue in which the comment waits."""

    queue: str
    waiting_since: datetime
    urgency: int


class Reporter(Struct, frozen=True):
    """Who reported, and how often they were found right and wrong."""

    id: UUID
    name: str
    reports_upheld: int
    reports_declined: int


class ReportRecord(Struct, frozen=True):
    """A report with its answer; `upheld` is null while it waits for one."""

    id: UUID
    revision: int
    reason: str
    note: str | None
    created_at: datetime
    reporter: Reporter
    decided_at: datetime | None
    upheld: bool | None


class DecisionRecord(Struct, frozen=True):
    """A decision; `decided_by` is the staff member's subject, null where a rule decided."""

    id: UUID
    action: str
    seen_revision: int
    old_status: str
    new_status: str
    reason: str | None
    note: str | None
    decided_by: str | None
    decided_at: datetime
    undoes: UUID | None


class CommentRecord(Struct, frozen=True):
    """A comment with its history, each list newest first and its last hundred. `revisions` are the earlier texts."""

    comment: Comment
    revision: int
    story: StoryRef
    ancestors: list[Comment]
    author: AuthorRecord | None
    queues: list[Waiting]
    allowed: list[Action]
    revisions: list[Revision]
    signals: list[Screening]
    reports: list[ReportRecord]
    decisions: list[DecisionRecord]


def comment_record(read: ReadComment, permissions: Collection[Permission], now: datetime) -> CommentRecord:
    """A comment's record as staff with these permissions are shown it."""
    found = read.details
    return CommentRecord(
        comment=comment_for_staff(found),
        revision=found.revision,
        story=story_of(found),
        ancestors=[comment_for_staff(above) for above in read.ancestors],
        author=author_of(found, now),
        queues=[_waiting(item) for item in read.waiting],
        allowed=allowed(found.facts(), permissions),
        revisions=read.revisions,
        signals=read.screenings,
        reports=[_report(report) for report in read.reports],
        decisions=[
            DecisionRecord(*(getattr(made, field) for field in DecisionRecord.__struct_fields__))
            for made in read.decisions
        ],
    )


def _waiting(item: WaitingItem) -> Waiting:
    return Waiting(item.queue, item.waiting_since, item.urgency)


def _report(report: KnownReport) -> ReportRecord:
    return ReportRecord(
        report.id,
        report.revision,
        report.reason,
        report.note,
        report.reported_at,
        Reporter(report.reporter_id, report.reporter_name or "Reader", report.reports_upheld, report.reports_declined),
        report.decided_at,
        report.upheld,
    )
