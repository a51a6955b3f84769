"""A subscription ends while its reader is writing: on every node, for every open page, with Redis and without."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from service.infra.clock import SystemClock, monotonic
from service.infra.signatures import sign_standard
from tests.app.commands.program import SETTINGS, free_port, started, until
from tests.builders import a_comment, a_story, post
from tests.entitlements.calls import event
from tests.sanctions.acts import add_sanction
from tests.site import WEBHOOK_SECRET, Site, running_site, site_settings

CLOCK = SystemClock()


def say(site: Site, status: str) -> None:
    """The subscription system tells one node of a new state of Sam's subscription."""
    body = event(status, CLOCK.now(), subscriber="sam")
    with site.api() as api:
        answer = api.post(
            "/v1/webhooks/subscriptions",
            content=body,
            headers={
                "Content-Type": "application/json",
                **sign_standard(WEBHOOK_SECRET, str(uuid4()), CLOCK.now(), body),
            },
        )
    assert answer.status_code == 204


class OwnStream:
    """A page that listens for changes of its reader's rights."""

    def __init__(self, site: Site) -> None:
        self._opened, self._told = threading.Event(), threading.Event()
        self.told_at: float | None = None
        self._client = site.api("subscriber", "sam")
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._opened.wait(10), "the stream did not open"

    def _listen(self) -> None:
        try:
            with self._client.stream("GET", "/v1/me/live") as answer:
                assert answer.status_code == 200
                assert answer.headers["Content-Type"].startswith("text/event-stream")
                for line in answer.iter_lines():
                    self._opened.set()
                    if line == "event: entitlement.changed":
                        self.told_at = monotonic()
                        self._told.set()
                        return
        except httpx2.HTTPError:
            return  # The server stopped; what was heard until then counts.

    def hears_within(self, seconds: float) -> bool:
        return self._told.wait(seconds)


@contextmanager
def second_node(site: Site) -> Iterator[Site]:
    """Another process's worth of service, on the same PostgreSQL and Redis."""
    with running_site(site_settings(site.settings.database_url, site.settings.redis_url), worker=False) as other:
        yield other


@contextmanager
def second_process(site: Site, log: Path) -> Iterator[Site]:
    """The program itself beside this test's process, as a second machine would run it."""
    port = free_port()
    other = Site(f"http://127.0.0.1:{port}", site.settings)
    settings = {
        **SETTINGS,
        "DATABASE_URL": site.settings.database_url,
        "REDIS_URL": site.settings.redis_url or "",
        "PORT": str(port),
        "COMMENTS_METRICS_PORT": str(free_port()),
        "COMMENTS_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "COMMENTS_SUBSCRIBE_URL": "https://news.example/subscribe",
    }

    def answers() -> bool:
        try:
            with other.api() as api:
                return api.get("/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    with started(log, "serve", **settings):
        until(answers)
        yield other


def slug(answer: httpx2.Response) -> str:
    problem: str = answer.json()["type"]
    return problem.removeprefix("/problems/")


def test_an_end_told_to_one_process_counts_in_the_other_and_its_open_page_learns_of_it(
    site: Site, tmp_path: Path
) -> None:
    story = a_story(site)
    with second_process(site, tmp_path / "log") as other, other.api("subscriber", "sam") as api:
        assert post(api, story).status_code == 201
        page = OwnStream(other)
        told_at = monotonic()
        say(site, "canceled")
        refused = post(api, story)
        assert monotonic() - told_at < 1.0
        assert slug(refused) == "subscription-required"
        assert page.hears_within(1.0)
        assert api.get("/v1/me").json()["gate"]["problem"] == "subscription-required"


def test_a_subscription_that_ends_between_opening_the_composer_and_posting_refuses_the_post(site: Site) -> None:
    story = a_story(site)
    with site.api("subscriber", "sam") as api:
        # The page is open and the composer shown: the reader may write.
        assert api.get("/v1/me").json()["gate"] is None
        key = str(uuid4())
        say(site, "canceled")
        refused = post(api, story, "Written in vain?", key=key)
        assert slug(refused) == "subscription-required"
        # The refused try has not burnt the key: after renewing, the kept draft goes out under it.
        say(site, "active")
        again = post(api, story, "Written in vain?", key=key)
        assert again.status_code == 201
        assert "Idempotent-Replayed" not in again.headers
        assert api.get(f"/v1/stories/{story}").json()["comment_count"] == 1


def test_a_retry_of_what_was_answered_gets_its_answer_after_the_end_too(site: Site) -> None:
    story, key = a_story(site), str(uuid4())
    with site.api("subscriber", "sam") as api:
        first = post(api, story, key=key)
        say(site, "canceled")
        assert post(api, story, key=key).content == first.content
        assert slug(post(api, story)) == "subscription-required"


def test_cancel_and_reactivate_that_arrive_in_the_wrong_order_leave_the_reader_in(site: Site) -> None:
    story = a_story(site)
    active_at = CLOCK.now()
    canceled = event("canceled", active_at - timedelta(milliseconds=1), subscriber="sam")
    active = event("active", active_at, subscriber="sam")
    with second_node(site) as other:
        for node, body in ((site, active), (other, canceled)):
            signed = sign_standard(WEBHOOK_SECRET, str(uuid4()), CLOCK.now(), body)
            with node.api() as api:
                headers = {"Content-Type": "application/json", **signed}
                assert api.post("/v1/webhooks/subscriptions", content=body, headers=headers).status_code == 204
        for node in (site, other):
            with node.api("reader", "sam") as api:
                assert post(api, story).status_code == 201


@pytest.mark.parametrize("kind", ["canceled", "ban"])
def test_without_redis_the_next_write_on_every_node_is_refused(database_url: str, site: Site, kind: str) -> None:
    story = a_story(site)
    author = a_comment(site, story, by="sam")["author"]["id"]
    with running_site(site_settings(database_url, None), worker=False) as alone, alone.api("subscriber", "sam") as api:
        assert post(api, story).status_code == 201
        if kind == "ban":
            add_sanction(site, author, "ban")
        else:
            say(site, "canceled")
        assert slug(post(api, story)) == ("banned" if kind == "ban" else "subscription-required")


def test_an_open_page_learns_of_an_end_that_comes_by_itself(site: Site) -> None:
    ends_at = CLOCK.now() + timedelta(seconds=1.5)
    body = event("canceled", CLOCK.now(), subscriber="sam", until=ends_at)
    with site.api("reader", "sam") as api:
        signed = sign_standard(WEBHOOK_SECRET, str(uuid4()), CLOCK.now(), body)
        headers = {"Content-Type": "application/json", **signed}
        assert api.post("/v1/webhooks/subscriptions", content=body, headers=headers).status_code == 204
        assert api.get("/v1/me").json()["gate"] is None
        with api.stream("GET", "/v1/me/live") as stream:
            for _ in stream.iter_lines():
                assert CLOCK.now() < ends_at + timedelta(seconds=3)
        assert CLOCK.now() >= ends_at
        assert api.get("/v1/me").json()["gate"]["problem"] == "subscription-required"


def test_a_ban_reaches_the_readers_open_page(site: Site) -> None:
    author = a_comment(site, a_story(site), by="sam")["author"]["id"]
    page = OwnStream(site)
    # Only the outbox tells of it: the ban is made behind the service's back.
    add_sanction(site, author, "ban")
    assert page.hears_within(5.0)
