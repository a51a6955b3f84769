"""An author of whose comments a large share was rejected."""

from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal


def check(_: Draft, history: History, rules: Rules) -> list[Signal]:
    """Holds a comment when the share of rejected ones is as large as the rules say, among enough to tell."""
    past = rules.history
    known = history.published_count + history.rejected_count
    if known < past.sample_min or history.rejected_count < past.rejected_share * known:
        return []
    share = round(history.rejected_count / known, 2)
    return [
        Signal(
            check="history",
            kind="hold",
            detail=f"{history.rejected_count} of this author's {known} comments were rejected",
            score=share,
            threshold=past.rejected_share,
            rule_version=rules.version,
            what="rejected_share",
        )
    ]
