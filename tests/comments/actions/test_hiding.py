"""Reports that bring a comment back to the moderators, or hide it until one has seen it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from service.accounts.actions import forget_everybody, known_reader
from service.accounts.rules.viewer import Staff
from service.comments.actions.report import report
from service.comments.payloads import NewReport
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from service.kernel.problems import Problem
from service.moderation.rules.decisions import Action
from service.screening.rules.ruleset import Reports, Rules, Use
from tests.moderation.office import staff, subscriber, tools_on
from tests.moderation.scene import Scene, a_scene

HIDING = Rules(version=3, reports=Reports(review_at=0.4, hide_at=1.5))


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    forget_everybody(db)
    return tools_on(db, clock)


@pytest.fixture
def moderator(clock: FixedClock) -> Staff:
    return staff(clock, "mo-1")


@pytest.fixture
async def scene(tools: Tools) -> Scene:
    return await a_scene(tools)


async def _report(scene: Scene, comment_id: UUID, *by: str, rules: Rules = HIDING, reason: Any = "abuse") -> None:
    clock = scene.tools.clock
    for subject in by:
        reader = subscriber(clock, subject)
        await report(scene.tools, reader, comment_id, NewReport(reason), clock.now(), rules)


async def _record(scene: Scene, subject: str, upheld: int, declined: int) -> None:
    """Gives a reader a record of answered reports."""
    await known_reader(scene.tools.db, subscriber(scene.tools.clock, subject), scene.tools.clock)
    async with scene.tools.db.read() as conn:
        await conn.execute(
            "UPDATE readers SET reports_upheld = $2, reports_declined = $3 WHERE subject = $1",
            subject,
            upheld,
            declined,
        )


async def _status(scene: Scene, comment_id: UUID) -> str:
    return str(await scene.value("SELECT status FROM comments WHERE id = $1", comment_id))


async def test_enough_reports_hide_a_comment_until_a_moderator_sees_it(scene: Scene) -> None:
    parent = await scene.comment("published")
    comment_id = await scene.comment("published", parent=parent, side="critics")
    before = await scene.value("SELECT thread_version FROM stories")
    await _report(scene, comment_id, "ben", "cleo")
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("published", ["reported"])
    await _report(scene, comment_id, "dana")
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("held", ["held"])
    assert await scene.value("SELECT thread_version FROM stories") == before + 1
    assert await scene.value("SELECT reply_count FROM comments WHERE id = $1", parent) == 0
    assert await scene.topics() == ["comment.reported"] * 3 + ["comment.held"]
    event = await scene.row("SELECT version, payload FROM outbox_events WHERE topic = 'comment.held'")
    assert event == {
        "version": before + 1,
        "payload": {"comment_id": str(comment_id), "was": "published", "now": "held"},
    }
    assert await scene.differences() == {}


async def test_the_moderator_sees_why(scene: Scene) -> None:
    comment_id = await scene.comment("published")
    await _report(scene, comment_id, "ben", "cleo", "dana")
    kept = await scene.row("SELECT revision, verdict, signals FROM screenings")
    [signal] = kept["signals"]
    assert (kept["revision"], kept["verdict"]) == (1, "hold")
    assert (signal["check"], signal["kind"], signal["score"], signal["threshold"], signal["rule_version"]) == (
        "reports", "hold", 1.5, 1.5, 3,
    )  # fmt: skip
    assert await scene.value("SELECT signals FROM review_items") == ["hold", "reports"]


async def test_it_waits_as_long_as_its_first_report_does(scene: Scene, clock: FixedClock) -> None:
    comment_id = await scene.comment("published")
    await _report(scene, comment_id, "ben")
    since = clock.now()
    clock.move(hours=2)
    await _report(scene, comment_id, "cleo", "dana")
    assert await scene.value("SELECT waiting_since FROM review_items") == since


async def test_readers_with_a_good_record_weigh_more_and_those_with_a_bad_one_less(scene: Scene) -> None:
    for subject in ("ben", "cleo"):
        await _record(scene, subject, upheld=40, declined=2)
    by_the_reliable, by_the_wrong = await scene.comment("published"), await scene.comment("published")
    await _report(scene, by_the_reliable, "ben", "cleo")
    assert await _status(scene, by_the_reliable) == "held"
    for subject in ("eve", "finn", "gus", "hal"):
        await _record(scene, subject, upheld=0, declined=40)
    await _report(scene, by_the_wrong, "eve", "finn", "gus", "hal")
    assert (await _status(scene, by_the_wrong), await scene.queues(by_the_wrong)) == ("published", [])


async def test_what_was_approved_needs_new_reports_to_come_back(scene: Scene, moderator: Staff) -> None:
    comment_id = await scene.comment("published")
    await _report(scene, comment_id, "ben", "cleo", "dana")
    await scene.decide(moderator, comment_id, Action.APPROVE)
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("published", [])
    # Those who were found wrong have been heard, and now count less too.
    await _report(scene, comment_id, "ben", "cleo", "dana")
    assert await scene.queues(comment_id) == []
    await _report(scene, comment_id, "eve")
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("published", ["reported"])
    await _report(scene, comment_id, "finn", "gus")
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("held", ["held"])
    assert await scene.differences() == {}


async def test_what_was_restored_needs_new_reports_to_come_back(scene: Scene, moderator: Staff) -> None:
    comment_id = await scene.comment("published")
    await _report(scene, comment_id, "ben", "cleo", "dana")
    await scene.decide(moderator, comment_id, Action.REJECT)
    await scene.decide(moderator, comment_id, Action.RESTORE)
    await _report(scene, comment_id, "eve")
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("published", ["reported"])


async def test_what_somebody_escalated_goes_on_waiting_there(scene: Scene, moderator: Staff) -> None:
    comment_id = await scene.comment("published")
    await _report(scene, comment_id, "ben")
    await scene.decide(moderator, comment_id, Action.ESCALATE)
    await _report(scene, comment_id, "cleo", "dana")
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("held", ["escalated"])
    assert await scene.differences() == {}


async def test_nobody_reports_what_is_hidden(scene: Scene) -> None:
    comment_id = await scene.comment("published")
    await _report(scene, comment_id, "ben", "cleo", "dana")
    with pytest.raises(Problem) as caught:
        await _report(scene, comment_id, "eve")
    assert caught.value.slug == "comment-unknown"


@pytest.mark.parametrize(("use", "noted"), [("shadow", True), ("off", False)])
async def test_rules_that_are_only_tried_note_what_they_would_have_done(scene: Scene, use: Use, noted: bool) -> None:
    comment_id = await scene.comment("published")
    tried = Rules(version=4, reports=Reports(hide_at=1, use=use))
    await _report(scene, comment_id, "ben", "cleo", "dana", rules=tried)
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("published", ["reported"])
    async with scene.tools.db.read() as conn:
        kept = [row["signals"] for row in await conn.fetch("SELECT signals FROM screenings")]
    # One note that is brought up to date, however many report.
    assert [[(signal["would"], signal["score"]) for signal in signals] for signals in kept] == (
        [[("hold", 1.5)]] if noted else []
    )


async def test_what_checks_noticed_stays_beside_it(scene: Scene) -> None:
    comment_id = await scene.comment("published")
    async with scene.tools.db.read() as conn:
        await conn.execute(
            "INSERT INTO screenings VALUES ($1, $2, 1, 'publish', $3, now())",
            scene.story_id, comment_id, [{"check": "links", "kind": "note", "detail": "A link.", "would": "hold"}],
        )  # fmt: skip
    await _report(scene, comment_id, "ben", "cleo", "dana")
    kept = await scene.row("SELECT verdict, signals FROM screenings")
    assert (kept["verdict"], [signal["check"] for signal in kept["signals"]]) == ("hold", ["links", "reports"])


async def test_many_who_report_at_once_end_in_one_item_and_right_counts(scene: Scene) -> None:
    comment_id = await scene.comment("published")
    reporters = [f"reader-{number}" for number in range(12)]
    for reporter in reporters:
        await known_reader(scene.tools.db, subscriber(scene.tools.clock, reporter), scene.tools.clock)
    results = await asyncio.gather(
        *(_report(scene, comment_id, reporter) for reporter in reporters), return_exceptions=True
    )
    # The third hides it; from then on nobody sees it who could report it.
    assert [
        result for result in results if result is not None and getattr(result, "slug", "") != "comment-unknown"
    ] == []
    assert results.count(None) == 3
    assert (await _status(scene, comment_id), await scene.queues(comment_id)) == ("held", ["held"])
    assert await scene.value("SELECT report_count FROM comments") == 3
    assert (await scene.topics()).count("comment.held") == 1
    assert await scene.differences() == {}
