"""What every answer carries, whoever made it."""

from service.app.front.asgi import Headers

# An answer of the interface is data. Should a browser be talked into showing it as a page, that page may load
# nothing, run nothing and stand in no frame. Pages set a policy of their own, and this one stays away.
DEFAULT_CSP = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_POLICY = (b"content-security-policy", DEFAULT_CSP)
_ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
]


def secured(headers: Headers) -> Headers:
    """These headers and the security headers; those that differ by request come with `completed`."""
    names = {name for name, _ in headers}
    complete = [*headers, *[header for header in _ALWAYS if header[0] not in names]]
    if b"content-security-policy" not in names:
        complete.append(_POLICY)
    return complete


def completed(headers: Headers, more: Headers, request_id: bytes) -> Headers:
    """An answer's headers with everything that every answer carries. Several `Vary` become one.

    An answer that says itself who may read it, as the widget's files do, which any page may load, has the last word.
    """
    if any(name == b"access-control-allow-origin" for name, _ in headers):
        more = []
    return joined_vary([*secured(headers), *more, (b"x-request-id", request_id)])


def joined_vary(headers: Headers) -> Headers:
    """These headers with one `Vary` for all of theirs."""
    if len(varies := [value for name, value in headers if name == b"vary"]) < 2:
        return headers
    return [*(header for header in headers if header[0] != b"vary"), (b"vary", b", ".join(varies))]
