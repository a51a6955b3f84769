"""The description of the interface: complete, true to what is answered, and usable by programs."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from service.app.app import create_app
from service.app.openapi_tables import BY_OPERATION, HEADERS, IN_WORDS
from service.app.problem_catalogue import problem_types
from tests.app.probe import calling
from tests.site import site_settings

# Problems of HTTP itself or of single items, which no operation of ours answers by its own.
WITHOUT_OPERATION = {"method-not-allowed", "malformed-request", "not-found", "unexpected"}
PROMISED = [
    "GET /v1/stories/{story}",
    "GET /v1/stories/{story}/comments",
    "GET /v1/comments/{comment}",
    "GET /v1/comments/{comment}/replies",
    "GET /v1/comments/{comment}/context",
    "GET /v1/stories/{story}/changes",
    "GET /v1/stories/{story}/live",
    "GET /v1/counts",
    "POST /v1/stories/{story}/comments",
    "PATCH /v1/comments/{comment}",
    "DELETE /v1/comments/{comment}",
    "PUT /v1/comments/{comment}/vote",
    "POST /v1/comments/{comment}/reports",
    "GET /v1/me",
    "GET /v1/me/stories/{story}",
    "PUT /v1/me/mutes/{author}",
    "DELETE /v1/me/mutes/{author}",
    "POST /v1/webhooks/subscriptions",
    "PUT /v1/admin/stories/{story}",
    "GET /v1/admin/stories/{story}",
    "PATCH /v1/admin/stories/{story}",
    "GET /v1/me/comments",
    "GET /v1/me/decisions",
    "POST /v1/me/decisions/{decision}/appeal",
    "GET /v1/me/reports",
    "POST /v1/notices",
    "GET /v1/notices/{notice}",
    "GET /v1/admin/appeals",
    "POST /v1/admin/appeals/{appeal}/ruling",
    "GET /v1/admin/queues",
    "GET /v1/admin/queues/{queue}",
    "POST /v1/admin/queues/{queue}/claims",
    "DELETE /v1/admin/claims/{comment}",
    "POST /v1/admin/decisions",
    "GET /health/live",
    "GET /health/ready",
]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Json:
    found: Json = asyncio.run(_answered())
    return found


async def _answered() -> Any:
    app = create_app(site_settings("postgresql://nowhere", None))
    async with calling(app) as client:
        answer = await client.get("/openapi.json")
        again = await client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.content == again.content
    return answer.json()


def operations(description: Json) -> Iterator[tuple[str, Json]]:
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_what_is_promised_is_described(description: Json) -> None:
    described = {name for name, _ in operations(description)}
    assert set(PROMISED) <= described


def test_every_operation_says_what_it_does_and_under_which_heading(description: Json) -> None:
    headings = {tag["name"] for tag in description["tags"]}
    for name, operation in operations(description):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert set(operation["tags"]) <= headings, f"{name} stands under {operation['tags']}"


def test_operation_ids_are_names_and_unique(description: Json) -> None:
    ids = [operation["operationId"] for _, operation in operations(description)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z_]*", one) for one in ids)


def test_refusals_are_problem_documents(description: Json) -> None:
    for name, operation in operations(description):
        for status, response in operation["responses"].items():
            if status == "default" or int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], f"{name} {status}"
                assert response["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_every_problem_type_is_named_by_an_operation(description: Json) -> None:
    said = {
        slug
        for _, operation in operations(description)
        for response in operation["responses"].values()
        for slug in re.findall(r"/problems/([a-z-]+)", response.get("description", ""))
    }
    assert said <= set(problem_types())
    assert set(problem_types()) - said <= WITHOUT_OPERATION


def test_the_table_of_problems_names_operations_that_exist(description: Json) -> None:
    ids = {operation["operationId"] for _, operation in operations(description)}
    assert set(BY_OPERATION) | set(HEADERS) <= ids


def test_who_may_call_is_said(description: Json) -> None:
    schemes = description["components"]["securitySchemes"]
    assert {name: scheme["scheme"] for name, scheme in schemes.items()} == {"reader": "bearer", "staff": "bearer"}
    said = {name: operation["security"] for name, operation in operations(description)}
    assert said["GET /v1/stories/{story}"] == []
    assert said["POST /v1/stories/{story}/comments"] == [{"reader": []}]
    assert said["GET /v1/me"] == [{"reader": []}, {"staff": []}]
    assert all(said[name] == [{"staff": []}] for name in said if "/admin/" in name)


def test_what_needs_a_token_may_answer_401_and_403(description: Json) -> None:
    for name, operation in operations(description):
        if operation["security"]:
            # Where a token is optional nobody is refused for who they are, and a bad token still is.
            expected = {"401"} if {} in operation["security"] else {"401", "403"}
            assert expected <= set(operation["responses"]), name
            assert "WWW-Authenticate" in operation["responses"]["401"]["headers"]


def test_what_takes_a_body_says_how_it_may_be_refused(description: Json) -> None:
    for name, operation in operations(description):
        if "requestBody" in operation:
            assert {"400", "413", "415", "422", "429"} <= set(operation["responses"]), name
            assert list(operation["requestBody"]["content"]) == ["application/json"], name


def test_limits_tell_when_to_come_back(description: Json) -> None:
    for name, operation in operations(description):
        if "/v1/" in name:
            headers = set(operation["responses"]["429"]["headers"])
            assert headers == {"Content-Language", "Retry-After", "RateLimit", "RateLimit-Policy"}, name


def test_what_speaks_to_readers_says_so(description: Json) -> None:
    speaking = {
        name for name, operation in operations(description) if "Accept-Language" in str(operation["parameters"])
    }
    assert {"GET /v1/me", "GET /v1/me/decisions", "POST /v1/stories/{story}/comments/check"} <= speaking
    assert len(speaking) == len(IN_WORDS)
    for name, operation in operations(description):
        for status, response in operation["responses"].items():
            told = "Content-Language" in response.get("headers", {})
            is_refusal = not status.isdigit() or int(status) >= 400
            assert told is (is_refusal or name in speaking), (name, status)


def parts_of_bodies(description: Json) -> Iterator[tuple[str, Json]]:
    """Every schema within a request body, with a name for messages."""
    schemas = description["components"]["schemas"]
    seen: set[str] = set()

    def within(name: str, part: Any) -> Iterator[tuple[str, Json]]:
        if isinstance(part, list):
            for one in part:
                yield from within(name, one)
        elif isinstance(part, dict):
            if "$ref" in part:
                target = part["$ref"].rpartition("/")[2]
                if target not in seen:
                    seen.add(target)
                    yield from within(target, schemas[target])
                return
            yield name, part
            for key, value in part.items():
                yield from within(f"{name}.{key}", value)

    for name, operation in operations(description):
        yield from within(name, operation.get("requestBody", {}))


def test_bodies_refuse_unknown_members(description: Json) -> None:
    found = [name for name, part in parts_of_bodies(description) if isinstance(part.get("properties"), dict)]
    assert len(found) > 8
    for name, part in parts_of_bodies(description):
        if isinstance(part.get("properties"), dict) and part.get("type") == "object":
            assert part["additionalProperties"] is False, name


def kinds_of(schema: Json) -> set[str]:
    kinds = set([schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", []))
    return kinds.union(*(kinds_of(one) for one in schema.get("oneOf", [])))


def bounds_of(schema: Json) -> set[str]:
    return set(schema).union(*(bounds_of(one) for one in schema.get("oneOf", [])))


def test_every_number_that_is_taken_is_bounded_on_both_sides(description: Json) -> None:
    """PostgreSQL's whole numbers have 64 bits at most, and JSON's have any number."""
    taken = [(name, part) for name, part in parts_of_bodies(description) if kinds_of(part) & {"integer", "number"}]
    for name, operation in operations(description):
        taken += [
            (f"{name} {one['name']}", one["schema"])
            for one in operation.get("parameters", [])
            if kinds_of(one["schema"]) & {"integer", "number"}
        ]
    assert taken
    for name, schema in taken:
        bounds = bounds_of(schema)
        assert bounds & {"minimum", "exclusiveMinimum"}, f"{name} may be as small as one likes"
        assert bounds & {"maximum", "exclusiveMaximum"}, f"{name} may be as large as one likes"


def test_every_text_that_is_taken_is_bounded(description: Json) -> None:
    loose = []
    for name, part in parts_of_bodies(description):
        if part.get("type") == "string" and not set(part) & {"enum", "const", "maxLength", "pattern", "format"}:
            loose.append(name)
    assert not loose


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/problems", "/metrics", "/console", "/embed.js"])
def test_what_is_no_part_of_the_interface_is_not_described(description: Json, path: str) -> None:
    assert path not in description["paths"]


def test_no_pattern_lets_a_line_end_pass(description: Json) -> None:
    patterns = set(_patterns(description))
    assert len(patterns) > 5
    for pattern in patterns:
        if pattern.startswith("^"):
            # What JSON Schema says by it and what Python does with it are the same text.
            assert pattern.endswith(r"$(?!\n)"), pattern


def _patterns(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        for below in part.values():
            yield from _patterns(below)
    elif isinstance(part, list):
        for below in part:
            yield from _patterns(below)
