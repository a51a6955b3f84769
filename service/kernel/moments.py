"""Moments as callers may send them: with a zone, and within what every part of the service can hold and
compare.

A moment without a zone is somebody's local time, and cannot be compared with ours. One at the very ends of
the calendar leaves it when it is moved to UTC, or comes back from PostgreSQL as infinity; stored once, it
would fail every later read.
"""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


def within_reach(moment: datetime) -> bool:
    """Whether it has a zone and lies between the years 1900 and 9000."""
    try:
        return moment.tzinfo is not None and EARLIEST <= moment < LATEST
    except OverflowError:
        return False


def refuse_extremes(payload: msgspec.Struct) -> None:
    """For a payload's `__post_init__`: ValueError, which decoding turns into a refusal, names the member out
    of reach.
    """
    for name in payload.__struct_fields__:
        value = getattr(payload, name)
        if isinstance(value, datetime) and not within_reach(value):
            raise ValueError(f"`{name}` must lie between the years 1900 and 9000")
