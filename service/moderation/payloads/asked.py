"""What moderators send."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.kernel import limits
from service.kernel.moments import Moment, refuse_extremes
from service.moderation.actions.decide import Order as Decision
from service.moderation.actions.sanction import Wanted
from service.moderation.rules.decisions import Action, Reason
from service.review_queue.rules import Order
from service.sanctions.rules import Kind

Note = Annotated[str, Meta(max_length=limits.note_chars_max)]
SiteId = Annotated[str, Meta(min_length=1, max_length=100)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]


class NewSanction(Struct, frozen=True, forbid_unknown_fields=True):
    """A limit on a reader. A suspension has an `until`; without a `site` the limit holds everywhere.

    The reader is shown `reason`; only moderators see `note`.
    """

    kind: Kind
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    until: Moment | None = None
    site: SiteId | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        refuse_extremes(self)

    def wanted(self) -> Wanted:
        return Wanted(**msgspec.structs.asdict(self))


class NewDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """One decision about a comment as it was seen.

    A rejection needs a `reason`; a feature's `note` is the line why, which readers see. `overrules` names the decision
    of a colleague to let the comment stand that this one goes against. A `sanction` limits the author in the same
    transaction; taking the decision back does not lift it. With `claimed_until` the decision holds only while nobody
    else has claimed the comment since.
    """

    comment_id: UUID
    seen_revision: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    action: Action
    reason: Reason | None = None
    note: Note | None = None
    overrules: UUID | None = None
    sanction: NewSanction | None = None
    claimed_until: Moment | None = None

    def __post_init__(self) -> None:
        refuse_extremes(self)

    def order(self) -> Decision:
        given = msgspec.structs.asdict(self)
        return Decision(**{**given, "sanction": None if self.sanction is None else self.sanction.wanted()})


class NewDecisions(Struct, frozen=True, forbid_unknown_fields=True):
    """Decisions, each of which stands or fails alone."""

    decisions: Annotated[list[NewDecision], Meta(min_length=1, max_length=limits.decisions_per_request_max)]


class NewClaims(Struct, frozen=True, forbid_unknown_fields=True):
    """Which items are wanted: the next ones within the filters.

    With `comment_ids` it is these that are wanted, and the lease of those that the moderator holds begins anew.
    """

    limit: Annotated[int, Meta(ge=1, le=limits.claim_items_max)] = 1
    order: Order = Order.URGENT
    comment_ids: Annotated[list[UUID], Meta(min_length=1, max_length=limits.claim_items_max)] | None = None
    site: SiteId | None = None
    section: Name | None = None
    story: Name | None = None
    author: UUID | None = None
    signal: Name | None = None
    before: Moment | None = None
    after: Moment | None = None

    def __post_init__(self) -> None:
        refuse_extremes(self)
