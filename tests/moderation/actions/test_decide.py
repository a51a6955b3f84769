"""A decision and all that it changes, in one transaction; and everything that stands in its way."""

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import Problem
from service.moderation.actions.decide import Order, decide_all
from service.moderation.actions.recording import Outcome
from service.moderation.actions.sanction import Wanted
from service.moderation.rules.decisions import Action
from service.review_queue import store as review_queue
from service.review_queue.rules import Order as QueueOrder
from service.review_queue.rules import Queue
from service.review_queue.store import Filters
from tests.moderation.office import staff
from tests.moderation.scene import Scene, a_scene


@pytest.fixture
async def scene(tools: Tools) -> Scene:
    forget_everybody(tools.db)
    return await a_scene(tools)


async def test_an_approved_comment_is_published_counted_and_told(scene: Scene, moderator: Staff) -> None:
    parent = await scene.comment("published")
    held = await scene.comment(parent=parent, side="critics")
    before = await scene.value("SELECT thread_version FROM stories")
    outcome = await scene.decide(moderator, held, Action.APPROVE)
    assert (outcome.comment_status, outcome.version) == ("published", before + 1)
    assert await scene.queues(held) == []
    story = await scene.row("SELECT comment_count, by_side, thread_version FROM stories")
    assert story == {"comment_count": 2, "by_side": {"critics": 1}, "thread_version": before + 1}
    assert await scene.value("SELECT reply_count FROM comments WHERE id = $1", parent) == 1
    record = await scene.row("SELECT published_count, approved_count FROM readers WHERE subject = 'ada'")
    assert record == {"published_count": 2, "approved_count": 1}
    event = await scene.row("SELECT topic, version, payload FROM outbox_events")
    assert event == {
        "topic": "comment.approved",
        "version": before + 1,
        "payload": {"comment_id": str(held), "was": "held", "now": "published"},
    }
    assert await scene.differences() == {}


async def test_a_rejected_comment_is_gone_with_its_reports_upheld(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment("published", side="critics")
    await scene.reported(comment, "ben", "cleo")
    outcome = await scene.decide(moderator, comment, Action.REJECT, reason="hate", note="The second line.")
    assert await scene.queues(comment) == []
    assert await scene.row(
        "SELECT count(*) AS n, bool_and(upheld) AS upheld FROM reports WHERE decided_at IS NOT NULL"
    ) == {
        "n": 2,
        "upheld": True,
    }
    assert await scene.value("SELECT min(reports_upheld) FROM readers WHERE subject IN ('ben', 'cleo')") == 1
    assert await scene.row("SELECT published_count, rejected_count FROM readers WHERE subject = 'ada'") == {
        "published_count": 0,
        "rejected_count": 1,
    }
    decision = await scene.row("SELECT * FROM decisions")
    assert (decision["id"], decision["number"], decision["action"]) == (outcome.decision_id, 1, "reject")
    assert (decision["reason"], decision["note"], decision["decided_by"]) == ("hate", "The second line.", "mo-1")
    assert (decision["old_status"], decision["new_status"], decision["seen_revision"]) == ("published", "rejected", 1)
    audit = await scene.row("SELECT * FROM audit_entries")
    assert (audit["actor"], audit["action"], audit["site"]) == ("mo-1", "comment.rejected", "main")
    assert audit["before"] == {"status": "published", "queues": ["reported"]}
    assert audit["after"]["status"] == "rejected"
    assert audit["after"]["reason"] == "hate"
    assert await scene.topics() == ["comment.reported", "comment.reported", "comment.rejected"]
    assert await scene.differences() == {}


async def test_a_reported_comment_that_is_approved_stays_and_its_reports_are_declined(
    scene: Scene, moderator: Staff
) -> None:
    comment = await scene.comment("published")
    await scene.reported(comment, "ben")
    outcome = await scene.decide(moderator, comment, Action.APPROVE)
    assert (outcome.comment_status, outcome.version) == ("published", None)
    assert await scene.value("SELECT reports_declined FROM readers WHERE subject = 'ben'") == 1
    assert await scene.value("SELECT approved_count FROM readers WHERE subject = 'ada'") == 0
    assert await scene.queues(comment) == []
    await scene.reported(comment, "cleo")
    assert await scene.queues(comment) == ["reported"]
    assert await scene.differences() == {}


async def test_who_reported_words_that_were_changed_since_is_not_said_to_be_wrong(
    scene: Scene, moderator: Staff
) -> None:
    comment = await scene.comment("published")
    await scene.reported(comment, "ben")
    await scene.row("UPDATE comments SET revision = 2 RETURNING id")
    await scene.reported(comment, "cleo")
    outcome = await scene.decide(moderator, comment, Action.APPROVE, seen=2)
    answers = "SELECT array_agg(upheld ORDER BY revision) FROM reports WHERE decision_id = $1"
    assert await scene.value(answers, outcome.decision_id) == [None, False]
    assert await scene.value("SELECT reports_declined FROM readers WHERE subject = 'ben'") == 0
    assert await scene.value("SELECT reports_declined FROM readers WHERE subject = 'cleo'") == 1
    await scene.decide(moderator, comment, Action.REJECT, seen=2)
    assert await scene.differences() == {}


async def test_a_held_comment_that_is_rejected_changes_nothing_that_readers_see(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment()
    before = await scene.value("SELECT thread_version FROM stories")
    outcome = await scene.decide(moderator, comment, Action.REJECT)
    assert outcome.version is None
    assert await scene.value("SELECT thread_version FROM stories") == before
    assert await scene.differences() == {}


async def test_a_restored_comment_turns_the_answers_to_its_reports(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment("published")
    await scene.reported(comment, "ben")
    await scene.decide(moderator, comment, Action.REJECT)
    await scene.decide(moderator, comment, Action.RESTORE)
    assert await scene.row("SELECT reports_upheld, reports_declined FROM readers WHERE subject = 'ben'") == {
        "reports_upheld": 0,
        "reports_declined": 1,
    }
    assert await scene.row("SELECT published_count, rejected_count FROM readers WHERE subject = 'ada'") == {
        "published_count": 1,
        "rejected_count": 0,
    }
    assert await scene.differences() == {}


async def test_an_escalated_comment_waits_in_another_queue(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment()
    outcome = await scene.decide(moderator, comment, Action.ESCALATE, note="Is this true?")
    assert (outcome.comment_status, outcome.version) == ("held", None)
    assert await scene.queues(comment) == ["escalated"]
    assert await scene.topics() == []
    await scene.decide(moderator, comment, Action.REJECT)
    assert await scene.queues(comment) == []
    assert await scene.differences() == {}


async def test_a_featured_comment_says_why_and_moves_the_thread(scene: Scene, clock: FixedClock) -> None:
    editor = staff(clock, "ed-1", Role.EDITOR)
    comment = await scene.comment("published")
    before = await scene.value("SELECT thread_version FROM stories")
    outcome = await scene.decide(editor, comment, Action.FEATURE, note="Knows the file.")
    assert outcome.version == before + 1
    row = await scene.row("SELECT featured_at, featured_note, changed_version FROM comments")
    assert row == {"featured_at": clock.now(), "featured_note": "Knows the file.", "changed_version": before + 1}
    await scene.decide(editor, comment, Action.UNFEATURE)
    row = await scene.row("SELECT featured_at, featured_note, changed_version FROM comments")
    assert row == {"featured_at": None, "featured_note": None, "changed_version": before + 2}
    assert await scene.topics() == ["comment.featured", "comment.unfeatured"]


async def _refused(scene: Scene, by: Staff, comment: object, action: Action, **more: object) -> Problem:
    before = await scene.state()
    with pytest.raises(Problem) as caught:
        await scene.decide(by, comment, action, **more)  # type: ignore[arg-type]
    assert await scene.state() == before
    return caught.value


async def test_a_decision_on_an_older_revision_is_refused_with_the_newer_one(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment()
    await scene.row("UPDATE comments SET revision = 2 RETURNING id")
    problem = await _refused(scene, moderator, comment, Action.APPROVE)
    assert (problem.slug, problem.status, problem.members) == ("revision-changed", 409, {"current_revision": 2})


async def test_a_second_decision_is_refused_with_the_first(scene: Scene, moderator: Staff, clock: FixedClock) -> None:
    comment = await scene.comment()
    first = await scene.decide(moderator, comment, Action.REJECT, reason="spam")
    problem = await _refused(scene, staff(clock, "mo-2"), comment, Action.APPROVE)
    assert (problem.slug, problem.status) == ("already-decided", 409)
    assert problem.members["comment_status"] == "rejected"
    decision = problem.members["decision"]
    assert (decision["id"], decision["action"], decision["reason"]) == (first.decision_id, "reject", "spam")
    assert decision["decided_by"] == "mo-1"


async def test_a_comment_that_its_author_deleted_is_not_decided(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment("deleted")
    problem = await _refused(scene, moderator, comment, Action.APPROVE)
    assert (problem.slug, problem.members) == ("already-decided", {"decision": None, "comment_status": "deleted"})


async def test_a_rejection_without_a_reason_is_refused(scene: Scene, moderator: Staff) -> None:
    problem = await _refused(scene, moderator, await scene.comment(), Action.REJECT, reason=None)
    assert (problem.slug, problem.members["errors"][0]["field"]) == ("invalid-request", "reason")


@pytest.mark.parametrize(
    ("roles", "sites", "action"),
    [
        ((Role.EDITOR,), None, Action.APPROVE),
        ((Role.MODERATOR,), None, Action.FEATURE),
        ((Role.SERVICE,), None, Action.REJECT),
        ((Role.MODERATOR,), frozenset({"sport"}), Action.APPROVE),
        ((Role.ADMIN,), frozenset[str](), Action.APPROVE),
    ],
)
async def test_who_may_not_is_refused(
    scene: Scene, clock: FixedClock, roles: tuple[Role, ...], sites: frozenset[str] | None, action: Action
) -> None:
    by = staff(clock, "st-1", *roles, sites=sites)
    problem = await _refused(scene, by, await scene.comment(), action)
    assert problem.slug == "permission-missing"


async def test_an_unknown_comment_is_refused(scene: Scene, moderator: Staff) -> None:
    problem = await _refused(scene, moderator, scene.tools.clock.new_id(), Action.APPROVE)
    assert problem.slug == "comment-unknown"


async def test_a_claim_that_is_named_must_not_be_somebody_elses_by_now(
    scene: Scene, moderator: Staff, clock: FixedClock
) -> None:
    comment = await scene.comment()

    async def claim(by: str) -> object:
        async with scene.tools.db.read() as conn:
            every = Filters()
            [item] = await review_queue.claim_next(conn, Queue.HELD, QueueOrder.OLDEST, by, every, 1, clock.now())
            return item.claimed_until

    mine = await claim("mo-1")
    clock.move(seconds=limits.claim_lease_s)
    await claim("mo-2")
    problem = await _refused(scene, moderator, comment, Action.APPROVE, claimed_until=mine)
    assert (problem.slug, problem.status) == ("claim-lapsed", 409)
    # A claim is a courtesy: who names none is held to the revision alone.
    assert (await scene.decide(moderator, comment, Action.APPROVE)).comment_status == "published"


async def test_of_many_decisions_each_stands_or_fails_alone_and_in_order(scene: Scene, moderator: Staff) -> None:
    first, second, third = [await scene.comment() for _ in range(3)]
    unknown = scene.tools.clock.new_id()
    orders = [
        Order(comment_id=first, seen_revision=1, action=Action.APPROVE),
        Order(comment_id=unknown, seen_revision=1, action=Action.APPROVE),
        Order(comment_id=second, seen_revision=7, action=Action.APPROVE),
        Order(comment_id=third, seen_revision=1, action=Action.REJECT),
        Order(comment_id=third, seen_revision=1, action=Action.REJECT, reason="rules"),
        Order(comment_id=first, seen_revision=1, action=Action.APPROVE),
    ]
    results = await decide_all(scene.tools, moderator, orders)
    assert [result.comment_status if isinstance(result, Outcome) else result.slug for result in results] == [
        "published",
        "comment-unknown",
        "revision-changed",
        "invalid-request",
        "rejected",
        "already-decided",
    ]
    reason_missing = results[3]
    assert isinstance(reason_missing, Problem)
    assert reason_missing.members["errors"][0]["field"] == "decisions[3].reason"
    assert await scene.queues(second) == ["held"]
    assert await scene.differences() == {}


async def test_what_a_colleague_let_stand_is_rejected_by_naming_that_decision(
    scene: Scene, moderator: Staff, clock: FixedClock
) -> None:
    comment, colleague = await scene.comment(), staff(clock, "mo-2")
    approved = await scene.decide(moderator, comment, Action.APPROVE)
    problem = await _refused(scene, colleague, comment, Action.REJECT)
    assert (problem.slug, problem.members["decision"]["id"]) == ("already-decided", approved.decision_id)
    outcome = await scene.decide(colleague, comment, Action.REJECT, overrules=approved.decision_id)
    assert outcome.comment_status == "rejected"


async def test_who_approved_may_think_better_of_it(scene: Scene, moderator: Staff) -> None:
    comment = await scene.comment()
    await scene.decide(moderator, comment, Action.APPROVE)
    assert (await scene.decide(moderator, comment, Action.REJECT)).comment_status == "rejected"
    assert await scene.differences() == {}


async def test_a_decision_and_the_sanction_with_it_stand_or_fail_together(
    scene: Scene, moderator: Staff, clock: FixedClock
) -> None:
    comment = await scene.comment("published")
    endless = Wanted(kind="suspend", reason="Threats.")
    problem = await _refused(scene, moderator, comment, Action.REJECT, sanction=endless)
    assert problem.members["errors"][0]["field"] == "until"
    assert await scene.value("SELECT count(*) FROM decisions") == 0
    outcome = await scene.decide(moderator, comment, Action.REJECT, sanction=Wanted(kind="ban", reason="Threats."))
    assert outcome.sanction is not None
    assert await scene.row("SELECT kind, added_by FROM sanctions") == {"kind": "ban", "added_by": "mo-1"}
    assert await scene.topics() == ["comment.rejected", "sanction.added"]
    acts = await scene.value("SELECT array_agg(action ORDER BY id) FROM audit_entries")
    assert acts == ["comment.rejected", "sanction.added"]


async def test_who_may_not_limit_readers_decides_without(scene: Scene, clock: FixedClock) -> None:
    editor, comment = staff(clock, "ed-1", Role.EDITOR), await scene.comment("published")
    ban = Wanted(kind="ban", reason="Threats.")
    assert (await _refused(scene, editor, comment, Action.FEATURE, sanction=ban)).slug == "permission-missing"
    local = staff(clock, "mo-main", sites=frozenset({"main"}))
    assert (await _refused(scene, local, comment, Action.REJECT, sanction=ban)).slug == "permission-missing"
    here = Wanted(kind="ban", reason="Threats.", site="main")
    assert (await scene.decide(local, comment, Action.REJECT, sanction=here)).comment_status == "rejected"
