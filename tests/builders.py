"""What a test needs in place before its own step, made over HTTP as the newsroom and readers would."""

from typing import Any
from uuid import uuid4

import httpx2

from tests.site import Site

STORY: dict[str, Any] = {
    "site": "main",
    "title": "A story",
    "url": "https://news.example/a-story",
    "sides": [
        {"id": "critics", "label": "Critics", "claim": "It goes too far."},
        {"id": "defenders", "label": "Defenders", "claim": "It was about time."},
    ],
    "anchors": [
        {"id": "key-point-1", "kind": "key_point", "text": "The first point."},
        {"id": "key-point-2", "kind": "key_point", "text": "The second point."},
    ],
}


def a_story(site: Site, story: str = "story-1", /, **changes: Any) -> str:
    """Registers a story, and gives its id."""
    with site.api("editor") as api:
        api.put(f"/v1/admin/stories/{story}", json={**STORY, **changes}).raise_for_status()
    return story


def post(
    api: httpx2.Client, story: str, body: str = "A comment.", *, key: str | None = None, **more: Any
) -> httpx2.Response:
    """Posts a comment under a key of its own unless one is given."""
    headers = {"Idempotency-Key": key or str(uuid4())}
    return api.post(f"/v1/stories/{story}/comments", json={"body": body, **more}, headers=headers)


def a_comment(site: Site, story: str, body: str = "A comment.", *, by: str = "sam", **more: Any) -> dict[str, Any]:
    """Posts a comment as a subscriber, and gives it."""
    with site.api("subscriber", by) as api:
        answer = post(api, story, body, **more)
    assert answer.status_code == 201, answer.text
    comment: dict[str, Any] = answer.json()
    return comment
