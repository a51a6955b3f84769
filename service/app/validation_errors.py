"""What msgspec and the framework say about a wrong value, as `errors: [{field, message}]` that names the
field.
"""

import re
from typing import Any

import msgspec
from litestar.exceptions import ValidationException

from service.kernel import limits
from service.kernel.problems import InvalidRequest
from service.languages.said import Said, said

_PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?:key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<field>[^`]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<field>.*)`$", re.DOTALL)
_PARAMETER = re.compile(r"^Missing required (?P<kind>\w+) parameter '(?P<field>[^']*)'")
_LENGTH = re.compile(r"^Expected `str` of length (?P<bound>[<>]=) (?P<chars>\d+)$")
_FIELD_CHARS_MAX = 200
# What readers write by hand. All else is put together by programs, and said to whoever makes these.
_WRITTEN = frozenset({"body", "text", "note", "explanation", "legal_ground"})


def invalid_body(error: msgspec.ValidationError, within: str = "") -> InvalidRequest:
    """The refusal of a body that is JSON but not what the address takes. `within` is a path to cut off its
    front.
    """
    return _refusal([_field_error(str(error), within)])


def invalid_values(error: ValidationException) -> InvalidRequest:
    """The refusal of a request whose body, query, path or headers do not fit the handler.

    The framework keeps each message and a name for it; for bodies the name is cut together from the path in a
    way that loses a member called `data`, so the path is read from the decoder's own words where they are
    kept.
    """
    cause = error.__cause__
    extra = error.extra if isinstance(error.extra, list) else []
    if isinstance(cause, msgspec.ValidationError) and "`$.data" in str(cause) and len(extra) <= 1:
        return invalid_body(cause, ".data")
    errors = [_framework_error(item) for item in extra if isinstance(item, dict)]
    return _refusal(errors or [_missing_parameter(error.detail)])


def _framework_error(item: dict[str, Any]) -> dict[str, str]:
    field, message = str(item.get("key", "")), str(item["message"])
    if field == "data":
        # A KeyError's words: the handler's argument was not there at all.
        return {"field": "", "message": "A body is needed."} if message == "'data'" else _field_error(message)
    return {"field": field[:_FIELD_CHARS_MAX], "message": message}


def _missing_parameter(detail: str) -> dict[str, str]:
    found = _PARAMETER.match(detail)
    if found is None:
        return {"field": "", "message": detail}
    return {"field": found["field"], "message": f"This {found['kind']} parameter is required."}


def _field_error(words: str, within: str = "") -> dict[str, str]:
    found = _PATH.match(words)
    message, path = (found["message"], found["path"] or "") if found else (words, "")
    path = path.removeprefix(within)
    if missing := _MISSING.match(message):
        path, message = f"{path}.{missing['field']}", "This member is required."
    elif unknown := _UNKNOWN.match(message):
        path, message = f"{path}.{unknown['field']}", "This member is not known here."
    return {"field": path.removeprefix(".")[:_FIELD_CHARS_MAX], "message": message}


def _refusal(errors: list[dict[str, str]]) -> InvalidRequest:
    first = errors[0]
    if first["field"] in _WRITTEN and (wrong := _LENGTH.match(first["message"])):
        return InvalidRequest.of(first["field"], _length_said(first["field"], wrong))
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return InvalidRequest(detail, errors=errors)


def _length_said(field: str, wrong: re.Match[str]) -> Said:
    if wrong["bound"] == ">=":
        return said("entries.empty")
    # A comment's text is bounded loosely until it is in its normal form, in which it counts.
    most = limits.body_chars_max if field == "body" else int(wrong["chars"])
    return said("entries.too_long", most=most)
