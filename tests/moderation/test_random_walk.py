"""Whatever happens in whatever order, alone or at once: every kept count is what the rows say."""

import asyncio
import os
import random
from uuid import UUID

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Staff
from service.appeals.actions.rule import rule
from service.appeals.rules import Outcome
from service.bulk_decisions.actions.carry_out import Wanted as Rejection
from service.bulk_decisions.actions.carry_out import carry_out, take_back
from service.bulk_decisions.actions.preview import Replies, preview
from service.comments.actions.delete import delete
from service.infra.clock import FixedClock
from service.infra.tools import Tools
from service.kernel.problems import Problem
from service.moderation.actions import sanction as sanctioning
from service.moderation.actions.claim import Wanted, claim
from service.moderation.actions.undo import undo
from service.moderation.rules.decisions import Action
from service.review_queue.rules import Queue
from tests.appeals.court import appealed
from tests.moderation.office import staff, subscriber
from tests.moderation.scene import Scene, a_scene

# As many as a suite has time for; WALK_ACTS=5000 is the whole of it.
ACTS = int(os.environ.get("WALK_ACTS", "2000"))
AT_ONCE = 8
REPORTERS = [f"reporter-{number}" for number in range(6)]


class Walker:
    """Does one thing after another, chosen by its dice; what is refused on the way is part of life."""

    def __init__(self, scene: Scene, seed: int, comments: list[UUID], decisions: list[UUID]) -> None:
        self._scene, self._dice = scene, random.Random(seed)
        self._comments, self._decisions = comments, decisions
        clock = scene.tools.clock
        self._staff = [staff(clock, f"ad-{seed}-{number}", Role.ADMIN) for number in range(2)]
        self._acts: list[tuple[Staff, UUID]] = []
        self.refused: dict[str, int] = {}
        self.done: dict[str, int] = {}

    async def walk(self, acts: int) -> None:
        steps = {
            "write": 3, "report": 3, "decide": 6, "undo": 2, "delete": 1, "claim": 1, "sanction": 1, "lift": 1,
            "appeal": 3, "rule": 2, "thread": 1, "thread_back": 1,
        }  # fmt: skip
        for _ in range(acts):
            [name] = self._dice.choices(list(steps), list(steps.values()))
            try:
                await getattr(self, f"_{name}")()
            except Problem as problem:
                self.refused[problem.slug] = self.refused.get(problem.slug, 0) + 1
            else:
                self.done[name] = self.done.get(name, 0) + 1

    def _moderator(self) -> Staff:
        return self._dice.choice(self._staff)

    def _comment(self) -> UUID:
        # Mostly one of the last few, so that acts meet on the same comment.
        return self._dice.choice(self._comments[-12:] if self._dice.random() < 0.7 else self._comments)

    async def _write(self) -> None:
        parent = self._comment() if self._dice.random() < 0.6 else None
        status = self._dice.choice(["held", "published"])
        side = self._dice.choice([None, "critics", "defenders"])
        self._comments.append(await self._scene.comment(status, parent=parent, side=side))

    async def _report(self) -> None:
        await self._scene.reported(self._comment(), self._dice.choice(REPORTERS))

    async def _decide(self) -> None:
        action = self._dice.choice(list(Action))
        outcome = await self._scene.decide(self._moderator(), self._comment(), action)
        self._decisions.append(outcome.decision_id)

    async def _thread(self) -> None:
        moderator, wanted = self._moderator(), Replies(self._comment())
        counted = await preview(self._scene.tools, moderator, wanted, overrule=self._dice.random() < 0.5, selection={})
        self._acts.append((moderator, counted.token))
        await carry_out(self._scene.tools, moderator, counted.token, Rejection("spam"))

    async def _thread_back(self) -> None:
        if self._acts:
            moderator, token = self._dice.choice(self._acts[-3:])
            await take_back(self._scene.tools, moderator, token)

    async def _undo(self) -> None:
        if self._decisions:
            await undo(self._scene.tools, self._moderator(), self._dice.choice(self._decisions[-12:]))

    async def _delete(self) -> None:
        author = subscriber(self._scene.tools.clock, "ada")
        await delete(self._scene.tools, author, self._comment(), self._scene.tools.clock.now())

    async def _sanction(self) -> None:
        wanted = sanctioning.Wanted(kind="premoderate", reason="Insults.")
        await sanctioning.add(self._scene.tools, self._moderator(), self._scene.author_id, wanted)

    async def _lift(self) -> None:
        if found := await self._one_of("SELECT id FROM sanctions ORDER BY id DESC LIMIT 4"):
            await sanctioning.lift(self._scene.tools, self._moderator(), self._scene.author_id, found, None)

    async def _appeal(self) -> None:
        if found := await self._one_of("SELECT id FROM restrictions ORDER BY id DESC LIMIT 12"):
            await appealed(self._scene, found, self._dice.choice(["No!", "It was a quotation."]))

    async def _rule(self) -> None:
        if found := await self._one_of("SELECT id FROM appeals ORDER BY (status = 'open') DESC, id DESC LIMIT 4"):
            outcome: Outcome = self._dice.choice(["upheld", "reversed"])
            clock = self._scene.tools.clock
            await rule(self._scene.tools, self._moderator(), found, outcome, "Seen anew.", clock.now())

    async def _one_of(self, sql: str) -> UUID | None:
        async with self._scene.tools.db.read() as conn:
            found = [row["id"] for row in await conn.fetch(sql)]
        return self._dice.choice(found) if found else None

    async def _claim(self) -> None:
        await claim(self._scene.tools, self._moderator(), Wanted(self._dice.choice(list(Queue)), 3))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("at_once", [1, AT_ONCE])
async def test_no_count_drifts_on_a_random_walk(tools: Tools, clock: FixedClock, at_once: int) -> None:
    forget_everybody(tools.db)
    scene = await a_scene(tools)
    comments, decisions = [await scene.comment("published")], list[UUID]()
    walkers = [Walker(scene, seed, comments, decisions) for seed in range(at_once)]
    for _ in range(4):
        await asyncio.gather(*(walker.walk(ACTS // at_once // 4) for walker in walkers))
        assert await scene.differences() == {}
    # The walk went somewhere: everything was done, and met what stands in its way.
    done = {name for walker in walkers for name in walker.done}
    assert done == {"write", "report", "decide", "undo", "delete", "claim", "sanction", "lift", "appeal", "rule"} | {
        "thread", "thread_back",
    }  # fmt: skip
    refused = {slug for walker in walkers for slug in walker.refused}
    assert {"already-decided", "comment-unknown", "appeal-open"} <= refused
    version, events = await asyncio.gather(
        scene.value("SELECT thread_version FROM stories"),
        scene.value("SELECT array_agg(version ORDER BY version) FROM outbox_events WHERE version IS NOT NULL"),
    )
    assert events == sorted(set(events)), "no version is told twice"
    assert events[-1] <= version
