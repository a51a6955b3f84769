"""Rules that are tried before they act: what they would have asked for is told as a note."""

from msgspec.structs import replace

from service.screening.rules.ruleset import Rules, Use
from service.screening.rules.signals import Signal


def use_of(rules: Rules, check: str, word_list: str | None = None) -> Use:
    """How the part of the rules that belongs to a check, and of the words the list of that name, is used.

    What has no part of the rules, such as a story's mode, always acts.
    """
    if check == "words":
        return next((one.use for one in rules.words if one.name == word_list), "on")
    part = getattr(rules, check, None)
    use: Use = getattr(part, "use", "on")
    return use


def as_used(signal: Signal, use: Use) -> Signal:
    """The signal as it counts; one of a rule in shadow asks for nothing any more."""
    if use != "shadow" or signal.kind == "note":
        return signal
    return replace(signal, kind="note", would=signal.kind)
