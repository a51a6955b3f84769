"""Figures over HTTP."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from service.infra.clock import SystemClock
from tests.builders import a_comment, a_story
from tests.site import Site


def today() -> datetime:
    return SystemClock().now().astimezone(UTC)


@pytest.fixture
def decided(site: Site) -> Site:
    """Three comments of today, one of them rejected and one reported."""
    story = a_story(site, f"story-{uuid4().hex[:8]}")
    made = [a_comment(site, story, f"Comment {number}.", by=f"reader-{number}", side="critics") for number in range(3)]
    with site.api("subscriber", "olga") as olga, site.api("moderator", "mo-1", name="Mo") as api:
        olga.post(f"/v1/comments/{made[0]['id']}/reports", json={"reason": "hate"}).raise_for_status()
        decision = {"comment_id": made[0]["id"], "seen_revision": 1, "action": "reject", "reason": "hate"}
        api.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status()
    return site


def test_todays_figures_are_there_at_once(decided: Site) -> None:
    with decided.api("admin") as api:
        answer = api.get("/v1/admin/stats", params={"from": today().date().isoformat()})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        day = today().date().isoformat()
        assert (found["from"], found["to"], found["site"], found["missing_days"]) == (day, day, None, [])
        assert found["comments"] == {"received": 3, "held": 0}
        assert found["by_day"] == [{"day": day, "received": 3, "held": 0, "decided": 1, "rejected": 1, "reports": 1}]
        decisions = found["decisions"]
        assert (decisions["total"], decisions["by_people"], decisions["by_rules"]) == (1, 1, 0)
        assert (decisions["by_action"], decisions["rejections_by_reason"]) == ({"reject": 1}, {"hate": 1})
        assert found["automated_share"] == 0.0
        assert found["time_to_decision"]["count"] == 1
        assert found["time_to_decision"]["p50_s"] >= 1
        assert found["queues"]["held"] == {"count": 0, "oldest_at": None, "p50_s": None, "p90_s": None}
        assert set(found["queues"]) == {"held", "reported", "unreviewed", "appealed", "escalated"}
        [moderator] = found["overturned"]["by_moderator"]
        assert (moderator["name"], moderator["label"], moderator["rate"]) == ("mo-1", "Mo", 0.0)
        [side] = found["sides"]["rows"]
        assert (side["side"], side["comments"], side["decided"], side["rejected"]) == ("critics", 3, 1, 1)
        assert found["reports"] == {"received": 1, "by_reason": {"hate": 1}, "upheld": 1, "declined": 0}
        assert api.get("/v1/admin/stats", params={"site": "sport"}).json()["comments"]["received"] == 0
        moment = {"from": (today() - timedelta(hours=1)).isoformat(), "to": today().isoformat()}
        assert api.get("/v1/admin/stats", params=moment).json()["comments"]["received"] == 3


def test_a_moderator_sees_their_own_row_alone(decided: Site) -> None:
    for subject, rows in (("mo-1", 1), ("mo-2", 0)):
        with decided.api("moderator", subject) as api:
            assert len(api.get("/v1/admin/stats").json()["overturned"]["by_moderator"]) == rows


def test_a_moderator_of_some_sites_gets_their_figures(decided: Site) -> None:
    with decided.api("moderator", "mo-sport", sites=["sport"]) as api:
        assert api.get("/v1/admin/stats").json()["comments"]["received"] == 0
        assert api.get("/v1/admin/stats", params={"site": "main"}).json()["type"] == "/problems/permission-missing"


def test_a_months_figures_are_rows_and_csv(decided: Site) -> None:
    month = today().strftime("%Y-%m")
    with decided.api("editor") as api:
        report = api.get("/v1/admin/stats/transparency", params={"month": month}).json()
        rows = {(row["section"], row["measure"], row["key"]): row["value"] for row in report["rows"]}
        assert (report["month"], report["complete"]) == (month, False)
        assert rows["comments", "received", ""] == 3
        assert rows["decisions", "rejections", "hate"] == rows["reports", "received", "hate"] == 1
        assert rows["appeals", "received", ""] == 0
        assert "mo-1" not in str(report)
        answer = api.get("/v1/admin/stats/transparency.csv", params={"month": month})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        read = list(csv.DictReader(io.StringIO(answer.text)))
        assert {(row["section"], row["measure"], row["key"]) for row in read} == rows.keys()
        assert [row["value"] for row in read if row["measure"] == "rejections"] == ["1"]


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("", {"from": "yesterday"}, "from"),
        ("", {"to": "2026-13-01"}, "to"),
        ("", {"from": "2026-11-22T10:00:00"}, "from"),
        ("", {"from": "2020-01-01"}, "from"),
        ("", {"from": "2026-11-10", "to": "2026-11-01"}, "from"),
        ("/transparency", {}, "month"),
        ("/transparency", {"month": "2026-13"}, "month"),
        ("/transparency", {"month": "0000-01"}, "month"),
        ("/transparency", {"month": "9999-12"}, "month"),
        ("/transparency.csv", {"month": "november"}, "month"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(site: Site, path: str, params: dict[str, Any], field: str) -> None:
    with site.api("editor") as api:
        answer = api.get(f"/v1/admin/stats{path}", params=params)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text
