"""From an export's comments to rows in the order in which they can be stored: parents first, each in its place."""

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from service.comments.rules import lineage, markup, text
from service.comments.rules.lifecycle import Status
from service.comments.rules.lineage import Place
from service.exchange.rules.ndjson import Line
from service.kernel import limits


class Known(msgspec.Struct, frozen=True):
    """A comment of an earlier import that new ones may answer."""

    id: UUID
    depth: int
    ancestors: list[UUID]


class Arranged(msgspec.Struct, frozen=True):
    """A comment ready to be stored."""

    line: Line
    id: UUID
    place: Place
    body: str
    body_html: str
    status: Status


class Skipped(msgspec.Struct, frozen=True):
    """A comment that is not taken, or not as it stood, and why."""

    id: str
    why: str


class Arrangement(msgspec.Struct, frozen=True):
    """What to store, parents first, and what was noticed on the way."""

    rows: list[Arranged]
    skipped: list[Skipped]
    # Taken, but as roots: what they answered is not there.
    orphans: list[Skipped]


def source_digest(*parts: str) -> int:
    """74 bits that are the same each time for the same source: what makes an imported comment's id repeatable."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:10], "big") & ((1 << 74) - 1)


def arrange(lines: Sequence[Line], ids: Mapping[str, UUID], known: Mapping[str, Known]) -> Arrangement:
    """Places the comments of one story. `ids` has an id for each line; `known` what an earlier import stored.

    Children may stand before their parents. Of a circle of comments that answer one another, the one met first becomes
    a root.
    """
    by_id = {line.id: line for line in lines}
    places: dict[str, Place] = {}
    arrangement = Arrangement([], [], [])
    for line in lines:
        # Upwards until something is placed, then down again: no recursion, however deep the thread.
        waiting: list[Line] = []
        at: Line | None = line
        met: set[str] = set()
        while at is not None and at.id not in places and at.id not in met:
            waiting.append(at)
            met.add(at.id)
            at = by_id.get(at.parent) if at.parent is not None and at.parent not in known else None
        for each in reversed(waiting):
            if each.id not in known:
                places[each.id] = _place(each, ids, places, known, arrangement)
                _add(each, ids[each.id], places[each.id], arrangement)
    return arrangement


def _place(
    line: Line,
    ids: Mapping[str, UUID],
    places: Mapping[str, Place],
    known: Mapping[str, Known],
    arrangement: Arrangement,
) -> Place:
    if line.parent is None:
        return lineage.ROOT
    if (stored := known.get(line.parent)) is not None:
        return lineage.below(stored.id, stored.depth, stored.ancestors)
    if (place := places.get(line.parent)) is not None:
        return lineage.below(ids[line.parent], place.depth, place.ancestors)
    arrangement.orphans.append(Skipped(line.id, f"what it answers ({line.parent}) is not there"))
    return lineage.ROOT


def _add(line: Line, comment_id: UUID, place: Place, arrangement: Arrangement) -> None:
    body = "" if line.is_gone else text.normal(line.text)
    if len(body) > limits.body_chars_max:
        # Kept, cut: answers to it would hang in the air otherwise.
        arrangement.skipped.append(Skipped(line.id, f"cut to {limits.body_chars_max} of {len(body)} characters"))
        body = body[: limits.body_chars_max]
    status = Status.PUBLISHED if body else Status.DELETED
    arrangement.rows.append(Arranged(line, comment_id, place, body, markup.render(body) if body else "", status))
