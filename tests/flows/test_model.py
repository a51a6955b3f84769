"""The model from the operator's command to a comment that waits because of it."""

import asyncio

import asyncpg
import pytest

from service.infra.clock import SystemClock
from service.infra.postgres import prepare_connection
from tests.app.commands.program import SETTINGS, run
from tests.builders import a_story, post
from tests.screening.model.newsroom import decided, examples
from tests.site import Site


@pytest.mark.timeout(180)
def test_model_learns_from_decisions_and_holds_what_is_like_the_rejected(site: Site) -> None:
    story = a_story(site)
    settings = {**SETTINGS, "DATABASE_URL": site.settings.database_url}
    too_early = run("screening", "train", **settings)
    assert (too_early.returncode, too_early.stdout) == (1, "")
    assert "nothing was trained" in too_early.stderr

    asyncio.run(_decide_much(site.settings.database_url))
    trained = run("screening", "train", **settings)
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.startswith("Model 1 is used from now on.")
    evaluated = run("screening", "evaluate", "--json", **settings)
    assert '"roc_auc"' in evaluated.stdout

    with site.api("subscriber") as api:
        before = post(api, story, "Shut up you stupid clown, nobody asked you.").json()
    assert before["status"] == "published", "the rules do not use the model yet"

    with site.api("admin") as api:
        current = api.get("/v1/admin/rules").raise_for_status().json()
        wanted = {**current["rules"], "model": {"use": "on", "hold_at": 0.8}}
        answer = api.put("/v1/admin/rules", json={"seen_version": current["version"], "rules": wanted})
        assert answer.status_code == 200, answer.text
    with site.api("subscriber", "kim") as api:
        held = post(api, story, "You are a stupid clown, and nobody asked you!").json()
        fine = post(api, story, "The article leaves out what the tram line costs.").json()

    assert (held["status"], fine["status"]) == ("held", "published")
    with site.api("moderator") as api:
        (item,) = api.get("/v1/admin/queues/held").json()["items"]
    (signal,) = item["signals"]
    assert (signal["check"], signal["kind"]) == ("model", "hold")
    assert signal["score"] >= 0.8


async def _decide_much(database_url: str) -> None:
    conn = await asyncpg.connect(database_url)
    await prepare_connection(conn)
    try:
        await decided(conn, SystemClock(), examples(800))
    finally:
        await conn.close()
