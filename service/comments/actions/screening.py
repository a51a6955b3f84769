"""A text goes through screening: the same way for a new comment and for a changed one."""

from collections.abc import Sequence

from prometheus_client import Counter

from service.comments.problems import CommentRefused
from service.comments.store import PostingContext
from service.screening.pipeline import Screening, screen
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal
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


def screen_draft(draft: Draft, context: PostingContext, rules: Rules, held_by: list[Signal]) -> Screening:
    """The outcome for a draft of the author whose record the context holds."""
    history = History(
        published_count=context.published_count,
        approved_count=context.approved_count,
        rejected_count=context.rejected_count,
        recent_bodies=tuple(context.recent_bodies),
    )
    return screen(draft, history, rules, held_by)


def refuse_draft(screening: Screening) -> CommentRefused | None:
    """The problem for a text that may not even wait; it names no listed word."""
    if screening.verdict != Verdict.REFUSE:
        return None
    reasons = sorted({signal.check for signal in screening.signals if signal.kind == "refuse"})
    return CommentRefused("The text contains something that this site does not publish.", reasons=reasons)
