"""Where a comment stands in its thread.

Replies may go as deep as people like. On a page they are shown to `depth_max`; what is deeper hangs at that depth,
beside the comment it answers, under the ancestor one level up. So that neither a page nor a post costs more in a deep
chain, a comment keeps a bounded list of its ancestors: the first ones, under which it can hang, and its nearest ones.
For every comment up to 56 levels deep (`ancestors_first_max` and `ancestors_near_max`) that is simply all of them. A
count of replies therefore takes in all comments below for those that show replies under them, and those up to 50 levels
below for the rest.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from service.kernel import limits


class Place(msgspec.Struct, frozen=True):
    """Where a comment stands: `ancestors` from the root down, as many as are kept."""

    depth: int
    parent_id: UUID | None
    hangs_under: UUID | None
    ancestors: list[UUID]


ROOT = Place(depth=0, parent_id=None, hangs_under=None, ancestors=[])


def below(parent_id: UUID, parent_depth: int, parent_ancestors: Sequence[UUID]) -> Place:
    """The place of a reply to that comment."""
    line = [*parent_ancestors, parent_id]
    first, near = limits.ancestors_first_max, limits.ancestors_near_max
    if len(line) > first + near:
        line = line[:first] + line[-near:]
    depth = parent_depth + 1
    return Place(
        depth=depth,
        parent_id=parent_id,
        hangs_under=parent_id if depth <= limits.depth_max else line[limits.depth_max - 1],
        ancestors=line,
    )


def shown_depth(depth: int) -> int:
    """The depth at which a comment appears on a page."""
    return min(depth, limits.depth_max)
