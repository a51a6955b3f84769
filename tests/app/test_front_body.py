"""The body guard: what is refused, with which problem, and that nothing else is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from time import perf_counter, process_time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.app.front.body import check_json, read
from service.app.front.problems import RequestTimeout
from service.kernel import limits
from service.kernel.problems import MalformedJson
from tests.app.probe import calling, front

JSON = {"Content-Type": "application/json"}
PLAIN = msgspec.json.encode({"data": "x"})


async def post(content: Any, headers: dict[str, str] | None = None, path: str = "/v1/things") -> tuple[int, str]:
    async with calling(front()) as client:
        answer = await client.post(path, content=content, headers=JSON if headers is None else headers)
    return answer.status_code, answer.json().get("type", "")


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON;charset=UTF-8",
        'application/json; charset="utf-8"',
    ],
)
async def test_json_is_taken(content_type: str) -> None:
    assert (await post(PLAIN, {"Content-Type": content_type}))[0] == 201


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/jsonp",
        "application/problem+json",
        "application/x-msgpack",
        "application/json, text/plain",
        "text/plain; application/json",
    ],
)
async def test_any_other_type_is_unsupported(content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    assert await post(PLAIN, headers) == (415, "/problems/unsupported-media-type")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "gzip, identity", "x"])
async def test_compressed_bodies_are_unsupported(coding: str) -> None:
    assert await post(PLAIN, {**JSON, "Content-Encoding": coding}) == (415, "/problems/unsupported-media-type")


async def test_identity_is_no_compression() -> None:
    assert (await post(PLAIN, {**JSON, "Content-Encoding": "identity"}))[0] == 201


async def test_a_body_of_the_greatest_size_is_taken_and_one_byte_more_is_not() -> None:
    room = limits.request_body_bytes_max - len(b'{"data":""}')
    assert (await post(b'{"data":"' + b"a" * room + b'"}'))[0] == 201
    assert await post(b'{"data":"' + b"a" * (room + 1) + b'"}') == (413, "/problems/payload-too-large")


async def test_a_body_without_announced_length_is_bounded_as_it_arrives() -> None:
    part = b"a" * 10_000
    assert (await post(in_parts(b'{"data":"', b"x", b'"}')))[0] == 201
    assert (await post(in_parts(b'{"data":"', *[part] * 8, b'"}')))[0] == 413


async def test_a_body_announced_too_large_is_refused_before_it_is_read() -> None:
    asked = 0

    async def receive() -> Any:
        nonlocal asked
        asked += 1
        return {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append((message, asked))

    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/v1/things", "raw_path": b"/v1/things", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"50000000")], "client": None,
    }  # fmt: skip
    await front()(scope, receive, send)
    start, asked_before = sent[0]
    assert (start["status"], asked_before) == (413, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"data": "x"',
        b'{"data": "x"}}',
        b'{"data": "x"} {}',
        b"{'data': 'x'}",
        b'{"data": NaN}',
        b'{"data": "x",}',
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.decode().encode("utf-16"),
        b'{"data": "\xff"}',
        b'{"data": "\xc0\xaf"}',
        b'{"data": "\xed\xa0\x80"}',
        b'{"data": "\xf5\x80\x80\x80"}',
        b'{"data": "\\ud800"}',
        b'{"data": "\\ude00\\ud83d"}',
        b'{"data": "\\u00"}',
        b'{"data": "\\x41"}',
        b'{"data": "a\x00b"}',
        b'{"data": "a\nb"}',
        b'{"data": "a\\u0000b"}',
        b'{"a\\u0000b": "x"}',
        b'{"data": "x", "parts": [{"id": "\\u0000"}]}',
        b'{"data": 1e999}',
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 30_000 + b"]" * 30_000,
        b"[" * 60_000,
        b'{"data": "x", "unknown": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    ],
)
async def test_what_is_not_readable_json_is_malformed(body: bytes) -> None:
    assert await post(body) == (400, "/problems/malformed-json")


@pytest.mark.parametrize(
    "text",
    ["", "ä€😀", "\\u0000", "\u2028\u2029", "[" * 500, "{" * 500, "a\\\\u0000b", "\u202e", "\x7f", "\ufeff", "\uffff"],
)
async def test_text_comes_through_as_it_was_sent(text: str) -> None:
    async with calling(front()) as client:
        answer = await client.post("/v1/things", json={"data": text})
    assert answer.status_code == 201
    assert answer.json()["data"] == text


async def test_escaped_surrogate_pairs_are_one_character() -> None:
    async with calling(front()) as client:
        answer = await client.post("/v1/things", content=b'{"data": "\\ud83d\\ude00"}', headers=JSON)
    assert answer.json()["data"] == "😀"


async def test_nesting_up_to_the_bound_is_readable_and_many_brackets_are_not_depth() -> None:
    check_json(b"[" * 64 + b"]" * 64)
    check_json(b"[" + b",".join([b"[]"] * 500) + b"]")
    with pytest.raises(MalformedJson):
        check_json(b"[" * 65 + b"]" * 65)


@pytest.mark.parametrize("path", ["/v1/things/a"])
async def test_a_method_may_come_without_a_body(path: str) -> None:
    async with calling(front()) as client:
        assert (await client.delete(path)).status_code == 204
        assert (await client.post("/v1/raw")).json() == {"bytes": 0}


async def test_the_handler_reads_the_very_bytes_that_were_sent() -> None:
    body = b'{ "type" : "subscription.updated",\n "data":{} }'
    async with calling(front()) as client:
        assert (await client.post("/v1/raw", content=body, headers=JSON)).json() == {"bytes": len(body)}
        parts = await client.post("/v1/raw", content=in_parts(body[:7], b"", body[7:]), headers=JSON)
        assert parts.json() == {"bytes": len(body)}


async def test_missing_body_is_said_in_words() -> None:
    async with calling(front()) as client:
        answer = await client.post("/v1/things")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "", "message": "A body is needed."}]


async def test_a_body_that_does_not_arrive_times_out() -> None:
    async def receive() -> Any:
        await asyncio.sleep(0.04)
        return {"type": "http.request", "body": b"a", "more_body": True}

    started = perf_counter()
    with pytest.raises(RequestTimeout):
        await read(receive, 0.1)
    assert perf_counter() - started < 1, "the time is for the whole body, not for each part of it"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)


def holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, list):
        return any(map(holds_nul, value))
    if isinstance(value, dict):
        return any(holds_nul(part) for item in value.items() for part in item)
    return False


@given(json_values)
@settings(deadline=None)
def test_all_json_passes_but_for_nul(value: object) -> None:
    body = msgspec.json.encode(value)
    if holds_nul(value):
        with pytest.raises(MalformedJson):
            check_json(body)
    else:
        check_json(body)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_json_or_malformed(body: bytes) -> None:
    try:
        check_json(body)
    except MalformedJson:
        return
    msgspec.json.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 65_000,
        b"[" + b",".join([b"[]"] * 20_000) + b"]",
        b'"' + b"\\u0000" * 10_000 + b'"',
        b'{"' + b'\\"' * 30_000,
        b"[" + b'"\\u0001",' * 7_000 + b"1]",
        b"1" * 65_000,
    ],
)
def test_no_body_takes_much_longer_to_judge_than_an_ordinary_one(body: bytes) -> None:
    ordinary = b'{"body": "' + b"An ordinary text. " * 3_600 + b'"}'
    assert _cost(body) < 200 * _cost(ordinary)


def _cost(body: bytes) -> float:
    """Processor seconds, the least of five tries: a ratio of these stands on a busy machine too."""
    return min(_judged(body) for _ in range(5))


def _judged(body: bytes) -> float:
    started = process_time()
    with suppress(MalformedJson):
        check_json(body)
    return max(process_time() - started, 1e-5)
