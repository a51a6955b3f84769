"""Many moderators at once: nothing is read by two, nothing is decided twice, no count is lost."""

import asyncio
import os
from collections import Counter
from uuid import UUID

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.kernel import limits
from service.kernel.problems import Problem
from service.moderation.actions.claim import Wanted, claim
from service.moderation.actions.recording import Outcome
from service.moderation.rules.decisions import Action
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from tests.moderation.office import staff, tools_on
from tests.moderation.scene import Scene, a_scene

MODERATORS = 20
# As many as a suite has time for; RACE_ITEMS=2000 is the whole of it.
ITEMS = int(os.environ.get("RACE_ITEMS", "500"))


@pytest.fixture
async def scene(db: Database, clock: FixedClock) -> Scene:
    forget_everybody(db)
    return await a_scene(tools_on(db, clock))


@pytest.fixture
def moderators(clock: FixedClock) -> list[Staff]:
    return [staff(clock, f"mo-{number}") for number in range(MODERATORS)]


@pytest.mark.timeout(900)
async def test_twenty_moderators_share_a_queue_and_each_item_is_decided_once(
    scene: Scene, moderators: list[Staff]
) -> None:
    waiting = {await scene.comment(side="critics" if number % 2 else None) for number in range(ITEMS)}
    read: Counter[UUID] = Counter()
    decided: Counter[UUID] = Counter()

    async def work(moderator: Staff) -> None:
        while items := await claim(scene.tools, moderator, Wanted(Queue.HELD, 5)):
            for item in items:
                read[item.comment_id] += 1
                action = Action.APPROVE if item.comment_id.int % 3 else Action.REJECT
                await scene.decide(moderator, item.comment_id, action)
                decided[item.comment_id] += 1

    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    before = await scene.value(deadlocks)
    await asyncio.gather(*(work(moderator) for moderator in moderators))
    assert await scene.value(deadlocks) == before
    assert decided == read == Counter(waiting)
    assert await scene.value("SELECT count(*) FROM decisions") == ITEMS
    assert await scene.value("SELECT count(*) FROM audit_entries") == ITEMS
    assert await scene.differences() == {}
    async with scene.tools.db.read() as conn:
        assert (await review_queue.counts(conn, None))[Queue.HELD].count == 0
    published = await scene.value("SELECT count(*) FROM comments WHERE status = 'published'")
    # One version for each comment that readers came to see, none lost and none in between.
    assert await scene.value("SELECT thread_version FROM stories") == published
    versions = "SELECT array_agg(version ORDER BY version) FROM outbox_events WHERE version IS NOT NULL"
    assert await scene.value(versions) == list(range(1, published + 1))


@pytest.mark.parametrize("actions", [[Action.APPROVE], [Action.REJECT], [Action.APPROVE, Action.REJECT]], ids=repr)
async def test_of_twenty_verdicts_on_one_comment_one_stands_and_the_others_learn_of_it(
    scene: Scene, moderators: list[Staff], actions: list[Action]
) -> None:
    comment = await scene.comment()
    results = await asyncio.gather(
        *(
            scene.decide(moderator, comment, actions[place % len(actions)])
            for place, moderator in enumerate(moderators)
        ),
        return_exceptions=True,
    )
    [won] = [result for result in results if isinstance(result, Outcome)]
    lost = [result for result in results if isinstance(result, Problem)]
    assert len(lost) == MODERATORS - 1
    assert {(problem.slug, problem.status) for problem in lost} == {("already-decided", 409)}
    assert {problem.members["decision"]["id"] for problem in lost} == {won.decision_id}
    assert await scene.value("SELECT count(*) FROM decisions") == 1
    assert await scene.differences() == {}


async def test_a_decision_and_an_edit_at_once_never_both_hold_for_what_was_not_seen(
    scene: Scene, moderators: list[Staff]
) -> None:
    for _ in range(20):
        comment = await scene.comment()

        async def edit(comment: UUID = comment) -> None:
            async with scene.tools.db.transaction() as conn:
                await conn.execute("SELECT 1 FROM stories WHERE id = $1 FOR UPDATE", scene.story_id)
                await conn.execute(
                    "UPDATE comments SET revision = 2, body = 'Other words' WHERE id = $1 AND status = 'held'", comment
                )

        result, _ = await asyncio.gather(
            scene.decide(moderators[0], comment, Action.APPROVE), edit(), return_exceptions=True
        )
        row = await scene.row("SELECT status, revision FROM comments WHERE id = $1", comment)
        if isinstance(result, Outcome):
            assert row == {"status": "published", "revision": 1}
        else:
            assert isinstance(result, Problem)
            assert result.slug == "revision-changed"
            assert row == {"status": "held", "revision": 2}


async def test_authors_who_report_each_other_are_decided_without_a_deadlock(
    scene: Scene, moderators: list[Staff], clock: FixedClock
) -> None:
    """Each decision moves its author's record and its reporters': the same readers, in opposite roles."""
    comments: list[UUID] = []
    for number in range(MODERATORS):
        comment = await scene.comment("published")
        await scene.reported(comment, "ben" if number % 2 else "cleo")
        comments.append(comment)
    ben, cleo = [await scene.value("SELECT id FROM readers WHERE subject = $1", name) for name in ("ben", "cleo")]
    async with scene.tools.db.transaction() as conn:
        for number, comment in enumerate(comments):
            author = cleo if number % 2 else ben
            await conn.execute(
                "INSERT INTO stories SELECT (jsonb_populate_record(s, jsonb_build_object('id', $1::text))).*"
                " FROM stories s WHERE id = $2",
                f"own-{number}",
                scene.story_id,
            )
            await conn.execute("UPDATE comments SET author_id = $1 WHERE id = $2", author, comment)
            await conn.execute("UPDATE readers SET published_count = published_count + 1 WHERE id = $1", author)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    before = await scene.value(deadlocks)
    await asyncio.gather(
        *(
            scene.decide(moderator, comment, Action.REJECT)
            for moderator, comment in zip(moderators, comments, strict=True)
        )
    )
    assert await scene.value(deadlocks) == before
    assert await scene.value("SELECT sum(reports_upheld)::int FROM readers") == MODERATORS


async def test_a_claim_that_lapses_goes_to_one_of_those_who_wait_for_it(
    scene: Scene, moderators: list[Staff], clock: FixedClock
) -> None:
    comment = await scene.comment()
    await claim(scene.tools, moderators[0], Wanted(Queue.HELD, 1))
    clock.move(seconds=limits.claim_lease_s)
    taken = await asyncio.gather(*(claim(scene.tools, moderator, Wanted(Queue.HELD, 1)) for moderator in moderators))
    assert [item.comment_id for items in taken for item in items] == [comment]
