"""Appeals as JSON: what readers and moderators send, and what moderators are shown."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from msgspec import Meta, Struct

from service.appeals.actions.items import ReadAppeal
from service.appeals.rules import Outcome, Status, Subject, refuse_ruling
from service.comments.payloads import Comment
from service.kernel import limits
from service.languages.catalogues import english
from service.moderation.payloads.items import AuthorRecord, StoryRef, author_of, comment_for_staff, story_of
from service.reasons.rules.statements import Statement, statement

SiteId = Annotated[str, Meta(min_length=1, max_length=100)]


class NewAppeal(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the decision is wrong, in the reader's words."""

    text: Annotated[str, Meta(min_length=1, max_length=limits.appeal_chars_max)]


class NewRuling(Struct, frozen=True, forbid_unknown_fields=True):
    """`upheld`: the decision stands; `reversed`: it is undone. The author reads `reason`."""

    outcome: Outcome
    reason: Annotated[str, Meta(min_length=1, max_length=limits.ruling_chars_max)]


class NewAppealClaims(Struct, frozen=True, forbid_unknown_fields=True):
    """Which appeals are wanted: the next ones, or with `appeal_ids` these; a lease that one holds begins anew."""

    limit: Annotated[int, Meta(ge=1, le=limits.claim_items_max)] = 1
    kind: Subject | None = None
    site: SiteId | None = None
    appeal_ids: Annotated[list[UUID], Meta(min_length=1, max_length=limits.claim_items_max)] | None = None


class Against(Struct, frozen=True):
    """The decision that an appeal is against. `over`: it is not in force any more."""

    action: str
    reason: str
    note: str | None
    # Null: a rule decided.
    decided_by: str | None
    decided_by_name: str | None
    decided_at: datetime
    until: datetime | None
    over: bool


class Ruling(Struct, frozen=True):
    """How an appeal was ruled on, and by whom."""

    outcome: Outcome
    reason: str
    ruled_by: str
    ruled_by_name: str | None
    ruled_at: datetime


class AppealItem(Struct, frozen=True):
    """An appeal as moderators see it. `decision_id` is the decision or the sanction that it is against, `statement`
    what its reader was told; a null `site` is a sanction that holds everywhere. `may_rule`: it waits, and is not
    against this moderator's own decision. `comment`, `revision`, `story`, `ancestors` and `signals` are those of the
    comment as it is now, empty for a sanction.
    """

    id: UUID
    kind: Subject
    status: Status
    text: str
    made_at: datetime
    site: str | None
    decision_id: UUID
    author: AuthorRecord | None
    statement: Statement
    against: Against
    comment: Comment | None
    revision: int | None
    story: StoryRef | None
    ancestors: list[Comment]
    signals: list[dict[str, Any]]
    claimed_by: str | None
    claimed_by_name: str | None
    claimed_until: datetime | None
    may_rule: bool
    ruling: Ruling | None


class Appeals(Struct, frozen=True):
    """Claimed appeals."""

    appeals: list[AppealItem]


class AppealsPage(Struct, frozen=True):
    """A page of appeals."""

    appeals: list[AppealItem]
    next_cursor: str | None


def item(read: ReadAppeal, by: str, days: int, now: datetime) -> AppealItem:
    """An appeal as the moderator with this subject is shown it."""
    appeal, details = read.appeal, read.details
    return AppealItem(
        id=appeal.id,
        kind="comment" if appeal.comment_id is not None else "sanction",
        status=cast(Status, appeal.status),
        text=appeal.text,
        made_at=appeal.made_at,
        site=appeal.site,
        decision_id=appeal.restriction_id,
        author=_author(read, now),
        statement=statement(read.restriction.facts(), days, english()),
        against=_against(read, now),
        comment=None if details is None else comment_for_staff(details),
        revision=None if details is None else details.revision,
        story=None if details is None else story_of(details),
        ancestors=[comment_for_staff(above) for above in read.ancestors],
        signals=[] if details is None else details.signals,
        claimed_by=read.holder,
        claimed_by_name=None if read.holder is None else read.names.get(read.holder),
        claimed_until=None if read.holder is None else appeal.claimed_until,
        may_rule=refuse_ruling(appeal.status, appeal.ruled_at, appeal.restricted_by, by) is None,
        ruling=_ruling(read),
    )


def _author(read: ReadAppeal, now: datetime) -> AuthorRecord | None:
    if read.details is not None:
        return author_of(read.details, now)
    known = read.author
    if known is None:
        return None
    return AuthorRecord(
        known.id, known.name or "Reader", known.published_count, known.rejected_count, known.reports_received, []
    )


def _against(read: ReadAppeal, now: datetime) -> Against:
    restriction = read.restriction
    by = restriction.decided_by
    return Against(
        action=restriction.sanction_kind or "reject",
        reason=restriction.reason or "",
        note=restriction.note,
        decided_by=by,
        decided_by_name=None if by is None else read.names.get(by),
        decided_at=restriction.made_at,
        until=restriction.until,
        over=not restriction.in_force(now),
    )


def _ruling(read: ReadAppeal) -> Ruling | None:
    appeal = read.appeal
    if appeal.ruled_by is None or appeal.ruled_at is None:
        return None
    outcome = cast(Literal["upheld", "reversed"], appeal.status)
    return Ruling(outcome, appeal.ruling or "", appeal.ruled_by, read.names.get(appeal.ruled_by), appeal.ruled_at)
