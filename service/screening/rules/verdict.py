"""From what the checks noticed to what happens with a draft."""

from collections.abc import Sequence
from enum import StrEnum

from service.screening.rules.signals import Signal


class Verdict(StrEnum):
    PUBLISH = "publish"
    HOLD = "hold"
    REFUSE = "refuse"


def judge(signals: Sequence[Signal]) -> Verdict:
    """The strictest thing that any check asks for."""
    kinds = {signal.kind for signal in signals}
    if "refuse" in kinds:
        return Verdict.REFUSE
    return Verdict.HOLD if "hold" in kinds else Verdict.PUBLISH
