"""The rules as a process knows them: read once, and again when it is told."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from service.infra.postgres import Database
from service.screening import store
from service.screening.checks import words
from service.screening.current import CurrentRules
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules, WordList


class Reads:
    """Stands in for the store: counts the reads, and lets a test decide when one ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rules, self.count = DEFAULT_RULES, 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        monkeypatch.setattr(store, "current_rules", self._read)

    async def _read(self, _: Any) -> Rules:
        self.count += 1
        found = self.rules
        await self.may_end.wait()
        return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


async def test_they_are_read_once_for_all_who_ask(db: Database, reads: Reads) -> None:
    current = CurrentRules(db)
    assert await asyncio.gather(*(current.get() for _ in range(5))) == [DEFAULT_RULES] * 5
    assert reads.count == 1


async def test_a_change_that_is_told_is_read(db: Database, reads: Reads) -> None:
    current = CurrentRules(db)
    await current.get()
    reads.rules = Rules(version=1)
    assert (await current.get()).version == 0
    current.changed(b"1")
    assert (await current.get()).version == 1


async def test_a_change_told_while_they_are_read_is_not_missed(db: Database, reads: Reads) -> None:
    current = CurrentRules(db)
    reads.may_end.clear()
    reading = asyncio.create_task(current.get())
    while reads.count == 0:
        await asyncio.sleep(0)
    reads.rules = Rules(version=1)
    current.changed()
    reads.may_end.set()
    await reading
    assert (await current.get()).version == 1


async def test_rules_of_another_release_stop_nobody(db: Database) -> None:
    current = CurrentRules(db)
    async with db.read() as conn:
        await conn.execute(
            "INSERT INTO screening_rules (version, rules, made_by, made_at) VALUES (1, $1, 'ann', now())",
            {"links": {"most": 1}},
        )
    assert (await current.get()).links.most == 1
    async with db.read() as conn:
        await conn.execute(
            "INSERT INTO screening_rules (version, rules, made_by, made_at) VALUES (2, $1, 'ann', now())",
            {"links": {"most": 0}, "sentiment": {"use": "on"}},
        )
    current.changed()
    rules = await current.get()
    assert (rules.version, rules.links.most) == (1, 1)
    assert REGISTRY.get_sample_value("screening_rules_unreadable") == 1


def test_what_is_prepared_for_rules_is_kept_for_those_that_say_the_same() -> None:
    rules = Rules(words=(WordList(name="a", kind="suspect", words=("kept-for-later",)),))
    same = Rules(version=4, words=(WordList(name="a", kind="suspect", words=("kept-for-later",)),))
    prepared = words.prepare(rules)
    assert words.prepare(same) is prepared
    # What is in use stays, however many others are tried meanwhile.
    for number in range(20):
        words.prepare(Rules(words=(WordList(name="a", kind="suspect", words=(f"other-{number}",)),)))
        assert words.prepare(rules) is prepared
