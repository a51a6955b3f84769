"""More links than people who discuss a story send."""

import re

from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal

_LINK = re.compile(r"(?:https?://|mailto:|www\.)", re.IGNORECASE)


def check(draft: Draft, _: History, rules: Rules) -> list[Signal]:
    """Holds a text with more links than the rules allow."""
    count = sum(1 for _match in _LINK.finditer(draft.body))
    if count <= rules.links.most:
        return []
    return [
        Signal(
            check="links",
            kind="hold",
            detail=f"{count} links; {rules.links.most} pass unseen",
            score=count,
            threshold=rules.links.most,
            rule_version=rules.version,
        )
    ]
