"""The same text that its author sent a moment ago, perhaps under another story."""

from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal

# "Thank you!" may be said twice.
_CHARS_MIN = 40


def check(draft: Draft, history: History, rules: Rules) -> list[Signal]:
    """Holds a longer text that equals one of the author's latest, blanks and case aside."""
    text = _bare(draft.body)
    recent = history.recent_bodies
    if len(text) < _CHARS_MIN or all(_bare(body) != text for body in recent):
        return []
    return [
        Signal(
            check="repeats",
            kind="hold",
            detail="the same text as one of the author's latest comments",
            rule_version=rules.version,
        )
    ]


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())
