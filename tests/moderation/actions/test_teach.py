"""What the model learns from: each comment's last decision by a person that stands, with the text that they saw."""

from typing import Any
from uuid import uuid4

import pytest

from service.infra.clock import FixedClock
from service.infra.tools import Tools
from service.kernel import limits
from service.moderation import store
from service.moderation.actions.teach import evaluate, teach, teach_when_due
from service.screening.model.training import Example, TooFewExamples
from tests.review_queue.rows import a_reader, a_story
from tests.screening.model.newsroom import decided, examples

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


async def _use_model(tools: Tools, use: str) -> None:
    async with tools.db.read() as conn:
        await conn.execute(
            """INSERT INTO screening_rules (version, rules, made_by, made_at)
               SELECT coalesce(max(version), 0) + 1, $1, 'admin-1', now() FROM screening_rules""",
            {"model": {"use": use}},
        )


async def _decide(conn: Any, clock: FixedClock, comment: Any, number: int, action: str, **more: Any) -> None:
    given = {"reason": None, "decided_by": "mod-1", "seen_revision": 1, "undoes": None, "id": clock.new_id(), **more}
    await conn.execute(
        """INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status,
                                  new_status, reason, decided_by, decided_at, undoes)
           SELECT $1, story_id, id, $3, author_id, $5, $4, 'held', 'published', $6, $7, $8, $9
             FROM comments WHERE id = $2""",
        given["id"], comment, number, action, given["seen_revision"], given["reason"], given["decided_by"], clock.now(),
        given["undoes"],
    )  # fmt: skip


async def test_examples_are_what_people_decided_last(tools: Tools, clock: FixedClock) -> None:
    async with tools.db.transaction() as conn:
        story, author = await a_story(conn, clock, f"story-{uuid4()}"), await a_reader(conn, clock)
        comments = {}
        for name in ("approved", "rejected", "changed mind", "undone", "by rule", "off topic", "edited", "erased"):
            comments[name] = clock.new_id()
            await conn.execute(
                """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at, revision)
                   VALUES ($1, $2, $3, $4, '', $5, now(), $6)""",
                story, comments[name], author, name, "erased" if name == "erased" else "published",
                2 if name == "edited" else 1,
            )  # fmt: skip
        await conn.execute(
            """INSERT INTO comment_revisions (story_id, comment_id, revision, body, written_at, replaced_at)
               VALUES ($1, $2, 1, 'before the edit', now(), now())""",
            story,
            comments["edited"],
        )
        await _decide(conn, clock, comments["approved"], 1, "approve")
        await _decide(conn, clock, comments["rejected"], 1, "reject", reason="spam")
        await _decide(conn, clock, comments["changed mind"], 1, "reject", reason="spam")
        await _decide(conn, clock, comments["changed mind"], 2, "restore")
        taken_back = clock.new_id()
        await _decide(conn, clock, comments["undone"], 1, "reject", reason="spam", id=taken_back)
        await _decide(conn, clock, comments["undone"], 2, "undo", undoes=taken_back)
        await _decide(conn, clock, comments["by rule"], 1, "reject", reason="spam", decided_by=None)
        await _decide(conn, clock, comments["off topic"], 1, "reject", reason="off_topic")
        await _decide(conn, clock, comments["edited"], 1, "reject", reason="abuse")
        await _decide(conn, clock, comments["erased"], 1, "reject", reason="abuse")

    async with tools.db.read() as conn:
        found = await store.examples(conn, 100)

    assert {(one.body, one.rejected) for one in found} == {
        ("approved", False),
        ("rejected", True),
        ("changed mind", False),
        ("before the edit", True),
    }


async def test_model_is_trained_on_decisions_and_measured_on_later_ones(tools: Tools, clock: FixedClock) -> None:
    async with tools.db.transaction() as conn:
        await decided(conn, clock, examples(600))
    renewed = await teach(tools, clock.now())
    assert renewed.used
    none_since = await evaluate(tools)
    assert none_since is not None
    assert none_since.since is None

    clock.move(hours=1)
    async with tools.db.transaction() as conn:
        await decided(conn, clock, examples(100, seed=2))
    evaluated = await evaluate(tools)

    assert evaluated is not None
    assert evaluated.model.version == renewed.version
    assert evaluated.since is not None
    assert evaluated.since.held_back == 100
    assert evaluated.since.roc_auc > 0.85


async def test_too_few_decisions_teach_nothing(tools: Tools, clock: FixedClock) -> None:
    async with tools.db.transaction() as conn:
        await decided(conn, clock, [Example("fine", False), Example("bad", True)])

    with pytest.raises(TooFewExamples):
        await teach(tools, clock.now())
    assert await evaluate(tools) is None


async def test_worker_trains_when_the_rules_use_the_model_and_enough_is_new(tools: Tools, clock: FixedClock) -> None:
    async with tools.db.transaction() as conn:
        await decided(conn, clock, examples(600))
    assert await teach_when_due(tools, clock.now()) is None

    await _use_model(tools, "shadow")
    first = await teach_when_due(tools, clock.now())
    assert first is not None
    assert first.used
    assert await teach_when_due(tools, clock.now()) is None

    clock.move(hours=1)
    async with tools.db.transaction() as conn:
        await decided(conn, clock, examples(limits.model_renewed_after, seed=3))
    second = await teach_when_due(tools, clock.now())
    assert second is not None
    assert second.version == 2
