"""Many tries at once: one key is one comment, and two hundred votes are two hundred."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import httpx2
import pytest

from service.accounts.actions import forget_everybody
from service.comments.actions.vote import vote
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from tests.builders import a_story
from tests.moderation.office import subscriber, tools_on
from tests.site import Site
from tests.threads.rows import make_thread

TRIES = 10
VOTERS = 200
AT_ONCE = 25


async def _posted_at_once(site: Site, story: str, bodies: list[str]) -> list[httpx2.Response]:
    """The answers to these comments, sent at once by one reader under one key."""
    headers = {"Authorization": f"Bearer {site.token('subscriber')}", "Idempotency-Key": str(uuid4())}
    async with httpx2.AsyncClient(base_url=site.url, headers=headers, timeout=20, trust_env=False) as api:
        return await asyncio.gather(
            *(api.post(f"/v1/stories/{story}/comments", json={"body": body}) for body in bodies)
        )


async def test_one_key_sent_ten_times_at_once_is_one_comment(site: Site) -> None:
    story = await asyncio.to_thread(a_story, site)
    answers = await _posted_at_once(site, story, ["Once."] * TRIES)
    done = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code != 201]
    assert done
    assert {answer.content for answer in done} == {done[0].content}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in done) == 1
    assert {(answer.status_code, answer.json()["type"]) for answer in waiting} <= {(409, "/problems/still-in-progress")}
    with site.api() as anonymous:
        assert anonymous.get(f"/v1/stories/{story}").json()["comment_count"] == 1


async def test_of_two_bodies_under_one_key_at_once_one_is_kept(site: Site) -> None:
    story = await asyncio.to_thread(a_story, site)
    bodies = ["The one.", "The other."]
    answers = await _posted_at_once(site, story, bodies)
    [kept] = [answer for answer in answers if answer.status_code == 201]
    [refused] = [answer for answer in answers if answer is not kept]
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-reused")
    with site.api() as anonymous:
        page = anonymous.get(f"/v1/stories/{story}/comments").json()
    assert [comment["body"] for comment in page["comments"]] == [kept.json()["body"]]


@pytest.fixture
async def tools(db: Database, clock: FixedClock) -> Tools:
    forget_everybody(db)
    return tools_on(db, clock)


async def test_two_hundred_voters_at_once_end_in_the_right_sum(tools: Tools, clock: FixedClock) -> None:
    """Each votes up, then thinks again: a third of them down, a third back to nothing."""
    comment = await _comment_without_votes(tools, clock)
    final = [(1, -1, 0)[number % 3] for number in range(VOTERS)]

    async def think(number: int) -> None:
        voter = subscriber(clock, f"voter-{number}")
        await vote(tools, voter, comment, 1, clock.now())
        await vote(tools, voter, comment, final[number], clock.now())

    for start in range(0, VOTERS, AT_ONCE):
        await asyncio.gather(*(think(number) for number in range(start, start + AT_ONCE)))
    assert await _counts(tools) == (final.count(1), final.count(-1))
    async with tools.db.read() as conn:
        votes = Counter(row["value"] for row in await conn.fetch("SELECT value FROM votes"))
    assert votes == Counter(final)


async def test_one_voter_who_sends_everything_at_once_counts_once(tools: Tools, clock: FixedClock) -> None:
    comment = await _comment_without_votes(tools, clock)
    voter = subscriber(clock, "voter")
    values = [(1, -1, 0)[number % 3] for number in range(30)]
    answers = await asyncio.gather(*(vote(tools, voter, comment, value, clock.now()) for value in values))
    # Each is told the counts that its own vote made.
    assert [(counts.votes_up, counts.votes_down) for counts in answers] == [
        (int(value == 1), int(value == -1)) for value in values
    ]
    async with tools.db.read() as conn:
        [value] = [row["value"] for row in await conn.fetch("SELECT value FROM votes")]
    assert await _counts(tools) == (int(value == 1), int(value == -1))


async def _comment_without_votes(tools: Tools, clock: FixedClock) -> UUID:
    async with tools.db.transaction() as conn:
        [comment] = await make_thread(conn, clock, [None])
        await conn.execute("UPDATE comments SET votes_up = 0, votes_down = 0")
    return comment


async def _counts(tools: Tools) -> tuple[int, int]:
    async with tools.db.read() as conn:
        [row] = await conn.fetch("SELECT votes_up, votes_down FROM comments")
    return row["votes_up"], row["votes_down"]
