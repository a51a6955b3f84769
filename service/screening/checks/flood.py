"""Many comments by one author in a short while."""

from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal


def check(_: Draft, history: History, rules: Rules) -> list[Signal]:
    """Holds a comment when so many of the author's went before it within the minutes."""
    flood = rules.flood
    count = sum(age <= flood.minutes * 60 for age in history.recent_ages_s)
    if count < flood.most:
        return []
    return [
        Signal(
            check="flood",
            kind="hold",
            detail=f"{count} comments by this author in the last {flood.minutes} minutes",
            score=count,
            threshold=flood.most,
            rule_version=rules.version,
            what="many_comments",
            harm="spam",
        )
    ]
