"""How long the parts of a request may be, apart from its body."""

from service.app.front.asgi import Headers, Scope
from service.app.front.problems import AddressTooLong, HeadersTooLarge
from service.kernel import limits
from service.kernel.problems import InvalidRequest


def check(scope: Scope) -> None:
    """AddressTooLong, HeadersTooLarge, or InvalidRequest for a query that no text of ours can be found by."""
    query: bytes = scope["query_string"]
    if len(raw_path_of(scope)) + len(query) > limits.url_bytes_max:
        raise AddressTooLong(f"An address is at most {limits.url_bytes_max} bytes.", limit_bytes=limits.url_bytes_max)
    headers: Headers = scope["headers"]
    size = sum([len(name) + len(value) for name, value in headers])
    if size > limits.header_bytes_max or len(headers) > limits.headers_max:
        raise HeadersTooLarge(
            f"Headers are at most {limits.header_bytes_max} bytes together.", limit_bytes=limits.header_bytes_max
        )
    if b"%00" in query:
        raise InvalidRequest.of("", "The query holds the character U+0000, which no text needs.")


def raw_path_of(scope: Scope) -> bytes:
    """The path as it was sent; ASGI leaves it to the server whether it tells."""
    raw: bytes | None = scope.get("raw_path")
    return scope["path"].encode("utf-8", "surrogatepass") if raw is None else raw
