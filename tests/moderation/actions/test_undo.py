"""Taking decisions back: everything is as it was before, and the record shows both."""

from typing import Any
from uuid import UUID

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.tools import Tools
from service.kernel.problems import Problem
from service.moderation.actions.undo import undo
from service.moderation.rules.decisions import Action
from tests.moderation.office import staff
from tests.moderation.scene import Scene, a_scene


@pytest.fixture
async def scene(tools: Tools) -> Scene:
    forget_everybody(tools.db)
    return await a_scene(tools)


@pytest.fixture
def admin(clock: FixedClock) -> Staff:
    return staff(clock, "ad-1", Role.ADMIN)


CASES: list[tuple[str, bool, list[Action]]] = [
    ("held", False, [Action.APPROVE]),
    ("held", False, [Action.REJECT]),
    ("held", False, [Action.ESCALATE]),
    ("published", True, [Action.APPROVE]),
    ("published", True, [Action.REJECT]),
    ("published", True, [Action.ESCALATE]),
    ("published", False, [Action.REJECT]),
    ("published", True, [Action.REJECT, Action.RESTORE]),
    ("published", False, [Action.FEATURE]),
    ("published", False, [Action.FEATURE, Action.UNFEATURE]),
    ("published", True, [Action.FEATURE, Action.REJECT]),
]


@pytest.mark.parametrize(("status", "reported", "actions"), CASES, ids=repr)
async def test_what_is_undone_is_as_it_was(
    scene: Scene, admin: Staff, clock: FixedClock, status: str, reported: bool, actions: list[Action]
) -> None:
    comment = await scene.comment(status, side="critics")
    if reported:
        await scene.reported(comment, "ben", "cleo")
    outcome = None
    for action in actions:
        before = await scene.state()
        clock.move(minutes=3)
        outcome = await scene.decide(admin, comment, action, note="A note.")
    assert outcome is not None
    clock.move(minutes=3)
    undone = await undo(scene.tools, admin, outcome.decision_id)
    assert await scene.state() == before
    assert await scene.differences() == {}
    row = await scene.row("SELECT * FROM decisions ORDER BY number DESC LIMIT 1")
    assert (row["id"], row["action"], row["undoes"]) == (undone.decision_id, "undo", outcome.decision_id)
    assert row["number"] == len(actions) + 1
    assert await scene.value("SELECT action FROM audit_entries ORDER BY id DESC LIMIT 1") == "decision.undone"


@pytest.mark.parametrize(("status", "action"), [("held", Action.APPROVE), ("published", Action.REJECT)])
async def test_readers_see_what_is_undone(scene: Scene, admin: Staff, status: str, action: Action) -> None:
    comment = await scene.comment(status)
    outcome = await scene.decide(admin, comment, action)
    undone = await undo(scene.tools, admin, outcome.decision_id)
    assert undone.version == await scene.value("SELECT thread_version FROM stories")
    assert outcome.version is not None
    assert undone.version == outcome.version + 1


async def _refused(scene: Scene, by: Staff, decision_id: UUID) -> Problem:
    before: Any = await scene.state()
    with pytest.raises(Problem) as caught:
        await undo(scene.tools, by, decision_id)
    assert await scene.state() == before
    return caught.value


async def test_a_decision_is_undone_once(scene: Scene, admin: Staff) -> None:
    outcome = await scene.decide(admin, await scene.comment(), Action.APPROVE)
    taken_back = await undo(scene.tools, admin, outcome.decision_id)
    assert (await _refused(scene, admin, outcome.decision_id)).slug == "already-decided"
    assert (await _refused(scene, admin, taken_back.decision_id)).slug == "already-decided"


async def test_an_earlier_decision_is_not_undone_behind_a_later_one(scene: Scene, admin: Staff) -> None:
    comment = await scene.comment()
    first = await scene.decide(admin, comment, Action.APPROVE)
    later = await scene.decide(admin, comment, Action.REJECT)
    problem = await _refused(scene, admin, first.decision_id)
    assert problem.slug == "already-decided"
    assert problem.members["decision"]["id"] == later.decision_id


async def test_who_may_not_take_a_decision_may_not_undo_it(scene: Scene, admin: Staff, clock: FixedClock) -> None:
    outcome = await scene.decide(admin, await scene.comment("published"), Action.FEATURE)
    assert (await _refused(scene, staff(clock, "mo-1"), outcome.decision_id)).slug == "permission-missing"
    elsewhere = staff(clock, "ed-1", Role.EDITOR, sites=frozenset({"sport"}))
    assert (await _refused(scene, elsewhere, outcome.decision_id)).slug == "permission-missing"


async def test_an_unknown_decision_is_not_undone(scene: Scene, admin: Staff) -> None:
    assert (await _refused(scene, admin, scene.tools.clock.new_id())).slug == "decision-unknown"
