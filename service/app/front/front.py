"""The front: the outermost callable, which every request passes before the framework and every answer after
it.

Middleware of the framework does not run for an address that does not exist, a method that is not answered or
a body that cannot be read. So whatever must hold for **every** answer is here: the request id, security
headers, exact paths, the body guard, the deadline, the access log and the figures. `exchange.py` is their
order; this module adds the hot pages, which go past all of it.
"""

from collections.abc import Mapping
from time import perf_counter

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from service.app.front.answers import joined_vary
from service.app.front.asgi import App, Receive, Scope, Send
from service.app.front.cors import Origins
from service.app.front.exchange import Exchange, Parts
from service.app.front.hot import Hot, Ready, Sending, lines_of
from service.app.front.paths import RouteTable
from service.app.front.request_id import RequestIds
from service.app.problem_responses import log_unexpected
from service.infra.addresses import ClientAddresses
from service.infra.config import Settings
from service.infra.request_metrics import REQUESTS, RequestMetrics
from service.kernel import limits

_READS = frozenset({"GET", "HEAD"})
# Of one answer: an installation has a handful of origins, and development any port.
_SENDINGS_MAX = 16


class Front:
    """Stands before `app`, whose routes are `routes`.

    `hot` is asked for ready pages (see `hot.py`), and may be set when they are opened; `request_s` is how long the
    application may take for an answer.
    """

    def __init__(
        self,
        app: App,
        settings: Settings,
        *,
        routes: RouteTable,
        metrics: RequestMetrics = REQUESTS,
        hot: Hot | None = None,
        request_s: float = limits.request_s,
    ) -> None:
        self._app = app
        self.hot = hot
        self._metrics = metrics
        self._ids = RequestIds()
        self._origins = Origins(settings.allowed_origins, development=settings.development)
        self._parts = Parts(
            app, routes, metrics, ClientAddresses(settings.trusted_proxies), self._origins, self._ids, request_s
        )
        # A line for each hot page would cost more than the page; they are counted, and the edge logs them.
        self._logs_hot = settings.log_level == "debug"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            started = perf_counter()
            headers: dict[bytes, bytes] = dict(scope["headers"])
            if (found := self.at_once(scope, headers)) is not None:
                status, sending = found
                own = [*sending.headers, (b"x-request-id", self._ids.new_bytes())]
                await send({"type": "http.response.start", "status": status, "headers": own})
                await send({"type": "http.response.body", "body": sending.body})
                sending.tally.count(perf_counter() - started)
                return
            await Exchange(self._parts, scope, receive, send, headers).run(started)
        elif scope["type"] == "websocket":
            # Nothing here speaks it: closed before it is accepted, which a client sees as 403.
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    def at_once(self, scope: Scope, headers: Mapping[bytes, bytes]) -> tuple[int, Sending] | None:
        """The status and the rest of a ready answer, if there is one. Whoever sends it adds a request id and counts
        it."""
        method = scope["method"]
        # What is percent-encoded may be a second spelling; the usual way tells.
        if self.hot is None or method not in _READS or b"%" in scope.get("raw_path", b"%"):
            return None
        try:
            found = self.hot(scope, headers)
        except Exception as error:  # noqa: BLE001  # The page is made the usual way; why it had to be is logged.
            log_unexpected(error)
            return None
        if found is None:
            return None
        origin = headers.get(b"origin")
        sending = found.sendings.get((origin, method)) or self._sending(found, origin, method)
        if self._logs_hot:
            self._parts.log.debug(f"{method} {found.route} was answered from the page cache")
        return found.status, sending

    def _sending(self, found: Ready, origin: bytes | None, method: str) -> Sending:
        """What every answer to this method and origin is sent as; kept for the next one, if anybody's origin cannot
        fill the memory with it."""
        asked_by = {} if origin is None else {b"origin": origin}
        headers = joined_vary([*found.headers, *self._origins.of_answer(asked_by)])
        made = Sending(
            headers,
            b"" if method == "HEAD" else found.body,
            self._metrics.tally(method, found.route, found.status),
            STATUS_LINE[found.status] + lines_of(headers),
        )
        if len(found.sendings) < _SENDINGS_MAX and (origin is None or self._origins.allows(origin)):
            found.sendings[origin, method] = made
        return made
