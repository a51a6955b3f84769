"""Logs carry request ids and what happened, and never what people say, who they are, or what opens doors.

The service runs here as in production, in a process of its own, while everything that must stay out of its logs is
sent to it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
import structlog

from service.app import dev_tokens
from service.infra.clock import SystemClock
from service.infra.signatures import sign_standard
from service.infra.telemetry import configure_logging, current_request_id, places_of
from tests.app.commands.program import SETTINGS, free_port, started, until
from tests.app.probe import SECRET_WORDS, calling, front
from tests.servers import empty_database, run_async
from tests.site import WEBHOOK_SECRET, site_settings

BODY_WORDS = "the-words-of-a-comment"
QUERY_WORDS = "the-words-of-a-query"
HEADER_WORDS = "the-words-of-a-header"
PATH_WORDS = "the-words-of-a-path"
ADDRESS = "203.0.113.77"
NAME = "Robin Readername"
SUBJECT = "subject-of-the-token"


class Lines:
    """What went to standard error."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.text = ""

    def read(self) -> list[dict[str, Any]]:
        """All lines so far, each as the object that it is."""
        self.text += self._capture.readouterr().err
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Logs may be configured in the test; all is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Lines(capsys)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_one_json_object_with_its_moment_level_and_request(lines: Lines) -> None:
    configure_logging(readable=False)
    token = current_request_id.set("request-1")
    structlog.get_logger("x").info("Something happened", **{"comment.id": "c", "duration_ms": 1.5})
    current_request_id.reset(token)
    [line] = lines.read()
    assert (line["event"], line["level"], line["request.id"]) == ("Something happened", "info", "request-1")
    assert (line["comment.id"], line["duration_ms"]) == ("c", 1.5)
    assert line["time"].endswith("Z")


def test_a_librarys_warning_is_a_line_like_the_others_and_its_chatter_is_none(lines: Lines) -> None:
    configure_logging(readable=False)
    logging.getLogger("some.library").warning("Careful: %s", "now")
    logging.getLogger("some.library").info("Connected to postgresql://user:password@host")
    [line] = lines.read()
    assert (line["event"], line["level"], line["logger"]) == ("Careful: now", "warning", "some.library")


def test_a_failure_is_logged_by_its_place_and_not_by_its_words(lines: Lines) -> None:
    configure_logging(readable=False)
    try:
        try:
            int(BODY_WORDS)
        except ValueError as error:
            raise asyncpg.UniqueViolationError(f"Key (name)=({NAME}) already exists") from error
    except asyncpg.UniqueViolationError as error:
        structlog.get_logger("x").error("A request failed unexpectedly", exc_info=error)
        logging.getLogger("library").exception("It failed")
    own, librarys = lines.read()
    assert own["failure"][0] == "asyncpg.exceptions.UniqueViolationError [23505]"
    assert "builtins.ValueError" in own["failure"]
    assert any("test_logs.py" in place for place in own["failure"])
    assert librarys["failure"] == own["failure"]
    assert BODY_WORDS not in lines.text
    assert NAME not in lines.text


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert list(places_of(first)) == ["builtins.ValueError", "builtins.KeyError"]


@pytest.mark.parametrize(("level", "seen"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 0)])
def test_the_level_is_heeded(lines: Lines, level: Any, seen: int) -> None:
    configure_logging(readable=False, level=level)
    log = structlog.get_logger("x")
    for say in (log.debug, log.info, log.warning):
        say("Something happened")
    assert len(lines.read()) == seen


async def test_a_crash_leaves_one_line_with_the_request_id_and_no_words(lines: Lines) -> None:
    configure_logging(readable=False)
    async with calling(front()) as client:
        answer = await client.get("/v1/boom", params={"q": QUERY_WORDS})
    logged = lines.read()
    failures = [line for line in logged if line["event"] == "A request failed unexpectedly"]
    assert [line["request.id"] for line in failures] == [answer.headers["x-request-id"]]
    assert SECRET_WORDS not in lines.text
    assert QUERY_WORDS not in lines.text


async def test_an_access_line_has_the_route_and_not_the_path(lines: Lines) -> None:
    configure_logging(readable=False)
    async with calling(front(), ADDRESS) as client:
        answer = await client.get(f"/v1/things/{PATH_WORDS}", params={"q": QUERY_WORDS})
        await client.get(f"/{PATH_WORDS}")
        await client.get("/metrics")
    known, unknown = lines.read()
    assert known["event"] == "GET /v1/things/{thing} was answered 200"
    assert (known["http.method"], known["http.route"], known["http.status"]) == ("GET", "/v1/things/{thing}", 200)
    assert known["request.id"] == answer.headers["x-request-id"]
    assert known["duration_ms"] >= 0
    assert unknown["event"] == "GET (none) was answered 404"
    for words in (PATH_WORDS, QUERY_WORDS, ADDRESS):
        assert words not in lines.text


def test_the_service_in_production_says_nothing_that_it_was_told(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    settings = {
        **SETTINGS,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "COMMENTS_METRICS_PORT": str(free_port()),
        "COMMENTS_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "COMMENTS_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    given = site_settings(database_url, redis_url)
    now = SystemClock().now()
    tokens = {
        part: dev_tokens.mint(part, given, now, subject=SUBJECT, name=NAME)
        for part in ("subscriber", "lapsed", "editor", "moderator", "admin")
    }
    tokens["bo"] = dev_tokens.mint("subscriber", given, now, subject=f"{SUBJECT}-2", name=NAME)
    of_worker = {**settings, "COMMENTS_METRICS_PORT": str(free_port())}
    try:
        with (
            started(log, "serve", **settings),
            started(log, "worker", **of_worker),
            httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as api,
        ):
            until(lambda: is_ready(api))
            say_everything(api, tokens)
            converse(api, {part: {"Authorization": f"Bearer {token}"} for part, token in tokens.items()})
    finally:
        run_async(lambda: empty_database(database_url))
    written = log.read_text(encoding="utf-8")
    logged = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    routes = {line.get("http.route") for line in logged}
    assert {
        "/v1/stories/{story}/comments", "/v1/admin/stories/{story}", "/v1/me", "/v1/comments/{comment}/reports",
        "/v1/admin/decisions", "/v1/webhooks/subscriptions", "/v1/stories/{story}/live", "(none)",
    } <= routes  # fmt: skip
    assert {200, 201, 204, 400, 401, 403, 404, 413, 415, 422} <= {line.get("http.status") for line in logged}
    assert {"The worker has started"} <= {line["event"] for line in logged}
    assert all("request.id" in line for line in logged if "http.route" in line)
    assert not [line for line in written.splitlines() if line and not line.startswith("{")], "every line is JSON"
    forbidden = [
        BODY_WORDS, QUERY_WORDS, HEADER_WORDS, PATH_WORDS, ADDRESS, "203.0.113", NAME, "Robin", SUBJECT, "Bearer",
        WEBHOOK_SECRET, settings["COMMENTS_READER_SECRET"], settings["COMMENTS_STAFF_SECRET"], database_url, redis_url,
        *tokens.values(), *(token.split(".")[1] for token in tokens.values()), "password",
    ]  # fmt: skip
    assert [words for words in forbidden if words in written] == []


def is_ready(api: httpx2.Client) -> bool:
    try:
        return api.get("/health/ready").status_code == 200
    except httpx2.TransportError:
        return False


def say_everything(api: httpx2.Client, tokens: dict[str, str]) -> None:
    """Requests of every outcome, each with words of every kind in it."""
    api.headers.update({"X-Forwarded-For": ADDRESS, "User-Agent": HEADER_WORDS, "X-Words": HEADER_WORDS})
    api.cookies.set("words", HEADER_WORDS)
    callers = {part: {"Authorization": f"Bearer {token}"} for part, token in tokens.items()}
    callers["wrong"] = {"Authorization": f"Bearer {tokens['subscriber'][:-4]}AAAA"}
    callers["odd"] = {"Authorization": f"Basic {HEADER_WORDS}"}
    story = f"/v1/admin/stories/{PATH_WORDS}"
    api.put(story, json={"site": "main", "title": BODY_WORDS}, headers=callers["editor"])
    api.put(story, json={"site": "main", "title": 1, "other": BODY_WORDS}, headers=callers["editor"])
    comments = f"/v1/stories/{PATH_WORDS}/comments"
    for caller in callers.values():
        for path in ("/v1/me", f"/v1/me/stories/{PATH_WORDS}", comments, f"/{PATH_WORDS}", "/v1/admin/queues"):
            api.get(path, params={"q": QUERY_WORDS, "cursor": QUERY_WORDS}, headers=caller)
        for body in ({"body": BODY_WORDS}, {"body": 1, "side": BODY_WORDS}, {"body": BODY_WORDS * 5000}):
            api.post(comments, json=body, headers=caller)
    api.get(f"/v1/stories/{PATH_WORDS}")
    api.post(comments, content=f'{{"body": "{BODY_WORDS}'.encode(), headers=callers["subscriber"])
    json_type = {"Content-Type": "application/json"}
    api.post(comments, content=f'{{"body": "{BODY_WORDS}'.encode(), headers=callers["subscriber"] | json_type)
    api.post("/v1/webhooks/subscriptions", json={"type": BODY_WORDS}, headers={"webhook-signature": HEADER_WORDS})
    api.post("/v1/webhooks/subscriptions", json={"data": {"subscriber": SUBJECT}})
    api.put(f"/v1/comments/{PATH_WORDS}/vote", json={"value": BODY_WORDS}, headers=callers["subscriber"])


def converse(api: httpx2.Client, callers: dict[str, dict[str, str]]) -> None:
    """All that people do with a comment, and each of its texts with words of its own."""

    def did(method: str, path: str, part: str, json: Any = None, **more: str) -> Any:
        answer = api.request(method, path, json=json, headers={**callers[part], **more})
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    body = json.dumps(
        {
            "type": "subscription.updated",
            "timestamp": SystemClock().now().isoformat(),
            "data": {"subscriber": SUBJECT, "status": "active", "plan": BODY_WORDS},
        }
    ).encode()
    signed = sign_standard(WEBHOOK_SECRET, HEADER_WORDS, SystemClock().now(), body)
    sent = api.post("/v1/webhooks/subscriptions", content=body, headers={**signed, "Content-Type": "application/json"})
    assert sent.status_code < 300, sent.text
    comments = f"/v1/stories/{PATH_WORDS}/comments"
    key = {"Idempotency-Key": HEADER_WORDS}
    comment = did("POST", comments, "subscriber", {"body": f"First {BODY_WORDS}."}, **key)
    did("POST", comments, "subscriber", {"body": f"First {BODY_WORDS}."}, **key)
    answered = did("POST", comments, "bo", {"body": f"Second {BODY_WORDS}.", "parent_id": comment["id"]})
    change = {"body": f"Changed {BODY_WORDS}.", "seen_revision": 1}
    did("PATCH", f"/v1/comments/{comment['id']}", "subscriber", change)
    did("PUT", f"/v1/comments/{comment['id']}/vote", "bo", {"value": 1})
    did("POST", f"/v1/comments/{comment['id']}/reports", "bo", {"reason": "other", "note": BODY_WORDS})
    did("PUT", f"/v1/me/mutes/{comment['author']['id']}", "bo")
    decision = {
        "comment_id": comment["id"],
        "seen_revision": 2,
        "action": "reject",
        "reason": "other",
        "note": BODY_WORDS,
    }
    did("POST", "/v1/admin/decisions", "moderator", {"decisions": [decision]})
    did("DELETE", f"/v1/comments/{answered['id']}", "bo")
    with api.stream("GET", f"/v1/stories/{PATH_WORDS}/live", headers={"Last-Event-ID": HEADER_WORDS}) as stream:
        assert stream.status_code == 200
        next(stream.iter_raw())
