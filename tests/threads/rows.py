"""Threads made straight in the tables, with every count and figure as the service would have kept it."""

import random
from typing import Any
from uuid import UUID

from service.comments.rules import lineage
from service.infra.clock import FixedClock, id_at
from service.infra.sql import Connection

STORY = "made-story"


async def make_thread(
    conn: Connection, clock: FixedClock, shape: list[int | None], *, seed: int = 1, story: str = STORY
) -> list[UUID]:
    """A story with one comment for each entry of `shape`: the index of the comment that it answers, or None.

    Statuses are all published; votes, sides and anchors are drawn with the seed. The ids, in the order of `shape`.
    """
    draw = random.Random(seed)
    now = clock.now()
    await conn.execute(
        "INSERT INTO stories (id, site, title, created_at, updated_at, thread_version)"
        " VALUES ($1, 'main', 'Made', $2, $2, 1)",
        story,
        now,
    )
    reader = UUID(int=draw.getrandbits(128), version=4)
    await conn.execute("INSERT INTO readers (id, name, first_seen_at) VALUES ($1, 'Ann', $2)", reader, now)
    ids: list[UUID] = []
    places: list[lineage.Place] = []
    rows: list[tuple[Any, ...]] = []
    for number, parent in enumerate(shape):
        place = lineage.ROOT
        if parent is not None:
            place = lineage.below(ids[parent], places[parent].depth, places[parent].ancestors)
        ids.append(id_at(now, number + 1))
        places.append(place)
        side, about = draw.choice(("critics", "defenders", None)), draw.choice(("key-point-1", None, None))
        figures = (now, draw.randint(0, 9), draw.randint(0, 4))
        stands = (place.parent_id, place.hangs_under, place.ancestors, place.depth)
        rows.append(
            (story, ids[-1], *stands, reader, side, about, f"Text {number}.", f"<p>Text {number}.</p>", *figures)
        )
    await conn.executemany(
        "INSERT INTO comments (story_id, id, parent_id, hangs_under, ancestors, depth, author_id, side, about, body,"
        " body_html, status, created_at, votes_up, votes_down, changed_version)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'published', $12, $13, $14, 1)",
        rows,
    )
    await recount(conn, story)
    return ids


async def recount(conn: Connection, story: str = STORY) -> None:
    """Sets every kept count of the story from its rows."""
    await conn.execute(
        "UPDATE comments c SET reply_count = b.replies, direct_reply_count = b.direct FROM ("
        " SELECT a.id, count(*) AS replies, count(*) FILTER (WHERE r.parent_id = a.id) AS direct"
        " FROM comments r CROSS JOIN LATERAL unnest(r.ancestors) AS a (id)"
        " WHERE r.story_id = $1 AND r.status = 'published' GROUP BY a.id) b"
        " WHERE c.story_id = $1 AND c.id = b.id",
        story,
    )
    await conn.execute(
        "UPDATE stories SET comment_count ="
        " (SELECT count(*) FROM comments WHERE story_id = $1 AND status = 'published') WHERE id = $1",
        story,
    )
    await conn.execute(
        "UPDATE readers r SET published_count ="
        " (SELECT count(*) FROM comments WHERE author_id = r.id AND status = 'published')"
    )
