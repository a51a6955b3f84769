"""Decisions about many comments as JSON, in and out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.comments.payloads import Comment
from service.kernel.moments import Moment, refuse_extremes
from service.kernel.problems import InvalidRequest
from service.moderation.payloads.asked import Name, NewSanction, Note, SiteId
from service.moderation.rules.decisions import Reason


class NewSelection(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Comments to be counted, and then rejected together.

    `replies`: the comment named by `comment_id` and everything that answers it, at any depth. `author`: what
    `author_id` wrote from `after` on and before `before`, of one `site` or `story` where it is named. With `overrule`
    comments are taken in that a colleague let stand.
    """

    of: Literal["replies", "author"]
    comment_id: UUID | None = None
    author_id: UUID | None = None
    after: Moment | None = None
    before: Moment | None = None
    site: SiteId | None = None
    story: Name | None = None
    overrule: bool = False

    def __post_init__(self) -> None:
        refuse_extremes(self)

    def refusal(self) -> InvalidRequest | None:
        """What does not go together, if anything."""
        needed = "comment_id" if self.of == "replies" else "author_id"
        if getattr(self, needed) is None:
            return InvalidRequest.of(needed, f"is needed for a selection of {self.of}")
        others = ("author_id", "after", "before", "site", "story") if self.of == "replies" else ("comment_id",)
        for other in others:
            if getattr(self, other) is not None:
                return InvalidRequest.of(other, f"says nothing in a selection of {self.of}")
        return None

    def as_sent(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


class NewBulk(Struct, frozen=True, forbid_unknown_fields=True):
    """The rejection of everything that was counted under `token`. A `sanction` limits the author, of the comments or of
    the comment at the top, once, when the act begins."""

    token: UUID
    reason: Reason
    note: Note | None = None
    sanction: NewSanction | None = None


class Selection(Struct, frozen=True):
    """What was counted. `count` comments are decided about by sending the `token` on before `expires_at`, exactly these
    and as they were seen; with `more` there are further ones, which another count finds."""

    token: UUID
    count: Annotated[int, Meta(ge=0)]
    more: bool
    published: int
    held: int
    stories: int
    authors: int
    let_stand: int
    first_at: datetime | None
    last_at: datetime | None
    examples: list[Comment]
    expires_at: datetime


class Trouble(Struct, frozen=True):
    """A comment that could not be decided about, or not be taken back, and the problem's slug."""

    comment_id: UUID
    problem: str


class Bulk(Struct, frozen=True):
    """An act on many comments and how far it has come. While `state` is `running` or `undoing`, the same request goes
    on."""

    token: UUID
    of: str
    action: str
    state: str
    count: int
    done: int
    failed: int
    undone: int
    left: int
    reason: str | None
    note: str | None
    made_by: str
    made_at: datetime
    begun_at: datetime | None
    sanction_id: UUID | None
    problems: list[Trouble]
