"""One request on its way through the front, and its answer on the way back."""

import asyncio
from time import perf_counter
from typing import Any

import structlog

from service.app.front import body as bodies
from service.app.front import bounds
from service.app.front.answers import completed
from service.app.front.asgi import App, ClientGone, Headers, Message, Receive, Scope, Send
from service.app.front.cors import Origins, is_preflight
from service.app.front.paths import Route, RouteTable, is_exact
from service.app.front.problems import RequestTimeout
from service.app.front.request_id import RequestIds, well_formed
from service.app.problem_responses import answer_of, log_unexpected
from service.infra.addresses import ClientAddresses
from service.infra.reader_language import words_of
from service.infra.request_metrics import RequestMetrics
from service.infra.telemetry import current_request_id
from service.kernel import limits
from service.kernel.problems import MethodNotAllowed, NotFound, Problem, Unavailable, Unexpected

# What the figures and the log call a request that found no route: its path is the caller's text.
UNROUTED = "(none)"
OTHER_METHOD = "(other)"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
# Not a status of HTTP: nobody was left to read one.
CLIENT_GONE = 499


class Parts:
    """What all requests share."""

    def __init__(
        self,
        app: App,
        routes: RouteTable,
        metrics: RequestMetrics,
        addresses: ClientAddresses,
        origins: Origins,
        ids: RequestIds,
        request_s: float,
    ) -> None:
        self.app = app
        self.routes = routes
        self.metrics = metrics
        self.addresses = addresses
        self.origins = origins
        self.ids = ids
        self.request_s = request_s
        # Bound once: finding out anew for each line how logs are configured costs as much as the line.
        self.log = structlog.get_logger("service.access").bind()


class Exchange:
    """Answers one request: refuses it by itself, or hands it to the application and completes what that
    sends.
    """

    def __init__(self, parts: Parts, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        self._parts = parts
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers = headers
        self._method: str = scope["method"]
        self._route: Route | None = None
        self._status = 0
        self._body_unread = False
        self._streams = False
        self._deadline: asyncio.Timeout | None = None
        # What this answer says about who may read it.
        self._readers = parts.origins.of_answer(headers)

    async def run(self, started: float) -> None:
        """Sends exactly one answer, whatever happens; `started` is when the request came, on `perf_counter`."""
        self._identify()
        metrics = self._parts.metrics
        metrics.under_way += 1
        context = current_request_id.set(self._request_id)
        try:
            await self._answer()
        except Problem as problem:
            await self._refuse(problem)
        except ClientGone:
            self._status = CLIENT_GONE
        except Exception as error:  # noqa: BLE001  # The last resort: it is logged, and the caller gets a 500.
            log_unexpected(error)
            await self._refuse(Unexpected())
        finally:
            if not self._streams:
                metrics.under_way -= 1
            seconds = perf_counter() - started
            metrics.count(self._named_method, self._template, self._status, seconds)
            self._write_access_line(seconds)
            current_request_id.reset(context)

    def _identify(self) -> None:
        """Puts `request_id`, `client_address` (for limits) and `client_network` (for storing) into the scope."""
        scope, headers, addresses = self._scope, self._headers, self._parts.addresses
        peer: str | None = scope["client"][0] if scope.get("client") else None
        forwarded_for = ""
        if b"x-forwarded-for" in headers:
            lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            forwarded_for = b",".join(lines)[-2048:].decode("latin-1")
        client = addresses.of(peer, forwarded_for)
        given = headers.get(b"x-request-id")
        if given is not None and addresses.trusts(peer) and well_formed(given):
            self._request_id = given.decode("ascii")
        else:
            self._request_id = self._parts.ids.new()
        scope["request_id"] = self._request_id
        scope["client_address"] = client.address
        scope["client_network"] = client.network

    async def _answer(self) -> None:
        scope, method = self._scope, self._method
        if method not in bodies.METHODS_WITHOUT_BODY:
            self._body_unread = bodies.has_body(self._headers)
        bounds.check(scope)
        route = self._parts.routes.find(scope["path"]) if is_exact(bounds.raw_path_of(scope)) else None
        if route is None:
            raise NotFound
        self._route = route
        if is_preflight(method, self._headers):
            # What CORS says here it says once: a browser refuses an answer that names an origin twice.
            self._readers = self._parts.origins.of_preflight(self._headers, route.allow)
            await self._send_own(204, [])
            return
        if method not in route.methods:
            raise MethodNotAllowed(headers={"Allow": route.allow.decode("ascii")})
        if method == "OPTIONS":
            await self._send_own(204, [(b"allow", route.allow)])
            return
        if self._parts.metrics.under_way > limits.requests_under_way_max:
            raise Unavailable.retry("More requests are under way than can be answered in time.", 1)
        await self._call_application()

    async def _call_application(self) -> None:
        scope, receive = self._scope, self._receive
        if self._method == "HEAD":
            # The server looks at its own scope to leave the body out; the application is asked as for GET.
            scope = {**scope, "method": "GET"}
        elif self._method not in bodies.METHODS_WITHOUT_BODY:
            body = b""
            if self._body_unread:
                template = self._template
                bytes_max = bodies.bytes_max_of(template)
                bodies.refuse_head(self._headers, bytes_max)
                body = await bodies.read(receive, bytes_max=bytes_max)
                self._body_unread = False
                if template not in bodies.ANY_BYTES:
                    bodies.check_json(body)
            scope["checked_body"] = body
            receive = _replay(body, receive)
        try:
            async with asyncio.timeout(self._parts.request_s) as self._deadline:
                await self._parts.app(scope, receive, self._send_completed)
        except TimeoutError:
            if self._deadline is None or not self._deadline.expired():
                raise
            raise Unavailable.retry("The request took longer than it may.") from None

    async def _send_completed(self, message: Message) -> None:
        """Passes on what the application sends, with what every answer carries."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers: Headers = list(message.get("headers", ()))
            if any(n == b"content-type" and v.startswith(b"text/event-stream") for n, v in headers):
                self._let_stream()
            await self._send({**message, "headers": self._completed(headers)})
        elif self._method != "HEAD":
            await self._send(message)
        elif not message.get("more_body"):
            await self._send({"type": "http.response.body"})

    def _let_stream(self) -> None:
        """A live stream has no deadline, and is not one of the requests that wait for an answer."""
        self._streams = True
        self._parts.metrics.under_way -= 1
        if self._deadline is not None:
            self._deadline.reschedule(None)

    def _completed(self, headers: Headers) -> Headers:
        return completed(headers, self._readers, self._request_id.encode("ascii"))

    async def _refuse(self, problem: Problem) -> None:
        if self._status:
            # The answer had begun. It stays incomplete, and the server closes the connection, so that nobody
            # takes it for whole.
            return
        status, headers, body = answer_of(problem, self._request_id, words_of(self._scope))
        if not self._body_unread:
            await self._send_own(status, headers, body)
            return
        await self._send_start(status, [*headers, (b"connection", b"close")])
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        if not isinstance(problem, RequestTimeout):
            await self._drain()
        await self._send({"type": "http.response.body"})

    async def _drain(self) -> None:
        """Reads on for a moment: a connection closed upon unread bytes is reset, and the answer lost with it."""
        left = limits.refused_body_bytes_max
        deadline = asyncio.timeout(limits.refused_body_s)
        try:
            async with deadline:
                while left > 0:
                    message = await self._receive()
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return
                    left -= len(message.get("body", b""))
        except TimeoutError:
            if not deadline.expired():
                raise

    async def _send_own(self, status: int, headers: Headers, body: bytes = b"") -> None:
        await self._send_start(status, headers)
        await self._send({"type": "http.response.body", "body": b"" if self._method == "HEAD" else body})

    async def _send_start(self, status: int, headers: Headers) -> None:
        self._status = status
        await self._send({"type": "http.response.start", "status": status, "headers": self._completed(headers)})

    @property
    def _named_method(self) -> str:
        return self._method if self._method in _METHODS else OTHER_METHOD

    @property
    def _template(self) -> str:
        return UNROUTED if self._route is None else self._route.template

    def _write_access_line(self, seconds: float) -> None:
        fields: dict[str, Any] = {
            "http.method": self._named_method,
            "http.route": self._template,
            "http.status": self._status,
            "duration_ms": round(seconds * 1000, 2),
        }
        log = self._parts.log
        line = f"{self._named_method} {self._template} was answered {self._status}"
        if self._status >= 500:
            log.warning(line, **fields)
        elif self._template in _QUIET:
            log.debug(line, **fields)
        else:
            log.info(line, **fields)


# Asked every few seconds by machines; their lines would bury the rest.
_QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that tells the checked body once, and then what the server tells: that the client is gone."""
    told = False

    async def replayed() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
