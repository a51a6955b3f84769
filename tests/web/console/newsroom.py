"""One news site of the service. Its moderators see its queues and no others, so tests do not meet in a queue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import httpx2

from tests.builders import a_comment, a_story
from tests.servers import run_async
from tests.site import Site


class Newsroom:
    """Its stories, readers and staff, over HTTP."""

    def __init__(self, site: Site, name: str) -> None:
        self.site = site
        self.name = name

    def story(self, **changes: Any) -> str:
        """The newsroom's story, registered or changed; its id."""
        return a_story(self.site, f"story-of-{self.name}", site=self.name, **changes)

    def comment(self, body: str, *, by: str = "sam", **more: Any) -> dict[str, Any]:
        return a_comment(self.site, f"story-of-{self.name}", body, by=by, **more)

    def held(self, *bodies: str) -> list[dict[str, Any]]:
        """Comments that wait, the first the longest."""
        self.story(mode="pre")
        return [self.comment(body) for body in bodies]

    def token(self, subject: str | None = None, part: str = "moderator", **more: Any) -> str:
        """A token of this newsroom's staff."""
        return self.site.token(part, subject, sites=(self.name,), **more)

    def moderator(self, subject: str | None = None) -> httpx2.Client:
        """A moderator who works without the console."""
        return self.site.api("moderator", subject, sites=(self.name,))

    def reader(self, subject: str = "sam") -> httpx2.Client:
        return self.site.api("subscriber", subject)

    def author_of(self, subject: str) -> str:
        """The public id of a reader, as comments and records name them."""
        with self.reader(subject) as api:
            return str(api.get("/v1/me").raise_for_status().json()["id"])

    def status_of(self, comment: dict[str, Any]) -> str:
        """As its author sees it."""
        with self.reader() as api:
            mine = api.get(f"/v1/me/stories/{comment['story_id']}").raise_for_status().json()["comments"]
            own = {one["id"]: str(one["status"]) for one in mine}
            if comment["id"] in own:
                return own[comment["id"]]
            return str(api.get(f"/v1/comments/{comment['id']}").raise_for_status().json()["status"])

    def kept_status_of(self, comment: dict[str, Any]) -> str:
        """As its record has it, whoever wrote it."""
        with self.moderator() as api:
            record = api.get(f"/v1/admin/comments/{comment['id']}").raise_for_status().json()
        return str(record["comment"]["status"])

    def is_free(self, queue: str = "held") -> bool:
        """Whether another moderator could take something from this queue; takes it."""
        with self.moderator("another") as api:
            answer = api.post(f"/v1/admin/queues/{queue}/claims", json={"limit": 1}).raise_for_status()
        return bool(answer.json()["items"])

    def let_claims_lapse(self) -> None:
        """As if five minutes had passed for every claim of this newsroom."""
        self._execute(
            "UPDATE review_items SET claimed_until = now() - interval '1 second' "
            "WHERE site = $1 AND claimed_by IS NOT NULL",
            self.name,
        )

    def forget_author(self, comment: dict[str, Any]) -> None:
        """As if its author had been erased, but the comment kept, as an import may have it."""
        self._execute("UPDATE review_items SET author_id = NULL WHERE comment_id = $1", comment["id"])
        self._execute("UPDATE comments SET author_id = NULL WHERE id = $1", comment["id"])

    def _execute(self, statement: str, *values: Any) -> None:
        async def execute() -> None:
            conn = await asyncpg.connect(self.site.settings.database_url)
            try:
                await conn.execute(statement, *values)
            finally:
                await conn.close()

        # In a thread of its own: while a browser runs, it has this thread's event loop.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(run_async, execute).result()
