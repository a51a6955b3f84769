"""Readers who go on writing while something breaks."""

import time
from collections import Counter
from concurrent.futures import Future
from uuid import uuid4

import httpx2

from service.infra.clock import monotonic
from tests.builders import post
from tests.site import Site

WRITERS = 4
_GIVE_UP_S = 60.0


class Writer:
    """Readers who post one after the other and send each comment again, under its key, until it is acknowledged."""

    def __init__(self, site: Site, story: str, number: int) -> None:
        self._site, self._story, self._number = site, story, number
        self.acknowledged: dict[str, str] = {}
        self.tries_without_an_answer = 0
        self.replayed = 0
        self.statuses: Counter[int] = Counter()

    def write_until(self, stop: Future[None]) -> None:
        while not stop.done():
            body = f"Comment {uuid4()}"
            self.acknowledged[body] = self._post(body)

    def _post(self, body: str) -> str:
        """The id that the comment was acknowledged under. Each is another reader's, as limits of readers want it."""
        gives_up_at = monotonic() + _GIVE_UP_S
        key = str(uuid4())
        with self._site.api("subscriber", key) as api:
            api.headers["X-Forwarded-For"] = f"198.18.{self._number}.{len(self.acknowledged) % 250}"
            while monotonic() < gives_up_at:
                try:
                    answer = post(api, self._story, body, key=key)
                except httpx2.TransportError:
                    self.tries_without_an_answer += 1
                    time.sleep(0.05)
                    continue
                self.statuses[answer.status_code] += 1
                if answer.status_code == 201:
                    self.replayed += "Idempotent-Replayed" in answer.headers
                    return str(answer.json()["id"])
                if answer.status_code == 503:
                    assert int(answer.headers["retry-after"]) >= 1
                # Nothing else may be said to a comment that nothing is wrong with.
                assert answer.status_code in (409, 429, 503), answer.text
                time.sleep(0.05)
        raise AssertionError(f"{body} was never acknowledged")


def written_by(writers: list[Writer]) -> int:
    """How many comments were acknowledged so far."""
    return sum(len(writer.acknowledged) for writer in writers)


def shown_by(api: httpx2.Client, story: str) -> Counter[str]:
    """How often each comment stands on the thread's pages."""
    shown: Counter[str] = Counter()
    cursor: str | None = None
    while True:
        given = {"limit": "100", "sort": "oldest"} | ({"cursor": cursor} if cursor else {})
        page = api.get(f"/v1/stories/{story}/comments", params=given).raise_for_status().json()
        shown.update(comment["id"] for comment in page["comments"])
        cursor = page["next_cursor"]
        if cursor is None:
            return shown
