"""The plug-in interface: what an outside service is told of a text, and what it may say.

A service is one class with a `name` (that of its signals, its rules and its metrics) and `ask`. It may answer, say
nothing, or say that its verdict comes later; whatever goes wrong it raises as `Failed`. Waiting, deadlines, the
breaker and what follows from a failure are not its business: `asking.py` sees to those, alike for all.
"""

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from service.infra.http_client import HttpClient

# More than any of these services has to say.
ANSWER_BYTES_MAX = 64 * 1024


class Text(msgspec.Struct, frozen=True):
    """A draft as outside services are told of it: no name of the reader, no whole address."""

    comment_id: str
    revision: int
    story_id: str
    story_url: str | None
    parent_id: str | None
    # The public, pseudonymous id.
    author_id: str
    body: str
    side: str | None
    about: str | None
    # The client's truncated network, as 192.0.2.0/24.
    network: str | None
    written_at: datetime


class Opinion(msgspec.Struct, frozen=True):
    """What a service thinks of a text: `score` from 0 (harmless) to 1 where it gives one, `detail` for moderators."""

    asks: Literal["publish", "hold"]
    detail: str
    score: float | None = None


class Later(msgspec.Struct, frozen=True):
    """The verdict will be posted back; see `comments/actions/late_verdict.py`."""


class Failed(Exception):
    """The service answered what cannot be used; the text says what, without anything of the comment."""


class OutsideService(Protocol):
    """One service, configured and ready to be asked."""

    @property
    def name(self) -> str:
        """One word, stable: signals, rules and metrics go by it."""
        ...

    async def ask(self, http: HttpClient, text: Text, deadline_s: float) -> Opinion | Later | None:
        """What the service thinks; None when it has no opinion. Raises Failed, OutboundFailed or OutboundRefused."""
        ...
