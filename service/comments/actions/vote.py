"""A reader votes, changes the vote, or takes it back."""

from datetime import datetime
from uuid import UUID

from service.accounts.actions import known_reader
from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Reader
from service.comments import store
from service.comments.problems import CommentUnknown
from service.comments.rules.lifecycle import Status
from service.comments.rules.placing import refuse_vote
from service.comments.store import VoteCounts
from service.infra.tools import Tools
from service.languages.said import said
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, refuse


async def vote(tools: Tools, reader: Reader, comment_id: UUID, value: int, now: datetime) -> VoteCounts:
    """The comment's counts with this vote in them. Pages show them after the next sweep, a few seconds later."""
    reader_id = await known_reader(tools.db, reader, tools.clock)
    async with tools.db.read() as conn:
        target = await store.target(conn, comment_id)
        if target is None or target.status != Status.PUBLISHED or target.state == "hidden":
            raise CommentUnknown
        standing = await standing_of(conn, tools.settings, reader, target.story_id, now)
    if refusal := refuse(Action.VOTE, standing, now) or refuse_vote(value, target.voting):
        raise refusal
    if target.author_id == reader_id:
        raise PermissionMissing(said("problems.own_vote"))
    counts = await tools.db.in_statement(
        lambda conn: store.vote(conn, target.story_id, comment_id, reader_id, value, now)
    )
    if counts is None:
        raise CommentUnknown
    return counts
