"""What rules must be beyond the bounds of their members: faults that their types cannot say."""

from collections.abc import Iterator

import msgspec

from service.screening.rules.ruleset import RuleSet

# A word list of this length is read in a moment; several of them together cost memory in every process.
WORDS_MAX = 50_000


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with which member, by its path within the rules."""

    field: str
    message: str


def faults_in(rules: RuleSet) -> list[Fault]:
    """Everything that keeps the rules from being used; empty when they can be."""
    return list(_faults_in(rules))


def _faults_in(rules: RuleSet) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, words in enumerate(rules.words):
        if words.name in seen:
            yield Fault(f"words[{place}].name", "another list has this name; signals tell lists by their names")
        seen.add(words.name)
        for at, word in enumerate(words.words):
            if not word.strip("* \t\n"):
                yield Fault(f"words[{place}].words[{at}]", "nothing of it is left to look for")
    if sum(len(words.words) for words in rules.words) > WORDS_MAX:
        yield Fault("words", f"at most {WORDS_MAX} words in all lists together")
    if rules.reports.hide_at is not None and rules.reports.hide_at < rules.reports.review_at:
        yield Fault("reports.hide_at", "what hides a comment also brings it to review: not less than review_at")
