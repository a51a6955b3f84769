"""Whatever rules can be used: they are kept as they were sent, told apart, and no text stops the checks."""

import asyncpg
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.infra.clock import FixedClock
from service.screening import store
from service.screening.actions.preview import with_version
from service.screening.payloads import RulesChange, RulesInForce, only_rules, rules_in_force
from service.screening.pipeline import screen
from service.screening.rules.changes import difference, is_same
from service.screening.rules.ruleset import RuleSet
from service.screening.rules.signals import Draft, History
from tests.screening.any_rules import any_rules

_SLOW = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_IN_DATABASE = settings(
    _SLOW, max_examples=25,
    suppress_health_check=[*_SLOW.suppress_health_check, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@_SLOW
@given(any_rules())
def test_what_is_read_can_be_sent_and_says_the_same(rules: RuleSet) -> None:
    answered = msgspec.json.encode(rules_in_force(None, rules, []))
    read = msgspec.json.decode(answered, type=RulesInForce).rules
    sent = msgspec.json.encode(RulesChange(rules=read, seen_version=0))
    assert msgspec.json.decode(sent, type=RulesChange).rules == rules


@_IN_DATABASE
@given(rules=any_rules())
async def test_the_database_keeps_them_as_they_are(conn: asyncpg.Connection, clock: FixedClock, rules: RuleSet) -> None:
    newest = await store.newest_version(conn)
    version = 1 if newest is None else newest.version + 1
    await store.add_version(
        conn, with_version(rules, version), made_by="ann", note=None, restores=None, confirmed_by=None, now=clock.now()
    )
    kept = await store.current_rules(conn)
    assert kept.version == version
    assert only_rules(kept) == rules


def _sorted(rules: RuleSet) -> RuleSet:
    return msgspec.structs.replace(rules, words=tuple(sorted(rules.words, key=lambda words: words.name)))


@_SLOW
@given(any_rules(), any_rules())
def test_a_difference_is_empty_exactly_where_both_say_the_same(one: RuleSet, other: RuleSet) -> None:
    turned = msgspec.structs.replace(one, words=one.words[::-1])
    # The order of the lists says nothing.
    assert difference(one, one) == difference(one, turned) == ({}, {})
    before, after = difference(one, other)
    assert (before == after == {}) == is_same(_sorted(one), _sorted(other))
    assert before.keys() == after.keys()
    # The record keeps it as JSON.
    msgspec.json.encode((before, after))


@_SLOW
@given(any_rules(), st.text(min_size=1, max_size=80))
def test_no_text_and_no_rules_stop_the_checks(rules: RuleSet, body: str) -> None:
    draft = Draft(body=body, side=None, about=None, is_reply=False)
    history = History(
        published_count=1, approved_count=0, rejected_count=1, recent_bodies=(body,), recent_ages_s=(1.0,)
    )
    for signal in screen(draft, history, with_version(rules, 5), []).signals:
        assert signal.kind != "note" or signal.would is not None or signal.detail
        if signal.start is not None and signal.end is not None:
            assert body[signal.start : signal.end] == signal.matched
