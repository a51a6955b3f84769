"""HTTP/1.1 as uvicorn speaks it, with an end for requests that never end.

uvicorn waits for ever for the rest of a request: half a line, half the headers, half a body, or nothing at
all after connecting. A few thousand of those are all the connections there are. Here a request has
`limits.headers_read_s` for its head and `limits.body_read_s` for its body, a head is bounded while it
arrives, and what is not HTTP is told so as a problem document.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.app.front.answers import completed
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


class BoundedHttp(HttpToolsProtocol):
    """For `uvicorn.Config(http=BoundedHttp)`."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._patience: asyncio.TimerHandle | None = None
        self._in_head = True
        self._complete = False
        self._head_bytes = 0
        self._stopping = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As uvicorn has it.
        super().connection_made(transport)
        self._wait(limits.headers_read_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

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
        super().on_headers_complete()
        if self._stopping:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._complete = True
        super().on_message_complete()

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
        lines = [*completed(headers, [], request_id.encode("ascii")), (b"connection", b"close")]
        head = b"".join(b"%b: %b\r\n" % line for line in lines)
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
