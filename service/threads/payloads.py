"""Threads as JSON: what a page, a permalink and the list of changes say."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.comments.payloads import Comment, Votes
from service.stories.payloads import Counts, Story


class ThreadPage(Struct, frozen=True):
    """A page of a story's roots, each with its first replies. `next_cursor` is null on the last page."""

    story: Story
    comments: list[Comment]
    next_cursor: str | None
    thread_version: int


class RepliesPage(Struct, frozen=True):
    """A page of the replies that hang under a comment, oldest first."""

    comments: list[Comment]
    next_cursor: str | None
    thread_version: int


class Permalink(Struct, frozen=True):
    """A comment in its place: the comments above it, from the root down, and its own first replies."""

    story: Story
    ancestors: list[Comment]
    comment: Comment
    thread_version: int


class Gone(Struct, frozen=True):
    """A comment that is not shown as it was: null, or the placeholder that stands in for it."""

    id: UUID
    parent_id: UUID | None
    status: str
    placeholder: Comment | None


class Changes(Struct, frozen=True):
    """What changed since a version. `reset`: too much to tell, so read the page again."""

    thread_version: int
    reset: bool
    comments: list[Comment]
    gone: list[Gone]
    votes: dict[str, Votes]
    comment_count: int
    counts: Counts


class OwnDecision(Struct, frozen=True):
    """The last decision on one's own comment: what, why, when."""

    id: UUID
    action: str
    reason: str | None
    decided_at: datetime


class OwnComment(Comment):
    """One's own comment that only its author sees, with the decision on it; null while it waits."""

    decision: OwnDecision | None = None


class ViewerLayer(Struct, frozen=True):
    """What belongs to one reader on a public page. `editable` tells until when each of the reader's comments may be
    changed."""

    thread_version: int
    comments: list[OwnComment]
    votes: dict[str, int]
    muted: list[str]
    editable: dict[str, datetime]


class OwnComments(Struct, frozen=True):
    """A page of one's own comments, newest first."""

    comments: list[Comment]
    next_cursor: str | None


encode = msgspec.json.Encoder().encode
