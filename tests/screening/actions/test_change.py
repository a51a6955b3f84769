"""A change of the rules, start to finish: by one admin, by two, and against each other."""

import asyncio
from typing import Any

import asyncpg
import pytest

from service.accounts.rules.viewer import Staff
from service.infra.tools import Tools
from service.kernel.problems import Problem
from service.screening import store
from service.screening.actions import change as changing
from service.screening.actions import proposals
from service.screening.actions.versions import Change, Made
from service.screening.current import CurrentRules
from service.screening.rules.changes import is_same
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Links, Rules, RuleSet, WordList
from tests.screening.actions.conftest import Write

STRICT = RuleSet(words=(WordList(name="all", kind="suspect", words=("words",)),))


def _links(most: int) -> RuleSet:
    return RuleSet(words=DEFAULT_RULES.words, links=Links(most=most))


async def _put(tools: Tools, by: Staff, rules: RuleSet, seen: int, note: str | None = None) -> Made:
    return await changing.change(tools, by, Change(rules, seen, note), tools.clock.now())


async def _in_force(tools: Tools) -> Rules:
    async with tools.db.read() as conn:
        return await store.current_rules(conn)


async def _rows(tools: Tools, sql: str) -> list[dict[str, Any]]:
    async with tools.db.read() as conn:
        return [dict(row) for row in await conn.fetch(sql)]


async def test_a_change_is_in_force_and_on_record(tools: Tools, admin: Staff) -> None:
    assert await _put(tools, admin, _links(1), 0, "Spam came in.") == Made(1)
    rules = await _in_force(tools)
    assert (rules.version, rules.links.most) == (1, 1)
    assert await _rows(tools, "SELECT version, made_by, note, confirmed_by FROM screening_rules") == [
        {"version": 1, "made_by": "ann", "note": "Spam came in.", "confirmed_by": None}
    ]
    [entry] = await _rows(tools, "SELECT actor, action, subject_id, before, after FROM audit_entries")
    assert entry == {
        "actor": "ann",
        "action": "rules.changed",
        "subject_id": "1",
        "before": {"version": 0, "rules": {"links": {"most": 3}}},
        "after": {"version": 1, "note": "Spam came in.", "rules": {"links": {"most": 1}}},
    }


async def test_a_process_uses_a_change_as_soon_as_it_is_told(tools: Tools, admin: Staff) -> None:
    current = CurrentRules(tools.db)
    tools.broadcast.subscribe("sc:rules", current.changed, current.changed)
    assert (await current.get()).version == 0
    await _put(tools, admin, _links(1), 0)
    assert (await current.get()).version == 1


async def test_the_same_rules_again_change_nothing(tools: Tools, admin: Staff) -> None:
    await _put(tools, admin, _links(1), 0)
    assert await _put(tools, admin, _links(1), 1) == Made(1)
    assert len(await _rows(tools, "SELECT FROM screening_rules")) == 1


async def test_a_change_of_rules_that_are_not_in_force_is_refused(tools: Tools, admin: Staff) -> None:
    await _put(tools, admin, _links(1), 0)
    with pytest.raises(Problem) as caught:
        await _put(tools, admin, _links(2), 0)
    assert (caught.value.slug, caught.value.members) == ("rules-changed", {"current_version": 1})
    assert (await _in_force(tools)).links.most == 1


async def test_of_changes_at_once_one_is_made(tools: Tools, admin: Staff, other_admin: Staff) -> None:
    tries = [_put(tools, by, _links(most), 0) for by, most in zip([admin, other_admin] * 3, range(4, 10), strict=True)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [result for result in results if isinstance(result, Made)] == [Made(1)]
    assert all(getattr(result, "slug", "rules-changed") == "rules-changed" for result in results)
    assert len(await _rows(tools, "SELECT FROM screening_rules")) == 1
    assert len(await _rows(tools, "SELECT FROM audit_entries")) == 1


async def test_faults_are_named_by_their_place(tools: Tools, admin: Staff) -> None:
    twice = (WordList(name="a", kind="blocked", words=("oaf",)), WordList(name="a", kind="blocked", words=(" ",)))
    with pytest.raises(Problem) as caught:
        await _put(tools, admin, RuleSet(words=twice), 0)
    assert [error["field"] for error in caught.value.members["errors"]] == [
        "rules.words[1].name", "rules.words[1].words[0]",
    ]  # fmt: skip


async def test_going_back_is_a_new_version_with_old_content(tools: Tools, admin: Staff) -> None:
    for version, most in enumerate((1, 2)):
        await _put(tools, admin, _links(most), version)
    now = tools.clock.now()
    assert await changing.roll_back(tools, admin, 1, 2, None, now) == Made(3)
    assert (await _in_force(tools)).links.most == 1
    assert await changing.roll_back(tools, admin, 0, None, "As it was.", now) == Made(4)
    assert is_same(await _in_force(tools), DEFAULT_RULES)
    restored = await _rows(tools, "SELECT restores FROM screening_rules ORDER BY version")
    assert [row["restores"] for row in restored] == [None, None, 1, 0]
    with pytest.raises(Problem) as caught:
        await changing.roll_back(tools, admin, 9, None, None, now)
    assert caught.value.slug == "rules-version-unknown"


async def test_what_was_in_force_stays_as_it_was(tools: Tools, admin: Staff) -> None:
    await _put(tools, admin, _links(1), 0)
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await _rows(tools, "UPDATE screening_rules SET made_by = 'nobody'")


@pytest.fixture
async def proposed(tools: Tools, admin: Staff, write: Write) -> store.Proposal:
    for number in range(4):
        await write(f"Some words {number}")
    made = await _put(tools, admin, STRICT, 0, "All must be read.")
    assert made.proposal is not None
    return made.proposal


async def test_a_change_that_hits_many_comments_waits(tools: Tools, proposed: store.Proposal) -> None:
    assert (proposed.state, proposed.on_version, proposed.sampled, proposed.hit) == ("open", 0, 4, 4)
    assert (await _in_force(tools)).version == 0
    [entry] = await _rows(tools, "SELECT action, subject_id, after FROM audit_entries")
    assert (entry["action"], entry["subject_id"]) == ("rules.proposed", str(proposed.id))
    assert entry["after"]["hit"] == 4


async def test_another_admin_confirms_it(tools: Tools, proposed: store.Proposal, other_admin: Staff) -> None:
    assert await proposals.confirm(tools, other_admin, proposed.id, tools.clock.now()) == Made(1)
    assert is_same(await _in_force(tools), STRICT)
    [version] = await _rows(tools, "SELECT made_by, confirmed_by, note FROM screening_rules")
    assert version == {"made_by": "ann", "confirmed_by": "bob", "note": "All must be read."}
    [waited] = await _rows(tools, "SELECT state, settled_by, version FROM screening_rules_proposals")
    assert waited == {"state": "confirmed", "settled_by": "bob", "version": 1}
    [_, entry] = await _rows(tools, "SELECT actor, action, after FROM audit_entries ORDER BY id")
    assert (entry["actor"], entry["action"], entry["after"]["proposed_by"]) == ("bob", "rules.confirmed", "ann")


async def test_nobody_confirms_their_own(tools: Tools, proposed: store.Proposal, admin: Staff) -> None:
    with pytest.raises(Problem) as caught:
        await proposals.confirm(tools, admin, proposed.id, tools.clock.now())
    assert caught.value.slug == "permission-missing"
    assert (await _in_force(tools)).version == 0


@pytest.mark.parametrize(
    "sql",
    [
        """UPDATE screening_rules_proposals
              SET state = 'confirmed', settled_by = 'ann', settled_at = now(), version = 1""",
        "UPDATE screening_rules_proposals SET state = 'rejected', settled_by = 'ann', settled_at = now()",
        "UPDATE screening_rules_proposals SET state = 'withdrawn', settled_by = 'bob', settled_at = now()",
        "UPDATE screening_rules_proposals SET state = 'confirmed', settled_by = 'bob', settled_at = now()",
        "UPDATE screening_rules_proposals SET settled_by = 'bob', settled_at = now()",
        """INSERT INTO screening_rules (version, rules, made_by, made_at, confirmed_by)
           VALUES (2, '{}', 'ann', now(), 'ann')""",
    ],
)
async def test_the_database_refuses_the_same_person_too(tools: Tools, proposed: store.Proposal, sql: str) -> None:
    await _rows(tools, "INSERT INTO screening_rules (version, rules, made_by, made_at) VALUES (1, '{}', 'x', now())")
    with pytest.raises(asyncpg.CheckViolationError):
        await _rows(tools, sql)


async def test_its_proposer_withdraws_it_and_another_rejects_it(
    tools: Tools, proposed: store.Proposal, admin: Staff, other_admin: Staff
) -> None:
    assert (await proposals.reject(tools, admin, proposed.id, tools.clock.now())).state == "withdrawn"
    again = (await _put(tools, admin, STRICT, 0)).proposal
    assert again is not None
    assert (await proposals.reject(tools, other_admin, again.id, tools.clock.now())).state == "rejected"
    for proposal in (proposed, again):
        with pytest.raises(Problem) as caught:
            await proposals.confirm(tools, other_admin, proposal.id, tools.clock.now())
        assert caught.value.slug == "proposal-settled"
    assert (await _in_force(tools)).version == 0


async def test_another_change_overtakes_it(
    tools: Tools, proposed: store.Proposal, admin: Staff, other_admin: Staff
) -> None:
    await _put(tools, other_admin, _links(1), 0)
    with pytest.raises(Problem) as caught:
        await proposals.confirm(tools, other_admin, proposed.id, tools.clock.now())
    assert caught.value.members == {"state": "overtaken"}


async def test_of_confirmations_at_once_one_counts(
    tools: Tools, admin: Staff, other_admin: Staff, write: Write
) -> None:
    for number in range(4):
        await write(f"Some words {number}")
    waiting = [(await _put(tools, admin, STRICT, 0, str(number))).proposal for number in range(4)]
    results = await asyncio.gather(
        *(proposals.confirm(tools, other_admin, one.id, tools.clock.now()) for one in waiting if one is not None),
        return_exceptions=True,
    )
    assert [result for result in results if isinstance(result, Made)] == [Made(1)]
    assert sorted(getattr(result, "slug", "") for result in results) == ["", *["proposal-settled"] * 3]


async def test_milder_rules_need_nobody_else(
    tools: Tools, proposed: store.Proposal, admin: Staff, other_admin: Staff
) -> None:
    await proposals.confirm(tools, other_admin, proposed.id, tools.clock.now())
    assert await changing.roll_back(tools, admin, 0, 1, "A mistake.", tools.clock.now()) == Made(2)
    # To be strict again takes two again.
    assert (await changing.roll_back(tools, admin, 1, 2, None, tools.clock.now())).proposal is not None
