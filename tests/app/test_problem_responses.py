"""What becomes of each kind of error, and that a caller's mistake is named by its field."""

from typing import Any

import asyncpg
import msgspec
import pytest
from litestar.exceptions import (
    ClientException,
    HTTPException,
    InternalServerException,
    NotAuthorizedException,
    NotFoundException,
    SerializationException,
    ServiceUnavailableException,
)

from service.app.problem_responses import answer_of, problem_for
from service.kernel import problems
from service.kernel.problems import Problem
from tests.app.probe import SECRET_WORDS, GoneFishing, calling, front


async def errors_of(**body: Any) -> list[dict[str, str]]:
    async with calling(front()) as client:
        answer = await client.post("/v1/things", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"
    found: list[dict[str, str]] = answer.json()["errors"]
    return found


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "data"),
        ({"data": 1}, "data"),
        ({"data": None}, "data"),
        ({"data": "x", "more": 1}, "more"),
        ({"data": "x", "parts": {}}, "parts"),
        ({"data": "x", "parts": [{}]}, "parts[0].id"),
        ({"data": "x", "parts": [{"id": "a"}, {"id": 2}]}, "parts[1].id"),
        ({"data": "x", "parts": [{"id": "a", "size": 101}]}, "parts[0].size"),
        ({"data": "x", "parts": [{"id": "a", "size": 10**40}]}, "parts[0].size"),
        ({"data": "x", "parts": [{"id": "a", "other": 1}]}, "parts[0].other"),
    ],
)
async def test_a_wrong_body_names_the_field(body: dict[str, Any], field: str) -> None:
    [error] = await errors_of(**body)
    assert error["field"] == field
    assert error["message"]


async def test_unknown_and_missing_members_are_said_in_plain_words() -> None:
    assert await errors_of(data="x", more=1) == [{"field": "more", "message": "This member is not known here."}]
    assert await errors_of() == [{"field": "data", "message": "This member is required."}]


async def test_a_body_of_the_wrong_shape_is_the_bodys_fault() -> None:
    async with calling(front()) as client:
        for body in list[Any]([[], "x", 1, None]):
            answer = await client.post("/v1/things", json=body)
            assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")


async def test_a_missing_parameter_is_named() -> None:
    async with calling(front()) as client:
        answer = await client.get("/v1/page")
    assert answer.json()["errors"] == [{"field": "limit", "message": "This query parameter is required."}]


async def test_a_problems_own_members_and_headers_reach_the_caller() -> None:
    async with calling(front()) as client:
        answer = await client.get("/v1/problem")
    body = answer.json()
    assert body["until"] == "18:00"
    assert body["detail"] == "Back at six."
    assert answer.headers["retry-after"] == "9"


async def test_a_crash_tells_nothing_but_the_request_id() -> None:
    async with calling(front()) as client:
        answer = await client.get("/v1/boom")
    assert answer.json() == {
        "type": "/problems/unexpected",
        "title": problems.Unexpected.title,
        "status": 500,
        "detail": "Something went wrong here. Please try again in a moment.",
        "request_id": answer.headers["x-request-id"],
    }


async def test_every_refusal_says_which_language_it_is_in() -> None:
    async with calling(front()) as client:
        asked = {"Accept-Language": "de-CH, en;q=0.5"}
        crash = await client.get("/v1/boom", headers=asked)
        own = await client.get("/v1/problem", headers=asked)
        nowhere = await client.get("/v1/nowhere", headers=asked)
    assert (crash.headers["content-language"], crash.json()["title"]) == ("de", "Bei uns ist etwas schiefgegangen")
    # What no reader of a page meets is English, whoever asks.
    for answer in (own, nowhere):
        assert answer.headers["content-language"] == "en"


def from_serialization() -> ClientException:
    error = ClientException("bad body")
    error.__cause__ = SerializationException("bad body")
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (GoneFishing(), GoneFishing),
        (msgspec.ValidationError("Expected `str`, got `int` - at `$.data`"), problems.InvalidRequest),
        (msgspec.DecodeError("truncated"), problems.MalformedJson),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), problems.MalformedJson),
        (RecursionError(), problems.MalformedJson),
        (asyncpg.NumericValueOutOfRangeError(SECRET_WORDS), problems.InvalidRequest),
        (asyncpg.exceptions.DataError(SECRET_WORDS), problems.InvalidRequest),
        (from_serialization(), problems.MalformedJson),
        (NotFoundException(), problems.NotFound),
        (ClientException("Invalid host header"), problems.InvalidRequest),
        (NotAuthorizedException(), problems.InvalidRequest),
        (HTTPException(status_code=413, detail="x"), problems.PayloadTooLarge),
        (HTTPException(status_code=415, detail="x"), problems.UnsupportedMediaType),
        (ServiceUnavailableException(headers={"Retry-After": "3"}), problems.Unavailable),
        (InternalServerException(SECRET_WORDS), problems.Unexpected),
        (SerializationException(SECRET_WORDS), problems.Unexpected),
        (KeyError(SECRET_WORDS), problems.Unexpected),
        (TimeoutError(SECRET_WORDS), problems.Unexpected),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_error_has_its_problem(error: Exception, kind: type[Problem]) -> None:
    problem = problem_for(error)
    assert type(problem) is kind
    assert SECRET_WORDS.encode() not in answer_of(problem, "r")[2]


def test_what_a_caller_sent_cannot_end_a_header() -> None:
    problem = GoneFishing(headers={"WWW-Authenticate": "Bearer\r\nSet-Cookie: a=b\n\u20ac"})
    _, headers, _ = answer_of(problem, "r")
    assert (b"www-authenticate", b"Bearer  Set-Cookie: a=b ?") in headers
