"""What readers can report, what their reports weigh, and when they bring a comment to the moderators or hide it.

A report weighs as much as it is likely to be right. Of a reporter whose reports were answered `upheld` and `declined`
times that is the mean of a beta distribution after these answers,

    (prior_reports * prior_accuracy + upheld) / (prior_reports + upheld + declined)

(the beta-binomial model: Gelman and others, Bayesian Data Analysis, 3rd edition, section 2.4). Who is new counts
`prior_accuracy`, a good record counts up to 1, a bad one down to 0; it takes `prior_reports` answers for the record to
count as much as the assumption. The sum over reporters is how many of the reports can be expected to be right.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from service.accounts.problems import PermissionMissing
from service.comments.rules.text import normal
from service.kernel.problems import Problem
from service.languages.said import said
from service.review_queue.rules import urgency
from service.screening.rules.ruleset import Reports
from service.screening.rules.signals import Signal

Reason = Literal["abuse", "harassment", "hate", "spam", "misinformation", "off_topic", "illegal", "other"]


def refuse_report(author_id: UUID | None, reporter_id: UUID) -> Problem | None:
    """Why this reader cannot report a comment of that author; None if they can."""
    if author_id == reporter_id:
        return PermissionMissing(said("problems.own_report"))
    return None


class OpenReport(msgspec.Struct, frozen=True):
    """A report that waits for an answer, and how its reporter's earlier ones were answered."""

    reason: str
    # The words that it is about.
    revision: int
    upheld: int
    declined: int


class Weighed(msgspec.Struct, frozen=True):
    """What the reports of a comment come to."""

    reports: int
    # Of them all; and of those that are about the words as they are now, which alone can hide these.
    weight: float
    weight_now: float
    brings_to_review: bool
    hides: bool
    # It would, if that part of the rules were not only tried.
    would_hide: bool


def likely_right(upheld: int, declined: int, rules: Reports) -> float:
    """How likely a report of a reader with such a record is to be right, between 0 and 1."""
    prior = rules.prior_reports
    return (prior * rules.prior_accuracy + upheld) / (prior + upheld + declined)


def weigh(reports: Sequence[OpenReport], revision: int, rules: Reports) -> Weighed:
    """What the unanswered reports of a comment, which is at that revision, lead to.

    What is said to be illegal is reviewed at once, whoever says so. Unless the rules are `on`, each report is reviewed
    and none hides.
    """
    weights = [likely_right(report.upheld, report.declined, rules) for report in reports]
    weight = sum(weights)
    weight_now = sum(each for each, report in zip(weights, reports, strict=True) if report.revision == revision)
    enough = any(report.reason == "illegal" for report in reports) or weight >= rules.review_at
    hiding = rules.hide_at is not None and weight_now >= rules.hide_at
    return Weighed(
        reports=len(reports),
        weight=weight,
        weight_now=weight_now,
        brings_to_review=bool(reports) and (enough or rules.use != "on"),
        hides=hiding and rules.use == "on",
        would_hide=hiding and rules.use == "shadow",
    )


def report_signal(weighed: Weighed, rules: Reports, version: int) -> Signal | None:
    """Why the comment was hidden, or would have been, for the moderators; None where neither is so."""
    if not (weighed.hides or weighed.would_hide):
        return None
    return Signal(
        check="reports",
        kind="hold" if weighed.hides else "note",
        detail=f"{weighed.reports} readers reported it; by their records {weighed.weight_now:.1f} of them are right",
        score=round(weighed.weight_now, 3),
        threshold=rules.hide_at,
        rule_version=version,
        would=None if weighed.hides else "hold",
    )


def report_urgency(reports: Sequence[OpenReport], reply_count: int) -> int:
    """Minutes of head start in the queue: by the gravest reason, by how many complain, by how much was answered."""
    return urgency(frozenset(report.reason for report in reports), reports=len(reports), reach=reply_count)


def clean_note(note: str | None) -> str | None:
    """The note to keep; an empty one is none."""
    return normal(note or "") or None
