"""Typed calls over the threads' queries.

The page query exists once in `queries.sql` and is bound once for each order and filter, so that every one of them is a
plain prepared statement over its own index.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from service.comments.store import ShownComment
from service.infra.sql import Connection, Queries, Query
from service.kernel import limits
from service.kernel.ids import ReaderId, StoryId
from service.stories.rules import Sort
from service.stories.store import Story
from service.threads.rules.asked import Asked, Place
from service.threads.rules.balance import Lane
from service.threads.rules.ranking import ORDERS, Order

queries = Queries(__file__)

_COLUMNS: Final = (
    "story_id", "id", "parent_id", "hangs_under", "depth", "author_id", "side", "about", "body", "body_html", "status",
    "revision", "created_at", "edited_at", "votes_up", "votes_down", "reply_count", "direct_reply_count", "featured_at",
    "featured_note",
)  # fmt: skip
_AUTHOR: Final = "a.name AS author_name, a.picture_url AS author_picture_url, a.badges AS author_badges"
_LEVEL: Final = """level{n} AS MATERIALIZED (
  SELECT r.*
    FROM level{above} u
   CROSS JOIN LATERAL (
     SELECT *, row_number() OVER () AS place
       FROM (SELECT {columns}, NULL::double precision AS key
               FROM comments c
              WHERE c.story_id = u.story_id AND c.hangs_under = u.id AND c.shown AND u.reply_count > 0
              ORDER BY c.id
              LIMIT :replies_and_one) c) r
   WHERE {above_shown}
)"""


def _shown(columns: tuple[str, ...]) -> str:
    """The columns in the order of ShownComment's fields."""
    first = columns.index("author_id") + 1
    return ", ".join([*(f"c.{name}" for name in columns[:first]), _AUTHOR, *(f"c.{name}" for name in columns[first:])])


def _levels(columns: str) -> str:
    """Three levels of first replies. A level hangs on what is shown of the one above: not on the reply that only tells
    of more."""
    return ", ".join(
        _LEVEL.format(n=n, above=n - 1, columns=columns, above_shown="true" if n == 1 else "u.place < :replies_and_one")
        for n in range(1, limits.page_reply_levels + 1)
    )


_PARTS: Final = {
    "columns": ", ".join(f"c.{name}" for name in _COLUMNS),
    "bare": ", ".join(_COLUMNS),
    "shown": _shown(_COLUMNS),
}
_PARTS["levels"] = _levels(_PARTS["columns"])
# What an author is told of their own comment beside it: the last decision, and the restriction in force with its
# appeal.
_OWN_PARTS: Final = {
    **_PARTS,
    "told": """CASE WHEN d.id IS NOT NULL THEN to_jsonb(d) END AS decision,
       CASE WHEN r.id IS NOT NULL THEN jsonb_build_object(
         'id', r.id, 'kind', r.kind, 'made_at', r.made_at,
         'reason', coalesce(r.held_by, (SELECT reason FROM decisions WHERE id = r.id)),
         'appeal', CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
           'id', p.id, 'status', p.status, 'made_at', p.made_at, 'ruled_at', p.ruled_at, 'ruling', p.ruling) END
       ) END AS restriction""",
    "decided": """LEFT JOIN LATERAL (SELECT id, action, reason, decided_at FROM decisions
                      WHERE story_id = c.story_id AND comment_id = c.id ORDER BY number DESC LIMIT 1) d ON true
  LEFT JOIN LATERAL (SELECT id, kind, made_at, held_by FROM restrictions
                      WHERE story_id = c.story_id AND comment_id = c.id
                        AND kind = CASE c.status WHEN 'rejected' THEN 'rejection' WHEN 'held' THEN 'hold' END
                      ORDER BY id DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (SELECT * FROM appeals WHERE restriction_id = r.id LIMIT 1) p ON true""",
}


class PageRow(ShownComment, frozen=True):
    """A comment with its place on a page: how many levels below the page's own, and which in its row there."""

    level: int
    place: int
    # What a root sorts by in the page's order; None where that is the id alone.
    key: float | None


class RowWithStory(PageRow, frozen=True):
    """A page's row; `story` is the story's row as JSON in the first of them."""

    story: str | None


class ChangedComment(ShownComment, frozen=True):
    """A comment that changed: at which version, and whether a page shows it still."""

    changed_version: int
    shown: bool


class FeedComment(ShownComment, frozen=True):
    """A comment with what a feed says of its story."""

    story_title: str
    story_url: str | None


class OwnShown(ShownComment, frozen=True):
    """One's own comment with what was decided about it, as JSON values, and the story that it is about."""

    decision: dict[str, Any] | None
    restriction: dict[str, Any] | None
    story_title: str
    story_url: str | None


class OwnLayer(msgspec.Struct, frozen=True):
    """What belongs to one reader on one story, as JSON values."""

    thread_version: int
    waiting: list[dict[str, Any]]
    editable: list[dict[str, Any]]
    votes: dict[str, int]
    muted: list[str]


def _which(side: bool, about: bool, after: str) -> str:
    filters = (" AND c.side = :side" if side else "") + (" AND c.about = :about" if about else "")
    return f"c.parent_id IS NULL AND c.shown{filters}{after}"


def _bind_page(sort: Sort, order: Order, side: bool, about: bool, from_start: bool) -> Query[RowWithStory]:
    direction, beyond = ("DESC", "<") if order.descending else ("ASC", ">")
    if order.column is None:
        after, by = f" AND c.id {beyond} :id", f"c.id {direction}"
    else:
        after = f" AND (c.{order.column}, c.id) {beyond} (:key, :id)"
        by = f"c.{order.column} {direction}, c.id {direction}"
    variant = f".{sort}{'.side' if side else ''}{'.about' if about else ''}{'' if from_start else '.on'}"
    key = "NULL" if order.column is None else f"c.{order.column}"
    parts = {
        "which": _which(side, about, "" if from_start else after),
        "order": by,
        "key": key,
        "story": ":story_id",
        **_PARTS,
    }
    return queries.bind("page", RowWithStory, variant=variant, parts=parts)


PAGES: Final = {
    (sort, side, about, from_start): _bind_page(sort, order, side, about, from_start)
    for sort, order in ORDERS.items()
    for side in (False, True)
    for about in (False, True)
    for from_start in (False, True)
}
BALANCED: Final = {
    about: queries.bind(
        "balanced_page",
        RowWithStory,
        variant=".about" if about else "",
        parts={"filter": " AND c.about = :about" if about else "", **_PARTS},
    )
    for about in (False, True)
}
_ITS_STORY: Final = "(SELECT story_id FROM comments WHERE id = :comment_id AND shown LIMIT 1)"
_REPLIES: Final = queries.bind(
    "page",
    RowWithStory,
    variant=".replies",
    parts={
        "which": "c.hangs_under = :comment_id AND c.shown AND c.id > :id",
        "order": "c.id",
        "key": "NULL",
        "story": _ITS_STORY,
        **_PARTS,
    },
)
_CONTEXT = queries.bind("context", RowWithStory, parts=_PARTS)
_CHANGES = queries.bind("changes", ChangedComment, parts=_PARTS)
_VERSION = queries.bind("version", int)
_OWN_LAYER = queries.bind("own_layer", OwnLayer, parts=_OWN_PARTS)
_NEWEST_OF_STORY = queries.bind("newest_of_story", FeedComment, parts=_PARTS)
_NEWEST_OF_SITE = queries.bind("newest_of_site", FeedComment, parts=_PARTS)
_FEATURED_OF_SITE = queries.bind("featured_of_site", FeedComment, parts=_PARTS)
_OWN_COMMENTS = queries.bind("own_comments", OwnShown, parts=_OWN_PARTS)

_story_of = msgspec.json.Decoder(Story).decode

FIRST: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)


class Found(msgspec.Struct, frozen=True):
    """A story and the rows of a page of it."""

    story: Story
    rows: list[PageRow]


def _found(rows: list[RowWithStory]) -> Found | None:
    text = next((row.story for row in rows if row.story is not None), None)
    if text is None:
        return None
    # A story without comments comes as one row that is no comment.
    return Found(_story_of(text), [row for row in rows if row.id is not None])


async def page(conn: Connection, story_id: StoryId, asked: Asked, sort: Sort, after: Place | None) -> Found | None:
    """The story, and one root more than asked for, each with its first replies; None for an unknown story."""
    query = PAGES[sort, asked.side is not None, asked.about is not None, after is None]
    values: dict[str, Any] = {"story_id": story_id, "most": asked.limit + 1, "replies_and_one": asked.replies + 1}
    if asked.side is not None:
        values["side"] = asked.side
    if asked.about is not None:
        values["about"] = asked.about
    if after is not None:
        values["id"] = after.id
        if ORDERS[sort].column is not None:
            # Counts are whole numbers to PostgreSQL; a rank is compared bit by bit with what it gave out.
            values["key"] = int(after.key or 0) if ORDERS[sort].column == "reply_count" else after.key
    return _found(await query.many(conn, **values))


async def balanced_page(conn: Connection, story_id: StoryId, asked: Asked, lanes: Sequence[Lane]) -> Found | None:
    """The same for roots of these lanes, which take turns in the order given; see `rules/balance.py`."""
    values: dict[str, Any] = {} if asked.about is None else {"about": asked.about}
    query = BALANCED[asked.about is not None]
    rows = await query.many(
        conn,
        story_id=story_id,
        sides=[lane.side for lane in lanes],
        keys=[lane.key for lane in lanes],
        ids=[lane.id for lane in lanes],
        most=asked.limit + 1,
        replies_and_one=asked.replies + 1,
        **values,
    )
    return _found(rows)


async def replies(
    conn: Connection, comment_id: UUID, after: UUID | None, limit: int, replies_most: int
) -> Found | None:
    """The story, and one reply more than asked for of those that hang under the comment, oldest first.

    None where no page shows such a comment.
    """
    rows = await _REPLIES.many(
        conn,
        comment_id=comment_id,
        id=after or FIRST,
        most=limit + 1,
        replies_and_one=replies_most + 1,
    )
    return _found(rows)


async def context(conn: Connection, comment_id: UUID, replies_most: int) -> Found | None:
    """The comment (level 0), its first replies (1 to 3) and the comments above it (-1); None for an unknown comment."""
    return _found(await _CONTEXT.many(conn, comment_id=comment_id, replies_and_one=replies_most + 1))


async def changes(conn: Connection, story_id: StoryId, after: int, most: int) -> list[ChangedComment]:
    """At most so many comments that changed after that version, in the order of their changes."""
    return await _CHANGES.many(conn, story_id=story_id, after=after, most=most)


async def version(conn: Connection, story_id: StoryId) -> int | None:
    """The thread's version; None for a story that is unknown or hidden."""
    return await _VERSION.maybe(conn, story_id=story_id)


async def newest_of_story(conn: Connection, story_id: StoryId, most: int) -> list[FeedComment]:
    """At most so many published comments of a story, newest first."""
    return await _NEWEST_OF_STORY.many(conn, story_id=story_id, most=most)


async def newest_of_site(conn: Connection, site: str, most: int, looked_at: int) -> list[FeedComment]:
    """At most so many published comments of a site, among the `looked_at` newest of all sites, newest first."""
    return await _NEWEST_OF_SITE.many(conn, site=site, most=most, looked_at=looked_at)


async def featured_of_site(conn: Connection, site: str, most: int, looked_at: int) -> list[FeedComment]:
    """At most so many featured comments of a site, among the `looked_at` chosen last on all sites, the last first."""
    return await _FEATURED_OF_SITE.many(conn, site=site, most=most, looked_at=looked_at)


async def own_layer(conn: Connection, reader_id: ReaderId, story_id: StoryId, editable_from: UUID) -> OwnLayer | None:
    """What of the story belongs to the reader; comments made after the id `editable_from` may still be changed.

    None for a story that is unknown or hidden.
    """
    return await _OWN_LAYER.maybe(
        conn,
        reader_id=reader_id,
        story_id=story_id,
        editable_from=editable_from,
        most=100,
        votes_most=2_000,
        mutes_most=limits.mutes_max,
    )


async def own_comments(conn: Connection, reader_id: ReaderId, before: UUID | None, most: int) -> list[OwnShown]:
    """At most so many of the reader's own comments, newest first, older than `before`."""
    return await _OWN_COMMENTS.many(conn, reader_id=reader_id, before=before or LAST, most=most)
