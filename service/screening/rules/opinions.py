"""What an outside service says, or fails to say, as the signal that counts."""

from typing import Literal

from service.screening.rules.ruleset import OutsideService, Rules
from service.screening.rules.shadow import as_used
from service.screening.rules.signals import Signal

# A score from here on is told to moderators even where it holds nothing.
NOTED_AT = 0.5
WAITING = "waiting"
FAILED = "failed"


def signal_of(
    service: str, asks: Literal["publish", "hold"], detail: str, score: float | None, rules: Rules
) -> Signal | None:
    """A service's opinion as the rules weigh it; None where there is nothing to tell."""
    part = _part(service, rules)
    threshold = part.hold_at if score is not None else None
    holds = asks == "hold" if threshold is None or score is None else score >= threshold
    if not holds and asks == "publish" and (score is None or score < NOTED_AT):
        return None
    signal = Signal(
        check=service,
        kind="hold" if holds else "note",
        detail=detail,
        score=score,
        threshold=threshold,
        rule_version=rules.version,
        what="opinion",
    )
    return as_used(signal, part.use)


def signal_of_failure(service: str, why: str, rules: Rules) -> Signal:
    """That the service said nothing of use, and what was done instead, as the rules declare."""
    return _instead(service, FAILED, why, "as the rules say", rules)


def signal_of_waiting(service: str, rules: Rules) -> Signal:
    """That the service will say later, and what is done until then."""
    return _instead(service, WAITING, "its verdict comes later", "until then", rules)


def _instead(service: str, what: str, why: str, for_how_long: str, rules: Rules) -> Signal:
    part = _part(service, rules)
    holds = part.when_failing == "hold"
    done = "held" if holds and part.use == "on" else "not held"
    signal = Signal(
        check=service,
        kind="hold" if holds else "note",
        detail=f"{why}: {done} {for_how_long}",
        rule_version=rules.version,
        what=what,
    )
    return as_used(signal, part.use)


def _part(service: str, rules: Rules) -> OutsideService:
    part: OutsideService = getattr(rules.outside, service)
    return part
