"""The balanced order: the sides take turns, every comment is met once, and a page costs the page."""

from collections.abc import AsyncIterator
from itertools import zip_longest
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.infra.clock import FixedClock
from service.infra.postgres import Database, prepare_connection
from service.infra.sql import Connection
from service.kernel import cursor
from service.kernel.ids import StoryId
from service.kernel.problems import CursorInvalid
from service.threads import page, store
from service.threads.rules.asked import Asked
from service.threads.rules.balance import Lane, Turns, beginning_at, lanes_of, turns_after
from tests.site import site_settings
from tests.threads.rows import STORY, make_thread
from tests.threads.test_plans import explain

pytestmark = pytest.mark.anyio

_SETTINGS = site_settings("postgresql://nobody", None)
_SIDES = [{"id": side, "label": side, "claim": side} for side in ("critics", "defenders")]


@pytest.fixture
async def own_conn(db: Database, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that commits; the tables are emptied after the test."""
    conn = await asyncpg.connect(database_url)
    await prepare_connection(conn)
    yield conn
    await conn.close()


async def _with_sides(conn: Connection, sides: list[dict[str, Any]], by_side: dict[str, int]) -> None:
    await conn.execute("UPDATE stories SET sides = $2, by_side = $3 WHERE id = $1", STORY, sides, by_side)


async def _walked(conn: Connection, clock: FixedClock, limit: int, about: str | None = None) -> list[Any]:
    met: list[Any] = []
    on = None
    while True:
        asked = Asked(sort="balanced", limit=limit, cursor=on, about=about)
        found = await page.thread_page(conn, _SETTINGS, StoryId(STORY), asked, clock.now())
        assert len(found.comments) <= limit
        met += found.comments
        on = found.next_cursor
        if on is None:
            return met


async def _taking_turns(conn: Connection, sides: list[str | None], about: str | None) -> list[UUID]:
    """The whole order, told from the rows: each side's best first, one of each in turn."""
    lanes = [
        [
            row["id"]
            for row in await conn.fetch(
                "SELECT id FROM comments WHERE story_id = $1 AND parent_id IS NULL AND side IS NOT DISTINCT FROM $2"
                " AND ($3::text IS NULL OR about = $3) ORDER BY best_rank DESC, id DESC",
                STORY,
                side,
                about,
            )
        ]
        for side in sides
    ]
    return [one for turn in zip_longest(*lanes) for one in turn if one is not None]


@pytest.mark.parametrize("about", [None, "key-point-1"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 100])
async def test_sides_take_turns_whatever_the_size_of_a_page(
    conn: asyncpg.Connection, clock: FixedClock, limit: int, about: str | None
) -> None:
    await make_thread(conn, clock, [None] * 60, seed=limit)
    await _with_sides(conn, _SIDES, {})

    met = await _walked(conn, clock, limit, about)

    assert [one.id for one in met] == await _taking_turns(conn, ["critics", "defenders", None], about)


async def test_small_side_is_on_the_first_page_beside_a_crowd(conn: asyncpg.Connection, clock: FixedClock) -> None:
    ids = await make_thread(conn, clock, [None] * 200)
    await conn.execute("UPDATE comments SET side = 'critics', votes_up = 9, votes_down = 0")
    await conn.execute(
        "UPDATE comments SET side = 'defenders', votes_up = 0, votes_down = 0 WHERE id = ANY($1)", ids[:3]
    )
    await _with_sides(conn, _SIDES, {"critics": 197, "defenders": 3})

    first = (await _walked(conn, clock, 10))[:10]

    assert [one.side for one in first] == ["critics", "defenders"] * 3 + ["critics"] * 4


async def test_side_that_the_story_dropped_keeps_its_turns(conn: asyncpg.Connection, clock: FixedClock) -> None:
    await make_thread(conn, clock, [None] * 30)
    await _with_sides(conn, _SIDES[:1], {"critics": 9, "defenders": 9})

    met = await _walked(conn, clock, 4)

    assert [one.id for one in met] == await _taking_turns(conn, ["critics", "defenders", None], None)


async def test_cursor_made_for_other_sides_is_refused(conn: asyncpg.Connection, clock: FixedClock) -> None:
    await make_thread(conn, clock, [None] * 30)
    await _with_sides(conn, _SIDES, {})
    asked = Asked(sort="balanced", limit=4)
    first = await page.thread_page(conn, _SETTINGS, StoryId(STORY), asked, clock.now())
    await _with_sides(conn, [*_SIDES, {"id": "third", "label": "Third", "claim": "x"}], {})

    with pytest.raises(CursorInvalid):
        await page.thread_page(
            conn, _SETTINGS, StoryId(STORY), Asked(sort="balanced", cursor=first.next_cursor), clock.now()
        )


async def test_balanced_page_reads_rows_by_index_and_no_more_than_a_page_of_each_side(
    own_conn: asyncpg.Connection, clock: FixedClock
) -> None:
    await make_thread(own_conn, clock, [None] * 4_000)
    await _with_sides(own_conn, _SIDES, {})
    await own_conn.execute("VACUUM (ANALYZE) comments")
    deep = (await own_conn.fetch("SELECT side, best_rank, id FROM comments ORDER BY best_rank LIMIT 1 OFFSET 2000"))[0]
    for about, query in store.BALANCED.items():
        for lanes in (
            lanes_of(["critics", "defenders"], {}),
            [Lane(side, deep["best_rank"], deep["id"]) for side in ("defenders", None, "critics")],
        ):
            values: dict[str, Any] = {
                "story_id": STORY, "sides": [lane.side for lane in lanes], "keys": [lane.key for lane in lanes],
                "ids": [lane.id for lane in lanes], "most": 21, "replies_and_one": 4,
            }  # fmt: skip
            nodes = await explain(own_conn, query, values | ({"about": "key-point-1"} if about else {}))
            scans = [node for node in nodes if node.get("Relation Name") == "comments"]
            assert scans
            assert not [
                node["Node Type"] for node in scans if node["Node Type"] not in ("Index Scan", "Index Only Scan")
            ]
            roots = [node for node in scans if "roots_by" in node.get("Index Name", "")]
            # Three lanes of a page each.
            assert sum(node["Actual Rows"] * node["Actual Loops"] for node in roots) <= 3 * 21
            assert not [node for node in roots if node.get("Rows Removed by Filter")]


def test_turns_survive_a_cursor() -> None:
    lanes = lanes_of(["critics", "defenders"], {"gone": 2, "critics": 5})
    assert [lane.side for lane in lanes] == ["critics", "defenders", "gone", None]
    shown = [Lane("critics", 0.7, UUID(int=9)), Lane("defenders", 0.1, UUID(int=7))]

    turns = turns_after(lanes, lanes, shown)
    again = cursor.unpack("list", cursor.pack("list", turns), Turns)

    begun = beginning_at(lanes, again)
    assert [lane.side for lane in begun] == ["gone", None, "critics", "defenders"]
    assert begun[2:] == shown
    assert begun[0] == Lane("gone")


@pytest.mark.parametrize(
    "turns", [Turns(b"", 0), Turns(bytes(24 * 2), 0), Turns(bytes(24 * 3), 3), Turns(bytes(24 * 3), -1)]
)
def test_made_up_turns_are_refused(turns: Turns) -> None:
    with pytest.raises(CursorInvalid):
        beginning_at(lanes_of(["critics", "defenders"], {}), turns)


def test_widest_cursor_is_one_that_comes_back() -> None:
    lanes = lanes_of([f"side-{number}" for number in range(40)], {})

    packed = cursor.pack("roots:balanced::" + "a" * 100 + ":" + "b" * 16, turns_after(lanes, lanes, []))

    assert len(packed) <= cursor.CURSOR_CHARS_MAX
