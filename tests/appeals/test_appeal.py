"""Making appeals: once, within the period, against what is in force; and what an open appeal keeps others from."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.accounts.rules.viewer import Staff
from service.appeals.problems import AlreadyAppealed, AppealNotPossible
from service.comments.actions.delete import delete
from service.infra.clock import FixedClock
from service.kernel.problems import InvalidRequest, Problem
from service.moderation.actions import sanction as sanctioning
from service.moderation.actions.undo import undo
from service.moderation.problems import AppealOpen
from service.moderation.rules.decisions import Action
from service.reasons.problems import DecisionUnknown
from tests.appeals.court import appealed, rejected, ruled, sanctioned, status_of
from tests.moderation.office import subscriber
from tests.moderation.scene import Scene


async def refused(scene: Scene, decision_id: UUID, text: str = "No!", by: str = "ada") -> Problem:
    before = await scene.value("SELECT count(*) FROM appeals")
    with pytest.raises(Problem) as caught:
        await appealed(scene, decision_id, text, by=by)
    assert await scene.value("SELECT count(*) FROM appeals") == before
    return caught.value


async def test_an_appeal_puts_the_comment_before_the_moderators(scene: Scene, first: Staff) -> None:
    comment, decision = await rejected(scene, first)
    made = await appealed(scene, decision, "  It was\r\na quotation. ")
    assert made.is_new
    row = await scene.row("SELECT * FROM appeals")
    assert (row["text"], row["status"], row["comment_id"]) == ("It was\na quotation.", "open", comment)
    assert (row["restricted_by"], row["site"]) == (["mo-first"], "main")
    assert await scene.queues(comment) == ["appealed"]
    assert (await scene.topics())[-1] == "appeal.made"
    assert await scene.differences() == {}


async def test_the_same_words_again_are_the_same_appeal_and_others_are_refused(scene: Scene, first: Staff) -> None:
    _, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    again = await appealed(scene, decision)
    assert (again.is_new, again.restriction.appeal_id) == (False, made.restriction.appeal_id)
    problem = await refused(scene, decision, "And another thing.")
    assert isinstance(problem, AlreadyAppealed)
    assert problem.members["appeal"]["id"] == made.restriction.appeal_id
    assert (await scene.topics()).count("appeal.made") == 1


async def test_a_ruling_is_final_for_that_decision_and_not_for_a_later_one(
    scene: Scene, first: Staff, second: Staff, third: Staff
) -> None:
    comment, decision = await rejected(scene, first)
    await ruled(scene, second, await appealed(scene, decision), "upheld")
    assert isinstance(await refused(scene, decision), AlreadyAppealed)
    restored = await scene.decide(third, comment, Action.RESTORE)
    again = await scene.decide(first, comment, Action.REJECT, overrules=restored.decision_id)
    assert (await appealed(scene, again.decision_id)).is_new


async def test_nothing_is_no_reason(scene: Scene, first: Staff) -> None:
    _, decision = await rejected(scene, first)
    assert isinstance(await refused(scene, decision, " \n "), InvalidRequest)


async def test_what_is_somebody_elses_is_unknown(scene: Scene, first: Staff) -> None:
    _, decision = await rejected(scene, first)
    assert isinstance(await refused(scene, decision, by="ben"), DecisionUnknown)


async def test_what_is_not_in_force_is_not_appealed(scene: Scene, first: Staff) -> None:
    _, decision = await rejected(scene, first)
    await undo(scene.tools, first, decision)
    problem = await refused(scene, decision)
    assert isinstance(problem, AppealNotPossible)
    assert problem.members["why"] == "not-in-force"


async def test_the_period_ends(scene: Scene, first: Staff, clock: FixedClock) -> None:
    _, decision = await rejected(scene, first)
    sanction = await sanctioned(scene, first)
    clock.move(days=scene.tools.settings.appeal_days)
    for subject in (decision, sanction):
        problem = await refused(scene, subject)
        assert problem.members["why"] == "too-late"


async def test_who_is_banned_can_appeal(scene: Scene, first: Staff) -> None:
    sanction = await sanctioned(scene, first)
    assert (await appealed(scene, sanction)).is_new
    row = await scene.row("SELECT * FROM appeals")
    assert (row["sanction_id"], row["comment_id"], row["site"]) == (sanction, None, None)


async def test_a_lifted_sanction_is_not_appealed_and_one_that_ended_is(
    scene: Scene, first: Staff, clock: FixedClock
) -> None:
    lifted = await sanctioned(scene, first)
    await sanctioning.lift(scene.tools, first, scene.author_id, lifted, None)
    assert (await refused(scene, lifted)).members["why"] == "not-in-force"
    ended = await sanctioned(scene, first, "suspend", until=clock.now() + timedelta(days=1))
    clock.move(days=2)
    assert (await appealed(scene, ended)).is_new


async def test_while_an_appeal_waits_nothing_else_decides(scene: Scene, first: Staff, second: Staff) -> None:
    comment, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    before = await scene.state()
    for staff in (first, second):
        with pytest.raises(AppealOpen) as caught:
            await scene.decide(staff, comment, Action.RESTORE)
        assert caught.value.members["appeal_id"] == made.restriction.appeal_id
        with pytest.raises(AppealOpen):
            await undo(scene.tools, staff, decision)
    assert await scene.state() == before


async def test_an_appealed_sanction_is_lifted_by_the_ruling_alone(scene: Scene, first: Staff, second: Staff) -> None:
    sanction = await sanctioned(scene, first)
    made = await appealed(scene, sanction)
    for staff in (first, second):
        with pytest.raises(AppealOpen) as caught:
            await sanctioning.lift(scene.tools, staff, scene.author_id, sanction, None)
        assert caught.value.members["appeal_id"] == made.restriction.appeal_id
    assert await scene.value("SELECT lifted_at FROM sanctions") is None


async def test_who_deletes_the_comment_withdraws_the_appeal(scene: Scene, first: Staff, second: Staff) -> None:
    comment, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    await delete(scene.tools, subscriber(scene.tools.clock, "ada"), comment, scene.tools.clock.now())
    assert await scene.value("SELECT status FROM appeals") == "withdrawn"
    assert await scene.queues(comment) == []
    with pytest.raises(Problem) as caught:
        await ruled(scene, second, made, "reversed")
    assert (caught.value.slug, caught.value.members["ruling"]) == ("already-ruled", None)
    assert await status_of(scene, comment) == "deleted"
    assert await scene.differences() == {}
