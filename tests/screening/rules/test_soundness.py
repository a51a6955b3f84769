"""Rules that their types allow and that cannot be used all the same."""

from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Reports, RuleSet, WordList
from service.screening.rules.soundness import WORDS_MAX, Fault, faults_in


def _fields(rules: RuleSet) -> list[str]:
    return [fault.field for fault in faults_in(rules)]


def test_the_defaults_are_sound() -> None:
    assert faults_in(DEFAULT_RULES) == []
    assert faults_in(RuleSet()) == []


def test_two_lists_of_one_name_could_not_be_told_apart() -> None:
    lists = tuple(WordList(name=name, kind="suspect", words=("oaf",)) for name in ("a", "b", "a"))
    assert _fields(RuleSet(words=lists)) == ["words[2].name"]


def test_each_word_without_anything_to_look_for_is_named() -> None:
    words = WordList(name="a", kind="blocked", words=("oaf", "  ", "*", "lout*"))
    assert _fields(RuleSet(words=(words,))) == ["words[0].words[1]", "words[0].words[2]"]


def test_all_lists_together_have_a_bound() -> None:
    half = tuple(f"word{number}" for number in range(WORDS_MAX // 2))
    lists = (WordList(name="a", kind="blocked", words=half), WordList(name="b", kind="blocked", words=half))
    assert _fields(RuleSet(words=lists)) == []
    one_more = WordList(name="c", kind="blocked", words=("oaf",))
    assert _fields(RuleSet(words=(*lists, one_more))) == ["words"]


def test_what_hides_also_brings_to_review() -> None:
    assert _fields(RuleSet(reports=Reports(review_at=2, hide_at=2))) == []
    assert faults_in(RuleSet(reports=Reports(review_at=2, hide_at=1))) == [
        Fault("reports.hide_at", "what hides a comment also brings it to review: not less than review_at")
    ]
