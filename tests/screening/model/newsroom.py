"""Decisions of a made-up newsroom, whose moderators reject offers and insults and approve what is on the story."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID, uuid4

from service.infra.clock import Clock
from service.screening.model.training import Example
from tests.review_queue.rows import a_reader, a_story

_TOPICS = (
    "the council",
    "the new tram line",
    "this budget",
    "the school",
    "the hospital",
    "the old bridge",
    "the mayor",
)
_VIEWS = (
    "I think {topic} deserves better than that.",
    "The article leaves out what {topic} costs every year.",
    "My neighbours and I were at the meeting about {topic} and it went differently.",
    "Does anybody know when {topic} will be discussed again?",
    "Good piece. The figures for {topic} surprised me.",
    "I disagree: {topic} was never the problem here, the planning was.",
)
_REJECTED = (
    "Earn {n} dollars a week from home, write to me now!!!",
    "Best watches and loans, {n} percent off, click my profile",
    "You are a complete idiot and so is everyone who likes {topic}",
    "Shut up you stupid clown, nobody asked you about {topic}",
    "Free crypto giveaway, {n} coins for the first who answer",
    "What a pathetic loser you are, go crawl back under {topic}",
)


def examples(many: int, *, seed: int = 1, noise: float = 0.03) -> list[Example]:
    """So many, about half of them rejected; moderators err now and then."""
    chance = random.Random(seed)
    made = []
    for _ in range(many):
        rejected = chance.random() < 0.5
        text = chance.choice(_REJECTED if rejected else _VIEWS)
        filled = text.format(topic=chance.choice(_TOPICS), n=chance.randrange(5, 5000))
        made.append(Example(filled, rejected if chance.random() > noise else not rejected))
    return made


async def decided(conn: Any, clock: Clock, made: list[Example]) -> UUID:
    """Keeps them as comments of one author that a moderator decided about, in that order; the author."""
    story = await a_story(conn, clock, f"story-{uuid4()}")
    author = await a_reader(conn, clock)
    rows = [(story, clock.new_id(), author, one.text, "rejected" if one.rejected else "published") for one in made]
    await conn.executemany(
        """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
           VALUES ($1, $2, $3, $4, '', $5, now())""",
        rows,
    )
    await conn.executemany(
        """INSERT INTO decisions (id, story_id, comment_id, number, author_id, seen_revision, action, old_status,
                                  new_status, reason, decided_by, decided_at)
           VALUES ($1, $2, $3, 1, $4, 1, $5, 'held', $6, $7, 'mod-1', $8)""",
        [
            (
                clock.new_id(), story, comment, author, "reject" if status == "rejected" else "approve", status,
                "abuse" if status == "rejected" else None, clock.now(),
            )
            for story, comment, author, _, status in rows
        ],
    )  # fmt: skip
    return author
