"""Notices of illegal content as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from service.kernel import limits
from service.languages.catalogues import Words
from service.notices import rules
from service.notices.rules import Status
from service.notices.store import Notice

Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+$(?!\n)")]


class NewNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A notice under article 16 of the EU's Digital Services Act. The comment is named by `comment_id` or by its
    address; `legal_ground` says which law it breaks, `explanation` why. Name and e-mail address are optional;
    `good_faith` states that what is said is believed to be accurate and complete.
    """

    explanation: Annotated[str, Meta(min_length=1, max_length=limits.notice_chars_max)]
    legal_ground: Annotated[str, Meta(min_length=1, max_length=limits.notice_ground_chars_max)]
    good_faith: Literal[True]
    comment_id: UUID | None = None
    comment_url: Annotated[str, Meta(min_length=1, max_length=limits.url_chars_max)] | None = None
    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    email: Email | None = None


class Receipt(Struct, frozen=True):
    """The notice was received. Keep `token`: with it, `status_url` tells what was decided. It is told only here."""

    id: UUID
    token: str
    status_url: str
    comment_id: UUID
    received_at: datetime
    status: Status
    words: str


class NoticeStatus(Struct, frozen=True):
    """What became of a notice. `automated`: a rule decided, and not a person."""

    id: UUID
    comment_id: UUID
    received_at: datetime
    legal_ground: str
    status: Status
    words: str
    decided_at: datetime | None
    automated: bool
    redress: str


class NoticeItem(Struct, frozen=True):
    """A notice as moderators see it. `author_of_notice` is a reader who was signed in; how the sender may be reached is
    read apart, by admins."""

    id: UUID
    site: str
    story_id: str
    comment_id: UUID
    revision: int
    comment_status: str
    author_of_notice: UUID | None
    legal_ground: str
    explanation: str
    received_at: datetime
    status: Status
    decision_id: UUID | None
    decided_at: datetime | None
    has_contact: bool


class NoticesPage(Struct, frozen=True):
    """A page of notices, newest first."""

    notices: list[NoticeItem]
    next_cursor: str | None


def receipt(notice: Notice, token: str, words: Words) -> Receipt:
    """What its sender is answered, in these words."""
    status = _status(notice)
    return Receipt(
        notice.id,
        token,
        f"/v1/notices/{notice.id}",
        notice.comment_id,
        notice.received_at,
        status,
        words.say(f"notices.{status}"),
    )


def status_told(notice: Notice, words: Words) -> NoticeStatus:
    """What its sender is told later, in these words."""
    status = _status(notice)
    return NoticeStatus(
        id=notice.id,
        comment_id=notice.comment_id,
        received_at=notice.received_at,
        legal_ground=notice.legal_ground,
        status=status,
        words=words.say(f"notices.{status}"),
        decided_at=notice.decided_at,
        automated=notice.by_rule,
        redress=words.say("notices.redress"),
    )


def item(notice: Notice) -> NoticeItem:
    """A notice as moderators are shown it."""
    return NoticeItem(
        id=notice.id,
        site=notice.site,
        story_id=notice.story_id,
        comment_id=notice.comment_id,
        revision=notice.revision,
        comment_status=notice.comment_status,
        author_of_notice=notice.reader_id,
        legal_ground=notice.legal_ground,
        explanation=notice.explanation,
        received_at=notice.received_at,
        status=_status(notice),
        decision_id=notice.decision_id,
        decided_at=notice.decided_at,
        has_contact=notice.has_contact,
    )


def _status(notice: Notice) -> Status:
    return rules.status_of(notice.comment_status, notice.action)
