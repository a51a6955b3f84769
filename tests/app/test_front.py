"""The front: what holds for every answer, and what is refused before the framework is asked."""

import asyncio
import re
from typing import Any

import httpx2
import pytest

from service.app.front.hot import Ready, ready
from service.app.front.paths import is_exact
from service.app.front.request_id import RequestIds
from service.infra.request_metrics import RequestMetrics
from service.kernel import limits
from tests.app.probe import calling, front

EVERY_KIND = [
    ("GET", "/v1/things/a", 200),
    ("HEAD", "/v1/things/a", 200),
    ("DELETE", "/v1/things/a", 204),
    ("OPTIONS", "/v1/things/a", 204),
    ("GET", "/nowhere", 404),
    ("PUT", "/v1/things/a", 405),
    ("GET", "/v1/page?limit=x", 422),
    ("GET", "/v1/problem", 409),
    ("GET", "/v1/boom", 500),
    ("POST", "/v1/things", 422),
]


@pytest.mark.parametrize(("method", "path", "status"), EVERY_KIND)
async def test_every_answer_carries_a_request_id_and_safe_headers(method: str, path: str, status: int) -> None:
    async with calling(front()) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert re.fullmatch(r"[0-9a-f]{20}", answer.headers["x-request-id"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
    assert "server" not in answer.headers


@pytest.mark.parametrize(("method", "path", "status"), [one for one in EVERY_KIND if one[2] >= 400])
async def test_every_refusal_is_a_problem_document_with_the_id_of_its_request(
    method: str, path: str, status: int
) -> None:
    async with calling(front()) as client:
        answer = await client.request(method, path)
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert list(body)[:5] == ["type", "title", "status", "detail", "request_id"]
    assert body["status"] == status
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["type"].startswith("/problems/")


async def test_a_page_keeps_the_headers_that_it_sets_itself() -> None:
    async with calling(front(development=True)) as client:
        answer = await client.get("/v1/own-headers")
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers.get_list("vary") == ["Accept, Origin"]


async def test_request_ids_differ_between_requests_and_processes() -> None:
    ids = [RequestIds() for _ in range(3)]
    made = [one.new() for one in ids for _ in range(100)]
    assert len(set(made)) == 300


async def test_a_proxys_request_id_is_taken_over_only_from_a_trusted_one() -> None:
    app = front(trusted_proxies=("10.0.0.0/8",))
    given = {"X-Request-Id": "edge-0123456789"}
    async with calling(app, "10.0.0.1") as proxy, calling(app, "203.0.113.77") as stranger:
        assert (await proxy.get("/nowhere", headers=given)).json()["request_id"] == "edge-0123456789"
        assert (await stranger.get("/nowhere", headers=given)).headers["x-request-id"] != "edge-0123456789"


@pytest.mark.parametrize("given", ["short", "a" * 129, "has spaces in it", 'quote"quote"', "ünïcödé-id", "<script>x"])
async def test_an_ill_formed_request_id_is_replaced(given: str) -> None:
    async with calling(front(trusted_proxies=("10.0.0.0/8",)), "10.0.0.1") as proxy:
        answer = await proxy.get("/v1/things/a", headers={b"X-Request-Id": given.encode("utf-8")})
    assert re.fullmatch(r"[0-9a-f]{20}", answer.headers["x-request-id"])


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/v1/things/a/",
        "//v1/things/a",
        "/v1//things/a",
        "/v1/things//a",
        "/v1/%74hings/a",
        "/%76%31/things/a",
        "/v1/things/%61",
        "/v1/things/a%2Fb",
        "/v1/things/a%2fb",
        "/v1/things/a%5Cb",
        "/v1/things/a%00",
        "/v1/things/a%0A",
        "/v1/things/a%7F",
        "/v1/things/%2e%2e",
        "/v1/things/%",
        "/v1/things/%zz",
        "/V1/things/a",
        "/v1/things",  # Only POST is answered there: 405, see below.
        "/v1/things/a/b",
        "/v1",
        "/",
        "/openapi.json/",
        "/openapi.json/openapi.json",
        "/schema",
    ],
)
async def test_no_second_spelling_of_an_address_answers(path: str) -> None:
    async with calling(front()) as client:
        answer = await client.get(httpx2.URL("http://comments.example").copy_with(raw_path=path.encode()))
    assert answer.status_code == (405 if path == "/v1/things" else 404)
    assert answer.json()["type"] in ("/problems/not-found", "/problems/method-not-allowed")


@pytest.mark.parametrize(("path", "thing"), [("a%3Ab", "a:b"), ("a:b", "a:b"), ("a%20b", "a b"), ("%C3%A4", "ä")])
async def test_what_must_be_encoded_may_be_encoded(path: str, thing: str) -> None:
    async with calling(front()) as client:
        answer = await client.get(
            httpx2.URL("http://comments.example").copy_with(raw_path=f"/v1/things/{path}".encode())
        )
    assert answer.json() == {"thing": thing}


@pytest.mark.parametrize(
    "path",
    [b"/v1/things/../a", b"/v1/things/.", b"/v1/things/..", b"/./v1/a", b"/v1/a\\b", b"/v1/\xc3\xa4", b"/a b"],
)
def test_dot_segments_and_stray_bytes_are_no_address(path: bytes) -> None:
    """Asked of the rule itself: well-behaved clients tidy such addresses up before they send them."""
    assert not is_exact(path)


@pytest.mark.parametrize(
    "path", [b"/", b"/v1/things/a", b"/v1/things/...", b"/v1/a%3Ab", b"/v1/%C3%A4", b"/a!$&'()*+,;=:@"]
)
def test_an_address_as_it_should_be_is_exact(path: bytes) -> None:
    assert is_exact(path)


@pytest.mark.parametrize(
    ("path", "allow"), [("/v1/things", "OPTIONS, POST"), ("/v1/things/a", "DELETE, GET, HEAD, OPTIONS")]
)
async def test_a_method_that_is_not_answered_is_told_which_are(path: str, allow: str) -> None:
    async with calling(front()) as client:
        refused = await client.request("PATCH", path, json={})
        asked = await client.options(path)
        odd = await client.request("BREW", path)
    assert refused.status_code == odd.status_code == 405
    assert refused.headers["allow"] == odd.headers["allow"] == asked.headers["allow"] == allow
    assert asked.status_code == 204


async def test_unknown_addresses_and_methods_are_refused_before_the_body_is_looked_at() -> None:
    async with calling(front()) as client:
        unknown = await client.post("/nowhere", content=b"{", headers={"Content-Type": "text/plain"})
        method = await client.post("/v1/things/a", content=b"{", headers={"Content-Type": "text/plain"})
    assert (unknown.status_code, method.status_code) == (404, 405)


async def test_head_is_get_without_the_body() -> None:
    async with calling(front()) as client:
        head, got = await client.head("/v1/who"), await client.get("/v1/who")
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert got.json()["method"] == "GET"


# Bounds


async def test_a_long_address_is_refused() -> None:
    async with calling(front()) as client:
        answer = await client.get("/v1/search", params={"q": "a" * limits.url_bytes_max})
    assert answer.status_code == 414
    assert answer.json()["limit_bytes"] == limits.url_bytes_max


@pytest.mark.parametrize("headers", [{"X-Long": "a" * limits.header_bytes_max}, {f"X-{n}": "a" for n in range(101)}])
async def test_large_headers_are_refused(headers: dict[str, str]) -> None:
    async with calling(front()) as client:
        answer = await client.get("/v1/search", headers=headers)
    assert answer.status_code == 431
    assert answer.json()["type"] == "/problems/headers-too-large"


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "%00=a"])
async def test_a_query_with_nul_is_refused(query: str) -> None:
    async with calling(front()) as client:
        answer = await client.get(f"/v1/search?{query}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "query", ["q=%ff", "q=%ed%a0%80", "q=%F0%9F", "q=%", "q=%zz", "q", "&&&", "q=a&q=b", "=", "q=%u0041"]
)
async def test_odd_queries_harm_nothing(query: str) -> None:
    async with calling(front()) as client:
        answer = await client.get(
            httpx2.URL("http://comments.example").copy_with(raw_path=f"/v1/search?{query}".encode())
        )
    assert answer.status_code in (200, 422)


async def test_too_many_requests_under_way_are_asked_to_come_back() -> None:
    figures = RequestMetrics()
    figures.under_way = limits.requests_under_way_max
    async with calling(front(figures=figures)) as client:
        answer = await client.get("/v1/things/a")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert figures.under_way == limits.requests_under_way_max


# The deadline


async def test_a_request_that_takes_too_long_is_unavailable() -> None:
    async with calling(front(request_s=0.1)) as client:
        answer = await client.get("/v1/slow")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["type"] == "/problems/unavailable"


async def test_a_live_stream_has_no_deadline() -> None:
    async with calling(front(request_s=0.1)) as client:
        answer = await client.get("/v1/live")
    assert answer.text.count("id:") == 3


async def test_streams_are_not_counted_as_requests_under_way() -> None:
    figures = RequestMetrics()
    async with calling(front(figures=figures)) as client:
        await client.get("/v1/live")
        await client.get("/v1/things/a")
        await client.get("/v1/boom")
    assert figures.under_way == 0


# Hot pages


async def test_a_hot_page_is_answered_before_the_framework_with_all_that_answers_carry() -> None:
    page = ready(200, [(b"content-type", b"text/plain"), (b"etag", b'"1"')], b"hot", "/v1/things/{thing}")

    def hot(scope: Any, headers: Any) -> Ready | None:
        return page if scope["path"] == "/v1/things/hot" else None

    figures = RequestMetrics()
    app = front(hot=hot, figures=figures, allowed_origins=("https://news.example",))
    async with calling(app) as client:
        got, head = await client.get("/v1/things/hot"), await client.head("/v1/things/hot")
        cold = await client.get("/v1/things/cold")
        second_spelling = await client.get(
            httpx2.URL("http://comments.example").copy_with(raw_path=b"/v1/%74hings/hot")
        )
    assert (got.text, head.text) == ("hot", "")
    assert got.headers["content-length"] == head.headers["content-length"] == "3"
    missing = set(cold.headers) - set(got.headers)
    assert not missing
    assert got.headers["x-request-id"] != head.headers["x-request-id"]
    assert got.headers["access-control-allow-origin"] == "https://news.example"
    assert cold.json() == {"thing": "cold"}
    assert second_spelling.status_code == 404
    samples = [sample for family in figures.collect() for sample in family.samples]
    counted = {
        sample.labels["route"]: sample.value
        for sample in samples
        if sample.name == "story_comments_requests_total"
        and (sample.labels["method"], sample.labels["status"]) == ("GET", "200")
    }
    assert counted == {"/v1/things/{thing}": 2}


async def test_hot_pages_are_asked_for_by_reading_only() -> None:
    asked: list[str] = []

    def hot(scope: Any, headers: Any) -> Ready | None:
        asked.append(scope["method"])
        return None

    async with calling(front(hot=hot)) as client:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
            await client.request(method, "/v1/things/a")
    assert asked == ["GET", "HEAD"]


# The rest of ASGI


async def test_a_websocket_is_closed_before_it_is_accepted() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await front()({"type": "websocket", "path": "/v1/live", "headers": []}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_a_client_that_leaves_while_sending_is_let_go() -> None:
    sent: list[Any] = []
    messages = iter([{"type": "http.request", "body": b'{"da', "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    figures = RequestMetrics()
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/v1/things", "raw_path": b"/v1/things", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"50")], "client": ("203.0.113.7", 1),
    }  # fmt: skip
    await front(figures=figures)(scope, receive, send)
    assert sent == []
    assert figures.under_way == 0


async def test_an_answer_that_breaks_off_is_not_completed() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": "/v1/half", "raw_path": b"/v1/half", "query_string": b"",
        "headers": [], "client": None, "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip
    await front()(scope, receive, send)
    assert sent[0]["status"] == 200
    assert all(message.get("more_body") for message in sent[1:]), "a server then closes the connection"
