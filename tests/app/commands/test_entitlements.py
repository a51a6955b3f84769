"""`story-comments entitlements reconcile` as operators run it, against a list on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.infra.clock import SystemClock
from tests.app.commands.program import SETTINGS, run
from tests.site import Site

NOW = SystemClock().now() - timedelta(minutes=1)


def entry(subscriber: str, status: str) -> dict[str, Any]:
    return {"subscriber": subscriber, "status": status, "plan": None, "valid_until": None, "timestamp": NOW}


@contextmanager
def a_list(answers: dict[str, list[tuple[int, bytes]]]) -> Iterator[tuple[str, list[str | None]]]:
    """A server that gives each path's answers in turn, the last one for ever; and the tokens that it was sent."""
    tokens: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers.get("Authorization") or self.headers.get("X-Key"))
            waiting = answers[self.path]
            status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - The base class calls it that.
            """Not to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", tokens
    finally:
        server.shutdown()
        server.server_close()


def page(*entries: object, following: str | None = None) -> bytes:
    return msgspec.json.encode({"subscriptions": entries, "next": following})


@pytest.fixture
def settings(site: Site) -> dict[str, str]:
    return {**SETTINGS, "DATABASE_URL": site.settings.database_url, "COMMENTS_PRIVATE_ADDRESSES_ALLOWED": "true"}


def test_missed_news_is_made_up_for(site: Site, settings: dict[str, str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    answers = {
        "/subscriptions": [(503, b""), (200, page(entry("demo-reader", "active"), following="/subscriptions?page=2"))],
        "/subscriptions?page=2": [(200, page(entry("demo-subscriber", "canceled")))],
    }
    with a_list(answers) as (url, tokens):
        words = ("entitlements", "reconcile", "--url", f"{url}/subscriptions", "--token-file", str(token), "--json")
        first, again = run(*words, **settings), run(*words, **settings)
    assert first.returncode == 0, first.stderr
    found = msgspec.json.decode(first.stdout)
    assert (found["ok"], found["pages"], found["read"], found["applied"], found["changed"]) == (True, 2, 2, 2, 2)
    assert msgspec.json.decode(again.stdout)["applied"] == 0
    assert set(tokens) == {"Bearer s3cret"}
    with site.api("reader") as api:
        assert api.get("/v1/me").json()["entitlement"]["status"] == "active"


def test_a_list_with_faults_is_a_failure_that_names_them(settings: dict[str, str]) -> None:
    with a_list({"/": [(200, page(entry("a", "active"), entry("b", "vip")))]}) as (url, _):
        done = run("entitlements", "reconcile", "--url", f"{url}/", **settings)
    assert done.returncode == 1
    assert "pages 1, subscriptions 2: 1 newer and applied" in done.stdout
    assert "page 1, entry 2" in done.stdout


@pytest.mark.parametrize(
    ("status", "body", "words"), [(404, b"", "it answered 404"), (200, b"<html>", "page 1 is not a list")]
)
def test_a_list_that_cannot_be_had_is_said_in_one_line(
    settings: dict[str, str], status: int, body: bytes, words: str
) -> None:
    with a_list({"/": [(status, body)]}) as (url, _):
        plain = run("entitlements", "reconcile", "--url", f"{url}/", **settings)
        as_json = run("entitlements", "reconcile", "--url", f"{url}/", "--json", **settings)
    assert (plain.returncode, as_json.returncode) == (1, 1)
    assert words in plain.stderr
    assert "Traceback" not in plain.stderr
    assert words in msgspec.json.decode(as_json.stdout)["failure"]


def test_a_token_goes_over_https_only_unless_that_is_allowed(settings: dict[str, str]) -> None:
    del settings["COMMENTS_PRIVATE_ADDRESSES_ALLOWED"]
    refused = run("entitlements", "reconcile", "--url", "http://subscriptions.example/", **settings)
    assert (refused.returncode, "https" in refused.stderr) == (2, True)


def test_another_header_takes_the_token_as_it_is(settings: dict[str, str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("k1")
    with a_list({"/": [(200, page())]}) as (url, tokens):
        done = run(
            "entitlements", "reconcile", "--url", f"{url}/", "--token-file", str(token), "--header", "X-Key", **settings
        )
    assert (done.returncode, tokens) == (0, ["k1"])
