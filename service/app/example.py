"""The example story with its discussion, for a development service that has nothing to show yet.

Comments go in by the same statement as a reader's own post, screened by the same checks and written at the times that
`discussion.json` gives, so every count, queue and order is what it would be had it all happened here.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.comments import store as comments
from service.comments.rules import idempotency, lineage, markup
from service.comments.rules.lifecycle import Status
from service.infra.clock import Clock, id_at
from service.infra.postgres import Database
from service.infra.sql import Connection
from service.kernel.ids import CommentId, ReaderId, StoryId
from service.screening.pipeline import screen
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.signals import Draft, History
from service.screening.rules.verdict import Verdict
from service.stories import store as stories
from service.stories.payloads import Anchor, Forecast, NewStory, Side
from service.web.page import WHY_ANCHOR, DemoStory

# The id in `story.json`.
EXAMPLE_STORY: Final = StoryId("8187ef9986c1e286")

_FOLDER: Final = Path(__file__).resolve().parents[1] / "example"
_NEW_READER: Final = History(0, 0, 0, ())


class _Person(msgspec.Struct, frozen=True):
    """An invented reader."""

    id: str
    name: str


class _Written(msgspec.Struct, frozen=True):
    """A comment of the example. `votes` are counts by direction; whose they are does not matter."""

    id: str
    author: str
    created_at: datetime
    body: str
    parent: str | None = None
    side: str | None = None
    about: str | None = None
    votes: dict[str, int] = {}


class _Discussion(msgspec.Struct, frozen=True):
    readers: list[_Person]
    comments: list[_Written]


class _ExampleStory(DemoStory, frozen=True, kw_only=True):
    """The demonstration page's story, with what only its registration needs."""

    site: str
    url: str


async def load_example(database: Database, clock: Clock) -> None:
    """Registers the example story with its discussion, whole or not at all. A story that is there is left as it is."""
    story = msgspec.json.decode((_FOLDER / "story.json").read_bytes(), type=_ExampleStory)
    discussion = msgspec.json.decode((_FOLDER / "discussion.json").read_bytes(), type=_Discussion)
    async with database.read() as conn:
        if await stories.get(conn, EXAMPLE_STORY) is not None:
            return
    authors = {person.id: await _reader(database, clock, person.id, person.name) for person in discussion.readers}
    most_votes = max(sum(written.votes.values()) for written in discussion.comments)
    voters = [await _reader(database, clock, f"voter-{number}", None) for number in range(most_votes)]
    async with database.transaction() as conn:
        if await stories.add(conn, EXAMPLE_STORY, story.site, _registered(story), story.published_at) is None:
            return  # Another process was faster.
        places: dict[str, tuple[CommentId, lineage.Place]] = {}
        for number, written in enumerate(discussion.comments):
            comment_id = CommentId(id_at(written.created_at, number))
            parent_id, parent = places.get(written.parent or "", (None, lineage.ROOT))
            place = lineage.below(parent_id, parent.depth, parent.ancestors) if parent_id else lineage.ROOT
            places[written.id] = (comment_id, place)
            await comments.post(conn, _posted(comment_id, written, place, authors[written.author], clock))
            await _vote(conn, comment_id, written, voters)


async def _reader(database: Database, clock: Clock, subject: str, name: str | None) -> ReaderId:
    now = clock.now()
    reader = Reader(f"example-{subject}", name, None, issued_at=now, expires_at=now + timedelta(hours=1))
    return await known_reader(database, reader, clock)


def _registered(story: _ExampleStory) -> dict[str, Any]:
    """The story as a newsroom would register it: each passage of it is an anchor."""
    anchors = [
        Anchor(WHY_ANCHOR, "why", story.why_it_matters),
        *(Anchor(point.id, "key_point", point.text) for point in story.key_points),
        *(Anchor(passage.id, "body", passage.text) for passage in story.body),
        Anchor(story.explainer.id, "explainer", story.explainer.text),
        *(Anchor(side.id, "side", side.claim) for side in story.sides),
        Anchor(story.noise_level.id, "noise", story.noise_level.text),
        Anchor(story.forecast.id, "forecast", story.forecast.text),
        *(Anchor(event.id, "timeline", event.text) for event in story.timeline),
    ]
    new = NewStory(
        site=story.site,
        title=story.title,
        url=story.url,
        section=story.section,
        published_at=story.published_at,
        default_sort="newest",
        sides=[Side(side.id, side.label, side.claim) for side in story.sides],
        anchors=anchors,
        forecasts=[Forecast(one.id, one.question, one.closes_at) for one in story.forecast.questions],
    )
    lists = {name: msgspec.to_builtins(getattr(new, name)) for name in ("sides", "anchors", "forecasts")}
    return {name: getattr(new, name, None) for name in stories.SETTABLE} | lists


def _posted(
    comment_id: CommentId,
    written: _Written,
    place: lineage.Place,
    author_id: ReaderId,
    clock: Clock,
) -> dict[str, Any]:
    """What a post of this comment at its time would have written."""
    draft = Draft(body=written.body, side=written.side, about=written.about, is_reply=written.parent is not None)
    screening = screen(draft, _NEW_READER, DEFAULT_RULES)
    status = Status.PUBLISHED if screening.verdict == Verdict.PUBLISH else Status.HELD
    return {
        "comment_id": comment_id,
        "story_id": EXAMPLE_STORY,
        "author_id": author_id,
        "parent_id": place.parent_id,
        "hangs_under": place.hangs_under,
        "ancestors": place.ancestors,
        "depth": place.depth,
        "side": written.side,
        "about": written.about,
        "body": written.body,
        "body_html": markup.render(written.body),
        "status": str(status),
        "published": int(status == Status.PUBLISHED),
        "key": f"example-{written.id}",
        "fingerprint": idempotency.fingerprint(EXAMPLE_STORY, written.id.encode()),
        # Nobody holds a token of an invented reader, so nobody asks for this a second time.
        "answer": b"",
        "verdict": str(screening.verdict),
        "signals": msgspec.to_builtins(screening.signals) if screening.signals else None,
        "urgency": 0,
        "prints": [],
        "network": None,
        "event_id": clock.new_id(),
        "topic": f"comment.{status}",
        "payload": {"comment_id": str(comment_id), "was": None, "now": str(status)},
        "now": written.created_at,
    }


async def _vote(conn: Connection, comment_id: CommentId, written: _Written, voters: list[ReaderId]) -> None:
    up, down = written.votes.get("up", 0), written.votes.get("down", 0)
    for place, voter in enumerate(voters[: up + down]):
        value = 1 if place < up else -1
        await comments.vote(
            conn, EXAMPLE_STORY, comment_id, voter, value, written.created_at + timedelta(minutes=place + 1)
        )
