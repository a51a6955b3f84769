"""Screening: every check sees every draft, and a pure verdict follows from what they noticed together."""

from collections.abc import Sequence

import msgspec

from service.screening.checks import CHECKS
from service.screening.rules.signals import Draft, History, Rules, Signal
from service.screening.rules.verdict import Verdict, judge


class Screening(msgspec.Struct, frozen=True):
    """The outcome with its whole trace, as it is stored and shown to moderators."""

    verdict: Verdict
    signals: list[Signal]


def screen(draft: Draft, history: History, rules: Rules, given: Sequence[Signal] = ()) -> Screening:
    """Runs all checks. `given` are signals from elsewhere: the story's mode, a sanction."""
    signals = [*given]
    for check in CHECKS:
        signals.extend(check(draft, history, rules))
    return Screening(judge(signals), signals)
