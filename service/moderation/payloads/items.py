"""What moderators are shown of what waits.

A moderator sees a comment's text and author whatever its status, unless its author took it back.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service.accounts.rules.permissions import Permission
from service.comments import payloads as comments
from service.comments.payloads import Comment
from service.comments.rules.lifecycle import Status
from service.comments.store import ShownComment
from service.moderation.actions.items import ReadItem
from service.moderation.rules.decisions import Action, Last, allowed
from service.moderation.store import Details
from service.sanctions.rules import in_force


class QueueCount(Struct, frozen=True):
    """How many items wait, exactly, and since when the first of them does."""

    count: int
    oldest_at: datetime | None


class Queues(Struct, frozen=True):
    """Every queue, as far as this moderator's sites go."""

    queues: dict[str, QueueCount]


class StoryRef(Struct, frozen=True):
    id: str
    title: str
    url: str | None
    site: str
    section: str | None


class Report(Struct, frozen=True):
    """A reader's complaint that waits for an answer."""

    reason: str
    note: str | None
    created_at: datetime


class SanctionRef(Struct, frozen=True):
    """A limit on the author that holds where the comment is."""

    id: UUID
    kind: str
    reason: str
    until: datetime | None


class AuthorRecord(Struct, frozen=True):
    """The author's record, and what is in force against them here."""

    id: UUID
    name: str
    published_count: int
    rejected_count: int
    reports_received: int
    sanctions: list[SanctionRef]


class Item(Struct, frozen=True):
    """A comment that waits in a queue. A decision about it names its `revision`.

    `decisions` are those that this moderator may take now, `signals` what the automatic checks noticed about this
    revision, `ancestors` the root and the nearest of the comments that it answers, the root first. `last_decision` is
    what was decided about it before.
    """

    comment: Comment
    revision: int
    queue: str
    waiting_since: datetime
    urgency: int
    claimed_by: str | None
    claimed_by_name: str | None
    claimed_until: datetime | None
    story: StoryRef
    ancestors: list[Comment]
    signals: list[dict[str, Any]]
    reports: list[Report]
    author: AuthorRecord | None
    last_decision: Last | None
    decisions: list[Action]


class Items(Struct, frozen=True):
    """Claimed items."""

    items: list[Item]


class ItemsPage(Struct, frozen=True):
    """A page of a queue."""

    items: list[Item]
    next_cursor: str | None


def item(read: ReadItem, permissions: Collection[Permission], now: datetime) -> Item:
    """An item as its moderator, who has these permissions, is shown it."""
    found, waiting = read.details, read.item
    return Item(
        comment=comment_for_staff(found),
        revision=found.revision,
        queue=waiting.queue,
        waiting_since=waiting.waiting_since,
        urgency=waiting.urgency,
        claimed_by=read.holder,
        claimed_by_name=read.holder_name,
        claimed_until=waiting.claimed_until if read.holder else None,
        story=story_of(found),
        ancestors=[comment_for_staff(above) for above in read.ancestors],
        signals=found.signals,
        reports=[Report(report.reason, report.note, report.reported_at) for report in found.open_reports()],
        author=author_of(found, now),
        last_decision=found.facts().last,
        decisions=allowed(found.facts(), permissions),
    )


def comment_for_staff(row: ShownComment) -> Comment:
    """The comment with its text, except one that its author took back or whose author was erased."""
    gone = row.status in (Status.DELETED, Status.ERASED)
    return comments.public(row) if gone else comments.whole(row)


def story_of(found: Details) -> StoryRef:
    """The story that a comment is about."""
    return StoryRef(found.story_id, found.story_title, found.story_url, found.site, found.section)


def author_of(found: Details, now: datetime) -> AuthorRecord | None:
    """The record of a comment's author, as far as it matters where the comment is."""
    if found.author_id is None:
        return None
    sanctions = in_force(found.known_sanctions(), found.site, now)
    return AuthorRecord(
        found.author_id,
        found.author_name or "Reader",
        found.published_count,
        found.rejected_count,
        found.reports_received,
        [SanctionRef(held.id, held.kind, held.reason, held.until) for held in sanctions],
    )
