"""Any thread, order, page size and deletions: every visible comment once, and counts that a recount confirms."""

from collections import Counter
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.comments import store as comments
from service.comments.rules.lifecycle import Status
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.sql import Connection
from service.kernel import limits
from service.kernel.ids import StoryId
from service.stories.rules import Sort
from service.threads import page
from service.threads.rules.asked import Asked
from service.threads.rules.ranking import ORDERS
from tests.site import site_settings
from tests.threads.rows import STORY, make_thread

pytestmark = pytest.mark.anyio

_SETTINGS = site_settings("postgresql://unused", None)


@st.composite
def shapes(draw: st.DrawFn) -> list[int | None]:
    """A tree of up to 40 comments; some of them long chains."""
    size = draw(st.integers(1, 40))
    chain = draw(st.booleans())
    shape: list[int | None] = [None]
    for number in range(1, size):
        if chain and draw(st.integers(0, 9)) < 8:
            shape.append(number - 1)
        else:
            shape.append(draw(st.none() | st.integers(0, number - 1)))
    return shape


async def _walked(conn: Connection, clock: FixedClock, sort: Sort, limit: int, replies: int) -> list[Any]:
    """Every comment that a reader can get to, in the order in which it is met."""
    met: list[Any] = []
    cursor = None
    while True:
        asked = Asked(sort=sort, limit=limit, replies=replies, cursor=cursor)
        found = await page.thread_page(conn, _SETTINGS, StoryId(STORY), asked, clock.now())
        assert len(found.comments) <= limit
        waiting = found.comments[::-1]
        while waiting:
            comment = waiting.pop()
            met.append(comment)
            below = [*comment.replies]
            on = comment.replies_cursor
            while on is not None:
                more, _ = await page.replies_page(conn, comment.id, limit, replies, on)
                below += more.comments
                on = more.next_cursor
            waiting += below[::-1]
        cursor = found.next_cursor
        if cursor is None:
            return met


@given(
    shape=shapes(),
    gone=st.sets(st.integers(0, 39), max_size=15),
    sort=st.sampled_from(sorted(ORDERS)),
    limit=st.integers(1, 8),
    replies=st.integers(0, 4),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True)
async def test_every_visible_comment_is_met_once_and_counted_right(
    db: Database, clock: FixedClock, shape: list[int | None], gone: set[int], sort: Sort, limit: int, replies: int
) -> None:
    class Undo(Exception):
        pass

    async def check(conn: Connection) -> None:
        ids = await make_thread(conn, clock, shape)
        for number in sorted(gone):
            if number < len(ids):
                await _delete(conn, ids[number])
        published = {ids[number] for number in range(len(ids)) if number not in gone}
        parents = {ids[number]: None if parent is None else ids[parent] for number, parent in enumerate(shape)}
        below = _descendants(parents, published)

        met = await _walked(conn, clock, sort, limit, replies)
        times = Counter(comment.id for comment in met)
        assert not [name for name, count in times.items() if count > 1]
        assert {comment.id for comment in met if comment.status == "published"} == published
        assert {comment.id for comment in met} - published == {
            name for name in ids if name not in published and below[name]
        }
        place = {comment.id: number for number, comment in enumerate(met)}
        for comment in met:
            assert comment.parent_id == parents[comment.id]
            assert comment.depth <= limits.depth_max
            assert comment.reply_count == len(below[comment.id])
            assert comment.direct_reply_count == sum(1 for name in below[comment.id] if parents[name] == comment.id)
            if comment.parent_id in place:
                assert place[comment.parent_id] < place[comment.id]
        assert await conn.fetchval("SELECT comment_count FROM stories WHERE id = $1", STORY) == len(published)
        raise Undo

    with pytest.raises(Undo):
        async with db.transaction() as conn:
            await check(conn)


async def _delete(conn: Connection, comment_id: UUID) -> None:
    comment = await comments.lock(conn, StoryId(STORY), comment_id)
    assert comment is not None
    await comments.move(conn, comment, Status.DELETED)


def _descendants(parents: dict[UUID, UUID | None], published: set[UUID]) -> dict[UUID, set[UUID]]:
    below: dict[UUID, set[UUID]] = {name: set() for name in parents}
    for name in published:
        above = parents[name]
        while above is not None:
            below[above].add(name)
            above = parents[above]
    return below


async def test_old_comments_are_met_once_while_others_are_written(db: Database, clock: FixedClock) -> None:
    async with db.transaction() as conn:
        old = await make_thread(conn, clock, [None] * 200)
    for sort in ("newest", "oldest"):
        met: Counter[UUID] = Counter()
        cursor = None
        async with db.read() as conn:
            while True:
                asked = Asked(sort=sort, limit=10, cursor=cursor)
                found = await page.thread_page(conn, _SETTINGS, StoryId(STORY), asked, clock.now())
                met.update(comment.id for comment in found.comments)
                cursor = found.next_cursor
                if cursor is None:
                    break
                await _write_one(conn, clock)
        assert [met[name] for name in old] == [1] * 200
        assert not [name for name, count in met.items() if count > 1]


async def _write_one(conn: Connection, clock: FixedClock) -> None:
    clock.move(seconds=1)
    await conn.execute(
        "INSERT INTO comments (story_id, id, body, body_html, status, created_at)"
        " VALUES ($1, $2, 'New.', '<p>New.</p>', 'published', $3)",
        STORY,
        clock.new_id(),
        clock.now(),
    )


async def test_deep_chain_costs_what_a_short_one_costs(conn: asyncpg.Connection, clock: FixedClock) -> None:
    ids = await make_thread(conn, clock, [None, *range(10_000)])
    found = await page.thread_page(conn, _SETTINGS, StoryId(STORY), Asked(sort="newest"), clock.now())
    assert [comment.id for comment in found.comments] == [ids[0]]
    assert found.comments[0].reply_count == 10_000
    link = await page.permalink(conn, _SETTINGS, ids[-1], 3, clock.now())
    assert link.comment.depth == limits.depth_max
    assert link.comment.parent_id == ids[-2]
    assert len(link.ancestors) == limits.ancestors_first_max + limits.ancestors_near_max
    assert [above.id for above in link.ancestors[:6]] == ids[:6]
