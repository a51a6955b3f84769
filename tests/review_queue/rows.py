"""Rows that wait for review, and what they stand on, made in bulk by SQL: for tests that need many."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from service.infra.clock import Clock
from service.kernel.ids import CommentId, StoryId
from service.review_queue import store
from service.review_queue.rules import Queue


async def a_story(
    conn: Any, clock: Clock, story_id: str = "story-1", site: str = "main", section: str = "ai"
) -> StoryId:
    """A story that readers can comment on."""
    await conn.execute(
        """INSERT INTO stories (id, site, section, title, url, created_at, updated_at)
           VALUES ($1, $2, $3, 'A story', 'https://example.org/' || $1, $4, $4)""",
        story_id,
        site,
        section,
        clock.now(),
    )
    return StoryId(story_id)


async def a_reader(conn: Any, clock: Clock, name: str = "Ada", subject: str | None = None) -> UUID:
    """Somebody who took part before."""
    reader_id = uuid4()
    await conn.execute(
        "INSERT INTO readers (id, subject, name, first_seen_at) VALUES ($1, $2, $3, $4)",
        reader_id,
        subject or f"sub-{reader_id}",
        name,
        clock.now(),
    )
    return reader_id


async def a_comment(
    conn: Any,
    clock: Clock,
    story_id: StoryId,
    author_id: UUID | None = None,
    *,
    status: str = "held",
    kinds: tuple[str, ...] = (),
) -> CommentId:
    """A root comment of that status; `kinds` are those of the signals that screening gave it."""
    comment_id = clock.new_id()
    await conn.execute(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           VALUES ($1, $2, $3, 'Some words', '<p>Some words</p>', $4, $5)""",
        story_id,
        comment_id,
        author_id,
        status,
        clock.now(),
    )
    if kinds:
        await conn.execute(
            """INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
               VALUES ($1, $2, 1, 'hold', $3, $4)""",
            story_id,
            comment_id,
            [{"check": "word_list", "kind": kind, "detail": "A listed word.", "matched": "word"} for kind in kinds],
            clock.now(),
        )
    return CommentId(comment_id)


async def an_item(
    conn: Any,
    clock: Clock,
    story_id: StoryId,
    author_id: UUID | None = None,
    *,
    queue: Queue = Queue.HELD,
    site: str = "main",
    urgency: int = 0,
    kinds: tuple[str, ...] = (),
) -> CommentId:
    """A comment that waits in a queue."""
    comment_id = await a_comment(conn, clock, story_id, author_id, kinds=kinds)
    await store.enqueue(conn, story_id, comment_id, queue, site, clock.now(), urgency)
    return comment_id


async def many_items(conn: Any, clock: Clock, how_many: int, *, stories: int = 20, authors: int = 2000) -> None:
    """Items in the queue `held` of three sites, a second apart, spread over stories, sections, authors and signals."""
    await conn.execute(
        """INSERT INTO stories (id, site, section, title, created_at, updated_at)
           SELECT 'bulk-' || n, (ARRAY['main', 'sport', 'local'])[1 + n % 3], 'section-' || n % 7, 'A story', $2, $2
             FROM generate_series(0, $1 - 1) AS n""",
        stories,
        clock.now(),
    )
    await conn.execute(
        """INSERT INTO readers (id, subject, name, first_seen_at)
           SELECT md5('author' || n)::uuid, 'bulk-' || n, 'Author ' || n, $2 FROM generate_series(0, $1 - 1) AS n""",
        authors,
        clock.now(),
    )
    await conn.execute(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           SELECT 'bulk-' || n % $2, md5('comment' || n)::uuid, md5('author' || n % $3)::uuid, 'Words', '<p>Words</p>',
                  'held', $4 FROM generate_series(0, $1 - 1) AS n""",
        how_many,
        stories,
        authors,
        clock.now(),
    )
    await conn.execute(
        """INSERT INTO review_items (story_id, comment_id, queue, site, section, author_id, signals, waiting_since,
                                     urgency)
           SELECT story_id, id, 'held', site, section, author_id,
                  ARRAY['word_list', 'kind-' || (('x' || substr(id::text, 1, 4))::bit(16)::int % 40)], waited, urgency
             FROM (SELECT comments.story_id, comments.id, stories.site, stories.section, comments.author_id,
                          $1::timestamptz + make_interval(secs => row_number() OVER ()) AS waited,
                          (('x' || substr(comments.id::text, 5, 3))::bit(12)::int) AS urgency
                     FROM comments JOIN stories ON stories.id = comments.story_id) AS waiting""",
        clock.now(),
    )
    for table in ("stories", "comments", "review_items", "queue_counts"):
        await conn.execute(f"ANALYZE {table}")


async def plan_of(conn: Any, query: Any, mode: str, **params: Any) -> dict[str, Any]:
    """The plan of a bound query, as a process has it after many runs, with what it really read.

    `mode` is how its statement is planned: `force_generic_plan` is every connection's own, `force_custom_plan` what a
    store asks for where one plan cannot fit all values.
    """
    await conn.execute(f"SET LOCAL plan_cache_mode = {mode}; SET LOCAL jit = off")
    statement = await conn.prepare(query.text, name=f"explained_{mode}_{query.name.replace('.', '_')}")
    given = ", ".join(map(_literal, query.args(params)))
    called = f"EXECUTE {statement.get_name()}" + (f" ({given})" if given else "")
    text = await conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {called}")
    await conn.execute(f"DEALLOCATE {statement.get_name()}; RESET plan_cache_mode")
    plan: dict[str, Any] = msgspec.json.decode(text)[0]["Plan"]
    return plan


def _literal(value: Any) -> str:
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    if isinstance(value, list):
        return "'{" + ",".join(f'"{part}"' for part in value) + "}'"
    return "'" + str(value).replace("'", "''") + "'"


def rows_read(plan: dict[str, Any]) -> int:
    """How many rows the scans of a plan looked at, those included that a filter threw away."""
    own = 0
    if "Scan" in plan["Node Type"] and "Relation Name" in plan:
        each = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        own = int(each * plan["Actual Loops"])
    return own + sum(rows_read(part) for part in plan.get("Plans", ()))
