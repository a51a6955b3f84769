"""What readers are told of decisions about them, and of their reports, as JSON."""

from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from msgspec import Struct

from service.languages.catalogues import Words
from service.reasons.rules import answers, appealing
from service.reasons.rules.statements import Statement, excerpt, statement
from service.reasons.store import OwnReport, Restriction


class DecidedComment(Struct, frozen=True):
    """The comment that a decision is about; `excerpt` is the beginning of the text as it was then, empty once the
    author's comments were erased."""

    id: UUID
    story_id: str
    story_title: str
    story_url: str | None
    excerpt: str
    status: str
    created_at: datetime


class DecidedSanction(Struct, frozen=True):
    """The sanction that a decision is; a null site is everywhere."""

    kind: str
    site: str | None
    lifted_at: datetime | None


class Appeal(Struct, frozen=True):
    """One's own appeal. `ruling` is why it was decided as it was; `ruled_at` is when, or when it was withdrawn."""

    id: UUID
    status: Literal["open", "upheld", "reversed", "withdrawn"]
    status_words: str
    text: str
    made_at: datetime
    ruled_at: datetime | None
    ruling: str | None


class Decision(Struct, frozen=True):
    """A decision about the caller: a rejected comment, one that an automatic check holds, or a sanction.

    `may_appeal_until` is null where an appeal is not possible, not any more, or was made.
    """

    id: UUID
    kind: Literal["rejection", "hold", "sanction"]
    kind_words: str
    made_at: datetime
    in_force: bool
    comment: DecidedComment | None
    sanction: DecidedSanction | None
    statement: Statement
    may_appeal_until: datetime | None
    appeal: Appeal | None


class Decisions(Struct, frozen=True):
    """A page of decisions about the caller, newest first."""

    decisions: list[Decision]
    next_cursor: str | None


class ReportedComment(Struct, frozen=True):
    """The comment that was reported; `excerpt` is null once it is not published any more."""

    id: UUID
    story_id: str
    story_title: str
    story_url: str | None
    excerpt: str | None


class ReportAnswer(Struct, frozen=True):
    """One's own report and what became of it. `automated`: a rule decided, and not a person."""

    id: UUID
    comment: ReportedComment
    reason: str
    reason_words: str
    note: str | None
    created_at: datetime
    status: answers.Outcome
    outcome_words: str
    decided_at: datetime | None
    automated: bool


class ReportAnswers(Struct, frozen=True):
    """A page of one's own reports, newest first."""

    reports: list[ReportAnswer]
    next_cursor: str | None


def decision(row: Restriction, days: int, words: Words, now: datetime) -> Decision:
    """A restriction as its reader is told of it, in these words."""
    return Decision(
        id=row.id,
        kind=cast(appealing.Kind, row.kind),
        kind_words=words.say(f"decisions.{row.kind}"),
        made_at=row.made_at,
        in_force=row.in_force(now),
        comment=_comment(row),
        sanction=_sanction(row),
        statement=statement(row.facts(), days, words),
        may_appeal_until=appealing.may_appeal_until(
            row.kind, row.made_at, stands=row.stands(), appealed=row.appeal_id is not None, days=days, now=now
        ),
        appeal=appeal(row, words),
    )


def appeal(row: Restriction, words: Words) -> Appeal | None:
    """The appeal against a restriction, as the one who made it sees it; None where there is none."""
    if row.appeal_id is None or row.appealed_at is None:
        return None
    return Appeal(
        row.appeal_id,
        cast(Literal["open", "upheld", "reversed", "withdrawn"], row.appeal_status),
        words.say(f"appeals.{row.appeal_status}"),
        row.appeal_text or "",
        row.appealed_at,
        row.ruled_at,
        row.ruling,
    )


def report_answer(row: OwnReport, words: Words) -> ReportAnswer:
    """A report as the one who made it is told of it."""
    status = answers.outcome_of(
        decided=row.decided_at is not None, upheld=row.upheld, comment_status=row.comment_status
    )
    return ReportAnswer(
        id=row.id,
        comment=ReportedComment(
            row.comment_id,
            row.story_id,
            row.story_title,
            row.story_url,
            None if row.body is None else excerpt(row.body),
        ),
        reason=row.reason,
        reason_words=words.say(f"reports.{row.reason}" if words.has(f"reports.{row.reason}") else "reports.other"),
        note=row.note,
        created_at=row.reported_at,
        status=status,
        outcome_words=words.say(f"outcomes.{status}"),
        decided_at=row.decided_at,
        automated=row.automated,
    )


def _comment(row: Restriction) -> DecidedComment | None:
    if row.comment_id is None or row.story_id is None or row.created_at is None:
        return None
    body = "" if row.comment_status == "erased" else row.body or ""
    return DecidedComment(
        row.comment_id,
        row.story_id,
        row.story_title or "",
        row.story_url,
        excerpt(body),
        row.comment_status or "",
        row.created_at,
    )


def _sanction(row: Restriction) -> DecidedSanction | None:
    if row.sanction_kind is None:
        return None
    return DecidedSanction(row.sanction_kind, row.sanction_site, row.lifted_at)
