"""Rulings: by another moderator than the first, whatever way somebody comes; and what each outcome does."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Staff
from service.appeals.problems import AlreadyRuled, AnotherModeratorNeeded, AppealUnknown
from service.infra.clock import FixedClock
from service.kernel.ids import ReaderId
from service.kernel.problems import Problem
from service.moderation.actions.sanction import Wanted
from service.moderation.actions.undo import undo
from service.moderation.problems import AlreadyDecided
from service.moderation.rules.decisions import Action
from service.sanctions import actions as sanctions
from tests.appeals.court import appealed, rejected, ruled, sanctioned, status_of
from tests.moderation.office import staff
from tests.moderation.scene import Scene


async def test_a_reversal_puts_everything_back(scene: Scene, first: Staff, second: Staff) -> None:
    root = await scene.comment("published")
    comment = await scene.comment("published", parent=root, side="critics")
    await scene.comment("published", parent=comment)
    before = await scene.state()
    outcome = await scene.decide(first, comment, Action.REJECT)
    made = await appealed(scene, outcome.decision_id)
    version = await scene.value("SELECT thread_version FROM stories")
    await ruled(scene, second, made, "reversed")
    after = await scene.state()
    for part in ("comments", "stories", "items", "counts"):
        assert after[part] == before[part], part
    author = "SELECT published_count, rejected_count FROM readers WHERE id = $1"
    assert await scene.row(author, scene.author_id) == {"published_count": 3, "rejected_count": 0}
    assert await scene.value("SELECT thread_version FROM stories") == version + 1
    assert (await scene.topics())[-2:] == ["comment.approved", "appeal.ruled"]
    assert await scene.differences() == {}
    row = await scene.row("SELECT * FROM appeals")
    assert (row["status"], row["ruled_by"], row["ruling"]) == ("reversed", "mo-second", "You are right.")
    decision = await scene.row("SELECT * FROM decisions WHERE id = $1", row["decision_id"])
    assert (decision["action"], decision["decided_by"]) == ("restore", "mo-second")
    acts = await scene.value("SELECT array_agg(action ORDER BY id) FROM audit_entries")
    assert acts == ["comment.rejected", "comment.restored", "appeal.reversed"]


async def test_a_reversal_says_of_the_reports_that_they_were_wrong(scene: Scene, first: Staff, second: Staff) -> None:
    comment = await scene.comment("published")
    await scene.reported(comment, "ben", "cleo")
    outcome = await scene.decide(first, comment, Action.REJECT)
    assert await scene.value("SELECT bool_and(upheld) FROM reports") is True
    await ruled(scene, second, await appealed(scene, outcome.decision_id), "reversed")
    assert await scene.value("SELECT bool_or(upheld) FROM reports") is False
    assert await scene.differences() == {}


async def test_a_comment_that_was_never_public_is_published_by_a_reversal(
    scene: Scene, first: Staff, second: Staff
) -> None:
    comment, decision = await rejected(scene, first, "held")
    await ruled(scene, second, await appealed(scene, decision), "reversed")
    assert await status_of(scene, comment) == "published"
    assert await scene.differences() == {}


async def test_an_upheld_decision_stands(scene: Scene, first: Staff, second: Staff) -> None:
    comment, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    version = await scene.value("SELECT thread_version FROM stories")
    await ruled(scene, second, made, "upheld", "The quotation was made up.")
    assert await status_of(scene, comment) == "rejected"
    assert await scene.queues(comment) == []
    assert await scene.value("SELECT thread_version FROM stories") == version
    assert (await scene.topics())[-1] == "appeal.ruled"
    assert await scene.value("SELECT action FROM audit_entries ORDER BY id DESC LIMIT 1") == "appeal.upheld"
    assert await scene.differences() == {}


async def test_the_first_moderator_does_not_rule(scene: Scene, first: Staff, second: Staff) -> None:
    _, decision = await rejected(scene, first)
    sanction = await sanctioned(scene, first)
    for subject in (decision, sanction):
        made = await appealed(scene, subject)
        with pytest.raises(AnotherModeratorNeeded):
            await ruled(scene, first, made, "upheld")
        assert (await ruled(scene, second, made, "upheld")).status == "upheld"


async def test_whoever_ever_rejected_it_does_not_rule(scene: Scene, first: Staff, second: Staff, third: Staff) -> None:
    comment, _ = await rejected(scene, first)
    restored = await scene.decide(second, comment, Action.RESTORE)
    # Taking the restoring back rejects it again, so this moderator takes part in what is appealed.
    await undo(scene.tools, second, restored.decision_id)
    decision = await scene.value("SELECT id FROM restrictions")
    made = await appealed(scene, decision)
    for taking_part in (first, second):
        with pytest.raises(AnotherModeratorNeeded):
            await ruled(scene, taking_part, made, "reversed")
    await ruled(scene, third, made, "reversed")


async def test_an_appeal_is_ruled_on_once(scene: Scene, first: Staff, second: Staff, third: Staff) -> None:
    _, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    await ruled(scene, second, made, "upheld")
    with pytest.raises(AlreadyRuled) as caught:
        await ruled(scene, third, made, "reversed")
    assert caught.value.members["ruling"]["outcome"] == "upheld"


async def test_a_ruling_is_not_taken_back(scene: Scene, first: Staff, second: Staff, third: Staff) -> None:
    _, decision = await rejected(scene, first)
    appeal = await ruled(scene, second, await appealed(scene, decision), "reversed")
    assert appeal.decision_id is not None
    for by in (first, second, third):
        with pytest.raises(AlreadyDecided):
            await undo(scene.tools, by, appeal.decision_id)


async def test_who_was_reversed_does_not_reject_the_same_words_again(
    scene: Scene, first: Staff, second: Staff, third: Staff
) -> None:
    comment, decision = await rejected(scene, first)
    appeal = await ruled(scene, second, await appealed(scene, decision), "reversed")
    with pytest.raises(AlreadyDecided) as caught:
        await scene.decide(first, comment, Action.REJECT, overrules=appeal.decision_id)
    assert "colleague" in caught.value.detail
    await scene.decide(third, comment, Action.REJECT, overrules=appeal.decision_id)
    assert await status_of(scene, comment) == "rejected"


async def test_a_reversal_lifts_the_sanction_that_came_with_the_decision(
    scene: Scene, first: Staff, second: Staff
) -> None:
    ban = Wanted(kind="ban", reason="Insults.")
    _, decision = await rejected(scene, first, sanction=ban)
    other = await sanctioned(scene, first, "premoderate")
    own = await scene.value("SELECT id FROM sanctions WHERE kind = 'ban'")
    of_sanction = await appealed(scene, own, "I did not insult anybody.")
    await ruled(scene, second, await appealed(scene, decision), "reversed")
    lifted = await scene.row("SELECT lifted_by, lift_reason FROM sanctions WHERE id = $1", own)
    assert lifted == {"lifted_by": "mo-second", "lift_reason": "An appeal was granted."}
    assert await scene.value("SELECT lifted_at FROM sanctions WHERE id = $1", other) is None
    appeal_id = of_sanction.restriction.appeal_id
    assert await scene.value("SELECT status FROM appeals WHERE id = $1", appeal_id) == "reversed"
    assert "sanction.lifted" in await scene.topics()


async def test_a_reversed_sanction_is_lifted_and_no_rule_puts_it_back(
    scene: Scene, first: Staff, second: Staff, clock: FixedClock
) -> None:
    sanction = await sanctioned(scene, first, "suspend", until=clock.now() + timedelta(days=1))
    made = await appealed(scene, sanction)
    # It ended meanwhile, and is lifted for the record all the same.
    clock.move(days=2)
    await ruled(scene, second, made, "reversed")
    assert await scene.value("SELECT lifted_by FROM sanctions") == "mo-second"

    async def by_rule(conn: Any) -> Any:
        return await sanctions.add_by_rule(
            conn,
            clock,
            reader_id=ReaderId(scene.author_id),
            site=None,
            kind="ban",
            reason="A rule.",
            note=None,
            until=None,
        )

    assert await scene.tools.db.in_transaction(by_rule) is None
    acts = await scene.value("SELECT array_agg(action ORDER BY id) FROM audit_entries")
    assert acts == ["sanction.added", "sanction.lifted", "appeal.reversed"]


async def test_an_upheld_sanction_holds(scene: Scene, first: Staff, second: Staff) -> None:
    sanction = await sanctioned(scene, first)
    await ruled(scene, second, await appealed(scene, sanction), "upheld")
    assert await scene.value("SELECT lifted_at FROM sanctions") is None


async def test_a_moderator_of_other_sites_does_not_rule(scene: Scene, first: Staff, clock: FixedClock) -> None:
    _, decision = await rejected(scene, first)
    everywhere = await sanctioned(scene, first)
    elsewhere = staff(clock, "mo-sport", sites=frozenset({"sport"}))
    here = staff(clock, "mo-main", sites=frozenset({"main"}))
    of_comment, of_sanction = await appealed(scene, decision), await appealed(scene, everywhere)
    for who, made in ((elsewhere, of_comment), (elsewhere, of_sanction), (here, of_sanction)):
        with pytest.raises(PermissionMissing):
            await ruled(scene, who, made, "reversed")
    assert (await ruled(scene, here, of_comment, "reversed")).status == "reversed"


async def test_an_unknown_appeal(scene: Scene, first: Staff, second: Staff) -> None:
    _, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    async with scene.tools.db.transaction() as conn:
        await conn.execute("DELETE FROM appeals")
    with pytest.raises(AppealUnknown):
        await ruled(scene, second, made, "upheld")


async def test_a_ruling_without_words_is_refused(scene: Scene, first: Staff, second: Staff) -> None:
    _, decision = await rejected(scene, first)
    made = await appealed(scene, decision)
    with pytest.raises(Problem) as caught:
        await ruled(scene, second, made, "upheld", " \n")
    assert caught.value.slug == "invalid-request"


BYPASSES = {
    "a ruling by the first": """
        UPDATE appeals SET status = 'upheld', ruled_by = 'mo-first', ruled_at = now(), ruling = 'No.'""",
    "another first": "UPDATE appeals SET restricted_by = '{}'",
    "forgetting the restriction": "UPDATE restrictions SET made_at = now()",
    "a decision beside the appeal": """
        INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status,
                               new_status, decided_by, decided_at)
        SELECT gen_random_uuid(), story_id, id, 9, author_id, 1, 'restore', 'rejected', 'published', 'mo-other', now()
          FROM comments WHERE status = 'rejected'""",
    "taking it back": """
        INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status,
                               new_status, decided_by, decided_at, undoes)
        SELECT gen_random_uuid(), story_id, comment_id, 9, author_id, 1, 'undo', 'rejected', 'published', 'mo-other',
               now(), id FROM decisions""",
    "lifting the sanction": "UPDATE sanctions SET lifted_at = now(), lifted_by = 'mo-other'",
}  # fmt: skip


@pytest.mark.parametrize("sql", BYPASSES.values(), ids=BYPASSES.keys())
async def test_the_database_refuses_every_other_way(scene: Scene, first: Staff, sql: str) -> None:
    _, decision = await rejected(scene, first)
    sanction = await sanctioned(scene, first)
    await appealed(scene, decision)
    await appealed(scene, sanction)
    before = await scene.state()
    with pytest.raises(asyncpg.PostgresError) as caught:
        async with scene.tools.db.transaction() as conn:
            await conn.execute(sql)
    assert caught.value.sqlstate in ("SC002", "23514", "P0001")
    assert await scene.state() == before


async def test_the_database_keeps_a_ruling_as_it_is(scene: Scene, first: Staff, second: Staff) -> None:
    comment, decision = await rejected(scene, first)
    await ruled(scene, second, await appealed(scene, decision), "reversed")
    again = """INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status,
                                      new_status, reason, decided_by, decided_at)
               SELECT gen_random_uuid(), story_id, id, 9, author_id, 1, 'reject', 'published', 'rejected', 'abuse', $2,
                      now() FROM comments WHERE id = $1"""  # fmt: skip
    for by in ("mo-first", None):
        with pytest.raises(asyncpg.PostgresError, match="let these words stand"):
            async with scene.tools.db.transaction() as conn:
                await conn.execute(again, comment, by)
    for change in ("status = 'upheld'", "ruled_by = 'mo-third'", "decision_id = gen_random_uuid()"):
        with pytest.raises(asyncpg.PostgresError, match="answered already"):
            async with scene.tools.db.transaction() as conn:
                await conn.execute(f"UPDATE appeals SET {change}")
