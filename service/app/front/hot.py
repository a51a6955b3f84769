"""Hot pages: what is answered before the framework is entered.

The hook is asked for every GET and HEAD with the request's scope and its headers as a mapping. It answers a
`Ready` at once, without waiting for anything, or None, and then the request goes its usual way. A `Ready` is
made when its page is made, and serves every request since: status, headers and body stand as they are sent.
Where each object counts, what the front adds is kept beside it as well (`Sending`).
"""

from collections.abc import Callable, Mapping

import msgspec

from service.app.front.answers import secured
from service.app.front.asgi import Headers, Scope
from service.infra.request_metrics import Tally


class Sending(msgspec.Struct, frozen=True, gc=False):
    """A ready answer to one method and one origin: all but the request's id."""

    headers: Headers
    body: bytes
    tally: Tally
    # Status and headers as HTTP/1.1 has them, for a server that writes the answer itself; the blank line is left out.
    head: bytes


class Ready(msgspec.Struct, frozen=True):
    """A whole answer, made by `ready`; `route` is the template that it counts for."""

    status: int
    headers: Headers
    body: bytes
    route: str
    # By `Origin` and method; what the process's one front has sent so far.
    sendings: dict[tuple[bytes | None, str], Sending] = msgspec.field(default_factory=dict)


def lines_of(headers: Headers) -> bytes:
    """Headers as HTTP/1.1 has them."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)


Hot = Callable[[Scope, Mapping[bytes, bytes]], Ready | None]


def ready(status: int, headers: Headers, body: bytes, route: str) -> Ready:
    """A `Ready` with everything that an answer carries, except what differs from request to request.

    `headers` are lower-case: content type, `ETag`, `Cache-Control`, `Content-Encoding`, `Vary`. The length is
    added.
    """
    if status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(body)).encode("ascii"))]
    return Ready(status, secured(headers), body, route)
