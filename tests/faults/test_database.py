"""Promise: while the database is away or full, callers are told to come again, and nothing acknowledged is lost."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import asyncpg
import httpx2
import pytest

from service.infra.embedded.postgres import EmbeddedPostgres
from service.infra.migrate import migrate_up, read_migrations
from service.infra.postgres import Database
from tests.app.commands.program import until
from tests.builders import a_comment, a_story
from tests.faults.writers import WRITERS, Writer, shown_by, written_by
from tests.servers import run_async
from tests.site import Site, running_site, site_settings

CUTS = 5
CALLERS = 30


@pytest.fixture
def own_postgres(run_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A durable PostgreSQL of this test alone, migrated."""
    server = EmbeddedPostgres(run_folder / "faults-pg")
    server.start()
    try:
        run_async(lambda: _migrated(server.dsn))
        yield server
    finally:
        server.stop()


async def _migrated(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await migrate_up(conn, read_migrations())
    finally:
        await conn.close()


def while_writing(site: Site, story: str, harm: Callable[[list[Writer]], None]) -> list[Writer]:
    """Has writers write before, during and after the harm."""
    writers = [Writer(site, story, number) for number in range(WRITERS)]
    stop: Future[None] = Future()
    with ThreadPoolExecutor(WRITERS) as threads:
        try:
            writing = [threads.submit(writer.write_until, stop) for writer in writers]
            until(lambda: written_by(writers) >= 10, 60)
            harm(writers)
            before = written_by(writers)
            until(lambda: written_by(writers) >= before + 10, 60)
        finally:
            stop.set_result(None)
        for each in writing:
            each.result()
    return writers


def assert_all_there_once(site: Site, story: str, writers: list[Writer]) -> None:
    acknowledged = Counter(comment for writer in writers for comment in writer.acknowledged.values())
    with site.api() as anyone:
        assert shown_by(anyone, story) == acknowledged
        assert anyone.get(f"/v1/stories/{story}").json()["comment_count"] == acknowledged.total()


def test_an_outage_in_the_middle_of_posts_loses_and_doubles_nothing(
    own_postgres: EmbeddedPostgres, redis_url: str, tmp_path: Path
) -> None:
    postgres, address = own_postgres, own_postgres.dsn
    with running_site(site_settings(address, redis_url)) as site:
        story = a_story(site)
        page = f"/v1/stories/{story}/comments"

        def outage(writers: list[Writer]) -> None:
            with site.api() as anyone:
                assert anyone.get(page).status_code == 200
                # At once, as when its machine goes away: nothing in it is put in order.
                os.kill(postgres.pid, signal.SIGQUIT)
                postgres.stop()
                until(lambda: sum(writer.statuses[503] for writer in writers) >= WRITERS, 60)
                away = anyone.get(f"/v1/stories/{story}")
                assert (away.status_code, away.json()["type"]) == (503, "/problems/unavailable")
                assert int(away.headers["retry-after"]) >= 1
                # What was read before is still shown.
                assert anyone.get(page).status_code == 200
                assert anyone.get("/health/live").status_code == 200
                assert anyone.get("/health/ready").status_code == 503
                postgres.start()
                assert postgres.dsn == address
                until(lambda: anyone.get(f"/v1/stories/{story}").status_code == 200, 60)

        writers = while_writing(site, story, outage)
        assert_all_there_once(site, story, writers)


def test_connections_that_are_cut_again_and_again_lose_and_double_nothing(site: Site, database_url: str) -> None:
    story = a_story(site)

    async def cut() -> int:
        conn = await asyncpg.connect(database_url)
        try:
            return len(
                await conn.fetch(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'story-comments' AND datname = current_database()"
                )
            )
        finally:
            await conn.close()

    def cuts(writers: list[Writer]) -> None:
        cut_off = 0
        for _ in range(CUTS):
            before = written_by(writers)
            until(lambda before=before: written_by(writers) >= before + 4, 60)  # type: ignore[misc]
            cut_off += run_async(cut)
        assert cut_off >= CUTS

    assert_all_there_once(site, story, while_writing(site, story, cuts))


async def test_a_full_pool_answers_everybody_and_works_again(db: Database, database_url: str, redis_url: str) -> None:
    settings = site_settings(database_url, redis_url, database_pool_size=2)
    with running_site(settings, worker=False) as site:
        story = await asyncio.to_thread(a_story, site)
        comment = (await asyncio.to_thread(a_comment, site, story))["id"]
        path = f"/v1/comments/{comment}/context"
        conn = await asyncpg.connect(database_url)
        async with httpx2.AsyncClient(base_url=site.url, timeout=60, trust_env=False) as api:
            async with conn.transaction():
                # Whoever reads waits, as for a server that is slow beyond measure.
                await conn.execute("LOCK TABLE comments IN ACCESS EXCLUSIVE MODE")
                answers = await asyncio.gather(*(api.get(path) for _ in range(CALLERS)))
            assert {answer.status_code for answer in answers} == {503}
            assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
            assert [(await api.get(path)).status_code for _ in range(5)] == [200] * 5
        await conn.close()
