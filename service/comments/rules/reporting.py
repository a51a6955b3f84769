"""What readers can report, when their reports bring a comment to the moderators, and how much that presses."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from service.accounts.problems import PermissionMissing
from service.comments.rules.text import normal
from service.kernel import limits
from service.kernel.problems import Problem
from service.review_queue.rules import urgency

Reason = Literal["abuse", "harassment", "hate", "spam", "misinformation", "off_topic", "illegal", "other"]


def refuse_report(author_id: UUID | None, reporter_id: UUID) -> Problem | None:
    """Why this reader cannot report a comment of that author; None if they can."""
    if author_id == reporter_id:
        return PermissionMissing("Nobody reports their own comment; it can be deleted.")
    return None


def needs_review(open_reasons: Sequence[str]) -> bool:
    """Whether so many unanswered reports bring a comment to the moderators; what is said to be illegal does at once."""
    return "illegal" in open_reasons or len(open_reasons) >= limits.reports_to_review


def report_urgency(open_reasons: Sequence[str], reply_count: int) -> int:
    """Minutes of head start in the queue: by the gravest reason, by how many complain, by how much was answered."""
    return urgency(frozenset(open_reasons), reports=len(open_reasons), reach=reply_count)


def clean_note(note: str | None) -> str | None:
    """The note to keep; an empty one is none."""
    return normal(note or "") or None
