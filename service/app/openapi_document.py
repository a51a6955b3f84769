"""What the framework's description of the interface leaves out or gets wrong, put right.

Refusals are documented as `application/problem+json` with the problems that they may be; bodies and answers
have the schemas of the library that reads and writes them; who may call is said by each operation. The
features' own problems are listed in `openapi_tables.py`; those that follow from what an operation is (a
body, a token, a cursor) are added here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from service.accounts.problems import PermissionMissing, TokenExpired, TokenInvalid, TokenMissing
from service.app.front.problems import AddressTooLong, HeadersTooLarge, RequestTimeout
from service.app.openapi_schemas import schemas_of
from service.app.openapi_tables import BY_OPERATION, BY_PARAMETER, HEADERS, IN_WORDS, MAKES_WHAT_IT_NAMES
from service.kernel import problems
from service.kernel.ids import STORY_ID_PATTERN
from service.kernel.problems import Problem
from service.languages.catalogues import LANGUAGES

Json = dict[str, Any]

_OPEN = frozenset({"public", "optional viewer"})
_SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "public": [],
    "optional viewer": [{}, {"reader": []}, {"staff": []}],
    "reader": [{"reader": []}],
    "reader or staff": [{"reader": []}, {"staff": []}],
}
_ACCEPT_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "The languages that the reader reads (RFC 9110); English where none of ours is among them.",
    "schema": {"type": "string"},
}
_CONTENT_LANGUAGE = {
    "Content-Language": {
        "description": "The language of the words.",
        "schema": {"type": "string", "enum": list(LANGUAGES)},
    }
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
        "title": {"type": "string", "description": "In the language of `Content-Language`, like `detail`."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "cause": {
            "type": "string",
            "description": "What happened, in English, for whoever integrates or operates the service.",
        },
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
    """What a handler says of itself: who may call it (its guard's words), its name, what it takes and
    answers.

    `body` and `answers` (by status) are types; `bounds` are those of numbers among its parameters, by name.
    """

    callers: str
    name: str
    body: Any = None
    answers: Mapping[int, Any] = {}
    bounds: Mapping[str, Json] = {}


def complete(document: Json, operations: Mapping[tuple[str, str], Operation]) -> Json:
    """The description as published; `operations` are the handlers' facts by path and lower-case method."""
    names = [operation.name for operation in operations.values()]
    types: list[tuple[Json, Any]] = []
    for path, item in document["paths"].items():
        for method, described in item.items():
            facts = operations[path, method]
            types += _types_in(described, facts)
            _complete_operation(path, method, described, facts)
            if names.count(facts.name) == 1:
                described["operationId"] = facts.name
    schemas, components = schemas_of([kind for _, kind in types])
    for (content, _), schema in zip(types, schemas, strict=True):
        content["schema"] = schema
    document["components"]["schemas"] = {**dict(sorted(components.items())), "Problem": _PROBLEM_SCHEMA}
    return document


def _types_in(described: Json, facts: Operation) -> Iterator[tuple[Json, Any]]:
    """Each JSON body and answer of an operation, with the type that it is read or written as."""
    if "requestBody" in described:
        yield described["requestBody"]["content"]["application/json"], facts.body
    for status, kind in facts.answers.items():
        content = described["responses"].get(str(status), {}).get("content", {})
        if "application/json" in content:
            yield content["application/json"], kind


def _complete_operation(path: str, method: str, described: Json, facts: Operation) -> None:
    # A guard that names permissions instead of one of these words asks for a staff token.
    described["security"] = _SECURITY.get(facts.callers, [{"staff": []}])
    if facts.callers not in _SECURITY:
        described["description"] = f"{described.get('description', '')}\n\nNeeds: {facts.callers}.".strip()
    for parameter in described.get("parameters", []):
        if parameter["name"] == "story" and parameter["in"] == "path":
            parameter["schema"] = {"type": "string", "pattern": STORY_ID_PATTERN}
        parameter["schema"].update(facts.bounds.get(parameter["name"], {}))
    described.setdefault("parameters", []).extend(HEADERS.get(facts.name, ()))
    if facts.name in IN_WORDS:
        described["parameters"].append(_ACCEPT_LANGUAGE)
    responses = {s: r for s, r in described["responses"].items() if int(s) < 400}
    for response in responses.values():
        # The framework explains what the number means in general.
        response["description"] = described.get("summary", "Done")
        if facts.name in IN_WORDS:
            response["headers"] = {**response.get("headers", {}), **_CONTENT_LANGUAGE}
    if (
        method == "get"
        and facts.callers == "public"
        and path.startswith("/v1/")
        and "application/json" in str(responses)
    ):
        responses["304"] = {"description": "Unchanged since the `ETag` that `If-None-Match` names."}
    for status, kinds in sorted(_problems_of(path, method, described, facts).items()):
        responses[str(status)] = _problem_response(status, kinds)
    responses["default"] = _problem_response(500, [problems.Unexpected])
    described["responses"] = responses


def _problems_of(path: str, method: str, described: Json, facts: Operation) -> dict[int, list[type[Problem]]]:
    kinds: list[type[Problem]] = [*BY_OPERATION.get(facts.name, ())]
    places = {parameter.get("in") for parameter in described.get("parameters", [])}
    names = {parameter.get("name") for parameter in described.get("parameters", [])}
    if "requestBody" in described:
        kinds += [problems.MalformedJson, problems.PayloadTooLarge, problems.UnsupportedMediaType, RequestTimeout]
    if "requestBody" in described or places:
        kinds.append(problems.InvalidRequest)
    for parameter in described.get("parameters", []):
        if parameter.get("in") == "path" and facts.name not in MAKES_WHAT_IT_NAMES:
            kinds.append(BY_PARAMETER.get(parameter["name"], problems.NotFound))
    if "cursor" in names:
        kinds.append(problems.CursorInvalid)
    if facts.callers != "public":
        kinds += [TokenMissing, TokenInvalid, TokenExpired]
    if facts.callers not in _OPEN:
        kinds.append(PermissionMissing)
    if path.startswith("/v1/"):
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
        "headers": {**_CONTENT_LANGUAGE, **_HEADERS_BY_STATUS.get(status, {})},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return response
