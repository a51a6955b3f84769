"""The same text again, or nearly the same: by its author, by several authors, or one that was rejected before."""

from service.screening.rules.prints import likeness, shingles_of
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal


def check(draft: Draft, history: History, rules: Rules) -> list[Signal]:
    """Holds a longer text when the author sent one like it a moment ago, or others did, or one like it was rejected."""
    repeats = rules.repeats
    if len(draft.body) < repeats.chars_min:
        return []
    found: list[Signal] = []
    exact = _own_again(draft.body, history.recent_bodies)
    if not history.alike and exact < repeats.own:
        return found
    own_shingles = shingles_of(draft.body) if history.alike else set()
    alike = [
        (share, earlier)
        for earlier in history.alike
        if (share := likeness(own_shingles, shingles_of(earlier.body))) >= repeats.alike
    ]
    own = max(exact, sum(earlier.is_own for _, earlier in alike))
    if own >= repeats.own:
        what, times = "own_text_again", "time" if own == 1 else "times"
        detail = f"its author sent a text like it {own} {times} lately"
        found.append(_signal(what, detail, own, repeats.own, rules.version))
    others = len({earlier.author for _, earlier in alike if not earlier.is_own})
    if others >= repeats.others:
        detail = f"{others} other authors sent a text like it lately"
        found.append(_signal("text_of_others", detail, others, repeats.others, rules.version))
    rejected = [share for share, earlier in alike if earlier.was_rejected]
    if rejected:
        detail = f"{max(rejected):.0%} like a text that was rejected lately"
        found.append(_signal("rejected_text", detail, round(max(rejected), 2), repeats.alike, rules.version))
    return found


def _own_again(body: str, recent: tuple[str, ...]) -> int:
    """How many of the author's latest texts are this one, blanks and case aside."""
    text = _bare(body)
    # Blanks at most double a text that is the same.
    return sum(_bare(one) == text for one in recent if len(one) <= 2 * len(body) and len(body) <= 2 * len(one))


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())


def _signal(what: str, detail: str, score: float, threshold: float, version: int) -> Signal:
    return Signal(
        check="repeats",
        kind="hold",
        detail=detail,
        score=score,
        threshold=threshold,
        rule_version=version,
        what=what,
        harm="spam",
    )
