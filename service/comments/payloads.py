"""Comments as JSON, in and out. What a page, a permalink, a live message and a moderator's item share."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from service.comments.rules import advice, lifecycle, lineage
from service.comments.rules.reporting import Reason
from service.comments.store import ShownComment
from service.kernel import limits
from service.languages.catalogues import Words
from service.screening.rules.verdict import Verdict

PartId = Annotated[str, Meta(min_length=1, max_length=100)]
# Bounded before normalisation too: the form that counts is measured in `rules/text.py`.
Body = Annotated[str, Meta(min_length=1, max_length=limits.body_chars_max * 4, description="A Markdown subset.")]


class NewComment(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment as it is sent. `side` and `about` name a side and an anchor of the story."""

    body: Body
    parent_id: UUID | None = None
    side: PartId | None = None
    about: PartId | None = None


class CommentOutlook(Struct, frozen=True):
    """What would become of a text that was posted now, why in general terms, and what it would look like.

    `reasons` is empty where it would be published. A `code` is stable; `message` is in the reader's language.
    """

    would: Verdict
    reasons: list[advice.Reason]
    body_html: str


class CommentEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of one's own comment. `seen_revision` is the revision that the change was made on."""

    seen_revision: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    body: Body | UnsetType = UNSET
    side: PartId | None | UnsetType = UNSET


class NewVote(Struct, frozen=True, forbid_unknown_fields=True):
    """1 up, -1 down, 0 takes the vote back."""

    value: Literal[-1, 0, 1]


class NewReport(Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with a comment, and what the moderators should know besides."""

    reason: Reason
    note: Annotated[str, Meta(max_length=limits.note_chars_max)] | None = None


class Report(Struct, frozen=True):
    """The caller's report of a comment, as it was first made."""

    comment_id: UUID
    reason: str
    note: str | None
    created_at: datetime


class Author(Struct, frozen=True):
    """Who wrote it. `id` is ours alone and the same on every comment of the reader."""

    id: UUID
    name: str
    picture_url: str | None
    badges: list[str]


class Votes(Struct, frozen=True):
    up: int
    down: int


class Vote(Struct, frozen=True):
    """The caller's vote, and the comment's counts with it."""

    value: int
    votes: Votes


class Featured(Struct, frozen=True):
    """Chosen by the newsroom, with a line why."""

    at: datetime
    note: str | None


class Comment(Struct):
    """A comment with the replies that are sent along.

    In public, `status` is `published`, `deleted` or `erased`, and the last two are placeholders: `author`, `body` and
    `body_html` are null. Its author and moderators also see `held` and `rejected`. `reply_count` counts published
    replies at every depth below, `direct_reply_count` those to this comment itself. `replies_cursor` leads to further
    replies.
    """

    id: UUID
    story_id: str
    parent_id: UUID | None
    depth: int
    author: Author | None
    body: str | None
    body_html: str | None
    side: str | None
    about: str | None
    status: str
    created_at: datetime
    edited_at: datetime | None
    revision: int
    votes: Votes
    reply_count: int
    direct_reply_count: int
    featured: Featured | None
    replies: list["Comment"]
    replies_cursor: str | None


class WrittenComment(Comment):
    """One's own comment, as its author is answered; `status_words` says in the reader's language how it stands."""

    status_words: str = ""


def author_of(row: ShownComment) -> Author | None:
    """None for an author who is not known any more."""
    if row.author_id is None:
        return None
    return Author(row.author_id, row.author_name or "Reader", row.author_picture_url, row.author_badges or [])


def whole(row: ShownComment) -> Comment:
    """The comment with its text whatever its status: for its author and for moderators."""
    return _comment(row, row.status, author_of(row), row.body, row.body_html)


def written(row: ShownComment, words: Words) -> WrittenComment:
    """The comment for its author, in these words."""
    return WrittenComment(**msgspec.structs.asdict(whole(row)), status_words=status_words(row.status, words))


def status_words(status: str, words: Words) -> str:
    """How one's own comment stands."""
    return words.say(f"statuses.{status}")


def public(row: ShownComment) -> Comment:
    """The comment as every reader may see it: a placeholder unless it is published."""
    if row.status == lifecycle.Status.PUBLISHED:
        return _comment(row, row.status, author_of(row), row.body, row.body_html)
    return _comment(row, lifecycle.public_status(row.status), None, None, None)


def _comment(row: ShownComment, status: str, author: Author | None, body: str | None, body_html: str | None) -> Comment:
    return Comment(
        row.id,
        row.story_id,
        row.parent_id,
        lineage.shown_depth(row.depth),
        author,
        body,
        body_html,
        row.side if body is not None else None,
        row.about if body is not None else None,
        status,
        row.created_at,
        row.edited_at if body is not None else None,
        row.revision,
        Votes(row.votes_up, row.votes_down),
        row.reply_count,
        row.direct_reply_count,
        None if row.featured_at is None or body is None else Featured(row.featured_at, row.featured_note),
        [],
        None,
    )


encode = msgspec.json.Encoder().encode
