"""A body is taken at its word: what is a number in words, or a moment in seconds, is refused by its field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import STORY, a_comment, a_story
from tests.site import Site


@pytest.mark.parametrize(
    ("part", "method", "path", "body", "field"),
    [
        ("subscriber", "PUT", "/v1/comments/{comment}/vote", {"value": "1"}, "value"),
        ("subscriber", "PUT", "/v1/comments/{comment}/vote", {"value": True}, "value"),
        ("subscriber", "PATCH", "/v1/comments/{comment}", {"body": "x", "seen_revision": "1"}, "seen_revision"),
        ("subscriber", "POST", "/v1/stories/{story}/comments", {"body": 5}, "body"),
        ("editor", "PUT", "/v1/admin/stories/{story}", {**STORY, "closes_at": 1795341600}, "closes_at"),
        ("editor", "PATCH", "/v1/admin/stories/{story}", {"slow_mode_s": "60"}, "slow_mode_s"),
        ("moderator", "POST", "/v1/admin/queues/held/claims", {"limit": "1"}, "limit"),
        (
            "moderator",
            "POST",
            "/v1/admin/decisions",
            {
                "decisions": [
                    {
                        "comment_id": "{comment}", "seen_revision": 1, "action": "reject", "reason": "spam",
                        "sanction": {"kind": "suspend", "reason": "spam", "until": 1795341600},
                    }
                ]
            },
            "decisions[0].sanction.until",
        ),
    ],
)  # fmt: skip
def test_value_of_another_type_is_refused_by_name(
    site: Site, part: str, method: str, path: str, body: Any, field: str
) -> None:
    story = a_story(site)
    comment = a_comment(site, story, by="ada")["id"]
    if "decisions" in body:
        body["decisions"][0]["comment_id"] = comment

    with site.api(part, "ada" if method == "PATCH" else "other") as api:
        answer = api.request(method, path.format(story=story, comment=comment), json=body)

    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
