"""`/openapi.json`: the description of the interface, from the handlers, completed by `openapi_document.py`."""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import ResponseHeader
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag
from litestar.params import ParameterKwarg
from litestar.routes import HTTPRoute

from service.accounts.auth import Requirement, public
from service.app.openapi_document import Operation, complete
from service.app.version import version

PATH = "/openapi.json"

DESCRIPTION = """\
Comments for news stories: reading is open to everyone, taking part needs a subscription, moderators decide with
reasons.

**Addresses** match exactly; no second spelling of one answers. Bodies are JSON in UTF-8, sent as
`application/json`, at most 64 KiB, and a member that is not listed here is refused. Times are RFC 3339 in
UTC. Ids of comments and decisions are UUIDv7; a story's id is your own key.

**Tokens** are JWTs of the publisher's own logins, sent as `Authorization: Bearer <token>`, never in an
address. Readers' and staff tokens are verified apart: a reader's key can never make a moderator. No cookie is
used.

**Refusals** are problem documents (RFC 9457, `application/problem+json`) whose `type` leads to a page that
explains it; all are listed at [/problems](/problems). `request_id` is also in the `X-Request-Id` header of
every answer.

**Languages**: what is said to readers is said in the language that `Accept-Language` prefers of English, German,
French, Spanish, Portuguese, Arabic and Japanese (`de-AT` is told in German, everything else in English), and
`Content-Language` says which it is: statements of reasons, the check before posting, one's own standing, and `title`
and `detail` of the problems that readers meet. Codes stand beside all of it and never change with the language;
`cause`, where a problem has it, says in English what happened, for whoever integrates or operates the service. What
newsrooms read (`/v1/admin`) is in English. What is the same for everyone does not depend on the language.

**Lists** take `limit` and `cursor`; a cursor is opaque and belongs to one list and order.

**Caching**: what is the same for everyone is public, with `ETag`, and answers `If-None-Match` with 304. What
belongs to one viewer has its own address and is never stored.

**Retries**: posting takes an `Idempotency-Key`; the same key and body is one comment, however often it is
sent. A 429 or 503 says in `Retry-After` when to try again; trying earlier does not push that out.

**Live pages** read server-sent events whose `id` is the thread's version. A message is a hint: after a gap,
ask `/changes`.
"""

TAGS = [
    Tag("Reading", "Open to everyone, without a token."),
    Tag("Taking part", "With a reader's token."),
    Tag("Me", "What belongs to the reader who asks."),
    Tag("Notices", "Illegal content, told by anybody."),
    Tag("Moderation", "Queues, decisions, sanctions: with a staff token."),
    Tag("Newsroom", "Stories, rules and records: with a staff token."),
    Tag("Subscriptions", "What the service that knows about subscriptions sends here."),
    Tag("Screening", "Late verdicts of the publisher's own check."),
    Tag("Operating", "For whoever runs the service."),
]


def openapi_config() -> OpenAPIConfig:
    """For `Litestar(openapi_config=...)`: serves `/openapi.json` and nothing else."""
    return OpenAPIConfig(
        title="story-comments",
        version=version(),
        description=DESCRIPTION,
        license=License(name="MIT", identifier="MIT"),
        tags=TAGS,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "reader": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="A token of the readers' login."
                ),
                "staff": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="A token of the staff login."
                ),
            }
        ),
        openapi_router=Router(
            PATH,
            route_handlers=[],
            guards=[public],
            include_in_schema=False,
            response_headers=[ResponseHeader(name="Cache-Control", value="public, max-age=300")],
        ),
        render_plugins=[_Description()],
    )


def document_of(app: Litestar) -> dict[str, Any]:
    """The completed description of an application."""
    return complete(app.openapi_schema.to_schema(), dict(_operations(app)))


class _Description(OpenAPIRenderPlugin):
    """Completes the description once, and sends these bytes from then on."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.JSON)
        self._ready: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        if self._ready is None:
            self._ready = msgspec.json.encode(document_of(request.app), enc_hook=str)
        return self._ready

    def receive_router(self, router: Router) -> None:
        # The framework adds a second address of the same document and a catch-all with a page of its own.
        router.routes[:] = [route for route in router.routes if route.path == PATH]


def _operations(app: Litestar) -> Iterator[tuple[tuple[str, str], Operation]]:
    """Of each operation in the description: what its handler says that the framework does not read."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    yield (route.path_format, method.lower()), _operation(handler)


def _operation(handler: HTTPRouteHandler) -> Operation:
    labels = [guard.label for guard in handler.resolve_guards() if isinstance(guard, Requirement)]
    data, answer = handler.parsed_data_field, handler.parsed_return_field
    answers: dict[int, Any] = {}
    if not answer.is_subclass_of(Response):
        answers[handler.status_code] = answer.annotation
    elif answer.inner_types:
        answers[handler.status_code] = answer.inner_types[0].annotation
    answers |= {status: spec.data_container for status, spec in (handler.responses or {}).items()}
    return Operation(
        callers=labels[0] if labels else "public",
        name=handler.handler_name,
        body=data.annotation if data is not None else None,
        answers=answers,
        bounds={
            parameter.kwarg_definition.query or name: bounds
            for name, parameter in handler.parsed_fn_signature.parameters.items()
            if isinstance(parameter.kwarg_definition, ParameterKwarg)
            and (bounds := _bounds_of(parameter.kwarg_definition))
        },
    )


def _bounds_of(definition: ParameterKwarg) -> dict[str, Any]:
    """The framework loses a bound that is zero."""
    named = {
        "minimum": definition.ge,
        "exclusiveMinimum": definition.gt,
        "maximum": definition.le,
        "exclusiveMaximum": definition.lt,
    }
    return {name: bound for name, bound in named.items() if bound is not None}
