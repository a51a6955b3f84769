"""What waits in which queue, what goes first, and how long a claim lasts.

The order `urgent` is one of time: an item counts as if it had waited `urgency` minutes longer than it has (the column
`due_at`). So a threat that came in now goes before an hour-old squabble, but nothing waits for ever behind what keeps
coming in.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import log2
from typing import Final

from service.kernel import limits


class Queue(StrEnum):
    """A review queue, as paths and rows name it."""

    HELD = "held"
    REPORTED = "reported"
    UNREVIEWED = "unreviewed"
    APPEALED = "appealed"
    ESCALATED = "escalated"


class Order(StrEnum):
    """How a queue is read."""

    URGENT = "urgent"
    OLDEST = "oldest"
    NEWEST = "newest"


# Minutes of head start that a kind of harm is given, by the reasons of reports and the kinds of signals.
SEVERITY_MINUTES: Final[dict[str, int]] = {
    "illegal": 24 * 60,
    "threat": 24 * 60,
    "hate": 8 * 60,
    "harassment": 6 * 60,
    "abuse": 4 * 60,
    "misinformation": 2 * 60,
    "spam": 60,
    "other": 30,
    "off_topic": 0,
}
# Each doubling of the reports, and of the replies and votes that a comment has drawn, counts so many minutes more.
REPORTS_DOUBLED_MINUTES: Final = 120
REACH_DOUBLED_MINUTES: Final = 20
# What the model is wholly sure of; less in proportion, from an even chance on.
LIKELY_MINUTES: Final = 4 * 60
URGENCY_MINUTES_MAX: Final = 3 * 24 * 60


def urgency(kinds: frozenset[str], *, reports: int = 0, reach: int = 0, likelihood: float = 0.0) -> int:
    """Minutes of head start: by the gravest of `kinds`, by how many complained and by how many may have read it.

    `kinds` are reasons of reports and kinds of signals; one that the table lacks counts nothing. `reach` is replies and
    votes together. `likelihood` is how sure the model is that a moderator would reject it, from 0 to 1. Doublings
    count, not single ones, so that a crowd cannot push one comment past everything else.
    """
    gravest = max((SEVERITY_MINUTES.get(kind, 0) for kind in kinds), default=0)
    by_reports = REPORTS_DOUBLED_MINUTES * log2(max(reports, 1))
    by_reach = REACH_DOUBLED_MINUTES * log2(1 + max(reach, 0))
    by_model = LIKELY_MINUTES * max(0.0, 2 * likelihood - 1)
    return min(URGENCY_MINUTES_MAX, int(gravest + by_reports + by_reach + by_model))


def lease_until(now: datetime) -> datetime:
    """When a claim that is taken or renewed now lapses."""
    return now + timedelta(seconds=limits.claim_lease_s)


def holder(claimed_by: str | None, claimed_until: datetime | None, now: datetime) -> str | None:
    """Who holds an item at `now`; a claim is over at its `claimed_until`, with no sweep needed."""
    return claimed_by if claimed_until is not None and claimed_until > now else None
