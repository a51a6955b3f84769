"""What a change of the rules would do: the newest comments screened anew, with the rules in force and the changed ones.

Bounded and in slices: so many comments and no more, for so long and no longer, with a pause for other requests after
every few milliseconds of work.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from service.infra.clock import id_at, monotonic
from service.infra.tools import Tools
from service.kernel import limits
from service.screening import store
from service.screening.checks import words
from service.screening.pipeline import screen
from service.screening.rules.impact import Screened, Tally
from service.screening.rules.ruleset import Rules, RuleSet
from service.screening.rules.signals import Draft, History, Signal
from service.screening.store import SampleComment

_SLICE_ROWS: Final = 50
_SLICE_S: Final = 0.005
_LAST_ID: Final = UUID(int=(1 << 128) - 1)


class Previewed(msgspec.Struct, frozen=True):
    """The count, and what it was taken of. `comments` are those of the sample that are named as examples, by place."""

    on_version: int
    total: int
    tally: Tally
    comments: dict[int, SampleComment]
    oldest_at: datetime | None


async def preview(tools: Tools, wanted: RuleSet, now: datetime, *, most: int) -> Previewed:
    """Holds a change against the rules in force, over at most so many of the last days' newest comments.

    Only the read pool is used, a connection for each slice. Whoever does not wait for the answer cancels it. What
    others wrote at the time is not looked for: texts like those of other authors are found in new comments only.
    """
    ends = monotonic() + limits.rules_preview_s
    from_id = id_at(now - timedelta(days=limits.rules_preview_days), 0)
    async with tools.read_db.read() as conn:
        in_force = await store.current_rules(conn)
        total = await store.count_comments(conn, from_id, limits.rules_preview_counted_max)
    changed = with_version(wanted, in_force.version + 1)
    await asyncio.to_thread(words.prepare, changed)
    tally, comments = Tally(), dict[int, SampleComment]()
    before_id, oldest_at = _LAST_ID, None
    while tally.sampled < most and monotonic() < ends:
        async with tools.read_db.read() as conn:
            rows = await store.sample(conn, before_id, from_id, min(_SLICE_ROWS, most - tally.sampled))
        if not rows:
            break
        paused = monotonic()
        for row in rows:
            tally.add(_screened(row, in_force), _screened(row, changed), was_rejected=row.status == "rejected")
            comments[tally.sampled - 1] = row
            if monotonic() - paused > _SLICE_S:
                await asyncio.sleep(0)
                paused = monotonic()
        named = {example.place for part in tally.parts.values() for example in part.examples}
        comments = {place: row for place, row in comments.items() if place in named}
        before_id, oldest_at = rows[-1].id, rows[-1].created_at
    return Previewed(in_force.version, total, tally, comments, oldest_at)


def with_version(rules: RuleSet, version: int) -> Rules:
    """The rules as the checks take them."""
    return Rules(**{part: getattr(rules, part) for part in RuleSet.__struct_fields__}, version=version)


def _screened(row: SampleComment, rules: Rules) -> Screened:
    draft = Draft(body=row.body, side=row.side, about=row.about, is_reply=row.is_reply)
    history = History(
        published_count=row.published_count,
        approved_count=row.approved_count,
        rejected_count=row.rejected_count,
        recent_bodies=tuple(row.recent_bodies),
        recent_ages_s=tuple((row.created_at - moment).total_seconds() for moment in row.recent_at),
    )
    # What waits whatever the rules say is nothing that a change of them holds.
    given = [Signal(check="story_mode", kind="hold", detail="")] if row.mode == "pre" else []
    screening = screen(draft, history, rules, given)
    return Screened(screening.verdict, screening.signals)
