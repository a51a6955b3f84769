"""Promise: a comment that was answered 201 is there after `kill -9`, and a retry under its key makes no second one."""

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import msgspec

from service.infra.clock import monotonic
from service.infra.postgres import Database
from tests.app.commands.program import until
from tests.builders import a_story, post
from tests.faults.processes import answers, serving
from tests.site import Site, site_settings

WRITERS = 4
KILLS = 2
_GIVE_UP_S = 60.0


class Writer:
    """Readers who post one after the other and send each comment again, under its key, until it is acknowledged."""

    def __init__(self, site: Site, story: str, number: int) -> None:
        self._site, self._story, self._number = site, story, number
        self.acknowledged: dict[str, str] = {}
        self.tries_without_an_answer = 0
        self.replayed = 0

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
                if answer.status_code == 201:
                    self.replayed += "Idempotent-Replayed" in answer.headers
                    return str(answer.json()["id"])
                # Nothing else may be said to a comment that nothing is wrong with.
                assert answer.status_code in (409, 429, 503), answer.text
                time.sleep(0.05)
        raise AssertionError(f"{body} was never acknowledged")


async def test_every_acknowledged_comment_is_there_once_after_the_server_was_killed(
    db: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(
        site_settings(database_url, redis_url), limits="on", trusted_proxies=("127.0.0.1",)
    )
    with serving(tmp_path / "serve.log", settings) as (server, url), ThreadPoolExecutor(WRITERS) as threads:
        site = Site(url, settings)
        story = a_story(site)
        writers = [Writer(site, story, number) for number in range(WRITERS)]
        stop: Future[None] = Future()
        try:
            writing = [threads.submit(writer.write_until, stop) for writer in writers]
            for _ in range(KILLS):
                written = _written(writers)
                until(lambda written=written: _written(writers) >= written + 10)  # type: ignore[misc]
                server.kill_and_start()
                until(lambda: answers(url))
            written = _written(writers)
            until(lambda: _written(writers) >= written + 10)
        finally:
            stop.set_result(None)
        for each in writing:
            each.result()
        with site.api() as anonymous:
            told = anonymous.get(f"/v1/stories/{story}").json()["comment_count"]
            shown = _shown(anonymous, story)

    acknowledged = {body: comment for writer in writers for body, comment in writer.acknowledged.items()}
    assert sum(writer.tries_without_an_answer for writer in writers) >= KILLS  # They were hit in the middle.
    async with db.read() as conn:
        rows = await conn.fetch("SELECT id, body FROM comments")
    kept = Counter(row["body"] for row in rows)
    assert {body for body, times in kept.items() if times > 1} == set(), "double"
    assert {row["body"]: row["id"] for row in rows} == {body: UUID(comment) for body, comment in acknowledged.items()}
    assert shown == Counter(acknowledged.values())
    assert told == len(acknowledged)


def _written(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def _shown(api: httpx2.Client, story: str) -> Counter[str]:
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
