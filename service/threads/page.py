"""Assembles what readers see of a thread: the same for everyone."""

from datetime import datetime
from uuid import UUID

from service.comments import payloads as comment_payloads
from service.comments.payloads import Votes
from service.comments.problems import CommentUnknown
from service.comments.rules.lifecycle import Status
from service.infra.config import Settings
from service.infra.sql import Connection
from service.kernel import cursor, limits
from service.kernel.ids import StoryId
from service.stories import rules as story_rules
from service.stories import store as stories
from service.stories.payloads import Counts, public_story
from service.stories.problems import StoryUnknown
from service.stories.store import Story
from service.threads import store, tree
from service.threads.payloads import Changes, Gone, Permalink, RepliesPage, ThreadPage
from service.threads.rules import balance
from service.threads.rules.asked import Asked, Place
from service.threads.rules.balance import Lane, Turns
from service.threads.store import ChangedComment, PageRow
from service.threads.tree import ReplyPlace


async def thread_page(
    conn: Connection, settings: Settings, story_id: StoryId, asked: Asked, now: datetime
) -> ThreadPage:
    """One page of roots with their first replies. StoryUnknown, or CursorInvalid for a cursor of another list."""
    sort = asked.sort
    if sort is None:
        chosen = _visible(await stories.get(conn, story_id))
        sort = story_rules.default_sort(chosen.default_sort, chosen.published_at, now)
    if sort == "balanced" and asked.side is None:
        return await _balanced_page(conn, settings, story_id, asked, now)
    if sort == "balanced":
        # Within one side there is nobody to take turns with.
        sort = "best"
    after = None if asked.cursor is None else cursor.unpack(asked.list_name(sort), asked.cursor, Place)
    found = await store.page(conn, story_id, asked, sort, after)
    story = _visible(None if found is None else found.story)
    rows, last = _cut(found.rows if found else [], asked.limit)
    next_cursor = None if last is None else cursor.pack(asked.list_name(sort), Place(last.id, last.key))
    return ThreadPage(
        public_story(story, settings, now), tree.build(rows, asked.replies), next_cursor, story.thread_version
    )


async def _balanced_page(
    conn: Connection, settings: Settings, story_id: StoryId, asked: Asked, now: datetime
) -> ThreadPage:
    """A page in which the sides take turns."""
    known = _visible(await stories.get(conn, story_id))
    lanes = balance.lanes_of([side["id"] for side in known.sides], known.by_side)
    name = f"{asked.list_name('balanced')}:{balance.lanes_name(lanes)}"
    begun = lanes
    if asked.cursor is not None:
        begun = balance.beginning_at(lanes, cursor.unpack(name, asked.cursor, Turns))
    found = await store.balanced_page(conn, story_id, asked, begun)
    story = _visible(None if found is None else found.story)
    rows, last = _cut(found.rows if found else [], asked.limit)
    next_cursor = None
    if last is not None:
        roots = sorted((row for row in rows if row.level == 0), key=lambda row: row.place)
        shown = [Lane(row.side, row.key or 0.0, row.id) for row in roots]
        next_cursor = cursor.pack(name, balance.turns_after(lanes, begun, shown))
    return ThreadPage(
        public_story(story, settings, now), tree.build(rows, asked.replies), next_cursor, story.thread_version
    )


async def replies_page(
    conn: Connection, comment_id: UUID, limit: int, replies_most: int, given_cursor: str | None
) -> tuple[RepliesPage, Story]:
    """Replies that hang under a comment, oldest first, each with its own first replies; and their story."""
    after = None
    if given_cursor is not None:
        after = cursor.unpack(tree.replies_list(comment_id), given_cursor, ReplyPlace).after
    found = await store.replies(conn, comment_id, after, limit, replies_most)
    if found is None or found.story.state == "hidden":
        raise CommentUnknown
    rows, last = _cut(found.rows, limit)
    next_cursor = None if last is None else tree.replies_cursor(comment_id, last.id)
    return RepliesPage(tree.build(rows, replies_most), next_cursor, found.story.thread_version), found.story


async def permalink(
    conn: Connection, settings: Settings, comment_id: UUID, replies_most: int, now: datetime
) -> Permalink:
    """A comment with all that leads to it. CommentUnknown for one that no page shows."""
    found = await store.context(conn, comment_id, replies_most)
    if found is None or found.story.state == "hidden":
        raise CommentUnknown
    above = sorted((row for row in found.rows if row.level < 0), key=lambda row: row.place)
    below = [row for row in found.rows if row.level >= 0]
    comment = next(iter(tree.build(below, replies_most)), None)
    if comment is None or not _is_shown(below[0]):
        raise CommentUnknown
    return Permalink(
        story=public_story(found.story, settings, now),
        ancestors=[comment_payloads.public(row) for row in above],
        comment=comment,
        thread_version=found.story.thread_version,
    )


async def changes(conn: Connection, story_id: StoryId, after: int) -> tuple[Changes, Story]:
    """What readers can see differently since a version, and the story; `reset` when that is more than a page should be
    told."""
    # The story first: what is read after it is at least as new as the version that it is told under.
    story = _visible(await stories.get(conn, story_id))
    found = await store.changes(conn, story_id, after, limits.changes_max + 1)
    reset = len(found) > limits.changes_max or after > story.thread_version
    if reset:
        found = []
    told = Changes(
        thread_version=story.thread_version,
        reset=reset,
        comments=[comment_payloads.public(row) for row in found if row.status == Status.PUBLISHED],
        gone=[gone(row, row.shown) for row in found if row.status != Status.PUBLISHED],
        votes={str(row.id): Votes(row.votes_up, row.votes_down) for row in found if row.status == Status.PUBLISHED},
        comment_count=story.comment_count,
        counts=Counts(by_side=story.by_side, by_anchor=story.by_anchor),
    )
    return told, story


def gone(row: ChangedComment, shown: bool) -> Gone:
    """A removed comment as pages are told of it."""
    public = comment_payloads.public(row)
    return Gone(row.id, row.parent_id, public.status, public if shown else None)


def _visible(story: Story | None) -> Story:
    if story is None or story.state == "hidden":
        raise StoryUnknown
    return story


def _is_shown(row: PageRow) -> bool:
    return row.status == Status.PUBLISHED or row.reply_count > 0


def _cut(rows: list[PageRow], limit: int) -> tuple[list[PageRow], PageRow | None]:
    """The rows of a page, without the one root too many that tells that there is more; and the last root if there
    is."""
    if sum(1 for row in rows if row.level == 0) <= limit:
        return rows, None
    last = next(row for row in rows if row.level == 0 and row.place == limit)
    return [row for row in rows if row.level > 0 or row.place <= limit], last
