"""Logs and figures: how the service tells its operators what it does, without telling them what people say.

A log line is a sentence that reads alone, with dotted fields beside it. It never holds a body, a token, an
address, a name or a query's values; so a failure is logged by its type and place (file, line, function), not
by its message, which may quote what somebody sent. Whole tracebacks are for a developer's machine: they
appear in readable logs and at `log_level=debug`.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextvars import ContextVar
from typing import Any, Literal, TextIO, cast

import msgspec
import structlog

LogLevel = Literal["debug", "info", "warning", "error"]

# The request that is being answered, for lines that are logged on its way.
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")

_Event = MutableMapping[str, Any]
_FRAMES_MAX = 12


class _StandardError:
    """Whatever standard error is when a line is written: loggers are kept, and it may be replaced meanwhile."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logging(*, readable: bool, level: LogLevel = "info") -> None:
    """Sends every log line, those of libraries too, to standard error: JSON a line each, or `readable` for a
    terminal.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        _add_request_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info if readable or number <= logging.DEBUG else _failure_by_place,
    ]
    # Library messages are formatted with their arguments, so only their warnings are let through.
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)
        if readable
        else structlog.processors.JSONRenderer(serializer=_to_json)
    )
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
    )
    handler = logging.StreamHandler(_StandardError())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_name_library, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING) if number > logging.DEBUG else logging.INFO)


def _to_json(event: Any, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode("utf-8")


def _add_request_id(_: Any, __: str, event: _Event) -> _Event:
    if (request_id := current_request_id.get()) and "request.id" not in event:
        event["request.id"] = request_id
    return event


def _name_library(_: Any, __: str, event: _Event) -> _Event:
    event["logger"] = event["_record"].name
    return event


def _failure_by_place(_: Any, __: str, event: _Event) -> _Event:
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    elif isinstance(failure, tuple):
        failure = failure[1]
    if isinstance(failure, BaseException):
        event["failure"] = list(places_of(failure))
    return event


def places_of(error: BaseException) -> Iterator[str]:
    """An exception and what led to it as types and places, the latest first, without any of their messages."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        code = getattr(found, "sqlstate", None)
        yield f"{type(found).__module__}.{type(found).__qualname__}{f' [{code}]' if code else ''}"
        for frame in traceback.extract_tb(found.__traceback__)[-_FRAMES_MAX:]:
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
