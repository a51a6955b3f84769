"""Typed calls over restrictions and the answers to reports, as those read them whom they concern."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries, planned_for_values
from service.kernel.ids import CommentId, ReaderId, StoryId
from service.reasons.rules import appealing
from service.reasons.rules.statements import Facts

queries = Queries(__file__)

LAST: Final = UUID(int=2**128 - 1)


class Restriction(msgspec.Struct, frozen=True):
    """A restriction with all that its statement says. What is of a comment is None for a sanction, and the reverse."""

    id: UUID
    reader_id: ReaderId
    kind: str
    made_at: datetime
    held_by: str | None
    rule_version: int | None
    revision: int | None
    story_id: StoryId | None
    comment_id: CommentId | None
    story_title: str | None
    story_url: str | None
    story_site: str | None
    # The text that it was about.
    body: str | None
    comment_status: str | None
    created_at: datetime | None
    superseded: bool
    reason: str | None
    # For staff's eyes, like `decided_by`.
    note: str | None
    decided_by: str | None
    signals: list[dict[str, Any]]
    after_report: bool
    after_notice: bool
    sanction_kind: str | None
    sanction_site: str | None
    until: datetime | None
    lifted_at: datetime | None
    acknowledged_at: datetime | None
    appeal_id: UUID | None
    appeal_status: str | None
    appeal_text: str | None
    appealed_at: datetime | None
    ruled_at: datetime | None
    ruling: str | None

    def facts(self) -> Facts:
        """What its statement is made from."""
        return Facts(
            kind=self.kind,
            made_at=self.made_at,
            held_by=self.held_by,
            rule_version=self.rule_version,
            reason=self.reason,
            by_rule=self.decided_by is None,
            after_report=self.after_report,
            after_notice=self.after_notice,
            body=self.body or "",
            signals=self.signals,
            story_site=self.story_site,
            sanction_kind=self.sanction_kind,
            sanction_site=self.sanction_site,
            until=self.until,
        )

    def stands(self) -> bool:
        """Whether it is still what an appeal could reverse: the rejection in force, or a sanction not lifted."""
        if self.kind == "sanction":
            return self.lifted_at is None
        return appealing.rejection_stands(self.kind, self.comment_status, superseded=self.superseded)

    def in_force(self, now: datetime) -> bool:
        """Whether it still keeps its reader from anything."""
        if self.sanction_kind is not None:
            return appealing.sanction_holds(self.sanction_kind, self.until, self.lifted_at, self.acknowledged_at, now)
        return self.stands()


class OwnReport(msgspec.Struct, frozen=True):
    """A report with its answer, as its reporter is told. `body` is None where the comment is not published any more."""

    id: UUID
    story_id: StoryId
    comment_id: CommentId
    story_title: str
    story_url: str | None
    body: str | None
    comment_status: str
    reason: str
    note: str | None
    reported_at: datetime
    decided_at: datetime | None
    upheld: bool | None
    # Whether a rule answered it, and not a person.
    automated: bool


OF_READER: Final = queries.bind(
    "restrictions",
    Restriction,
    variant=".of_reader",
    parts={
        "from": "(SELECT * FROM restrictions WHERE reader_id = :reader_id AND id < :before::uuid"
        " ORDER BY id DESC LIMIT :most) AS r"
    },
)
_OWN = queries.bind(
    "restrictions",
    Restriction,
    variant=".own",
    parts={"from": "(SELECT * FROM restrictions WHERE id = :restriction_id AND reader_id = :reader_id) AS r"},
)
_THESE = queries.bind(
    "restrictions",
    Restriction,
    variant=".these",
    parts={"from": "(SELECT * FROM restrictions WHERE id = ANY(:restriction_ids::uuid[])) AS r"},
)
_GRANTED = queries.bind("granted", bool)
OWN_REPORTS: Final = queries.bind("own_reports", OwnReport)


async def of_reader(conn: Connection, reader_id: ReaderId, before: UUID | None, most: int) -> list[Restriction]:
    """At most so many of a reader's restrictions, newest first, older than `before`."""
    # Planned for this reader: of one with many, a plan for all readers would read and sort every row.
    async with planned_for_values(conn):
        return await OF_READER.many(conn, reader_id=reader_id, before=before or LAST, most=most)


async def own(conn: Connection, reader_id: ReaderId, restriction_id: UUID) -> Restriction | None:
    """One restriction of this reader's; None when it is not."""
    return await _OWN.maybe(conn, restriction_id=restriction_id, reader_id=reader_id)


async def these(conn: Connection, restriction_ids: Collection[UUID]) -> dict[UUID, Restriction]:
    """These restrictions, whoever they are of, by their ids: for staff."""
    found = await _THESE.many(conn, restriction_ids=list(restriction_ids))
    return {row.id: row for row in found}


async def granted(conn: Connection, story_id: StoryId, comment_id: CommentId, revision: int) -> bool:
    """Whether an appeal brought this text of the comment back, so that no automatic rule may hide it again."""
    return await _GRANTED.one(conn, story_id=story_id, comment_id=comment_id, revision=revision)


async def own_reports(
    conn: Connection, reader_id: ReaderId, before_at: datetime | None, before_id: UUID | None, most: int
) -> list[OwnReport]:
    """At most so many of the reader's reports, newest first, older than that one."""
    async with planned_for_values(conn):
        return await OWN_REPORTS.many(conn, reader_id=reader_id, before_at=before_at, before_id=before_id, most=most)
