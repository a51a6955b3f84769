"""The record over HTTP and from the command line."""

import json
from typing import Any

import asyncpg
import pytest

from tests.app.commands.program import run, until
from tests.builders import a_story
from tests.servers import run_async
from tests.site import Site


def lines(site: Site, **params: Any) -> list[dict[str, Any]]:
    with site.api("admin") as api:
        answer = api.get("/v1/admin/audit.ndjson", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
def told(site: Site) -> Site:
    """A site where three stories were registered, and the worker has sealed that."""
    for number in range(3):
        a_story(site, f"story-{number}")
    until(lambda: len(lines(site)) == 3)
    return site


def test_the_record_is_exported_with_its_chain(told: Site) -> None:
    every = lines(told)
    assert [line["position"] for line in every] == [1, 2, 3]
    assert [line["previous"] for line in every] == ["0" * 64, every[0]["hash"], every[1]["hash"]]
    assert [line["entry"]["subject_id"] for line in every] == ["story-0", "story-1", "story-2"]
    assert lines(told, after_position=1) == every[1:]
    assert lines(told, limit=2) == every[:2]
    at = every[1]["entry"]["at"]
    assert every[1] in lines(told, after=at)
    assert lines(told, before=every[0]["entry"]["at"]) == []
    with told.api("admin") as api:
        entries = api.get("/v1/admin/audit").json()["entries"]
        assert [(one["position"], one["hash"]) for one in reversed(entries)] == [
            (line["position"], line["hash"]) for line in every
        ]
        assert api.get("/v1/admin/audit.ndjson", params={"after": "2026-11-22T10:00:00"}).status_code == 422
        assert api.get("/v1/admin/audit.ndjson", params={"after": "1795341600"}).status_code == 422
        assert api.get("/v1/admin/audit.ndjson", params={"limit": 100_000}).status_code == 422
    with told.api("admin", "ad-sport", sites=["sport"]) as limited:
        assert limited.get("/v1/admin/audit.ndjson").json()["type"] == "/problems/permission-missing"


def test_the_record_is_filtered_by_time_and_site(told: Site) -> None:
    with told.api("admin") as api:

        def stories(**params: Any) -> list[str]:
            return [one["subject_id"] for one in api.get("/v1/admin/audit", params=params).json()["entries"]]

        [third, second, first] = api.get("/v1/admin/audit").json()["entries"]
        assert stories(site="main") == ["story-2", "story-1", "story-0"]
        assert stories(site="sport") == []
        assert "story-2" not in stories(before=third["at"])
        assert stories(after=third["at"])[0] == "story-2"
        assert stories(after="2999-01-01T00:00:00Z") == stories(before="2001-01-01T00:00:00Z") == []
        assert second["at"] >= first["at"]
    with told.api("admin", "ad-sport", sites=["sport"]) as limited:
        assert limited.get("/v1/admin/audit", params={"site": "main"}).json()["entries"] == []


def test_verify_says_whether_the_record_is_whole(told: Site, database_url: str) -> None:
    whole = run("audit", "verify", DATABASE_URL=database_url)
    assert whole.returncode == 0, whole.stderr
    head = whole.stdout.split()[-1]
    assert whole.stdout.startswith("3 links hold; the head is 3:")
    again = run("audit", "verify", "--expect", head, "--json", DATABASE_URL=database_url)
    assert (again.returncode, json.loads(again.stdout)["head"]) == (0, head)
    export = run("audit", "export", "--after-position", "1", DATABASE_URL=database_url)
    assert [json.loads(line) for line in export.stdout.splitlines()] == lines(told, after_position=1)

    async def forge() -> None:
        conn = await asyncpg.connect(database_url)
        await conn.execute("SET session_replication_role = replica")
        await conn.execute("UPDATE audit_entries SET subject_id = 'another' WHERE subject_id = 'story-1'")
        await conn.close()

    run_async(forge)
    broken = run("audit", "verify", DATABASE_URL=database_url)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr.startswith("BROKEN at link 2, entry ")
    told_so = run("audit", "verify", "--json", DATABASE_URL=database_url)
    verdict = json.loads(told_so.stdout)
    assert (told_so.returncode, verdict["ok"], verdict["broken"]["position"]) == (1, False, 2)
    assert run("audit", "verify", "--expect", "three", DATABASE_URL=database_url).returncode == 2
