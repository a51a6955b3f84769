"""Decides about what was counted, and takes it back: a bounded number of comments a request, each in its own
transaction.

Each comment is decided by the one flow that single decisions take, so its effects are the same, and a story's row is
never held for longer than by one of them. A request that is sent again goes on where the one before ended, whatever
became of that one.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from service.accounts.problems import AuthorUnknown, PermissionMissing
from service.accounts.rules.permissions import Permission, may
from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.bulk_decisions import rules, store
from service.bulk_decisions.problems import BulkDiffers, SelectionLapsed, SelectionUnknown
from service.bulk_decisions.store import Act, Item, Trouble
from service.comments.actions.announce import announce
from service.infra.clock import monotonic
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import Problem, Unavailable
from service.moderation.actions import sanction as sanctioning
from service.moderation.actions.decide import Order, decide_within
from service.moderation.actions.recording import Outcome
from service.moderation.actions.undo import undo_within
from service.moderation.rules.decisions import Action
from service.sanctions import actions as sanctions
from service.sanctions.actions import Changed


class Progress(msgspec.Struct, frozen=True):
    """An act, and how far it has come."""

    act: Act
    counts: dict[str, int]
    problems: list[Trouble]

    @property
    def state(self) -> rules.State:
        act = self.act
        return rules.state_of(self.counts, begun=act.begun_at is not None, undo_begun=act.undo_begun_at is not None)


class Wanted(msgspec.Struct, frozen=True):
    """Why all of it is rejected, and a limit on the author, added once, when the act begins."""

    reason: str
    note: str | None = None
    sanction: sanctioning.Wanted | None = None


async def progress(tools: Tools, staff: Staff, token: UUID) -> Progress:
    """How far the act has come; SelectionUnknown, or PermissionMissing for one of another site."""
    async with tools.db.read() as conn:
        act = await store.act(conn, token)
        if act is None:
            raise SelectionUnknown("There is no such selection; count again.")
        _refuse_other_reach(staff, act)
        return Progress(act, await store.counts(conn, token), await store.problems(conn, token))


async def carry_out(tools: Tools, staff: Staff, token: UUID, wanted: Wanted) -> Progress:
    """Begins the act or goes on with it; how far it has come then.

    SelectionUnknown, SelectionLapsed, BulkDiffers for an act begun in other words; PermissionMissing for one that
    somebody else counted.
    """
    _refuse_unless(staff, Permission.REVIEW)
    added = await tools.db.in_transaction(lambda conn: _begin(conn, tools, staff, token, wanted))
    if added is not None:
        sanctions.announce(tools.broadcast, added)

    async def decide(conn: Connection, item: Item) -> tuple[Outcome, str]:
        order = Order(
            comment_id=item.comment_id,
            seen_revision=item.seen_revision,
            action=Action.REJECT,
            reason=wanted.reason,
            note=wanted.note,
            overrules=item.overrules,
        )
        return await decide_within(conn, tools, staff, order, tools.clock.now()), "done"

    await _step(tools, token, rules.WAITING, "failed", decide)
    return await progress(tools, staff, token)


async def take_back(tools: Tools, staff: Staff, token: UUID) -> Progress:
    """Takes back what the act decided, or goes on with that. What was decided anew since stays as it is."""
    _refuse_unless(staff, Permission.REVIEW)
    await tools.db.in_transaction(lambda conn: _begin_undo(conn, tools, staff, token))

    async def undo(conn: Connection, item: Item) -> tuple[Outcome, str]:
        if item.decision_id is None:
            raise LookupError(f"comment {item.comment_id} was decided without a decision")
        return await undo_within(conn, tools, staff, item.decision_id, tools.clock.now()), "undone"

    await _step(tools, token, "done", "kept", undo)
    return await progress(tools, staff, token)


def _refuse_unless(staff: Staff, permission: Permission) -> None:
    if not may(staff, permission):
        raise PermissionMissing("None of your roles allows you to decide about comments.")


def _refuse_other_reach(staff: Staff, act: Act) -> None:
    """What somebody else counted on other sites, or on several, is not for those who are limited to some."""
    if staff.sites is not None and act.made_by != staff.subject and (act.site is None or act.site not in staff.sites):
        raise PermissionMissing("Your token is not for all sites of this act.")


async def _begin(conn: Connection, tools: Tools, staff: Staff, token: UUID, wanted: Wanted) -> Changed | None:
    """Notes that the act has begun, with its entry in the record; the limit that came with it. Nothing where it had."""
    act, now = await store.lock_act(conn, token), tools.clock.now()
    if act is None:
        raise SelectionUnknown("There is no such selection; count again.")
    if act.made_by != staff.subject:
        raise PermissionMissing("Somebody else counted this selection; count for yourself.")
    if act.begun_at is not None:
        if (act.reason, act.note) != (wanted.reason, wanted.note):
            raise BulkDiffers("This selection is being rejected for another reason.")
        if act.undo_begun_at is not None:
            raise BulkDiffers("This act was taken back.")
        return None
    if rules.lapsed(act.made_at, now):
        raise SelectionLapsed("Count again: much may have happened since.")
    added = await _limit_author(conn, tools, staff, act, wanted)
    sanction_id = None if added is None else added.sanction.id
    await store.begin(conn, token, reason=wanted.reason, note=wanted.note, sanction_id=sanction_id, now=now)
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action="comments.rejected",
        subject_kind="bulk",
        subject_id=str(token),
        site=act.site,
        before={"selection": act.selection, "comments": act.comments},
        after={"reason": wanted.reason, "note": wanted.note, "sanction": sanction_id and str(sanction_id)},
    )
    return added


async def _limit_author(conn: Connection, tools: Tools, staff: Staff, act: Act, wanted: Wanted) -> Changed | None:
    if wanted.sanction is None:
        return None
    if act.author_id is None:
        raise AuthorUnknown("The comment's author is not known any more.")
    return await sanctioning.add_within(conn, tools, staff, act.author_id, wanted.sanction)


async def _begin_undo(conn: Connection, tools: Tools, staff: Staff, token: UUID) -> None:
    act = await store.lock_act(conn, token)
    if act is None or act.begun_at is None:
        raise SelectionUnknown("There is no such act to take back.")
    _refuse_other_reach(staff, act)
    if act.undo_begun_at is not None:
        return
    await store.begin_undo(conn, token, staff.subject, tools.clock.now())
    counts = await store.counts(conn, token)
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action="comments.rejection_undone",
        subject_kind="bulk",
        subject_id=str(token),
        site=act.site,
        before={"reason": act.reason, "decided": counts.get("done", 0)},
        after={"undone_by": staff.subject},
    )


async def _step(
    tools: Tools,
    token: UUID,
    state: str,
    otherwise: str,
    act_on: Callable[[Connection, Item], Awaitable[tuple[Outcome, str]]],
) -> None:
    """Handles the next comments in that state, until enough were handled or enough time has passed.

    One that cannot be handled is noted as `otherwise` with its problem, and the others go on. When the database is away
    this ends; Unavailable is raised where nothing was done.
    """
    started = monotonic()
    async with tools.db.read() as conn:
        items = await store.next_items(conn, token, state, 0, limits.bulk_step_comments_max)
    for handled, item in enumerate(items):
        if monotonic() - started > limits.bulk_step_s:
            return
        try:
            await _one(tools, token, item, state, act_on)
        except Unavailable:
            if handled:
                return
            raise
        except Problem as problem:
            await _note_trouble(tools, token, item, state, otherwise, problem)


async def _one(
    tools: Tools,
    token: UUID,
    item: Item,
    state: str,
    act_on: Callable[[Connection, Item], Awaitable[tuple[Outcome, str]]],
) -> None:
    async def work(conn: Connection) -> Outcome | None:
        if not await store.hold_item(conn, token, item.place, state):
            return None
        outcome, became = await act_on(conn, item)
        decision_id = outcome.decision_id if became == "done" else None
        await store.note_item(conn, token, item.place, became, decision_id=decision_id)
        return outcome

    outcome = await tools.db.in_transaction(work)
    if outcome is not None:
        announce(tools, outcome.story_id, outcome.version)


async def _note_trouble(tools: Tools, token: UUID, item: Item, state: str, otherwise: str, problem: Problem) -> None:
    async def work(conn: Connection) -> None:
        if await store.hold_item(conn, token, item.place, state):
            await store.note_item(conn, token, item.place, otherwise, problem=problem.slug)

    await tools.db.in_transaction(work)
