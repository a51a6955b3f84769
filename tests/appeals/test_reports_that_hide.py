"""Reports that hide a comment by rule: its author is told, and what an appeal brought back they do not hide again."""

import msgspec

from service.accounts.rules.viewer import Staff
from service.comments.actions.report import report
from service.comments.payloads import NewReport
from service.languages.catalogues import english
from service.moderation.rules.decisions import Action
from service.reasons import store as reasons
from service.reasons.rules.statements import statement
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Reports
from tests.appeals.court import appealed, rejected, ruled, status_of
from tests.moderation.office import subscriber
from tests.moderation.scene import Scene

HIDING = msgspec.structs.replace(DEFAULT_RULES, version=4, reports=Reports(hide_at=0.9))


async def reported(scene: Scene, comment: object, *by: str) -> None:
    for subject in by:
        reader, now = subscriber(scene.tools.clock, subject), scene.tools.clock.now()
        await report(scene.tools, reader, comment, NewReport("abuse"), now, HIDING)  # type: ignore[arg-type]


async def told(scene: Scene) -> list[reasons.Restriction]:
    async with scene.tools.db.read() as conn:
        return await reasons.of_reader(conn, scene.author_id, None, 10)  # type: ignore[arg-type]


async def test_the_author_is_told_that_reports_hide_the_comment(scene: Scene, first: Staff) -> None:
    comment = await scene.comment("published")
    await reported(scene, comment, "ben")
    assert await told(scene) == []
    await reported(scene, comment, "cleo")
    assert await status_of(scene, comment) == "held"
    [hold] = await told(scene)
    said = statement(hold.facts(), 183, english())
    assert (said.effect, said.reason, said.source, said.decided_by) == ("waits", "reports", "report", "rule")
    assert (said.automated.detection, said.automated.decision) == (False, True)
    assert [(rule.name, rule.version) for rule in said.rules] == [("reports", 4)]
    await scene.decide(first, comment, Action.APPROVE)
    [hold] = await told(scene)
    assert not hold.stands()
    # Hidden a second time, it is a second restriction.
    await reported(scene, comment, "dora", "emil")
    assert [one.stands() for one in await told(scene)] == [True, False]


async def test_what_an_appeal_brought_back_is_reviewed_and_not_hidden(
    scene: Scene, first: Staff, second: Staff
) -> None:
    comment, decision = await rejected(scene, first)
    await ruled(scene, second, await appealed(scene, decision), "reversed")
    await reported(scene, comment, "ben", "cleo", "dora")
    assert await status_of(scene, comment) == "published"
    assert await scene.queues(comment) == ["reported"]
    assert await scene.differences() == {}
