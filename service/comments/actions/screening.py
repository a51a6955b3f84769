"""A text goes through screening: the same way for a new comment and for a changed one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from prometheus_client import Counter

from service.comments.problems import CommentRefused
from service.comments.rules import text
from service.comments.rules.advice import codes_of
from service.comments.rules.lifecycle import Status
from service.comments.store import PostingContext
from service.kernel.ids import made_at
from service.review_queue.rules import urgency
from service.screening.pipeline import Screening, screen
from service.screening.rules.prints import prints_of
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, Earlier, History, Signal
from service.screening.rules.verdict import Verdict

_SHADOW = Counter(
    "screening_shadow_total",
    "Texts in which a part of the rules that is only tried would have asked for something",
    ["check", "list", "would"],
)


def count_shadow(signals: Sequence[Signal]) -> None:
    """Counts a kept text for each part of the rules in shadow that noted something about it."""
    for check, words, would in {(signal.check, signal.list, signal.would) for signal in signals}:
        if would is not None:
            _SHADOW.labels(check, words or "", would).inc()


def hold_signals(*, story_mode: str | None, author_is_held: bool) -> list[Signal]:
    """What holds a text whatever it says."""
    signals: list[Signal] = []
    if story_mode == "pre":
        signals.append(Signal(check="story_mode", kind="hold", detail="every comment on this story is read first"))
    if author_is_held:
        signals.append(Signal(check="premoderation", kind="hold", detail="this author's comments are read first"))
    return signals


def looked_for(body: str, rules: Rules, now: datetime) -> tuple[list[int], datetime]:
    """By which prints, and since when, texts like this one are looked for."""
    prints = [] if rules.repeats.use == "off" else prints_of(text.normal(body), rules.repeats.chars_min)
    return prints, now - timedelta(hours=rules.repeats.hours)


def screen_draft(
    draft: Draft, context: PostingContext, rules: Rules, held_by: list[Signal], author_id: UUID, now: datetime
) -> Screening:
    """The outcome for a draft of the author whose record the context holds."""
    history = History(
        published_count=context.published_count,
        approved_count=context.approved_count,
        rejected_count=context.rejected_count,
        recent_bodies=tuple(context.recent_bodies),
        recent_ages_s=tuple((now - made_at(one)).total_seconds() for one in context.recent_ids if one.version == 7),
        alike=tuple(
            Earlier(
                author=str(author) if author else None,
                is_own=author == author_id,
                was_rejected=status == Status.REJECTED,
                body=body,
            )
            for _, author, status, body in context.alike
        ),
    )
    return screen(draft, history, rules, held_by)


def urgency_of(signals: Sequence[Signal]) -> int:
    """Minutes of head start of a text that waits: by the gravest harm that holds it."""
    harms = frozenset(signal.harm for signal in signals if signal.harm and signal.kind != "note")
    # The model orders the queue also where its word alone would not hold the comment.
    likelihood = max((signal.score or 0.0 for signal in signals if signal.check == "model"), default=0.0)
    return urgency(harms, likelihood=likelihood)


def refuse_draft(screening: Screening) -> CommentRefused | None:
    """The problem for a text that may not even wait; it names no listed word."""
    if screening.verdict != Verdict.REFUSE:
        return None
    return CommentRefused(reasons=codes_of([signal for signal in screening.signals if signal.kind == "refuse"]))
