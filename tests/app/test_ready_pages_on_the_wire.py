"""Ready pages as the real server writes them: at once, and byte for byte what the usual way would send."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from service.app.front.front import Front
from service.app.front.hot import Ready, ready
from service.app.front.paths import RouteTable
from service.infra.request_metrics import RequestMetrics
from service.kernel import limits
from tests.app.probe import address_of, calling, front, running_server, serving, settings

DEADLINE_S = 20.0
BODY = b"x" * 1_000
TYPE = (b"content-type", b"text/plain")
PAGE = ready(200, [TYPE, (b"etag", b'"1"'), (b"vary", b"Accept-Encoding")], BODY, "/v1/things/{thing}")
UNCHANGED = ready(304, [(b"etag", b'"1"')], b"", "/v1/things/{thing}")


class Desk:
    """A front with one ready page, and the count of those who asked for it without being sent the usual way."""

    def __init__(self, page: Ready = PAGE, **changes: Any) -> None:
        self.page, self.figures, self.asked = page, RequestMetrics(), 0
        self.app: Front = front(hot=self._hot, figures=self.figures, **changes)

    def _hot(self, scope: Any, headers: Mapping[bytes, bytes]) -> Ready | None:
        self.asked += 1
        if scope["path"] != "/v1/things/hot":
            return None
        return UNCHANGED if b"if-none-match" in headers else self.page

    def answered(self) -> dict[tuple[str, str, str], float]:
        return {
            (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
            for family in self.figures.collect()
            for sample in family.samples
            if sample.name == "story_comments_requests_total"
        }


class Wire:
    """A connection whose bytes a test writes itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self, *, to_head: bool = False) -> tuple[int, dict[str, str], bytes]:
        async with asyncio.timeout(DEADLINE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            status = int(first.split()[1])
            has_body = not to_head and status not in (204, 304)
            body = await self.reader.readexactly(int(headers["content-length"])) if has_body else b""
        return status, headers, body

    async def ask(self, text: str, *, to_head: bool = False) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(text.encode("latin-1"))
        return await self.answer(to_head=to_head)


@asynccontextmanager
async def connected(app: Front) -> AsyncIterator[Wire]:
    async with serving(app) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            yield Wire(reader, writer)
        finally:
            writer.close()


def get(path: str = "/v1/things/hot", *more: str, method: str = "GET") -> str:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: comments.example", *more, "", ""])


async def test_a_ready_page_says_on_the_wire_what_it_says_through_the_application() -> None:
    desk = Desk(allowed_origins=("https://news.example", "https://other.example"))
    origin = "https://news.example"
    async with calling(desk.app) as client:
        expected = await client.get("/v1/things/hot", headers={"Origin": origin})
    async with connected(desk.app) as wire:
        status, headers, body = await wire.ask(get("/v1/things/hot", f"Origin: {origin}"))
        _, second, _ = await wire.ask(get("/v1/things/hot", f"Origin: {origin}"))
        _, foreign, _ = await wire.ask(get("/v1/things/hot", "Origin: https://elsewhere.example"))
    assert (status, body) == (200, BODY)
    assert headers.pop("date")
    assert headers.pop("x-request-id") != second["x-request-id"]
    assert headers == {name: value for name, value in expected.headers.items() if name != "x-request-id"}
    assert headers["access-control-allow-origin"] == origin
    assert headers["vary"] == "Accept-Encoding, Origin"
    assert "access-control-allow-origin" not in foreign
    assert desk.answered() == {("GET", "/v1/things/{thing}", "200"): 4}


async def test_head_and_304_have_no_body_and_the_connection_goes_on() -> None:
    desk = Desk()
    async with connected(desk.app) as wire:
        head = await wire.ask(get(method="HEAD"), to_head=True)
        unchanged = await wire.ask(get("/v1/things/hot", 'If-None-Match: "1"'))
        page = await wire.ask(get())
    assert (head[0], head[1]["content-length"]) == (200, str(len(BODY)))
    assert unchanged[0] == 304
    assert "content-length" not in unchanged[1]
    assert page[2] == BODY
    assert desk.answered() == {
        ("HEAD", "/v1/things/{thing}", "200"): 1,
        ("GET", "/v1/things/{thing}", "304"): 1,
        ("GET", "/v1/things/{thing}", "200"): 1,
    }


async def test_requests_sent_together_are_answered_in_their_order() -> None:
    post = get("/v1/things", "Content-Type: application/json", "Content-Length: 12", method="POST") + '{"data":"a"}'
    cold = get("/v1/things/cold")
    async with connected(Desk().app) as wire:
        wire.writer.write(f"{get()}{cold}{get()}{post}{get()}{get()}".encode("latin-1"))
        bodies = [(await wire.answer())[2] for _ in range(6)]
    assert bodies == [BODY, b'{"thing":"cold"}', BODY, b'{"data":"a","parts":[]}', BODY, BODY]


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (get("/v1/%74hings/hot"), 404),
        (get("/v1/things/h%6ft"), 404),
        (get("http://comments.example/v1/things/cold"), 200),
        (get("/v1/things/cold", "Content-Length: 2") + "{}", 200),
        (get("/v1/things/cold", "Expect: 100-continue"), 200),
        (get("/v1/things/hot", method="DELETE"), 204),
        (get("/v1/things/hot", method="PUT"), 405),
    ],
)
async def test_what_is_not_plain_goes_the_usual_way(request_text: str, status: int) -> None:
    desk = Desk()
    async with connected(desk.app) as wire:
        assert (await wire.ask(request_text))[0] == status
        # And the connection, if it is left open, serves the next one.
        if status == 200:
            assert (await wire.ask(get()))[2] == BODY


@pytest.mark.parametrize("text", [get("/v1/things/hot", "Connection: close"), "GET /v1/things/hot HTTP/1.0\r\n\r\n"])
async def test_a_connection_that_ends_after_its_request_is_closed(text: str) -> None:
    async with connected(Desk().app) as wire:
        assert (await wire.ask(text))[2] == BODY
        async with asyncio.timeout(DEADLINE_S):
            assert await wire.reader.read() == b""


async def test_a_ready_page_in_pieces_is_answered_when_its_head_is_whole() -> None:
    async with connected(Desk().app) as wire:
        for piece in (get()[:9], get()[9:30], get()[30:]):
            wire.writer.write(piece.encode("latin-1"))
            await wire.writer.drain()
        assert (await wire.answer())[2] == BODY


async def test_who_asks_and_does_not_read_is_not_written_to_without_bound() -> None:
    page = ready(200, [TYPE], b"x" * 200_000, "/v1/things/{thing}")
    desk = Desk(page)
    sent = 2_000
    async with connected(desk.app) as wire:
        wire.writer.write((get() * sent).encode("latin-1"))
        async with asyncio.timeout(DEADLINE_S):
            while not desk.answered():
                await asyncio.sleep(0.01)
        # Several turns of the loop in which nobody reads: what was answered stays in the socket's buffers.
        for _ in range(20):
            await asyncio.sleep(0)
        unread = sum(desk.answered().values())
        assert unread < 200, "answers pile up in memory"
        for _ in range(sent):
            assert len((await wire.answer())[2]) == 200_000
    assert sum(desk.answered().values()) == sent


async def test_a_page_that_cannot_be_found_ready_is_made_the_usual_way() -> None:
    def broken(scope: Any, headers: Any) -> Ready | None:
        raise ValueError("a fault of the page cache")

    async with connected(front(hot=broken)) as wire:
        status, _, body = await wire.ask(get("/v1/things/cold"))
    assert (status, body) == (200, b'{"thing":"cold"}')


@pytest.mark.parametrize("path", ["/v1/things/hot", "/v1/large"])
async def test_who_takes_nothing_of_an_answer_is_let_go(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "answer_stalled_s", 0.2)
    size = 32_000_000
    page = ready(200, [TYPE], b"x" * size, "/v1/things/{thing}")

    async def large(scope: Any, receive: Any, send: Any) -> None:
        while scope["type"] == "lifespan":
            told = (await receive())["type"]
            await send({"type": f"{told}.complete"})
            if told == "lifespan.shutdown":
                return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        for _ in range(size // 1_000):
            await send({"type": "http.response.body", "body": b"x" * 1_000, "more_body": True})
        await send({"type": "http.response.body"})

    desk = Desk(page)
    if path == "/v1/large":
        routes = RouteTable()
        routes.add(path, ["GET"])
        desk.app = Front(large, settings(), routes=routes, metrics=desk.figures)
    async with running_server(desk.app) as server:
        host, port = address_of(server)
        reader, writer = await asyncio.open_connection(host, port, limit=4_096)
        writer.write(get(path).encode("latin-1"))
        async with asyncio.timeout(DEADLINE_S):
            while not (server.server_state.connections or desk.answered()):
                await asyncio.sleep(0.01)
            while server.server_state.connections:
                await asyncio.sleep(0.01)
            assert len(await reader.read()) < size
        writer.close()
        # And who takes it in small parts gets it all.
        monkeypatch.setattr(limits, "answer_stalled_s", DEADLINE_S)
        reader, writer = await asyncio.open_connection(host, port, limit=4_096)
        assert len((await Wire(reader, writer).ask(get(path)))[2]) == size
        writer.close()
