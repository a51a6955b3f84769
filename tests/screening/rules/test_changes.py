"""What a change of the rules is said to have changed."""

import msgspec
import pytest

from service.screening.rules.changes import difference, is_same
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Links, Rules, RuleSet, WordList

INSULTS = WordList(name="insults", kind="suspect", words=("oaf", "lout", "churl"))


def test_rules_that_say_the_same_are_the_same_whatever_their_versions() -> None:
    assert is_same(DEFAULT_RULES, msgspec.structs.replace(DEFAULT_RULES, version=7))
    assert difference(DEFAULT_RULES, msgspec.structs.replace(DEFAULT_RULES, version=7)) == ({}, {})
    assert not is_same(DEFAULT_RULES, RuleSet())


def test_only_what_differs_is_told() -> None:
    before = Rules(links=Links(most=3, allowed=("a.example", "b.example")))
    after = Rules(links=Links(most=2, allowed=("b.example", "c.example")))
    assert difference(before, after) == (
        {"links": {"most": 3, "allowed": ["a.example"]}},
        {"links": {"most": 2, "allowed": ["c.example"]}},
    )


def test_of_a_long_word_list_only_the_words_that_came_and_went_are_told() -> None:
    changed = msgspec.structs.replace(INSULTS, words=("oaf", "churl", "knave"), use="shadow")
    assert difference(RuleSet(words=(INSULTS,)), RuleSet(words=(changed,))) == (
        {"words": {"insults": {"words": ["lout"], "use": "on"}}},
        {"words": {"insults": {"words": ["knave"], "use": "shadow"}}},
    )


@pytest.mark.parametrize("added", [True, False])
def test_a_list_that_came_or_went_is_told_whole(added: bool) -> None:
    pair = (RuleSet(), RuleSet(words=(INSULTS,)))
    whole = {"words": {"insults": msgspec.to_builtins(INSULTS)}}
    assert difference(*(pair if added else pair[::-1])) == (
        ({"words": {"insults": None}}, whole) if added else (whole, {"words": {"insults": None}})
    )
