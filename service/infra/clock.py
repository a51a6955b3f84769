"""The one place that reads the time and makes ids. Everything else is handed `now`, so that tests can choose it."""

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

if sys.version_info >= (3, 14):
    from uuid import uuid7 as _uuid7
else:
    from uuid_utils.compat import uuid7 as _uuid7


class Clock(Protocol):
    """Tells the time in UTC and makes ids that sort by it."""

    def now(self) -> datetime: ...

    def new_id(self) -> UUID: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_id(self) -> UUID:
        return _uuid7()


class FixedClock:
    """A clock that stands still until it is told to move; ids still differ and sort in the order made."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._made = 0

    def now(self) -> datetime:
        return self._at

    def move(self, **by: float) -> datetime:
        """Moves on by a `timedelta(**by)`, and answers the new time."""
        self._at += timedelta(**by)
        return self._at

    def new_id(self) -> UUID:
        self._made += 1
        return id_at(self._at, self._made)


def id_at(moment: datetime, low_bits: int) -> UUID:
    """A UUIDv7 of that moment whose other 74 bits are `low_bits`: for imports, which must give the same id again."""
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    random_a, random_b = (low_bits >> 62) & 0xFFF, low_bits & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (random_a << 64) | (0b10 << 62) | random_b)


def monotonic() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.monotonic()
