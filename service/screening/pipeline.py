"""Screening: every check sees every draft, and a pure verdict follows from what they noticed together."""

from collections.abc import Sequence

import msgspec

from service.screening.checks import CHECKS
from service.screening.rules.ruleset import Rules
from service.screening.rules.shadow import as_used, use_of
from service.screening.rules.signals import Draft, History, Signal
from service.screening.rules.verdict import Verdict, judge


class Screening(msgspec.Struct, frozen=True):
    """The outcome with its whole trace, as it is stored and shown to moderators."""

    verdict: Verdict
    signals: list[Signal]


def screen(draft: Draft, history: History, rules: Rules, given: Sequence[Signal] = ()) -> Screening:
    """Runs all checks whose part of the rules is in use; what rules in shadow notice becomes a note.

    `given` are signals from elsewhere, such as the story's mode, a sanction or an outside service.
    """
    found = [*given]
    for name, check in CHECKS.items():
        if use_of(rules, name) != "off":
            found.extend(check(draft, history, rules))
    signals = [as_used(signal, use_of(rules, signal.check, signal.list)) for signal in found]
    return Screening(judge(signals), signals)


def with_more(screening: Screening, signals: Sequence[Signal]) -> Screening:
    """The outcome when these were noticed as well."""
    return Screening(judge([*screening.signals, *signals]), [*screening.signals, *signals]) if signals else screening
