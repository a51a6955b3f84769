"""Tells pages of votes, all of a story at once every few seconds: one by one they would make every page stale."""

from datetime import datetime

from service.comments import store
from service.comments.actions.announce import announce
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import EventId
from service.outbox import store as outbox


async def announce_votes(tools: Tools, now: datetime, most: int) -> int:
    """Moves the version of each story that had votes since the last time, at most so many votes; how many stories."""

    async def work(conn: Connection) -> list[store.VotedStory]:
        voted = await store.announce_votes(conn, most)
        for story in voted:
            await outbox.append(
                conn,
                outbox.Event(
                    id=EventId(tools.clock.new_id()),
                    topic="votes.changed",
                    story_id=story.story_id,
                    version=story.thread_version,
                    payload={"comment_ids": story.comment_ids},
                    happened_at=now,
                ),
            )
        return voted

    voted = await tools.db.in_transaction(work)
    for story in voted:
        announce(tools, story.story_id, story.thread_version)
    return len(voted)
