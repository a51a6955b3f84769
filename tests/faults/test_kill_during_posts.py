"""Promise: a comment that was answered 201 is there after `kill -9`, and a retry under its key makes no second one."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import msgspec

from service.infra.postgres import Database
from tests.app.commands.program import until
from tests.builders import a_story
from tests.faults.processes import answers, serving
from tests.faults.writers import WRITERS, Writer, shown_by, written_by
from tests.site import Site, site_settings

KILLS = 2


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
                written = written_by(writers)
                until(lambda written=written: written_by(writers) >= written + 10)  # type: ignore[misc]
                server.kill_and_start()
                until(lambda: answers(url))
            written = written_by(writers)
            until(lambda: written_by(writers) >= written + 10)
        finally:
            stop.set_result(None)
        for each in writing:
            each.result()
        with site.api() as anonymous:
            told = anonymous.get(f"/v1/stories/{story}").json()["comment_count"]
            shown = shown_by(anonymous, story)

    acknowledged = {body: comment for writer in writers for body, comment in writer.acknowledged.items()}
    assert sum(writer.tries_without_an_answer for writer in writers) >= KILLS  # They were hit in the middle.
    async with db.read() as conn:
        rows = await conn.fetch("SELECT id, body FROM comments")
    kept = Counter(row["body"] for row in rows)
    assert {body for body, times in kept.items() if times > 1} == set(), "double"
    assert {row["body"]: row["id"] for row in rows} == {body: UUID(comment) for body, comment in acknowledged.items()}
    assert shown == Counter(acknowledged.values())
    assert told == len(acknowledged)
