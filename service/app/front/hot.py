"""Hot pages: what is answered before the framework is entered.

The hook is asked for every GET and HEAD with the request's scope and its headers as a mapping. It answers a
`Ready` at once, without waiting for anything, or None, and then the request goes its usual way. A `Ready` is
made when its page is made, and serves every request since: status, headers and body stand as they are sent.
"""

from collections.abc import Callable, Mapping

import msgspec

from service.app.front.answers import secured
from service.app.front.asgi import Headers, Scope


class Ready(msgspec.Struct, frozen=True):
    """A whole answer, made by `ready`; `route` is the template that it counts for."""

    status: int
    headers: Headers
    body: bytes
    route: str


Hot = Callable[[Scope, Mapping[bytes, bytes]], Ready | None]


def ready(status: int, headers: Headers, body: bytes, route: str) -> Ready:
    """A `Ready` with everything that an answer carries, except what differs from request to request.

    `headers` are lower-case: content type, `ETag`, `Cache-Control`, `Content-Encoding`, `Vary`. The length is
    added.
    """
    if status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(body)).encode("ascii"))]
    return Ready(status, secured(headers), body, route)
