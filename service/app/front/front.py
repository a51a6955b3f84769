"""The front: the outermost callable, which every request passes before the framework and every answer after
it.

Middleware of the framework does not run for an address that does not exist, a method that is not answered or
a body that cannot be read. So whatever must hold for **every** answer is here: the request id, security
headers, exact paths, the body guard, the deadline, the access log and the figures. `exchange.py` is their
order; this module adds the hot pages, which go past all of it.
"""

from collections.abc import Mapping
from time import perf_counter

from service.app.front.asgi import App, Receive, Scope, Send
from service.app.front.cors import Origins
from service.app.front.exchange import Exchange, Parts
from service.app.front.hot import Hot, Ready
from service.app.front.paths import RouteTable
from service.app.front.request_id import RequestIds
from service.infra.addresses import ClientAddresses
from service.infra.config import Settings
from service.infra.request_metrics import REQUESTS, RequestMetrics
from service.kernel import limits


class Front:
    """Stands before `app`, whose routes are `routes`.

    `hot` is asked for ready pages (see `hot.py`); `request_s` is how long the application may take for an answer.
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
        self._hot = hot
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
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            # Nothing here speaks it: closed before it is accepted, which a client sees as 403.
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if (
            self._hot is not None
            and scope["method"] in ("GET", "HEAD")
            # What is percent-encoded may be a second spelling; the usual way tells.
            and b"%" not in scope.get("raw_path", b"%")
            and (found := self._hot(scope, headers)) is not None
        ):
            await self._send_ready(found, scope, headers, send)
            seconds = perf_counter() - started
            self._metrics.count(scope["method"], found.route, found.status, seconds)
            if self._logs_hot:
                self._parts.log.debug(f"{scope['method']} {found.route} was answered from the page cache")
            return
        await Exchange(self._parts, scope, receive, send, headers).run(started)

    async def _send_ready(self, found: Ready, scope: Scope, headers: Mapping[bytes, bytes], send: Send) -> None:
        own = [
            *found.headers,
            *self._origins.of_answer(headers),
            (b"x-request-id", self._ids.new().encode("ascii")),
        ]
        await send({"type": "http.response.start", "status": found.status, "headers": own})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else found.body})
