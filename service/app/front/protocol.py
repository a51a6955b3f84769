"""HTTP/1.1 as uvicorn speaks it, with an end for requests that never end.

uvicorn waits for ever for the rest of a request: half a line, half the headers, half a body, or nothing at
all after connecting. A few thousand of those are all the connections there are. Here a request has
`limits.headers_read_s` for its head and `limits.body_read_s` for its body, a head is bounded while it
arrives, what is not HTTP is told so as a problem document, and whoever does not take an answer is let go.

A ready page (`hot.py`) is written at once when its request's headers are there: without a task, and without what
uvicorn prepares for an application that may wait, read a body or stream, which together cost more than the page.
"""

import asyncio
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.app.front.answers import completed
from service.app.front.asgi import Headers, Scope
from service.app.front.body import has_body
from service.app.front.hot import Sending, lines_of
from service.app.front.problems import HeadersTooLarge, MalformedRequest
from service.app.front.request_id import RequestIds
from service.app.problem_responses import answer_of
from service.kernel import limits
from service.kernel.problems import Problem

_HEAD_BYTES_MAX = limits.url_bytes_max + limits.header_bytes_max + 1024
# The application answers 408 at its own deadline; the connection is cut only where nobody is answering any
# more.
_BODY_S = limits.body_read_s + limits.refused_body_s + 1.0

_ids = RequestIds()


AtOnce = Callable[[Scope, Mapping[bytes, bytes]], tuple[int, Sending] | None]
_READS = frozenset({b"GET", b"HEAD"})


class _Defaults:
    """The headers of this second, as all connections of the process write them."""

    headers: ClassVar[Headers] = []
    lines: ClassVar[bytes] = b""


class BoundedHttp(HttpToolsProtocol):
    """For `uvicorn.Config(http=BoundedHttp)`."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._patience: asyncio.TimerHandle | None = None
        self._in_head = True
        self._complete = False
        self._head_bytes = 0
        self._stopping = False
        self._stalled: asyncio.TimerHandle | None = None
        self._at_once = getattr(self.app, "at_once", None)
        self._answered = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As uvicorn has it.
        super().connection_made(transport)
        self._wait(limits.headers_read_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._goes_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More waits to be sent than the other end takes: it has so long to take some of it."""
        super().pause_writing()
        if self._stalled is None:
            self._look_whether_stalled_later()

    def resume_writing(self) -> None:
        self._goes_on()
        super().resume_writing()

    def _look_whether_stalled_later(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(limits.answer_stalled_s, self._look_whether_stalled, unsent)

    def _look_whether_stalled(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._look_whether_stalled_later()
        else:
            self.transport.abort()

    def _goes_on(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def timeout_keep_alive_handler(self) -> None:
        # Closing waits for what is still to be sent, which whoever took nothing for so long never takes.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self._complete:
            self._stop_waiting()
        elif self._in_head and self._head_bytes > _HEAD_BYTES_MAX:
            self._refuse(HeadersTooLarge(f"Headers are at most {limits.header_bytes_max} bytes together."))
        elif self._patience is None:
            # A request that arrives in one piece, as nearly all do, never gets here.
            self._wait(limits.headers_read_s if self._in_head else _BODY_S)

    def on_message_begin(self) -> None:
        self._in_head, self._complete = True, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head, self._head_bytes = False, 0
        self._stop_waiting()
        self._answered = self._at_once is not None and self._answers_at_once(self._at_once)
        if self._answered:
            return
        super().on_headers_complete()
        if self._stopping:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._complete = True
        if not self._answered:
            super().on_message_complete()
            return
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _answers_at_once(self, at_once: AtOnce) -> bool:
        """Writes the ready answer, if the request is as plain as nearly all are, and nothing else is on its way."""
        started = perf_counter()
        if (
            (method := self.parser.get_method()) not in _READS
            # The answers come in the order of the requests, and no faster than they are read.
            or not (self.cycle is None or self.cycle.response_complete)
            or self.flow.write_paused
            or self._stopping
            or self.expect_100_continue
            or not self.parser.should_keep_alive()
            or self.parser.should_upgrade()
            or self.parser.get_http_version() != "1.1"
            or self.transport.is_closing()
        ):
            return False
        path, _, query = self.url.partition(b"?")
        headers = dict(self.headers)
        # A body, an absolute address and what has no one spelling are for the usual way.
        if has_body(headers) or path[:1] != b"/" or not path.isascii() or b"#" in self.url:
            return False
        scope = cast(Scope, self.scope)
        scope["method"], scope["path"] = method.decode("ascii"), path.decode("ascii")
        scope["raw_path"], scope["query_string"] = path, query
        if (found := at_once(scope, headers)) is None:
            return False
        _, sending = found
        head = b"%b%bx-request-id: %b\r\n\r\n" % (sending.head, self._default_lines(), _ids.new_bytes())
        if sending.body:
            self.transport.writelines((head, sending.body))
        else:
            self.transport.write(head)
        sending.tally.count(perf_counter() - started)
        return True

    def _default_lines(self) -> bytes:
        """The server's own headers, `date` among them, which it makes anew every second."""
        headers = self.server_state.default_headers
        if headers is not _Defaults.headers:
            _Defaults.headers, _Defaults.lines = headers, lines_of(headers)
        return _Defaults.lines

    def shutdown(self) -> None:
        """Lets a request that is on its way be answered, as the last of its connection, before an idle one is closed.

        Closed at once, a connection that was made a moment ago, or one that is used all the time, would take a request
        with it that no client may simply send again.
        """
        if self.transport.is_closing() or not (self.cycle is None or self.cycle.response_complete):
            super().shutdown()
            return
        self._stopping = True
        self._stop_waiting()
        self._wait(limits.idle_at_stop_s)

    def send_400_response(self, msg: str) -> None:
        self._refuse(MalformedRequest(msg))

    def _refuse(self, problem: Problem) -> None:
        request_id = _ids.new()
        status, headers, body = answer_of(problem, request_id)
        head = lines_of([*completed(headers, [], request_id.encode("ascii")), (b"connection", b"close")])
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._patience = self.loop.call_later(seconds, self._lose_patience)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        self._patience = None
        if not self.transport.is_closing():
            self.transport.close()
