"""Server-sent events as bytes, made once for all who read them.

Format: WHATWG HTML, "Server-sent events". An `id` that is a thread's version comes back as `Last-Event-ID` when a page
connects again. `behind` and `refresh` carry none: a page that could not act on them is told again the next time.
"""

import random

import msgspec

from service.kernel import limits

# Nothing but a sign of life, for proxies that close what is silent.
HEARTBEAT = b":\n\n"
# The page was too slow to be told everything: it fetches what it missed, and connects again.
REFRESH = b"event: refresh\ndata: {}\n\n"
ENTITLEMENT_CHANGED = b"event: entitlement.changed\ndata: {}\n\n"

_STORY_CHANGED = b"\nevent: story.changed\n"


def frame(kind: str, data: object, version: int) -> bytes:
    """One event. JSON of ours has no line breaks, so one `data` line holds it."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (version, kind.encode("ascii"), msgspec.json.encode(data))


def up_to(version: int) -> bytes:
    """No event: only notes that the page has everything up to this version."""
    return b"id: %d\n\n" % version


def behind(version: int) -> bytes:
    """The thread is at this version and the page is not: it asks `/changes`."""
    return b'event: behind\ndata: {"thread_version":%d}\n\n' % version


def retry() -> bytes:
    """After which pause to connect again: another for each page, so that they do not all come at once."""
    return b"retry: %d\n\n" % random.randint(limits.live_retry_shortest_ms, limits.live_retry_longest_ms)


def version_of(message: bytes) -> int | None:
    """The version in the first line of a message of a story's channel; None for what is no such message."""
    line, _, rest = message.partition(b"\n")
    name, _, number = line.partition(b": ")
    return int(number) if name == b"id" and rest and number.isdigit() else None


def tells_of_the_story(message: bytes) -> bool:
    """Whether the message says that the story itself changed."""
    return _STORY_CHANGED in message
