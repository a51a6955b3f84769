"""Rejecting many comments at once: what was counted is decided, in steps, with every effect, and can be taken back."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.accounts.problems import AuthorUnknown, PermissionMissing
from service.accounts.rules.viewer import Staff
from service.bulk_decisions import store
from service.bulk_decisions.actions.carry_out import Progress, Wanted, carry_out, progress, take_back
from service.bulk_decisions.actions.preview import Counted, OfAuthor, Replies, preview
from service.bulk_decisions.problems import BulkDiffers, SelectionLapsed, SelectionUnknown
from service.bulk_decisions.rules import State
from service.comments.problems import CommentUnknown
from service.infra.clock import FixedClock
from service.kernel import limits
from service.kernel.ids import StoryId
from service.moderation.actions.sanction import Wanted as Limit
from service.moderation.rules.decisions import Action
from tests.moderation.office import staff
from tests.moderation.scene import Scene
from tests.review_queue.rows import a_reader, a_story

SPAM = Wanted("spam")


async def count(scene: Scene, by: Staff, wanted: Replies | OfAuthor, *, overrule: bool = False) -> Counted:
    return await preview(scene.tools, by, wanted, overrule=overrule, selection={"of": "test"})


async def to_the_end(scene: Scene, by: Staff, token: UUID, wanted: Wanted = SPAM) -> Progress:
    """The same request, again and again, as a page sends it."""
    for _ in range(50):
        found = await carry_out(scene.tools, by, token, wanted)
        if found.state is not State.RUNNING:
            return found
    raise AssertionError("it never ends")


async def a_thread(scene: Scene) -> tuple[UUID, list[UUID]]:
    """A comment, and below it published, held, rejected and deleted ones; beside it one that has nothing to do with
    it."""
    top = await scene.comment("published", side="critics")
    await scene.comment("published")
    first = await scene.comment("published", parent=top)
    held = await scene.comment("held", parent=first)
    deeper = await scene.comment("published", parent=first, side="defenders")
    await scene.comment("rejected", parent=top)
    await scene.comment("deleted", parent=top)
    return top, [top, first, held, deeper]


async def test_a_comment_and_its_replies_are_counted_and_rejected_and_nothing_else(
    scene: Scene, moderator: Staff
) -> None:
    top, below = await a_thread(scene)
    counted = await count(scene, moderator, Replies(top))
    assert [one.comment_id for one in counted.chosen.comments] == below
    assert {row.id for row in counted.examples} == set(below)
    done = await to_the_end(scene, moderator, counted.token)
    assert (done.state, done.counts) == (State.DONE, {"done": 4})
    left = await scene.value("SELECT count(*) FROM comments WHERE status = 'published'")
    assert left == 1
    assert await scene.differences() == {}
    assert await scene.value("SELECT count(*) FROM decisions WHERE action = 'reject' AND reason = 'spam'") == 4
    entry = await scene.row(
        "SELECT actor, subject_id, site, before, after FROM audit_entries WHERE subject_kind = 'bulk'"
    )
    assert (entry["actor"], entry["subject_id"], entry["site"]) == ("mo-1", str(counted.token), "main")
    assert entry["before"]["comments"] == 4
    assert await scene.value("SELECT count(*) FROM audit_entries WHERE action = 'comment.rejected'") == 4


async def test_taking_it_back_leaves_everything_as_it_was(scene: Scene, moderator: Staff, clock: FixedClock) -> None:
    top, _ = await a_thread(scene)
    await scene.reported(top, "ben", "cleo")
    before = await scene.state()
    counted = await count(scene, moderator, Replies(top))
    await to_the_end(scene, moderator, counted.token)
    assert await scene.state() != before
    undone = await take_back(scene.tools, staff(clock, "mo-2"), counted.token)
    assert (undone.state, undone.counts) == (State.UNDONE, {"undone": 4})
    assert await scene.state() == before
    assert await scene.differences() == {}
    again = await take_back(scene.tools, moderator, counted.token)
    assert again.counts == {"undone": 4}
    with pytest.raises(BulkDiffers):
        await carry_out(scene.tools, moderator, counted.token, SPAM)
    acts = "SELECT array_agg(action ORDER BY id) FROM audit_entries WHERE subject_kind = 'bulk'"
    assert await scene.value(acts) == ["comments.rejected", "comments.rejection_undone"]


async def test_each_request_handles_some_and_the_same_request_goes_on(
    scene: Scene, moderator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = await scene.comment("published")
    for _ in range(6):
        await scene.comment("published", parent=top)
    counted = await count(scene, moderator, Replies(top))
    monkeypatch.setattr(limits, "bulk_step_comments_max", 3)
    first = await carry_out(scene.tools, moderator, counted.token, SPAM)
    assert (first.state, first.counts) == (State.RUNNING, {"done": 3, "waiting": 4})
    # The top goes first: it is what the act is about.
    assert await scene.value("SELECT status FROM comments WHERE id = $1", top) == "rejected"
    second = await carry_out(scene.tools, moderator, counted.token, SPAM)
    assert second.counts == {"done": 6, "waiting": 1}
    back = await take_back(scene.tools, moderator, counted.token)
    assert (back.state, back.counts) == (State.UNDOING, {"done": 3, "undone": 3, "waiting": 1})
    back = await take_back(scene.tools, moderator, counted.token)
    assert (back.state, back.counts) == (State.UNDONE, {"undone": 6, "waiting": 1})
    assert await scene.differences() == {}


async def test_a_request_that_is_short_of_time_ends_early(
    scene: Scene, moderator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, _ = await a_thread(scene)
    counted = await count(scene, moderator, Replies(top))
    monkeypatch.setattr(limits, "bulk_step_s", -1.0)
    found = await carry_out(scene.tools, moderator, counted.token, SPAM)
    assert (found.state, found.counts) == (State.RUNNING, {"waiting": 4})


async def test_the_same_request_many_times_at_once_decides_each_comment_once(scene: Scene, moderator: Staff) -> None:
    top = await scene.comment("published")
    for _ in range(30):
        await scene.comment("published", parent=top)
    counted = await count(scene, moderator, Replies(top))
    await asyncio.gather(*(carry_out(scene.tools, moderator, counted.token, SPAM) for _ in range(5)))
    done = await to_the_end(scene, moderator, counted.token)
    assert done.counts == {"done": 31}
    assert await scene.value("SELECT count(*) FROM decisions") == 31
    assert await scene.value("SELECT count(*) FROM audit_entries WHERE subject_kind = 'bulk'") == 1
    await asyncio.gather(*(take_back(scene.tools, moderator, counted.token) for _ in range(5)))
    assert (await take_back(scene.tools, moderator, counted.token)).counts == {"undone": 31}
    assert await scene.differences() == {}


async def test_what_changed_since_it_was_counted_is_left_as_it_is(scene: Scene, moderator: Staff) -> None:
    top = await scene.comment("published")
    edited, deleted, decided = [await scene.comment("published", parent=top) for _ in range(3)]
    counted = await count(scene, moderator, Replies(top))
    async with scene.tools.db.transaction() as conn:
        await conn.execute("UPDATE comments SET revision = 2, body = 'Other words' WHERE id = $1", edited)
    await scene.decide(moderator, decided, Action.REJECT)
    late = await scene.comment("published", parent=top)
    done = await to_the_end(scene, moderator, counted.token)
    assert done.counts == {"done": 2, "failed": 2}
    assert {one.comment_id: one.problem for one in done.problems} == {
        edited: "revision-changed",
        decided: "already-decided",
    }
    statuses = "SELECT status FROM comments WHERE id = $1"
    assert [await scene.value(statuses, one) for one in (edited, deleted, late)] == [
        "published",
        "rejected",
        "published",
    ]
    assert await scene.differences() == {}


async def test_what_was_decided_anew_stays_when_the_act_is_taken_back(scene: Scene, moderator: Staff) -> None:
    top, (_, first, held, deeper) = await a_thread(scene)
    counted = await count(scene, moderator, Replies(top))
    await to_the_end(scene, moderator, counted.token)
    await scene.decide(moderator, first, Action.RESTORE)
    back = await take_back(scene.tools, moderator, counted.token)
    assert (back.state, back.counts) == (State.UNDONE, {"undone": 3, "kept": 1})
    assert [(one.comment_id, one.problem) for one in back.problems] == [(first, "already-decided")]
    assert await scene.queues(held) == ["held"]
    assert await scene.differences() == {}
    assert deeper


async def test_what_a_colleague_let_stand_is_left_out_unless_it_is_overruled(
    scene: Scene, moderator: Staff, clock: FixedClock
) -> None:
    top = await scene.comment("published")
    held, own = await scene.comment("held", parent=top), await scene.comment("held", parent=top)
    await scene.decide(staff(clock, "mo-2"), held, Action.APPROVE)
    await scene.decide(moderator, own, Action.APPROVE)
    without = await count(scene, moderator, Replies(top))
    assert ([one.comment_id for one in without.chosen.comments], without.chosen.let_stand) == ([top, own], 1)
    overruling = await count(scene, moderator, Replies(top), overrule=True)
    assert (len(overruling.chosen.comments), overruling.chosen.let_stand) == (3, 1)
    assert (await to_the_end(scene, moderator, overruling.token)).counts == {"done": 3}


async def test_replies_are_found_below_the_ancestors_that_a_comment_knows(scene: Scene, moderator: Staff) -> None:
    """In a chain longer than comments know their ancestors, from a comment that is not among the first."""
    chain: list[UUID] = []
    for depth in range(limits.ancestors_first_max + 2 * limits.ancestors_near_max + 5):
        chain.append(await scene.comment("published", parent=chain[-1] if chain else None))
        known = chain[:-1]
        if len(known) > limits.ancestors_first_max + limits.ancestors_near_max:
            known = known[: limits.ancestors_first_max] + known[-limits.ancestors_near_max :]
        async with scene.tools.db.transaction() as conn:
            await conn.execute("UPDATE comments SET ancestors = $1, depth = $2 WHERE id = $3", known, depth, chain[-1])
    async with scene.tools.db.read() as conn:
        for top in (0, limits.ancestors_first_max + 1, len(chain) - 2):
            found = await store.below(conn, scene.story_id, chain[top], moderator.subject)
            assert [one.comment_id for one in found] == chain[top:]


async def test_all_that_an_author_wrote_in_a_time_is_rejected(
    scene: Scene, moderator: Staff, clock: FixedClock
) -> None:
    before = await scene.comment("published")
    start = clock.move(minutes=1)
    inside = [await scene.comment("published"), await scene.comment("held")]
    end = clock.move(minutes=1)
    after = await scene.comment("published")
    wanted = OfAuthor(author_id=scene.author_id, after=start, before=end)
    counted = await count(scene, moderator, wanted)
    assert {one.comment_id for one in counted.chosen.comments} == set(inside)
    limit = Limit(kind="suspend", reason="Spam.", until=clock.now() + timedelta(days=7))
    done = await to_the_end(scene, moderator, counted.token, Wanted("spam", "A flood.", limit))
    assert done.counts == {"done": 2}
    sanction = await scene.row("SELECT id, kind, reader_id FROM sanctions")
    assert (sanction["kind"], sanction["reader_id"]) == ("suspend", scene.author_id)
    assert done.act.sanction_id == sanction["id"]
    for comment in (before, after):
        assert await scene.value("SELECT status FROM comments WHERE id = $1", comment) == "published"
    everything = await count(scene, moderator, OfAuthor(author_id=scene.author_id))
    assert {one.comment_id for one in everything.chosen.comments} == {before, after}
    assert await scene.differences() == {}


async def test_an_author_is_selected_within_the_moderators_sites_and_the_story(scene: Scene, clock: FixedClock) -> None:
    here = await scene.comment("published")
    async with scene.tools.db.read() as conn:
        await a_story(conn, clock, "story-2", site="sport")
    other = Scene(scene.tools, StoryId("story-2"), scene.author_id)
    there = await other.comment("published")

    async def ids(by: Staff, **more: Any) -> set[UUID]:
        found = await count(scene, by, OfAuthor(author_id=scene.author_id, **more))
        return {one.comment_id for one in found.chosen.comments}

    everywhere, sport = staff(clock, "mo-1"), staff(clock, "mo-3", sites=frozenset({"sport"}))
    assert await ids(everywhere) == {here, there}
    assert await ids(everywhere, site="main") == await ids(everywhere, story="story-1") == {here}
    assert await ids(sport) == {there}
    with pytest.raises(PermissionMissing):
        await ids(sport, site="main")
    with pytest.raises(PermissionMissing):
        await count(scene, sport, Replies(here))
    both = await count(scene, everywhere, OfAuthor(author_id=scene.author_id))
    with pytest.raises(PermissionMissing):
        await progress(scene.tools, sport, both.token)


async def test_no_more_than_an_act_takes_in_is_counted(
    scene: Scene, moderator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "bulk_comments_max", 3)
    for _ in range(5):
        await scene.comment("published")
    counted = await count(scene, moderator, OfAuthor(author_id=scene.author_id))
    assert (len(counted.chosen.comments), counted.chosen.more) == (3, True)
    await to_the_end(scene, moderator, counted.token)
    rest = await count(scene, moderator, OfAuthor(author_id=scene.author_id))
    assert (len(rest.chosen.comments), rest.chosen.more) == (2, False)


async def test_what_cannot_be_begun_is_refused(scene: Scene, moderator: Staff, clock: FixedClock) -> None:
    top, _ = await a_thread(scene)
    for nobody, problem in ((Replies(uuid4()), CommentUnknown), (OfAuthor(author_id=uuid4()), AuthorUnknown)):
        with pytest.raises(problem):
            await count(scene, moderator, nobody)
    with pytest.raises(SelectionUnknown):
        await carry_out(scene.tools, moderator, uuid4(), SPAM)
    counted = await count(scene, moderator, Replies(top))
    with pytest.raises(PermissionMissing):
        await carry_out(scene.tools, staff(clock, "mo-2"), counted.token, SPAM)
    with pytest.raises(SelectionUnknown):
        await take_back(scene.tools, moderator, counted.token)
    clock.move(seconds=limits.bulk_begin_s + 1)
    with pytest.raises(SelectionLapsed):
        await carry_out(scene.tools, moderator, counted.token, SPAM)
    fresh = await count(scene, moderator, Replies(top))
    await carry_out(scene.tools, moderator, fresh.token, SPAM)
    with pytest.raises(BulkDiffers):
        await carry_out(scene.tools, moderator, fresh.token, Wanted("abuse"))
    async with scene.tools.db.read() as conn:
        assert await store.forget(conn, clock.now(), 100) == 1
    with pytest.raises(SelectionUnknown):
        await progress(scene.tools, moderator, counted.token)
    assert (await progress(scene.tools, moderator, fresh.token)).state is State.DONE


async def test_a_sanction_that_cannot_be_stops_the_act_before_it_begins(scene: Scene, moderator: Staff) -> None:
    top, _ = await a_thread(scene)
    counted = await count(scene, moderator, Replies(top))
    before = await scene.state()
    with pytest.raises(Exception, match="until|end"):
        await carry_out(scene.tools, moderator, counted.token, Wanted("spam", None, Limit(kind="suspend", reason="x")))
    assert await scene.state() == before
    assert (await progress(scene.tools, moderator, counted.token)).state is State.WAITING


async def test_an_author_who_is_not_known_any_more_cannot_be_limited(scene: Scene, moderator: Staff) -> None:
    top, _ = await a_thread(scene)
    async with scene.tools.db.transaction() as conn:
        await conn.execute("UPDATE comments SET author_id = NULL WHERE id = $1", top)
        await a_reader(conn, scene.tools.clock)
    counted = await count(scene, moderator, Replies(top))
    with pytest.raises(AuthorUnknown):
        await carry_out(scene.tools, moderator, counted.token, Wanted("spam", None, Limit(kind="ban", reason="x")))
