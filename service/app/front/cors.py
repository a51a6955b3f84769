"""CORS: which pages' scripts may read answers. The configured origins, compared whole, and no others.

Answers carry no credentials, so `Access-Control-Allow-Credentials` is never sent and no cookie matters.
Public pages stay out of `Access-Control-Allow-Origin: *` all the same: the newsroom decides where its
readers' discussion is shown. With one origin configured every answer names it, whoever asks, and is the same
bytes for every cache; with several, answers vary by `Origin`, and an edge that caches should set these two
headers itself (deploy/nginx.conf does).
"""

import re
from collections.abc import Iterable, Mapping

from service.app.front.asgi import Headers

_LOOPBACK = re.compile(rb"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")
_EXPOSED = b"ETag, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed, X-Request-Id"
_REQUEST_HEADERS = (
    b"Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Notice-Token, "
    b"X-Request-Id"
)
# What browsers keep at the most: Chromium caps it at two hours.
_KEPT_S = b"7200"


class Origins:
    """The origins whose scripts may read; with `development`, any page served from this machine as well."""

    def __init__(self, allowed: Iterable[str], *, development: bool = False) -> None:
        self._allowed = frozenset(origin.encode("ascii") for origin in allowed)
        self._loopback = development
        # The same for every request when there is no choice to make.
        self._constant: Headers | None = None
        if not development and len(self._allowed) <= 1:
            self._constant = [header for origin in self._allowed for header in _readable_by(origin)]

    def allows(self, origin: bytes) -> bool:
        """Exact comparison: no prefix, suffix, or `null`."""
        return origin in self._allowed or (self._loopback and _LOOPBACK.fullmatch(origin) is not None)

    def of_answer(self, headers: Mapping[bytes, bytes]) -> Headers:
        """What an answer to a request with these headers says about who may read it."""
        if self._constant is not None:
            return self._constant
        origin = headers.get(b"origin")
        if origin is not None and self.allows(origin):
            return [*_readable_by(origin), (b"vary", b"Origin")]
        return [(b"vary", b"Origin")]

    def of_preflight(self, headers: Mapping[bytes, bytes], methods: bytes) -> Headers:
        """The answer's headers for a preflight; a foreign origin is told nothing."""
        vary = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
        origin = headers.get(b"origin", b"")
        if not self.allows(origin):
            return [vary]
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", methods),
            (b"access-control-allow-headers", _REQUEST_HEADERS),
            (b"access-control-max-age", _KEPT_S),
            vary,
        ]


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    return method == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers


def _readable_by(origin: bytes) -> Headers:
    return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED)]
