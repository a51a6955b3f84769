"""What a change of the rules changed, and nothing else: for the record of it and for whoever is to confirm it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.screening.rules.ruleset import RuleSet

Parts = dict[str, Any]


def difference(before: RuleSet, after: RuleSet) -> tuple[Parts, Parts]:
    """The parts that differ, as they were and as they are.

    Word lists are told by their names, null where there is no such list; of a long list of words or domains what is in
    both is left out, and where only the order changed nothing is left of it.
    """
    was, became = msgspec.to_builtins(_only_rules(before)), msgspec.to_builtins(_only_rules(after))
    was["words"], became["words"] = _by_name(was["words"]), _by_name(became["words"])
    return _difference(was, became)


def is_same(one: RuleSet, other: RuleSet) -> bool:
    """Whether both say the same, whatever their versions."""
    return _only_rules(one) == _only_rules(other)


def _only_rules(rules: RuleSet) -> RuleSet:
    return RuleSet(**{part: getattr(rules, part) for part in RuleSet.__struct_fields__})


def _by_name(lists: Sequence[Parts]) -> Parts:
    return {one["name"]: one for one in lists}


def _difference(was: Parts, became: Parts) -> tuple[Parts, Parts]:
    old: Parts = {}
    new: Parts = {}
    for name in sorted({*was, *became}):
        before, after = was.get(name), became.get(name)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            old[name], new[name] = _difference(before, after)
        elif isinstance(before, Sequence) and isinstance(after, Sequence) and not isinstance(before, str):
            old[name], new[name] = _without(before, after), _without(after, before)
        else:
            old[name], new[name] = before, after
    return old, new


def _without(words: Sequence[str], others: Sequence[str]) -> list[str]:
    left_out = set(others)
    return [word for word in words if word not in left_out]
