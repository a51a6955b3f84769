"""New readers: their first comments wait until some were approved."""

from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal


def check(_: Draft, history: History, rules: Rules) -> list[Signal]:
    """Holds a comment of an author with too few approved ones, unless so many are published that none is new."""
    new = rules.new_readers
    if history.approved_count >= new.approved_min or history.published_count >= new.published_min:
        return []
    return [
        Signal(
            check="new_readers",
            kind="hold",
            detail=f"{history.approved_count} comments of this author were approved; {new.approved_min} are asked for",
            score=history.approved_count,
            threshold=new.approved_min,
            rule_version=rules.version,
            what="new_reader",
        )
    ]
