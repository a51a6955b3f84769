"""The queues on a real PostgreSQL: what waits once, what is claimed, what is counted, in which order it is read."""

from typing import Any

import asyncpg
import pytest

from service.infra.clock import FixedClock
from service.kernel import limits
from service.kernel.ids import CommentId, StoryId
from service.review_queue import store
from service.review_queue.rules import Order, Queue
from service.review_queue.store import Filters, Item
from tests.review_queue.rows import a_comment, a_reader, a_story, an_item

ALL = Filters()


async def _page(conn: Any, clock: FixedClock, order: Order = Order.OLDEST, filters: Filters = ALL) -> list[Item]:
    return await store.page(conn, Queue.HELD, order, filters, None, 50, now=clock.now())


async def _three_a_minute_apart(conn: Any, clock: FixedClock, story_id: StoryId) -> list[CommentId]:
    made = []
    for urgency in (0, 1, 120):
        made.append(await an_item(conn, clock, story_id, urgency=urgency))
        clock.move(minutes=1)
    return made


async def test_a_comment_stands_in_a_queue_once_and_is_only_moved_up(conn: Any, clock: FixedClock) -> None:
    story_id = await a_story(conn, clock)
    comment_id = await a_comment(conn, clock, story_id)
    first = clock.now()
    await store.enqueue(conn, story_id, comment_id, Queue.HELD, "main", first, 60)
    await store.enqueue(conn, story_id, comment_id, Queue.HELD, "main", clock.move(hours=1), 0)
    [item] = await _page(conn, clock)
    assert (item.waiting_since, item.urgency) == (first, 60)
    await store.enqueue(conn, story_id, comment_id, Queue.HELD, "main", clock.now(), 240)
    [moved_up] = await _page(conn, clock)
    assert (moved_up.waiting_since, moved_up.urgency) == (first, 240)
    assert moved_up.due_at < item.due_at
    assert (await store.counts(conn, None))[Queue.HELD].count == 1


@pytest.mark.parametrize(
    ("order", "places"), [(Order.OLDEST, [0, 1, 2]), (Order.NEWEST, [2, 1, 0]), (Order.URGENT, [2, 0, 1])]
)
async def test_each_order_is_paged_without_gap_or_repeat(
    conn: Any, clock: FixedClock, order: Order, places: list[int]
) -> None:
    made = await _three_a_minute_apart(conn, clock, await a_story(conn, clock))
    found: list[CommentId] = []
    after = None
    while page := await store.page(conn, Queue.HELD, order, ALL, after, 1, now=clock.now()):
        found.append(page[0].comment_id)
        after = store.place_of(page[0], order)
    assert found == [made[place] for place in places]


async def test_items_of_one_moment_are_paged_by_their_ids(conn: Any, clock: FixedClock) -> None:
    story_id = await a_story(conn, clock)
    made = [await an_item(conn, clock, story_id) for _ in range(4)]
    first = await store.page(conn, Queue.HELD, Order.OLDEST, ALL, None, 3, now=clock.now())
    after = store.place_of(first[-1], Order.OLDEST)
    rest = await store.page(conn, Queue.HELD, Order.OLDEST, ALL, after, 3, now=clock.now())
    assert [item.comment_id for item in [*first, *rest]] == made


async def test_sites_are_merged_into_one_order(conn: Any, clock: FixedClock) -> None:
    sites = ["main", "sport", "local", "main", "sport"]
    for number, site in enumerate(sites):
        story_id = await a_story(conn, clock, f"story-{number}", site=site)
        await an_item(conn, clock, story_id, site=site)
        clock.move(minutes=1)
    assert [item.site for item in await _page(conn, clock)] == sites
    of_two = await _page(conn, clock, filters=Filters(sites=frozenset({"sport", "local"})))
    assert [item.site for item in of_two] == ["sport", "local", "sport"]
    assert await _page(conn, clock, filters=Filters(sites=frozenset())) == []


async def test_each_filter_finds_its_own(conn: Any, clock: FixedClock) -> None:
    author = await a_reader(conn, clock)
    plain = await an_item(conn, clock, await a_story(conn, clock, "story-1", section="ai"))
    middle = clock.move(minutes=1)
    other = await a_story(conn, clock, "story-2", section="sport")
    special = await an_item(conn, clock, other, author, kinds=("threat",))
    for filters, found in [
        (Filters(section="ai"), [plain]),
        (Filters(section="sport"), [special]),
        (Filters(story_id="story-2"), [special]),
        (Filters(author_id=author), [special]),
        (Filters(signal="threat"), [special]),
        (Filters(signal="word_list"), [special]),
        (Filters(signal="spam"), []),
        (Filters(before=middle), [plain]),
        (Filters(after=middle), [special]),
        (Filters(section="ai", author_id=author), []),
    ]:
        for order in Order:
            assert [item.comment_id for item in await _page(conn, clock, order, filters)] == found, (filters, order)
        claimed = await store.claim_next(conn, Queue.HELD, Order.OLDEST, f"mo-{filters}", filters, 9, clock.now())
        assert [item.comment_id for item in claimed] == found, filters
        clock.move(seconds=limits.claim_lease_s)


async def test_a_story_takes_its_items_along_to_another_section(conn: Any, clock: FixedClock) -> None:
    await an_item(conn, clock, await a_story(conn, clock, section="ai"))
    await conn.execute("UPDATE stories SET section = 'sport'")
    assert len(await _page(conn, clock, filters=Filters(section="sport"))) == 1


async def test_a_claim_is_for_one_moderator_until_it_lapses(conn: Any, clock: FixedClock) -> None:
    comment_id = await an_item(conn, clock, await a_story(conn, clock))

    async def claim(moderator: str) -> list[CommentId]:
        taken = await store.claim_next(conn, Queue.HELD, Order.URGENT, moderator, ALL, 5, clock.now())
        return [item.comment_id for item in taken]

    assert await claim("mo-1") == [comment_id]
    assert await claim("mo-2") == []
    # What one holds already is not "next" again: it is renewed by name.
    assert await claim("mo-1") == []
    clock.move(seconds=limits.claim_lease_s)
    assert await claim("mo-2") == [comment_id]


async def test_a_claim_is_renewed_by_its_holder_and_refused_to_others(conn: Any, clock: FixedClock) -> None:
    comment_id = await an_item(conn, clock, await a_story(conn, clock))
    await store.claim_next(conn, Queue.HELD, Order.URGENT, "mo-1", ALL, 1, clock.now())
    clock.move(seconds=limits.claim_lease_s - 1)
    [renewed] = await store.claim_these(conn, Queue.HELD, [comment_id], "mo-1", None, clock.now())
    assert renewed.claimed_until is not None
    assert (renewed.claimed_until - clock.now()).total_seconds() == limits.claim_lease_s
    assert await store.claim_these(conn, Queue.HELD, [comment_id], "mo-2", None, clock.now()) == []
    held = await store.page(conn, Queue.HELD, Order.OLDEST, ALL, None, 9, now=clock.now(), held_by="mo-1")
    assert [item.comment_id for item in held] == [comment_id]


async def test_a_chosen_item_of_another_site_is_not_claimed(conn: Any, clock: FixedClock) -> None:
    comment_id = await an_item(conn, clock, await a_story(conn, clock))
    assert await store.claim_these(conn, Queue.HELD, [comment_id], "mo-1", {"sport"}, clock.now()) == []


async def test_a_comment_that_somebody_holds_in_another_queue_is_passed_by(conn: Any, clock: FixedClock) -> None:
    story_id = await a_story(conn, clock)
    comment_id = await an_item(conn, clock, story_id)
    await store.enqueue(conn, story_id, comment_id, Queue.REPORTED, "main", clock.now())
    await store.claim_next(conn, Queue.HELD, Order.URGENT, "mo-1", ALL, 1, clock.now())
    assert await store.claim_next(conn, Queue.REPORTED, Order.URGENT, "mo-2", ALL, 1, clock.now()) == []
    assert await store.claim_these(conn, Queue.REPORTED, [comment_id], "mo-2", None, clock.now()) == []
    assert len(await store.claim_next(conn, Queue.REPORTED, Order.URGENT, "mo-1", ALL, 1, clock.now())) == 1


async def test_only_the_holder_gives_a_claim_back(conn: Any, clock: FixedClock) -> None:
    story_id = await a_story(conn, clock)
    comment_id = await an_item(conn, clock, story_id)
    await store.claim_next(conn, Queue.HELD, Order.URGENT, "mo-1", ALL, 1, clock.now())
    assert not await store.release(conn, story_id, comment_id, "mo-2")
    assert await store.release(conn, story_id, comment_id, "mo-1")
    assert len(await store.claim_next(conn, Queue.HELD, Order.URGENT, "mo-2", ALL, 1, clock.now())) == 1


async def test_claims_are_taken_in_the_order_asked_for(conn: Any, clock: FixedClock) -> None:
    made = await _three_a_minute_apart(conn, clock, await a_story(conn, clock))
    taken = [
        (await store.claim_next(conn, Queue.HELD, order, f"mo-{order}", ALL, 1, clock.now()))[0].comment_id
        for order in (Order.URGENT, Order.NEWEST, Order.OLDEST)
    ]
    assert taken == [made[2], made[1], made[0]]


async def test_counts_follow_what_comes_and_goes(conn: Any, clock: FixedClock) -> None:
    main, sport = await a_story(conn, clock), await a_story(conn, clock, "story-2", site="sport")
    oldest = clock.now()
    first = await an_item(conn, clock, main)
    clock.move(minutes=5)
    await an_item(conn, clock, main)
    await an_item(conn, clock, sport, site="sport", queue=Queue.REPORTED)
    every = await store.counts(conn, None)
    assert {queue: count.count for queue, count in every.items()} == {
        Queue.HELD: 2,
        Queue.REPORTED: 1,
        Queue.UNREVIEWED: 0,
        Queue.APPEALED: 0,
        Queue.ESCALATED: 0,
    }
    assert every[Queue.HELD].oldest_at == oldest
    assert every[Queue.UNREVIEWED].oldest_at is None
    assert (await store.counts(conn, {"sport"}))[Queue.HELD].count == 0
    [gone] = await store.resolve(conn, main, first)
    assert (gone.queue, gone.waiting_since) == ("held", oldest)
    after = (await store.counts(conn, None))[Queue.HELD]
    assert (after.count, after.oldest_at) == (1, clock.now())
    assert await store.drift(conn) == []


async def test_only_the_named_queues_are_resolved(conn: Any, clock: FixedClock) -> None:
    story_id = await a_story(conn, clock)
    comment_id = await an_item(conn, clock, story_id)
    await store.enqueue(conn, story_id, comment_id, Queue.ESCALATED, "main", clock.now())
    await store.resolve(conn, story_id, comment_id, {Queue.HELD})
    assert [item.queue for item in await store.of_comment(conn, story_id, comment_id)] == ["escalated"]


async def test_a_count_that_was_bent_is_found(conn: Any, clock: FixedClock) -> None:
    await an_item(conn, clock, await a_story(conn, clock))
    await conn.execute("UPDATE queue_counts SET waiting = waiting + 2")
    assert await store.drift(conn) == [store.Drift("main", "held", 3, 1)]


@pytest.mark.parametrize("column", ["queue = 'reported'", "site = 'sport'"])
async def test_an_item_is_never_moved_behind_the_counts(conn: Any, clock: FixedClock, column: str) -> None:
    await an_item(conn, clock, await a_story(conn, clock))
    with pytest.raises(asyncpg.RaiseError, match="never moved"):
        await conn.execute(f"UPDATE review_items SET {column}")
