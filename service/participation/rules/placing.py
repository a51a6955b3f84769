"""Where a caller's standing lies in the tables: which state, which restrictions, which state of the story."""

from datetime import datetime
from typing import Final

from service.entitlements.rules import Status
from service.participation.rules.standing import Standing, StoryStanding
from service.participation.rules.tables import Restriction, State, StoryState
from service.sanctions.rules import Kind, Sanction
from service.stories.rules import state_at

_BY_KIND: Final[dict[Kind, Restriction]] = {
    "warn": Restriction.WARNED,
    "premoderate": Restriction.PREMODERATED,
    "suspend": Restriction.SUSPENDED,
    "ban": Restriction.BANNED,
}
# By the subscription's status: the state while it entitles, and once it does not.
_BY_STATUS: Final[dict[Status, tuple[State, State]]] = {
    "none": (State.REGISTERED, State.REGISTERED),
    "active": (State.ACTIVE, State.EXPIRED),
    "trialing": (State.TRIALING, State.EXPIRED),
    "past_due": (State.PAST_DUE, State.PAST_DUE_OVER),
    "canceled": (State.CANCELED, State.CANCELED_OVER),
    "paused": (State.PAUSED, State.PAUSED),
    "expired": (State.EXPIRED, State.EXPIRED),
    "refunded": (State.REFUNDED, State.REFUNDED),
}


def state_of(standing: Standing) -> State:
    """The row of `BY_STATE` that a caller is in."""
    if standing.viewer == "anonymous":
        return State.ANONYMOUS
    entitled, over = _BY_STATUS[standing.entitlement.status]
    return entitled if standing.entitlement.entitled else over


def restrictions_of(standing: Standing) -> frozenset[Restriction]:
    """The rows of `BY_SANCTION` that a caller is in."""
    return frozenset(_BY_KIND[sanction.kind] for sanction in standing.sanctions) or frozenset({Restriction.NONE})


def longest(standing: Standing, kind: Kind) -> Sanction:
    """Of the sanctions of a kind the one that ends last; ValueError if there is none."""
    of_kind = (sanction for sanction in standing.sanctions if sanction.kind == kind)
    return max(of_kind, key=lambda sanction: (sanction.until is None, sanction.until or sanction.starts_at))


def story_state(story: StoryStanding, now: datetime) -> StoryState:
    """The row of `BY_STORY` that a story is in at `now`."""
    state = StoryState(state_at(story.state, story.closes_at, now))
    return StoryState.SLOW if state is StoryState.OPEN and story.slow_mode_s > 0 else state


def changes_by_itself_at(standing: Standing) -> datetime | None:
    """When something of the reader's own ends by itself: the entitlement, or a sanction; None for never."""
    ends = [standing.entitlement.entitled_until, *(sanction.until for sanction in standing.sanctions)]
    return min((end for end in ends if end is not None), default=None)


def closed_since(story: StoryStanding) -> datetime | None:
    """When a closed story closed, as far as that is known."""
    return story.closed_at if story.state == "closed" and story.closed_at is not None else story.closes_at
