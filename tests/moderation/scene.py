"""A story with comments in every place that a decision can find them, and a count of everything from the rows."""

from typing import Any
from uuid import UUID

import msgspec

from service.accounts.rules.viewer import Staff
from service.comments.actions.report import report
from service.comments.payloads import NewReport
from service.infra.tools import Tools
from service.kernel.ids import CommentId, StoryId
from service.moderation.actions.decide import Order, decide
from service.moderation.actions.recording import Outcome
from service.moderation.rules.decisions import Action
from service.review_queue import store as review_queue
from service.review_queue.rules import Queue
from tests.moderation.office import subscriber
from tests.review_queue.rows import a_reader, a_story


class Scene(msgspec.Struct):
    """The story, its author, and calls that read as what happens."""

    tools: Tools
    story_id: StoryId
    author_id: UUID

    async def comment(self, status: str = "held", *, parent: UUID | None = None, side: str | None = None) -> UUID:
        """A comment of that status with all that counts it; a held one waits."""
        clock, comment_id = self.tools.clock, self.tools.clock.new_id()
        async with self.tools.db.transaction() as conn:
            await conn.execute("SELECT FROM stories WHERE id = $1 FOR UPDATE", self.story_id)
            above = await conn.fetchrow("SELECT ancestors, depth FROM comments WHERE id = $1", parent)
            ancestors = [] if above is None else [*above["ancestors"], parent]
            await conn.execute(
                """INSERT INTO comments (story_id, id, parent_id, hangs_under, ancestors, depth, author_id, side, body,
                                         body_html, status, created_at)
                   VALUES ($1, $2, $3, $3, $4, $5, $6, $7, 'Words', '<p>Words</p>', $8, $9)""",
                self.story_id, comment_id, parent, ancestors, len(ancestors), self.author_id, side, status, clock.now(),
            )  # fmt: skip
            if status == "published":
                await conn.execute(
                    """UPDATE stories SET comment_count = comment_count + 1,
                              by_side = CASE WHEN $2::text IS NULL THEN by_side ELSE by_side
                                     || jsonb_build_object($2::text, coalesce((by_side->>$2::text)::int, 0) + 1) END
                        WHERE id = $1""",
                    self.story_id,
                    side,
                )
                await conn.execute("UPDATE comments SET reply_count = reply_count + 1 WHERE id = ANY($1)", ancestors)
                await conn.execute(
                    "UPDATE comments SET direct_reply_count = direct_reply_count + 1 WHERE id = $1", parent
                )
                await conn.execute(
                    "UPDATE readers SET published_count = published_count + 1 WHERE id = $1", self.author_id
                )
            if status == "rejected":
                await conn.execute(
                    "UPDATE readers SET rejected_count = rejected_count + 1 WHERE id = $1", self.author_id
                )
            if status == "held":
                await review_queue.enqueue(conn, self.story_id, CommentId(comment_id), Queue.HELD, "main", clock.now())
        return comment_id

    async def reported(self, comment_id: UUID, *by: str) -> None:
        for subject in by or ("ben",):
            reader = subscriber(self.tools.clock, subject)
            await report(self.tools, reader, comment_id, NewReport("abuse"), self.tools.clock.now())

    async def decide(self, staff: Staff, comment_id: UUID, action: Action, seen: int = 1, **more: Any) -> Outcome:
        """A decision, with a reason where it needs one."""
        if action is Action.REJECT:
            more.setdefault("reason", "abuse")
        order = Order(comment_id=comment_id, seen_revision=seen, action=action, **more)
        return await decide(self.tools, staff, order)

    async def row(self, sql: str, *args: Any) -> dict[str, Any]:
        async with self.tools.db.read() as conn:
            row = await conn.fetchrow(sql, *args)
        assert row is not None
        return dict(row)

    async def value(self, sql: str, *args: Any) -> Any:
        async with self.tools.db.read() as conn:
            return await conn.fetchval(sql, *args)

    async def queues(self, comment_id: UUID) -> list[str]:
        async with self.tools.db.read() as conn:
            items = await review_queue.of_comment(conn, self.story_id, CommentId(comment_id))
        return [item.queue for item in items]

    async def topics(self) -> list[str]:
        async with self.tools.db.read() as conn:
            return [row["topic"] for row in await conn.fetch("SELECT topic FROM outbox_events ORDER BY id")]

    async def state(self) -> dict[str, Any]:
        """Everything that decisions change, apart from what they only add to."""
        async with self.tools.db.read() as conn:
            return {name: [tuple(row) for row in await conn.fetch(sql)] for name, sql in _STATE.items()}

    async def differences(self) -> dict[str, list[tuple[Any, ...]]]:
        """Where a kept count is not what the rows say; empty when all is well."""
        async with self.tools.db.read() as conn:
            found = {name: [tuple(row) for row in await conn.fetch(sql)] for name, sql in _DIFFERENCES.items()}
        return {name: rows for name, rows in found.items() if rows}


async def a_scene(tools: Tools) -> Scene:
    async with tools.db.read() as conn:
        story_id = await a_story(conn, tools.clock)
        return Scene(tools, story_id, await a_reader(conn, tools.clock, "Ada", subject="ada"))


_STATE = {
    "comments": "SELECT id, status, revision, reply_count, direct_reply_count, report_count, featured_at, featured_note"
    " FROM comments ORDER BY id",
    "stories": "SELECT id, comment_count, (SELECT jsonb_object_agg(key, value) FROM jsonb_each(by_side)"
    " WHERE value <> '0') FROM stories ORDER BY id",
    "readers": "SELECT id, published_count, approved_count, rejected_count, reports_received, reports_made,"
    " reports_upheld, reports_declined FROM readers ORDER BY id",
    "items": "SELECT comment_id, queue, waiting_since, urgency FROM review_items ORDER BY comment_id, queue",
    "counts": "SELECT site, queue, sum(waiting) FROM queue_counts GROUP BY 1, 2 HAVING sum(waiting) <> 0 ORDER BY 1, 2",
    "reports": "SELECT comment_id, reporter_id, upheld, decided_at IS NULL FROM reports ORDER BY 1, 2",
}

_DIFFERENCES = {
    "stories": """
        SELECT s.id, s.comment_count, count(c.id) FROM stories s
          LEFT JOIN comments c ON c.story_id = s.id AND c.status = 'published'
         GROUP BY s.id HAVING s.comment_count <> count(c.id)""",
    "sides": """
        SELECT s.id, side.key, side.value FROM stories s CROSS JOIN jsonb_each(s.by_side) AS side
         WHERE side.value::int <> (SELECT count(*) FROM comments c
                                    WHERE c.story_id = s.id AND c.side = side.key AND c.status = 'published')""",
    "replies": """
        SELECT c.id, c.reply_count, c.direct_reply_count FROM comments c
         WHERE c.reply_count <> (SELECT count(*) FROM comments r
                                  WHERE c.id = ANY(r.ancestors) AND r.status = 'published')
            OR c.direct_reply_count <> (SELECT count(*) FROM comments r
                                         WHERE r.parent_id = c.id AND r.status = 'published')""",
    "reports": """
        SELECT c.id, c.report_count FROM comments c
         WHERE c.report_count <> (SELECT count(*) FROM reports r WHERE r.comment_id = c.id)""",
    "authors": """
        SELECT a.id, a.published_count, a.rejected_count FROM readers a
         WHERE (a.published_count, a.rejected_count)
                -- A rejection stays on the record when the author then deletes the comment.
                <> (SELECT count(*) FILTER (WHERE c.status = 'published'),
                           count(*) FILTER (WHERE c.status = 'rejected' OR (c.status = 'deleted' AND 'rejected' = (
                               SELECT d.new_status FROM decisions d WHERE d.comment_id = c.id
                                ORDER BY d.number DESC LIMIT 1)))
                      FROM comments c WHERE c.author_id = a.id)
            OR a.reports_received <> (SELECT count(*) FROM reports r JOIN comments c ON c.id = r.comment_id
                                       WHERE c.author_id = a.id)""",
    "reporters": """
        SELECT a.id, a.reports_made, a.reports_upheld, a.reports_declined FROM readers a
         WHERE (a.reports_made, a.reports_upheld, a.reports_declined)
            <> (SELECT count(*), count(*) FILTER (WHERE r.upheld), count(*) FILTER (WHERE NOT r.upheld)
                  FROM reports r WHERE r.reporter_id = a.id)""",
    "queues": """
        SELECT coalesce(k.site, f.site), coalesce(k.queue, f.queue), k.waiting, f.waiting
          FROM (SELECT site, queue, sum(waiting) AS waiting FROM queue_counts GROUP BY 1, 2) k
          FULL JOIN (SELECT site, queue, count(*) AS waiting FROM review_items GROUP BY 1, 2) f
            ON (k.site, k.queue) = (f.site, f.queue)
         WHERE coalesce(k.waiting, 0) <> coalesce(f.waiting, 0)""",
    "held without an item": """
        SELECT c.id FROM comments c WHERE c.status = 'held' AND NOT EXISTS (
            SELECT FROM review_items i WHERE i.comment_id = c.id AND i.queue IN ('held', 'escalated'))""",
    "rejections and sanctions that nobody is told of": """
        SELECT d.id FROM decisions d
         WHERE d.action = 'reject' AND d.author_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM restrictions r WHERE r.id = d.id)
        UNION ALL
        SELECT x.id FROM sanctions x WHERE NOT EXISTS (SELECT FROM restrictions r WHERE r.id = x.id)""",
    "appeals without an item": """
        SELECT a.id FROM appeals a JOIN comments c ON c.id = a.comment_id
         WHERE a.status = 'open' AND (c.status <> 'rejected' OR NOT EXISTS (
            SELECT FROM review_items i WHERE i.comment_id = c.id AND i.queue = 'appealed'))""",
    "appealed items without an appeal": """
        SELECT i.comment_id FROM review_items i WHERE i.queue = 'appealed' AND NOT EXISTS (
            SELECT FROM appeals a WHERE a.comment_id = i.comment_id AND a.status = 'open')""",
    "sanctions that hold against a ruling": """
        SELECT x.id FROM sanctions x JOIN appeals a ON a.sanction_id = x.id
         WHERE a.status = 'reversed' AND x.lifted_at IS NULL""",
    "decisions that went round an appeal": """
        SELECT d.id FROM decisions d JOIN appeals a ON a.decision_id = d.id
         WHERE d.decided_by = ANY(a.restricted_by)""",
    "open reports without an item": """
        SELECT r.comment_id FROM reports r JOIN comments c ON c.id = r.comment_id
         WHERE r.decided_at IS NULL AND c.status = 'published' AND NOT EXISTS (
            SELECT FROM review_items i WHERE i.comment_id = c.id AND i.queue IN ('reported', 'escalated'))""",
}
