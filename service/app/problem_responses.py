"""The one place that makes `application/problem+json`: our own problems, the framework's refusals, and what
nobody expected.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException

from service.app.front.asgi import Headers
from service.app.validation_errors import invalid_body, invalid_values
from service.infra.reader_language import words_of
from service.infra.telemetry import current_request_id
from service.kernel import problems
from service.kernel.problems import Problem
from service.languages.catalogues import Words, english

MEDIA_TYPE = "application/problem+json"

_encode = msgspec.json.Encoder().encode
_log = structlog.get_logger(__name__)

# What the framework refuses by status; anything else below 500 is a value that it did not like.
_BY_STATUS: Mapping[int, type[Problem]] = {
    404: problems.NotFound,
    405: problems.MethodNotAllowed,
    413: problems.PayloadTooLarge,
    415: problems.UnsupportedMediaType,
    429: problems.TooManyRequests,
    503: problems.Unavailable,
}


def answer_of(problem: Problem, request_id: str, asked: Words | None = None) -> tuple[int, Headers, bytes]:
    """Status, headers and body of a problem document, in the words asked for if it has them."""
    words = problem.in_language_of(asked or english())
    body = _encode(problem.body(request_id, words))
    headers: Headers = [
        (b"content-type", MEDIA_TYPE.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"content-language", words.language.encode("ascii")),
        # Nor need it vary by what was asked for, as nobody keeps it.
        (b"cache-control", b"no-store"),
    ]
    headers += [(name.lower().encode("ascii"), _header_value(value)) for name, value in problem.headers.items()]
    return problem.status, headers, body


def problem_for(error: Exception) -> Problem:
    """The problem that tells this error to a caller; `Unexpected` for what is a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return invalid_values(error)
    if isinstance(error, msgspec.ValidationError):
        return invalid_body(error)
    if isinstance(error, msgspec.DecodeError | UnicodeDecodeError | RecursionError):
        return problems.MalformedJson("The body is not readable JSON.")
    if isinstance(error, asyncpg.DataError):
        # A payload's own bounds should have refused it; `on_error` says so in the log.
        return problems.InvalidRequest.of("", "A value is out of the range that can be kept.")
    if isinstance(error, HTTPException) and (error.status_code < 500 or error.status_code == 503):
        return _refusal_of_framework(error)
    return problems.Unexpected()


def log_unexpected(error: BaseException) -> None:
    """The one line that an unexpected failure leaves."""
    _log.error("A request failed unexpectedly", exc_info=error)


def on_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """For `Litestar(exception_handlers={Exception: on_error})`: the framework finds it through each error's bases."""
    problem = problem_for(error)
    if isinstance(problem, problems.Unexpected):
        log_unexpected(error)
    elif isinstance(error, asyncpg.DataError):
        _log.warning("PostgreSQL refused a value that our own bounds let through", exc_info=error)
    request_id = request.scope.get("request_id") or current_request_id.get()
    status, headers, body = answer_of(problem, str(request_id), words_of(request.scope))
    return Response(
        body,
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in headers[2:]},
    )


def _refusal_of_framework(error: Any) -> Problem:
    if isinstance(error.__cause__, SerializationException):
        return problems.MalformedJson("The body is not readable JSON.")
    kind = _BY_STATUS.get(error.status_code, problems.InvalidRequest)
    kept = {name: value for name, value in (error.headers or {}).items() if name.lower() in ("allow", "retry-after")}
    if kind is problems.InvalidRequest:
        return problems.InvalidRequest.of("", error.detail)
    return kind(headers=kept)


def _header_value(value: str) -> bytes:
    """Latin-1 without line breaks: nothing that a caller sent may end a header early."""
    return value.replace("\r", " ").replace("\n", " ").encode("latin-1", "replace")
