"""The body guard: every body is bounded, whole, and readable JSON before the framework sees it.

What a framework does with odd bodies differs between its releases and their decoders, and each of those
differences was once somebody's 500. So all of it is decided here, once, on bytes.
"""

import asyncio
from collections.abc import Mapping

import msgspec

from service.app.front.asgi import ClientGone, Receive
from service.app.front.problems import RequestTimeout
from service.kernel import limits
from service.kernel.problems import MalformedJson, PayloadTooLarge, UnsupportedMediaType

METHODS_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
# The signature over the bytes comes before what they say: a stranger learns nothing of the body, and what the
# subscription system signed is kept also when it is no JSON.
ANY_BYTES = frozenset({"/v1/webhooks/subscriptions"})

# Word lists of thousands are sent whole.
LARGER: Mapping[str, int] = {
    "/v1/admin/rules": limits.rules_body_bytes_max,
    "/v1/admin/rules/preview": limits.rules_body_bytes_max,
}

_JSON_TYPES = frozenset({b"application/json", b"application/json;charset=utf-8", b'application/json;charset="utf-8"'})
_decode = msgspec.json.Decoder().decode


def bytes_max_of(template: str) -> int:
    """How many bytes a body may have at an address."""
    return LARGER.get(template, limits.request_body_bytes_max)


def refuse_head(headers: Mapping[bytes, bytes], bytes_max: int = limits.request_body_bytes_max) -> None:
    """What can be refused without reading: 413 by the length that is announced, 415 by type or encoding."""
    length = headers.get(b"content-length", b"0")
    if not has_body(headers):
        return
    if length.isdigit() and int(length) > bytes_max:
        raise too_large(bytes_max)
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise UnsupportedMediaType("Bodies are taken uncompressed only.", headers={"Accept-Encoding": "identity"})
    if headers.get(b"content-type", b"").replace(b" ", b"").lower() not in _JSON_TYPES:
        raise UnsupportedMediaType(
            "Send the body as Content-Type: application/json.", headers={"Accept": "application/json"}
        )


def has_body(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a body follows these headers (RFC 9112, section 6)."""
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


async def read(
    receive: Receive, within_s: float = limits.body_read_s, bytes_max: int = limits.request_body_bytes_max
) -> bytes:
    """The whole body. RequestTimeout when it takes longer, PayloadTooLarge past the bound, ClientGone when cut off."""
    parts: list[bytes] = []
    left, more = bytes_max, True
    try:
        async with asyncio.timeout(within_s):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                parts.append(message.get("body", b""))
                left -= len(parts[-1])
                if left < 0:
                    raise too_large(bytes_max)
                more = message.get("more_body", False)
    except TimeoutError:
        raise RequestTimeout(cause=f"The body was not complete after {within_s:g} seconds.") from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def check_json(body: bytes) -> None:
    """MalformedJson unless this is one JSON text in UTF-8, not nested too deeply, without NUL or half a
    surrogate pair.
    """
    try:
        value = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson(_reason(error)) from None
    deep = body.count(b"[") + body.count(b"{") > limits.json_depth_max
    if (deep or b"\\u0000" in body) and (fault := _fault_within(value)):
        raise MalformedJson(fault)


def _fault_within(value: object) -> str | None:
    """Walks level by level, so that no depth costs more than its size."""
    level, depth = [value], 0
    while level:
        below: list[object] = []
        for item in level:
            if isinstance(item, str):
                if "\0" in item:
                    return "The body holds the character U+0000, which no text needs."
            elif isinstance(item, list):
                below += item
            elif isinstance(item, dict):
                below += item.keys()
                below += item.values()
        nested = any(isinstance(item, list | dict) for item in level)
        depth += nested
        if depth > limits.json_depth_max:
            return f"The body is nested more than {limits.json_depth_max} deep."
        level = below
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "The body is not UTF-8."
    if isinstance(error, RecursionError):
        return f"The body is nested more than {limits.json_depth_max} deep."
    return f"The body is not JSON: {error}."


def too_large(bytes_max: int = limits.request_body_bytes_max) -> PayloadTooLarge:
    return PayloadTooLarge(cause=f"A body is at most {bytes_max} bytes.", limit_bytes=bytes_max)
