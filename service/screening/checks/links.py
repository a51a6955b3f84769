"""More links than people who discuss a story send."""

import re

from service.screening.rules.signals import Draft, History, Rules, Signal

_LINK = re.compile(r"(?:https?://|mailto:|www\.)", re.IGNORECASE)


def check(draft: Draft, _: History, rules: Rules) -> list[Signal]:
    """Holds a text with more links than the rules allow."""
    count = sum(1 for _match in _LINK.finditer(draft.body))
    if count <= rules.links_max:
        return []
    return [
        Signal(
            check="links",
            kind="hold",
            detail=f"{count} links; {rules.links_max} pass unseen",
            score=count,
            threshold=rules.links_max,
            rule_version=rules.version,
        )
    ]
