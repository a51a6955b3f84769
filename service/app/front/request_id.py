"""Request ids: one per request, in its answer, its log lines and its problem document.

They are made from a random start of the process and a count, which is a tenth of the price of a random number
each. They name requests and open nothing, so nobody gains by guessing the next.
"""

import itertools
import re
import secrets

WELL_FORMED = re.compile(rb"[A-Za-z0-9._~+/=:-]{8,128}")


class RequestIds:
    """A stream of ids that no other process gives out."""

    def __init__(self) -> None:
        self._start = secrets.token_hex(6)
        self._form = self._start.encode("ascii") + b"%08x"
        self._count = itertools.count(1)

    def new(self) -> str:
        return f"{self._start}{next(self._count):08x}"

    def new_bytes(self) -> bytes:
        """One more of the same ids, as headers have it."""
        return self._form % next(self._count)


def well_formed(given: bytes) -> bool:
    """Whether a proxy's id may be taken over: short, and nothing that breaks a log line or a header."""
    return WELL_FORMED.fullmatch(given) is not None
