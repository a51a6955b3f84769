"""What a change of the rules would do to comments, against a count made by screening each of them here."""

import asyncio
import random
from typing import Any, Final

import pytest

from service.infra.clock import FixedClock
from service.infra.tasks import end_tasks
from service.infra.tools import Tools
from service.kernel import limits
from service.screening.actions import preview as previewing
from service.screening.actions.preview import preview, with_version
from service.screening.pipeline import screen
from service.screening.routes import preview as routes
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Flood, Links, NewReaders, RuleSet, WordList
from service.screening.rules.signals import Draft, History
from service.screening.rules.verdict import Verdict
from tests.screening.actions.conftest import Write

WORDS: Final = ("apple", "viagra", "bread", "cheese", "moron", "olive", "pepper", "garlic", "thyme", "basil")
CHANGED: Final = RuleSet(
    words=(
        WordList(name="kitchen", kind="suspect", words=("cheese", "olive")),
        WordList(name="spice", kind="blocked", words=("pepper",)),
        WordList(name="herbs", kind="suspect", words=("thyme",), use="shadow"),
        WordList(name="spam", kind="suspect", words=("viagra",)),
    ),
    links=Links(use="off"),
)


async def test_it_counts_what_a_recount_finds(tools: Tools, clock: FixedClock, write: Write) -> None:
    draw = random.Random(5)
    bodies = [" ".join(draw.sample(WORDS, 3)) + f" {number}." for number in range(250)]
    for number, body in enumerate(bodies):
        await write(body, by=f"reader-{number % 40}", status=draw.choice(("published", "held")))
    for status in ("deleted", "erased"):
        await write("Cheese that nobody may see any more", status=status)
    found = await preview(tools, CHANGED, clock.now(), most=1_000)

    def verdict(body: str, rules: RuleSet) -> Verdict:
        draft = Draft(body=body, side=None, about=None, is_reply=False)
        # The words decide here: each of these authors wrote little, and nothing twice.
        return screen(draft, History(5, 5, 0, ()), with_version(rules, 1)).verdict

    pairs = [(verdict(body, DEFAULT_RULES), verdict(body, CHANGED)) for body in bodies]
    tally = found.tally
    assert (tally.sampled, found.total) == (250, 252)
    assert tally.newly_held == pairs.count((Verdict.PUBLISH, Verdict.HOLD)) > 0
    assert tally.no_longer_held == pairs.count((Verdict.HOLD, Verdict.PUBLISH)) > 0
    assert tally.newly_refused == sum(after == Verdict.REFUSE for _, after in pairs) > 0
    assert tally.no_longer_refused == 0
    parts = {name: counted for (check, name), counted in tally.parts.items() if check == "words"}
    assert parts["kitchen"].asks == sum("cheese" in body or "olive" in body for body in bodies)
    assert parts["spice"].asks == sum("pepper" in body for body in bodies)
    assert parts["insults"].asks_no_more == sum("moron" in body for body in bodies)
    assert (parts["herbs"].asks, parts["herbs"].shadow) == (0, sum("thyme" in body for body in bodies))
    assert "spam" not in parts
    for part in tally.parts.values():
        for example in part.examples:
            assert example.matched is None or example.matched in found.comments[example.place].body


async def test_rules_that_stay_as_they_are_hit_nothing(tools: Tools, clock: FixedClock, write: Write) -> None:
    for body in ("A moron wrote this", "Quite so", "Buy viagra"):
        await write(body)
    tally = (await preview(tools, DEFAULT_RULES, clock.now(), most=10)).tally
    assert (tally.sampled, tally.hit, tally.no_longer_held, tally.parts) == (3, 0, 0, {})


async def test_the_newest_are_looked_at_and_all_are_counted(tools: Tools, clock: FixedClock, write: Write) -> None:
    for number in range(6):
        await write(f"olive {number}")
    found = await preview(tools, CHANGED, clock.now(), most=4)
    assert (found.tally.sampled, found.tally.hit, found.total) == (4, 4, 6)
    assert [comment.body for comment in found.comments.values()] == [f"olive {number}" for number in (5, 4, 3, 2)]
    assert found.oldest_at is not None
    assert found.oldest_at < clock.now()


async def test_what_is_older_than_the_days_is_left_alone(tools: Tools, clock: FixedClock, write: Write) -> None:
    await write("An old olive")
    clock.move(days=limits.rules_preview_days + 1)
    await write("A new olive")
    found = await preview(tools, CHANGED, clock.now(), most=10)
    assert (found.tally.sampled, found.total) == (1, 1)


async def test_authors_are_judged_by_what_was_known_when_they_wrote(
    tools: Tools, clock: FixedClock, write: Write
) -> None:
    for number in range(6):
        await write(f"Number {number}")
    clock.move(hours=2)
    await write("Much later")
    flood = RuleSet(words=DEFAULT_RULES.words, flood=Flood(most=2, minutes=1, use="on"))
    found = await preview(tools, flood, clock.now(), most=100)
    # The first two had not enough before them, and the last one none within the minute.
    assert (found.tally.newly_held, found.tally.parts["flood", None].asks) == (4, 4)
    new_readers = RuleSet(words=DEFAULT_RULES.words, new_readers=NewReaders(approved_min=1, use="on"))
    assert (await preview(tools, new_readers, clock.now(), most=100)).tally.newly_held == 7


async def test_a_story_whose_comments_wait_anyway_is_not_hit(tools: Tools, clock: FixedClock, write: Write) -> None:
    await write("An olive")
    async with tools.db.read() as conn:
        await conn.execute("UPDATE stories SET mode = 'pre'")
    tally = (await preview(tools, CHANGED, clock.now(), most=10)).tally
    assert (tally.newly_held, tally.parts["words", "kitchen"].asks) == (0, 1)


async def test_others_are_served_meanwhile(
    tools: Tools, clock: FixedClock, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        await write(f"olive {number}")
    monkeypatch.setattr(previewing, "_SLICE_S", 0)
    turns = 0

    async def serve() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    serving = asyncio.create_task(serve())
    found = await preview(tools, CHANGED, clock.now(), most=100)
    await end_tasks(serving)
    assert found.tally.sampled == 30
    assert turns >= 30


async def test_it_is_cancelled_when_nobody_waits_for_it_any_more() -> None:
    class Gone:
        """A request whose client hangs up as soon as it has sent the body."""

        async def receive(self) -> dict[str, Any]:
            return {"type": "http.disconnect"}

    working = asyncio.create_task(asyncio.sleep(3600))
    assert await routes._waits_for(Gone(), working) is False  # type: ignore[arg-type]
    assert working.cancelled()


async def test_what_is_done_is_answered() -> None:
    class Waiting:
        """A request whose client waits."""

        async def receive(self) -> dict[str, Any]:
            await asyncio.sleep(3600)
            return {"type": "http.disconnect"}

    working = asyncio.create_task(asyncio.sleep(0, "done"))
    assert await routes._waits_for(Waiting(), working) is True  # type: ignore[arg-type]
    assert working.result() == "done"


async def test_it_ends_when_time_is_up_and_says_how_far_it_came(
    tools: Tools, clock: FixedClock, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write("An olive")
    monkeypatch.setattr(limits, "rules_preview_s", 0)
    found = await preview(tools, CHANGED, clock.now(), most=10)
    assert (found.tally.sampled, found.total) == (0, 1)
