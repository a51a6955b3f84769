"""Two at once: one ruling of two stands, and an appeal and a decision on the same comment never both pass."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from service.accounts.rules.viewer import Staff
from service.appeals.problems import AlreadyRuled
from service.infra.clock import FixedClock
from service.kernel.problems import Problem
from service.moderation.actions import sanction as sanctioning
from service.moderation.actions.undo import undo
from service.moderation.rules.decisions import Action
from tests.appeals.court import appealed, rejected, ruled, sanctioned, status_of
from tests.moderation.office import staff
from tests.moderation.scene import Scene

ROUNDS = 8


async def both(one: Coroutine[Any, Any, Any], other: Coroutine[Any, Any, Any]) -> list[str | None]:
    """The slug of each one's refusal; None for a success. Anything else is raised."""
    results = await asyncio.gather(one, other, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Problem):
            raise result
    return [result.slug if isinstance(result, Problem) else None for result in results]


async def test_of_two_rulings_at_once_one_stands(scene: Scene, first: Staff, second: Staff, third: Staff) -> None:
    for number in range(ROUNDS):
        _, decision = await rejected(scene, first)
        subject = decision if number % 2 else await sanctioned(scene, first)
        made = await appealed(scene, subject)
        outcomes = await both(ruled(scene, second, made, "reversed"), ruled(scene, third, made, "upheld"))
        assert sorted(outcomes, key=str) == [None, "already-ruled"]
        status = await scene.value("SELECT status FROM appeals WHERE restriction_id = $1", subject)
        assert status == ("reversed" if outcomes[0] is None else "upheld")
        assert await scene.differences() == {}


async def test_an_appeal_while_the_decision_is_taken_back(scene: Scene, first: Staff) -> None:
    for _ in range(ROUNDS):
        comment, decision = await rejected(scene, first)
        outcomes = await both(appealed(scene, decision), undo(scene.tools, first, decision))
        assert outcomes in ([None, "appeal-open"], ["appeal-not-possible", None])
        assert await status_of(scene, comment) == ("rejected" if outcomes[0] is None else "published")
        assert await scene.differences() == {}


async def test_an_appeal_while_a_colleague_restores(scene: Scene, first: Staff, second: Staff) -> None:
    for _ in range(ROUNDS):
        comment, decision = await rejected(scene, first)
        outcomes = await both(appealed(scene, decision), scene.decide(second, comment, Action.RESTORE))
        assert outcomes in ([None, "appeal-open"], ["appeal-not-possible", None])
        assert await scene.differences() == {}


async def test_an_appeal_while_the_sanction_is_lifted(scene: Scene, first: Staff) -> None:
    for _ in range(ROUNDS):
        sanction = await sanctioned(scene, first)
        outcomes = await both(
            appealed(scene, sanction), sanctioning.lift(scene.tools, first, scene.author_id, sanction, None)
        )
        assert outcomes in ([None, "appeal-open"], ["appeal-not-possible", None])


async def test_the_same_appeal_twice_at_once_is_one(scene: Scene, first: Staff) -> None:
    for _ in range(ROUNDS):
        _, decision = await rejected(scene, first)
        made = await asyncio.gather(*(appealed(scene, decision) for _ in range(3)))
        assert sorted(one.is_new for one in made) == [False, False, True]
        assert len({one.restriction.appeal_id for one in made}) == 1


async def test_many_moderators_rule_on_many_appeals_each_once(scene: Scene, first: Staff, clock: FixedClock) -> None:
    appeals = [await appealed(scene, (await rejected(scene, first))[1]) for _ in range(12)]
    moderators = [staff(clock, f"mo-{number}") for number in range(4)]

    async def all_of(moderator: Staff, outcome: Any) -> int:
        done = 0
        for made in appeals:
            try:
                await ruled(scene, moderator, made, outcome)
            except AlreadyRuled:
                continue
            done += 1
        return done

    outcomes = ("reversed", "upheld", "reversed", "upheld")
    done = await asyncio.gather(*(all_of(who, what) for who, what in zip(moderators, outcomes, strict=True)))
    assert sum(done) == len(appeals)
    assert await scene.differences() == {}
    assert (await scene.topics()).count("appeal.ruled") == len(appeals)
