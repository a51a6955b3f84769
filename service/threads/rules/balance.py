"""The order `balanced`: the sides of a story take turns, each with its best comment that has not had one.

Whatever the crowd, a page shows every side that somebody argued. Comments without a side take turns like one more side.
A side whose comments are all shown falls out, and the others go on.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from uuid import UUID

import msgspec

from service.kernel.cursor import name_of
from service.kernel.problems import CursorInvalid

# A story has fewer sides; those that a newer version of it dropped keep their comments, and their turns.
LANES_MAX = 16
_LAST = UUID(int=2**128 - 1)
_PLACE = struct.Struct(">d16s")


class Lane(msgspec.Struct, frozen=True):
    """One side (None: comments without one), and what of it has been shown: all from the best down to this place."""

    side: str | None
    key: float = inf
    id: UUID = _LAST


class Turns(msgspec.Struct, frozen=True, array_like=True):
    """How far each lane has come, and whose turn it is: what a cursor carries."""

    places: bytes
    turn: int


def lanes_of(sides: Sequence[str], by_side: Mapping[str, int]) -> list[Lane]:
    """The lanes of a story, in their order: its own sides, sides that it had, and no side."""
    dropped = sorted(side for side in by_side if side not in sides)
    return [*(Lane(side) for side in [*sides, *dropped][: LANES_MAX - 1]), Lane(None)]


def lanes_name(lanes: Sequence[Lane]) -> str:
    """Names the lanes that a cursor was made for: with others its places would mean nothing."""
    return name_of(*(lane.side for lane in lanes))


def beginning_at(lanes: Sequence[Lane], turns: Turns) -> list[Lane]:
    """The lanes at the places of a cursor, beginning with the one whose turn it is. CursorInvalid for one made up."""
    if len(turns.places) != _PLACE.size * len(lanes) or not 0 <= turns.turn < len(lanes):
        raise CursorInvalid("The cursor cannot be read; start again without one.")
    placed = [
        Lane(lane.side, key, UUID(bytes=raw))
        for lane, (key, raw) in zip(lanes, _PLACE.iter_unpack(turns.places), strict=True)
    ]
    return placed[turns.turn :] + placed[: turns.turn]


def turns_after(lanes: Sequence[Lane], begun: Sequence[Lane], shown: Iterable[Lane]) -> Turns:
    """Where a page goes on that began at `begun` and showed these, in their order; `lanes` is the story's own order."""
    order = [lane.side for lane in lanes]
    places = {lane.side: lane for lane in begun}
    last = None
    for one in shown:
        places[one.side] = one
        last = one.side
    packed = b"".join(_PLACE.pack(places[side].key, places[side].id.bytes) for side in order)
    return Turns(packed, 0 if last not in places else (order.index(last) + 1) % len(order))
