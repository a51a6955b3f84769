"""Words and phrases that the newsroom listed, found through the disguises of those who know the lists."""

from typing import Final

from service.screening.rules.ruleset import Rules, WordList
from service.screening.rules.signals import Draft, History, Signal
from service.screening.rules.words.matcher import Found, Matcher

# The rules in force, those that a preview tries, and those before, for requests that still go by them.
_KEPT: Final = 6
_DETAILS: Final = {"blocked": "a blocked word", "suspect": "a word to look at"}
_prepared: list[tuple[tuple[WordList, ...], Matcher]] = []


def check(draft: Draft, _: History, rules: Rules) -> list[Signal]:
    """A signal for each listed word that stands in the text and in no allowed one."""
    return [_signal(found, draft.body, rules.version) for found in prepare(rules).find(draft.body)]


def prepare(rules: Rules) -> Matcher:
    """The matcher of these rules, built when they are met first: tenths of a second for tens of thousands of words."""
    kept = next((pair for pair in _prepared if pair[0] is rules.words), None)
    if kept is None:
        # The same rules read once more need no second matcher.
        known = next((matcher for words, matcher in _prepared if words == rules.words), None)
        kept = (rules.words, Matcher(rules.words) if known is None else known)
    if not _prepared or _prepared[0] is not kept:
        _prepared[:] = [kept, *(pair for pair in _prepared if pair is not kept)][:_KEPT]
    return kept[1]


def _signal(found: Found, body: str, version: int) -> Signal:
    is_disguised = found.reading != "plain"
    return Signal(
        check="words",
        kind="refuse" if found.list.kind == "blocked" else "hold",
        detail=f"{_DETAILS[found.list.kind]}{', disguised' if is_disguised else ''}: {found.word}",
        matched=body[found.start : found.end],
        start=found.start,
        end=found.end,
        rule_version=version,
        what=found.list.kind,
        list=found.list.name,
        harm=found.list.harm,
    )
