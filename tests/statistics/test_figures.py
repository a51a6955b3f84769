"""What the days were summed up to is what a recount of the rows says, after acts of all kinds on several days."""

import random
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.permissions import Role
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from service.moderation.actions.sanction import Wanted, add, lift
from service.moderation.actions.undo import undo
from service.moderation.rules.decisions import Action
from service.statistics import store
from service.statistics.actions.figures import read_figures, sum_up_days
from service.statistics.rules import Days
from service.statistics.store import Figures
from tests.moderation.office import staff, tools_on
from tests.moderation.scene import Scene, a_scene
from tests.moderation.test_random_walk import Walker
from tests.review_queue.rows import a_comment, a_story, plan_of, rows_read

DAYS = 4
APPEALS = {"appeals", "appeals_ruled"}


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    forget_everybody(db)
    return tools_on(db, clock)


async def read(tools: Tools, days: Days, sites: set[str] | None = None) -> Figures:
    async with tools.db.read() as conn:
        return await read_figures(conn, days, sites, tools.clock.now())


def the_days(clock: FixedClock, how_many: int = DAYS) -> Days:
    today = clock.now().date()
    return Days(today - timedelta(days=how_many - 1), today)


async def recounted(scene: Scene) -> dict[str, dict[str, int]]:
    """Every figure from the rows of all days, by statements that know nothing of days."""
    found: dict[str, dict[str, int]] = {}
    async with scene.tools.db.read() as conn:
        for name, sql in _RECOUNTS.items():
            rows = {row[0] or "": row[1] for row in await conn.fetch(sql)}
            if rows:
                found[name] = rows
    return found


async def walked(scene: Scene, clock: FixedClock) -> None:
    """Some days of acts of all kinds, and a sanction a day."""
    comments, decisions = [await scene.comment("published")], list[Any]()
    for day in range(DAYS):
        walkers = [Walker(scene, 10 * day + number, comments, decisions) for number in range(2)]
        for _ in range(6):
            for walker in walkers:
                await walker.walk(12)
            clock.move(minutes=random.Random(day).randint(5, 90))
        limit = await add(
            scene.tools, staff(clock, "ad-1", Role.ADMIN), scene.author_id, Wanted(kind="warn", reason="x")
        )
        if day % 2:
            await lift(scene.tools, staff(clock, "ad-2", Role.ADMIN), scene.author_id, limit.id, None)
        if day < DAYS - 1:
            clock.move(days=1)
            clock.move(hours=9 - clock.now().hour)


def plain(figures: Figures) -> dict[str, dict[str, int]]:
    """Without appeals that went with their comment, which a trigger notes by the clock of the database."""
    found = {name: {key: n for key, n in keys.items() if key != "withdrawn"} for name, keys in figures.total.items()}
    return {name: keys for name, keys in found.items() if keys}


async def test_summed_up_or_counted_live_the_figures_are_those_of_a_recount(tools: Tools, clock: FixedClock) -> None:
    scene = await a_scene(tools)
    await walked(scene, clock)
    days = the_days(clock)
    true = await recounted(scene)
    assert {"received", "decided", "decided_in", "judged_by", "overturned_of", "reports", "sanctions"} <= true.keys()
    assert await sum_up_days(tools, 50) == DAYS - 1
    assert plain(await read(tools, days)) == true
    clock.move(days=1)
    assert await sum_up_days(tools, 50) >= 1
    tomorrow = await read(tools, days)
    assert (plain(tomorrow), tomorrow.missing) == (true, [])
    by_day = sum(sum(day["received"].values()) for day in tomorrow.by_day.values())
    assert by_day == true["received"][""]
    assert plain(await read(tools, days, {"sport"})) == {}
    of_site, everywhere = plain(await read(tools, days, {"main"})), plain(await read(tools, days, {""}))
    # What holds everywhere, a sanction and the appeal against it, belongs to no site.
    assert {"sanctions", "sanctions_lifted"} <= everywhere.keys() <= {"sanctions", "sanctions_lifted", *APPEALS}
    assert "sanctions" not in of_site
    assert {name: keys for name, keys in of_site.items() if name not in APPEALS} == {
        name: keys for name, keys in true.items() if name not in everywhere and name not in APPEALS
    }


async def test_days_are_summed_once_again_when_something_came_later(tools: Tools, clock: FixedClock) -> None:
    scene = await a_scene(tools)
    await scene.comment("published")
    clock.move(days=60)
    assert await sum_up_days(tools, 100) == 60
    assert await sum_up_days(tools, 100) == 0
    async with tools.db.transaction() as conn:
        early = FixedClock(clock.now() - timedelta(days=55))
        comment = await a_comment(conn, early, scene.story_id, scene.author_id, status="published")
        await conn.execute(
            "INSERT INTO imported_comments (source, story_id, source_id, comment_id) VALUES ('x', $1, '1', $2)",
            scene.story_id,
            comment,
        )
    long_ago = Days(clock.now().date() - timedelta(days=60), clock.now().date() - timedelta(days=41))
    assert (await read(tools, long_ago)).all("received") == 1
    assert await sum_up_days(tools, 100) == 1
    assert (await read(tools, long_ago)).all("received") == 2
    clock.move(days=1, seconds=1)
    # Yesterday, and those of the last forty days that were summed up a day ago.
    assert 40 <= await sum_up_days(tools, 100) <= 41


async def test_days_that_nobody_summed_up_are_said_to_be_missing(tools: Tools, clock: FixedClock) -> None:
    scene = await a_scene(tools)
    for _ in range(6):
        await scene.comment("published")
        clock.move(days=1)
    found = await read(tools, the_days(clock, 7))
    first = clock.now().date() - timedelta(days=6)
    assert found.missing == [first + timedelta(days=number) for number in range(4)]
    assert found.all("received") == 2
    async with tools.db.transaction() as conn:
        await store.sum_up(conn, first, clock.now())
    assert (await read(tools, the_days(clock, 7))).all("received") == 3


async def test_a_day_is_counted_from_its_own_rows(conn: Any, clock: FixedClock) -> None:
    await a_story(conn, clock)
    await conn.execute(
        """INSERT INTO comments (story_id, id, body, body_html, status, created_at)
           SELECT 'story-1', (lpad(to_hex(ms), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, 'Words', '',
                  'published', to_timestamp(ms / 1000.0)
             FROM generate_series(1, 20000) AS n,
                  LATERAL (SELECT 1760000000000 + n::bigint * 600000) AS at (ms)"""
    )
    await conn.execute("ANALYZE comments; ANALYZE stories")
    day = date(2025, 11, 1)
    figures = await store.figures_of_day(conn, day)
    assert [(one.figure, one.amount) for one in figures] == [("received", 144)]
    query = store._FIGURES_OF_DAY
    start = clock.now().astimezone(UTC).replace(year=2025, month=11, day=1, hour=0)
    params = {
        "start": start, "finish": start + timedelta(days=1), "first_id": FixedClock(start).new_id(),
        "end_id": FixedClock(start + timedelta(days=1)).new_id(), "step": 1.2,
    }  # fmt: skip
    plan = await plan_of(conn, query, "force_generic_plan", **params)
    assert rows_read(plan) <= 3 * 144, plan


async def test_decisions_are_timed_and_what_others_reversed_is_told(tools: Tools, clock: FixedClock) -> None:
    scene = await a_scene(tools)
    one, other, rule = staff(clock, "mo-1"), staff(clock, "mo-2"), await scene.comment("held", side="critics")
    kept = await scene.comment("held", side="critics")
    async with tools.db.transaction() as conn:
        await conn.execute(
            """INSERT INTO screenings (story_id, comment_id, revision, verdict, signals, screened_at)
               SELECT $1, unnest($2::uuid[]), 1, 'hold', $3, $4""",
            scene.story_id,
            [rule, kept],
            [{"check": "links", "kind": "hold"}, {"check": "model", "kind": "note"}],
            clock.now(),
        )
    clock.move(minutes=10)
    await scene.decide(one, rule, Action.APPROVE)
    rejected = await scene.decide(one, kept, Action.REJECT)
    await undo(tools, other, rejected.decision_id)
    own = await scene.decide(one, kept, Action.REJECT)
    await undo(tools, one, own.decision_id)
    found = await read(tools, the_days(clock))
    assert found.of("overturned_of") == {"mo-1": 1}
    assert found.of("judged_by") == {"mo-1": 3}
    assert (found.of("rule_judged"), found.of("rule_overturned")) == ({"links": 3}, {"links": 1})
    assert found.of("rejected_by_side") == {"critics": 2}
    [(step, how_many)] = found.of("decided_in").items()
    assert (1.2 ** int(step) <= 600 <= 1.2 ** (int(step) + 1), how_many) == (True, 3)


_RECOUNTS = {
    "received": "SELECT '', count(*) FROM comments HAVING count(*) > 0",
    "received_by_side": "SELECT side, count(*) FROM comments WHERE side IS NOT NULL GROUP BY 1",
    "decided": "SELECT action, count(*) FROM decisions GROUP BY 1",
    "rejected_for": "SELECT reason, count(*) FROM decisions WHERE action = 'reject' GROUP BY 1",
    "decided_by_side": """SELECT side, count(*) FROM decisions d JOIN comments c ON c.id = d.comment_id
                           WHERE side IS NOT NULL AND action IN ('approve', 'reject') GROUP BY 1""",
    "rejected_by_side": """SELECT side, count(*) FROM decisions d JOIN comments c ON c.id = d.comment_id
                            WHERE side IS NOT NULL AND action = 'reject' GROUP BY 1""",
    "judged_by": """SELECT decided_by, count(*) FROM decisions
                     WHERE action IN ('approve', 'reject', 'restore') GROUP BY 1""",
    "decided_in": """
        SELECT n::text, count(*)
          FROM (SELECT greatest(1, extract(epoch FROM decided_at - waited.since)) AS took
                  FROM decisions
                 CROSS JOIN LATERAL (SELECT min((i ->> 'waiting_since')::timestamptz) AS since
                                       FROM jsonb_array_elements(resolved) i) waited
                 WHERE action IN ('approve', 'reject', 'restore') AND resolved <> '[]') t
          JOIN generate_series(0, 120) n ON took >= 1.2 ^ n::numeric AND took < 1.2 ^ (n + 1)::numeric
         GROUP BY 1""",
    "overturned_of": """
        SELECT was.decided_by, count(*) FROM decisions d
          JOIN decisions was ON was.comment_id = d.comment_id AND was.number + 1 = d.number
         WHERE was.decided_by <> d.decided_by
           AND CASE d.action
                 WHEN 'restore' THEN was.action = 'reject'
                 WHEN 'reject' THEN was.action IN ('approve', 'restore') AND was.seen_revision = d.seen_revision
                 WHEN 'undo' THEN was.action IN ('approve', 'reject', 'restore') AND was.id = d.undoes
                 ELSE false END
         GROUP BY 1""",
    "reports": "SELECT reason, count(*) FROM reports GROUP BY 1",
    "reports_upheld": "SELECT '', count(*) FROM reports WHERE upheld HAVING count(*) > 0",
    "reports_declined": "SELECT '', count(*) FROM reports WHERE NOT upheld HAVING count(*) > 0",
    "appeals": "SELECT '', count(*) FROM appeals HAVING count(*) > 0",
    "appeals_ruled": "SELECT status, count(*) FROM appeals WHERE status IN ('upheld', 'reversed') GROUP BY 1",
    "sanctions": "SELECT kind, count(*) FROM sanctions GROUP BY 1",
    "sanctions_lifted": "SELECT kind, count(*) FROM sanctions WHERE lifted_at IS NOT NULL GROUP BY 1",
}
