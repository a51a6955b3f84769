"""What a story's settings mean at a moment, and what a new version of them may change."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from service.kernel.ids import STORY_ID_PATTERN, StoryId
from service.kernel.problems import InvalidRequest

_STORY_ID = re.compile(STORY_ID_PATTERN)

NEWEST_FIRST_FOR = timedelta(hours=72)

# The orders of a thread's roots; what they mean is in `threads/rules/ranking.py` and `balance.py`.
Sort = Literal["newest", "oldest", "best", "most_replied", "controversial", "balanced"]


def state_at(state: str, closes_at: datetime | None, now: datetime) -> str:
    """`open`, `closed` or `hidden`: an open story whose time is over counts as closed before the sweep gets to it."""
    return "closed" if state == "open" and closes_at is not None and closes_at <= now else state


def default_sort(chosen: Sort | None, published_at: datetime | None, now: datetime) -> Sort:
    """The order of a page that names none: the story's own choice, else newest for three days and best after."""
    if chosen is not None:
        return chosen
    return "newest" if published_at is None or now - published_at < NEWEST_FIRST_FOR else "best"


def refuse_repeated_ids(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> InvalidRequest | None:
    """Within each list an id may stand once."""
    for name, entries in lists.items():
        seen: set[str] = set()
        for place, entry in enumerate(entries):
            if entry["id"] in seen:
                return InvalidRequest.of(f"{name}[{place}].id", f"{entry['id']!r} stands twice")
            seen.add(entry["id"])
    return None


def kept_anchors(
    old: Sequence[dict[str, Any]],
    earlier: Sequence[dict[str, Any]],
    new: Sequence[dict[str, Any]],
    used: Mapping[str, int],
) -> list[dict[str, Any]]:
    """Anchors that the new version lacks but comments hang on: those stay readable with the text they were about."""
    named_now = {anchor["id"] for anchor in new}
    dropped = {anchor["id"]: anchor for anchor in [*earlier, *old] if anchor["id"] not in named_now}
    return [anchor for anchor in dropped.values() if used.get(anchor["id"])]


def closed_at(state: str, was_state: str | None, was_closed_at: datetime | None, now: datetime) -> datetime | None:
    """When the story closed: kept while it stays closed, `now` when it closes, None when it is open."""
    if state != "closed":
        return None
    return was_closed_at if was_state == "closed" and was_closed_at else now


def story_id(text: str) -> StoryId:
    """The text as a story id; InvalidRequest when it cannot be one."""
    if not _STORY_ID.fullmatch(text):
        raise InvalidRequest.of("story", "a story id has 1 to 200 of the characters A-Z a-z 0-9 . _ : ~ -")
    return StoryId(text)
