"""Every act of staff stands in the record: each route under /v1/admin that writes is called once, and leaves an
entry."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest

from tests.accounts.test_every_route import ROWS, Row, _call, _made_for
from tests.builders import a_story
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings

# Routes that write nothing which somebody would want to look up, and why.
NO_ACTS: Final = {
    "POST /v1/admin/queues/{queue:str}/claims": "a lease between colleagues, over by itself",
    "DELETE /v1/admin/claims/{comment:uuid}": "a lease between colleagues, over by itself",
    "POST /v1/admin/decisions/preview": "a count; the act that follows names it",
    "POST /v1/admin/rules/preview": "a count; nothing is changed",
    "POST /v1/admin/tokens/check": "looks at a token and keeps nothing of it",
    "POST /v1/admin/appeals/claims": "a lease between colleagues, over by itself",
    "DELETE /v1/admin/appeals/{appeal:uuid}/claim": "a lease between colleagues, over by itself",
}
WRITES: Final = [row for row in ROWS if "/v1/admin/" in row.path and row.method != "GET"]
# Acts that make something new, or only add to what there is: nothing was there before.
NEW: Final = {"reader.noted", "sanction.added", "story.registered"}


@pytest.fixture(scope="module")
def served(database_url: str, redis_url: str) -> Iterator[Site]:
    run_async(lambda: empty_database(database_url))
    with running_site(site_settings(database_url, redis_url), worker=False) as site:
        a_story(site)
        yield site
    run_async(lambda: empty_database(database_url))


def entries(site: Site) -> list[dict[str, Any]]:
    with site.api("admin", "auditor") as api:
        found: list[dict[str, Any]] = api.get("/v1/admin/audit", params={"limit": 100}).json()["entries"]
    return found


def test_every_exception_is_a_route() -> None:
    assert NO_ACTS.keys() <= {row.name for row in WRITES}


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.name)
def test_an_act_leaves_an_entry_with_before_and_after(row: Row, served: Site) -> None:
    if "{proposal" in row.path:
        # As they were at first, so that a proposal is one again.
        with served.api("admin") as api:
            api.post("/v1/admin/rules/rollback", json={"version": 0})
    if row.method == "PATCH":
        # What changes nothing is no act.
        row = msgspec.structs.replace(row, body={"title": "Another title"})
    made = _made_for(row, served)
    before = entries(served)
    # Who counted a selection rejects it; whoever else may, may everywhere.
    part = "moderator" if row.path == "/v1/admin/decisions/bulk" else "admin"
    with served.api(part) as api:
        _, slug = _call(api, row, made)
    assert not slug, slug
    known = {entry["id"] for entry in before}
    added = [entry for entry in entries(served) if entry["id"] not in known]
    if row.name in NO_ACTS:
        assert added == []
        return
    assert added, "nobody would ever know who did this"
    for entry in added:
        assert entry["after"], entry
        assert entry["before"] or entry["action"] in NEW, entry
        assert entry["actor"]
