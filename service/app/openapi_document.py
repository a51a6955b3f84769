"""What the framework's description of the interface leaves out or gets wrong, put right.

Refusals are documented as `application/problem+json` with the problems that they may be; bodies that refuse
unknown members say so; who may call is said by each operation. A handler names the problems of its own in
`opt={"problems": [...]}`; those that follow from what it is (a body, a token, a path parameter) are added
here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from service.accounts.problems import PermissionMissing, TokenExpired, TokenInvalid, TokenMissing
from service.app.front.problems import AddressTooLong, HeadersTooLarge, RequestTimeout
from service.kernel import problems
from service.kernel.ids import STORY_ID_PATTERN
from service.kernel.problems import Problem

Json = dict[str, Any]

_WRITES = frozenset({"post", "put", "patch", "delete"})
_OPEN = frozenset({"public", "optional viewer"})
_SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "public": [],
    "optional viewer": [{}, {"reader": []}, {"staff": []}],
    "reader": [{"reader": []}],
    "reader or staff": [{"reader": []}, {"staff": []}],
}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
_LIMIT_HEADERS = {
    "Retry-After": _RETRY_AFTER,
    "RateLimit": {"description": "The limit that refused, as in the IETF draft.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "All limits of this operation.", "schema": {"type": "string"}},
}
_HEADERS_BY_STATUS: Mapping[int, Json] = {
    401: {"WWW-Authenticate": {"description": "`Bearer`, and why.", "schema": {"type": "string"}}},
    405: {"Allow": {"description": "The methods that are answered.", "schema": {"type": "string"}}},
    429: _LIMIT_HEADERS,
    503: {"Retry-After": _RETRY_AFTER},
}
_PROBLEM_SCHEMA: Json = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal or failure (RFC 9457). Some types have members of their own; their pages name them.",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "`/problems/<slug>`, a page that explains it."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Of `invalid-request`: what is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "retry_after_s": {"type": "integer", "minimum": 0},
    },
}


class Operation(msgspec.Struct, frozen=True):
    """Who may call an operation, in the words of its guard, and the problems that its handler names."""

    callers: str
    problems: tuple[type[Problem], ...] = ()
    # The handler's own name; an id that clients made from this description may use as a function's name.
    name: str = ""


def complete(document: Json, operations: Mapping[tuple[str, str], Operation]) -> Json:
    """The description as published; `operations` are the handlers' facts by path and lower-case method."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM_SCHEMA
    names = [operation.name for operation in operations.values()]
    for path, item in document.get("paths", {}).items():
        for method, described in item.items():
            if isinstance(described, dict) and "responses" in described:
                facts = operations.get((path, method), Operation("public"))
                _complete_operation(method, described, facts)
                if names.count(facts.name) == 1:
                    described["operationId"] = facts.name
    for name in sorted(_names_in_bodies(document)):
        if "properties" in schemas.get(name, {}):
            schemas[name]["additionalProperties"] = False
    return document


def _complete_operation(method: str, described: Json, facts: Operation) -> None:
    # A guard that names permissions instead of one of these words asks for a staff token.
    described["security"] = _SECURITY.get(facts.callers, [{"staff": []}])
    if facts.callers not in _SECURITY:
        described["description"] = f"{described.get('description', '')}\n\nNeeds: {facts.callers}.".strip()
    for parameter in described.get("parameters", []):
        if parameter.get("name") == "story" and parameter.get("in") == "path":
            parameter["schema"] = {"type": "string", "pattern": STORY_ID_PATTERN}
    responses = {s: r for s, r in described["responses"].items() if int(s) < 400}
    if method == "get" and facts.callers == "public" and "application/json" in str(responses):
        responses["304"] = {"description": "Unchanged since the `ETag` that `If-None-Match` names."}
    for status, kinds in sorted(_problems_of(method, described, facts).items()):
        responses[str(status)] = _problem_response(status, kinds)
    responses["default"] = _problem_response(500, [problems.Unexpected])
    described["responses"] = responses


def _problems_of(method: str, described: Json, facts: Operation) -> dict[int, list[type[Problem]]]:
    kinds: list[type[Problem]] = [*facts.problems]
    places = {parameter.get("in") for parameter in described.get("parameters", [])}
    names = {parameter.get("name") for parameter in described.get("parameters", [])}
    if "requestBody" in described:
        kinds += [problems.MalformedJson, problems.PayloadTooLarge, problems.UnsupportedMediaType, RequestTimeout]
    if "requestBody" in described or places:
        kinds.append(problems.InvalidRequest)
    if "path" in places:
        kinds.append(problems.NotFound)
    if "cursor" in names:
        kinds.append(problems.CursorInvalid)
    if facts.callers != "public":
        kinds += [TokenMissing, TokenInvalid, TokenExpired]
    if facts.callers not in _OPEN:
        kinds.append(PermissionMissing)
    if method in _WRITES:
        kinds.append(problems.TooManyRequests)
    kinds += [problems.Unavailable, AddressTooLong, HeadersTooLarge]
    found: dict[int, list[type[Problem]]] = {}
    for kind in dict.fromkeys(kinds):
        found.setdefault(kind.status, []).append(kind)
    return found


def _problem_response(status: int, kinds: Sequence[type[Problem]]) -> Json:
    named = ", ".join(f"[{kind.slug}](/problems/{kind.slug})" for kind in kinds)
    response: Json = {
        "description": f"{kinds[0].title}: {named}." if len(kinds) == 1 else f"One of {named}.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in _HEADERS_BY_STATUS:
        response["headers"] = _HEADERS_BY_STATUS[status]
    return response


def _names_in_bodies(document: Json) -> set[str]:
    """Every schema that is part of a request body, by name."""
    schemas = document["components"]["schemas"]
    waiting = [
        name
        for item in document.get("paths", {}).values()
        for described in item.values()
        if isinstance(described, dict)
        for name in _references(described.get("requestBody", {}))
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
