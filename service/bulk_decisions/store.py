"""Typed calls over acts on many comments: what was counted, and what became of each comment."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.bulk_decisions.rules import Candidate
from service.infra.clock import id_at
from service.infra.sql import Connection, Queries
from service.kernel import limits
from service.kernel.moments import EARLIEST, LATEST

queries = Queries(__file__)

# After which decisions a comment stands because somebody let it: see moderation/rules/decisions.py.
_LET_STAND = ["approve", "restore", "undo"]
_PROBLEMS_SHOWN_MAX = 20
_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)


class Act(msgspec.Struct, frozen=True):
    """An act on many comments: counted, and perhaps begun."""

    id: UUID
    kind: str
    selection: dict[str, Any]
    author_id: UUID | None
    site: str | None
    comments: int
    made_by: str
    made_at: datetime
    begun_at: datetime | None
    reason: str | None
    note: str | None
    sanction_id: UUID | None
    undo_begun_at: datetime | None
    undone_by: str | None


class Item(msgspec.Struct, frozen=True):
    """One comment of an act."""

    place: int
    comment_id: UUID
    seen_revision: int
    overrules: UUID | None
    decision_id: UUID | None


class Count(msgspec.Struct, frozen=True):
    state: str
    comments: int


class Trouble(msgspec.Struct, frozen=True):
    """A comment that could not be decided about, or not be taken back, and the slug of the problem."""

    comment_id: UUID
    problem: str | None


_BELOW = queries.bind("below", Candidate)
_OF_AUTHOR = queries.bind("of_author", Candidate)
_IS_AUTHOR = queries.bind("is_author", bool)
_KEEP_ACT = queries.bind("keep_act", int)
_KEEP_ITEMS = queries.bind("keep_items", int)
_ACT = queries.bind("act", Act)
_LOCK_ACT = queries.bind("lock_act", Act)
_BEGIN_ACT = queries.bind("begin_act", int)
_BEGIN_UNDO = queries.bind("begin_undo", int)
_COUNTS = queries.bind("counts", Count)
_PROBLEMS = queries.bind("problems", Trouble)
_NEXT_ITEMS = queries.bind("next_items", Item)
_HOLD_ITEM = queries.bind("hold_item", int)
_NOTE_ITEM = queries.bind("note_item", int)
_FORGET = queries.bind("forget", int)


async def below(conn: Connection, story_id: str, comment_id: UUID, staff: str) -> list[Candidate]:
    """The comment and what answers it, as far as it can be rejected; one more than an act takes in, to tell that."""
    return await _BELOW.many(
        conn,
        story_id=story_id,
        comment_id=comment_id,
        levels_known=limits.ancestors_near_max,
        let_stand=_LET_STAND,
        staff=staff,
        most=limits.bulk_comments_max + 1,
    )


async def of_author(
    conn: Connection,
    author_id: UUID,
    staff: str,
    *,
    sites: Collection[str] | None,
    story_id: str | None,
    after: datetime | None,
    before: datetime | None,
) -> list[Candidate]:
    """The author's comments from `after` on and before `before`, as far as they can be rejected, newest first."""
    return await _OF_AUTHOR.many(
        conn,
        author_id=author_id,
        staff=staff,
        sites=None if sites is None else sorted(sites),
        story_id=story_id,
        # Ids begin with their milliseconds.
        first_id=_FIRST if after is None else id_at(after, 0),
        last_id=_LAST if before is None else id_at(before, 2**74 - 1),
        after=after or EARLIEST,
        before=before or LATEST,
        let_stand=_LET_STAND,
        most=limits.bulk_comments_max + 1,
    )


async def is_author(conn: Connection, author_id: UUID) -> bool:
    return await _IS_AUTHOR.one(conn, author_id=author_id)


async def keep(
    conn: Connection,
    act_id: UUID,
    *,
    kind: str,
    selection: dict[str, Any],
    author_id: UUID | None,
    site: str | None,
    comments: Sequence[Candidate],
    made_by: str,
    now: datetime,
) -> None:
    """Keeps what was counted, with the revision of each comment and in this order."""
    await _KEEP_ACT.run(
        conn,
        act_id=act_id,
        kind=kind,
        selection=selection,
        author_id=author_id,
        site=site,
        comments=len(comments),
        made_by=made_by,
        now=now,
    )
    await _KEEP_ITEMS.run(
        conn,
        act_id=act_id,
        comment_ids=[one.comment_id for one in comments],
        revisions=[one.revision for one in comments],
        overruled=[one.let_stand_by for one in comments],
    )


async def act(conn: Connection, act_id: UUID) -> Act | None:
    """The act, or None."""
    return await _ACT.maybe(conn, act_id=act_id)


async def lock_act(conn: Connection, act_id: UUID) -> Act | None:
    """The act, locked until the transaction ends; or None."""
    return await _LOCK_ACT.maybe(conn, act_id=act_id)


async def begin(
    conn: Connection, act_id: UUID, *, reason: str, note: str | None, sanction_id: UUID | None, now: datetime
) -> None:
    """The act has begun, for this reason."""
    await _BEGIN_ACT.run(conn, act_id=act_id, reason=reason, note=note, sanction_id=sanction_id, now=now)


async def begin_undo(conn: Connection, act_id: UUID, staff: str, now: datetime) -> None:
    """The act is taken back from now on; what still waits is not decided any more."""
    await _BEGIN_UNDO.run(conn, act_id=act_id, staff=staff, now=now)


async def counts(conn: Connection, act_id: UUID) -> dict[str, int]:
    """How many of the act's comments are in which state."""
    return {row.state: row.comments for row in await _COUNTS.many(conn, act_id=act_id)}


async def problems(conn: Connection, act_id: UUID) -> list[Trouble]:
    """The first of those that could not be decided about, or not be taken back."""
    return await _PROBLEMS.many(conn, act_id=act_id, most=_PROBLEMS_SHOWN_MAX)


async def next_items(conn: Connection, act_id: UUID, state: str, after: int, most: int) -> list[Item]:
    """The next of the act's comments in this state."""
    return await _NEXT_ITEMS.many(conn, act_id=act_id, state=state, after=after, most=most)


async def hold_item(conn: Connection, act_id: UUID, place: int, state: str) -> bool:
    """Locks a comment's row of the act; False when it is not in that state any more, or somebody else holds it."""
    return await _HOLD_ITEM.maybe(conn, act_id=act_id, place=place, state=state) is not None


async def note_item(
    conn: Connection,
    act_id: UUID,
    place: int,
    state: str,
    *,
    decision_id: UUID | None = None,
    problem: str | None = None,
) -> None:
    """What became of a comment of the act."""
    await _NOTE_ITEM.run(conn, act_id=act_id, place=place, state=state, decision_id=decision_id, problem=problem)


async def forget(conn: Connection, before: datetime, most: int) -> int:
    """Removes what was counted before that moment and never begun."""
    return await _FORGET.run(conn, before=before, most=most)
