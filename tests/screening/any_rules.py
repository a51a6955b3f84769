"""Any rules that their types allow and that can be used, drawn from the types themselves."""

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from service.screening.rules.ruleset import RuleSet
from service.screening.rules.soundness import faults_in


def any_rules() -> st.SearchStrategy[RuleSet]:
    """Rules within all of their bounds."""
    built = _strategy(inspect.type_info(RuleSet))
    return (
        built.map(lambda given: msgspec.convert(given, RuleSet)).map(_sound).filter(lambda rules: not faults_in(rules))
    )


def _sound(rules: RuleSet) -> RuleSet:
    """The rules with a name of its own for each list; what cannot be used for other reasons is seldom drawn."""
    lists = {words.name: words for words in rules.words}
    return msgspec.structs.replace(rules, words=tuple(lists.values()))


def _strategy(kind: Any) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.StructType(fields=fields):
            return st.fixed_dictionaries({field.encode_name: _strategy(field.type) for field in fields})
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.UnionType(types=types):
            return st.one_of(*map(_strategy, types))
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(ge=least, le=most):
            return st.integers(least, most)
        case inspect.FloatType():
            return st.floats(
                _first(kind.ge, kind.gt), _first(kind.le, kind.lt),
                exclude_min=kind.gt is not None, exclude_max=kind.lt is not None,
            )  # fmt: skip
        case inspect.StrType(pattern=str(pattern)):
            return st.from_regex(pattern)
        case inspect.StrType(min_length=least, max_length=most):
            letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
            return st.text(letters, min_size=least or 0, max_size=min(most or 20, 20))
        case inspect.VarTupleType(item_type=item):
            return st.lists(_strategy(item), max_size=4)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_strategy(key), _strategy(value), max_size=3)
    raise TypeError(f"no strategy for {kind}")


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)
