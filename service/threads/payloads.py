"""Threads as JSON: what a page, a permalink and the list of changes say."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.comments.payloads import Author, Comment, Featured, Votes, WrittenComment
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


class OwnAppeal(Struct, frozen=True):
    """One's own appeal against the rejection: `open`, `upheld` (it stays rejected), `reversed` or `withdrawn`. `ruling`
    is why; `ruled_at` when."""

    id: UUID
    status: str
    made_at: datetime
    ruled_at: datetime | None
    ruling: str | None


class OwnComment(WrittenComment):
    """One's own comment as only its author sees it. `decision` is the last decision on it, null where there is none.

    For a rejected comment, and for one that an automatic check holds, `decision_id` leads to the statement of reasons
    (`/v1/me/decisions/{id}`), `reason` is its code, and `may_appeal_until` is null where no appeal is possible or one
    was made. `status_words` and `reason_words` say it in the reader's language.
    """

    decision: OwnDecision | None = None
    decision_id: UUID | None = None
    reason: str | None = None
    reason_words: str | None = None
    may_appeal_until: datetime | None = None
    appeal: OwnAppeal | None = None


class ViewerLayer(Struct, frozen=True):
    """What belongs to one reader on a public page. `editable` tells until when each of the reader's comments may be
    changed."""

    thread_version: int
    comments: list[OwnComment]
    votes: dict[str, int]
    muted: list[str]
    editable: dict[str, datetime]


class ListedOwnComment(OwnComment, kw_only=True):
    """One's own comment with the story that it is about, for a list across stories."""

    story_title: str
    story_url: str | None


class OwnComments(Struct, frozen=True):
    """A page of one's own comments, newest first."""

    comments: list[ListedOwnComment]
    next_cursor: str | None


class StoryNamed(Struct, frozen=True):
    """What a comment is about, for those who are elsewhere."""

    id: str
    title: str
    url: str | None


class SiteComment(Struct, frozen=True):
    """A comment as a list across stories shows it. `excerpt` is plain text; `url` is where it is read."""

    id: UUID
    story: StoryNamed
    author: Author | None
    excerpt: str
    url: str
    created_at: datetime
    featured: Featured | None


class SiteComments(Struct, frozen=True):
    """A site's comments, the newest or the last chosen first."""

    comments: list[SiteComment]


encode = msgspec.json.Encoder().encode
