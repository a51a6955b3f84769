"""The policy as data: three small tables, and the order in which their refusals are told.

Each table answers one question for every action: does the reader's state, a sanction, the story allow it? What a row
does not allow it refuses, so an action that nobody thought of is refused. **An action is allowed when every table
allows it.** When several refuse, the one that stands first in `ORDER` is told.
"""

from enum import StrEnum
from typing import Final

import msgspec


class Action(StrEnum):
    """Something that a reader may want to do."""

    READ = "read"
    POST = "post"
    REPLY = "reply"
    EDIT = "edit"
    DELETE_OWN = "delete own"
    VOTE = "vote"
    REPORT = "report"
    MUTE = "mute"
    APPEAL = "appeal"
    EXPORT = "export"
    ERASE = "erase"
    FORECAST = "forecast"


class State(StrEnum):
    """Who the caller is and what the subscription comes to."""

    ANONYMOUS = "anonymous"
    REGISTERED = "registered, no subscription known"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past due, in the grace period"
    PAST_DUE_OVER = "past due, after the grace period"
    PAUSED = "paused"
    CANCELED = "canceled, before its end"
    CANCELED_OVER = "canceled, after its end"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class Restriction(StrEnum):
    """A sanction as the policy sees it."""

    NONE = "none"
    WARNED = "warned, not acknowledged"
    PREMODERATED = "premoderated"
    SUSPENDED = "suspended"
    BANNED = "banned"


class StoryState(StrEnum):
    """The story's discussion at the moment asked about."""

    OPEN = "open"
    SLOW = "slow"
    CLOSED = "closed"
    HIDDEN = "hidden"


class Refusal(StrEnum):
    """Why not; the value is the slug of the problem that says so."""

    SIGN_IN = "token-missing"
    UNKNOWN = "story-unknown"
    CLOSED = "story-closed"
    BANNED = "banned"
    SUSPENDED = "suspended"
    ACKNOWLEDGE = "warning-unacknowledged"
    SUBSCRIBE = "subscription-required"


class Condition(StrEnum):
    """What an allowed action is still subject to: a moderator sees it first; a wait since the reader's last comment."""

    HELD = "held"
    PACED = "paced"


class Row(msgspec.Struct, frozen=True):
    """What one state, sanction or story state allows; everything else it answers with `otherwise`."""

    allows: frozenset[Action]
    otherwise: Refusal | None = None
    # The condition, and the allowed actions that it is put on.
    condition: Condition | None = None
    on: frozenset[Action] = frozenset()


EVERYTHING: Final = frozenset(Action)
# What puts new words before other readers.
WRITING: Final = frozenset({Action.POST, Action.REPLY, Action.EDIT})
NEW_COMMENTS: Final = frozenset({Action.POST, Action.REPLY})
# What belongs to the reader and hangs on nothing: neither payment nor good conduct.
OWN_RIGHTS: Final = frozenset({Action.DELETE_OWN, Action.MUTE, Action.APPEAL, Action.EXPORT, Action.ERASE})
_READING: Final = frozenset({Action.READ})

_SUBSCRIBER = Row(allows=EVERYTHING)
_NO_SUBSCRIPTION = Row(allows=_READING | OWN_RIGHTS, otherwise=Refusal.SUBSCRIBE)

BY_STATE: Final[dict[State, Row]] = {
    State.ANONYMOUS: Row(allows=_READING, otherwise=Refusal.SIGN_IN),
    State.REGISTERED: _NO_SUBSCRIPTION,
    State.TRIALING: _SUBSCRIBER,
    State.ACTIVE: _SUBSCRIBER,
    State.PAST_DUE: _SUBSCRIBER,
    State.PAST_DUE_OVER: _NO_SUBSCRIPTION,
    State.PAUSED: _NO_SUBSCRIPTION,
    State.CANCELED: _SUBSCRIBER,
    State.CANCELED_OVER: _NO_SUBSCRIPTION,
    State.EXPIRED: _NO_SUBSCRIPTION,
    State.REFUNDED: _NO_SUBSCRIPTION,
}

BY_SANCTION: Final[dict[Restriction, Row]] = {
    Restriction.NONE: Row(allows=EVERYTHING),
    Restriction.WARNED: Row(allows=EVERYTHING - NEW_COMMENTS, otherwise=Refusal.ACKNOWLEDGE),
    Restriction.PREMODERATED: Row(allows=EVERYTHING, condition=Condition.HELD, on=WRITING),
    Restriction.SUSPENDED: Row(allows=_READING | OWN_RIGHTS, otherwise=Refusal.SUSPENDED),
    Restriction.BANNED: Row(allows=_READING | OWN_RIGHTS, otherwise=Refusal.BANNED),
}

BY_STORY: Final[dict[StoryState, Row]] = {
    StoryState.OPEN: Row(allows=EVERYTHING),
    StoryState.SLOW: Row(allows=EVERYTHING, condition=Condition.PACED, on=NEW_COMMENTS),
    # What was said stays as it was said; agreeing, objecting and taking back go on.
    StoryState.CLOSED: Row(allows=EVERYTHING - WRITING, otherwise=Refusal.CLOSED),
    StoryState.HIDDEN: Row(allows=OWN_RIGHTS, otherwise=Refusal.UNKNOWN),
}

# Nobody is asked to acknowledge, to subscribe or to pay for what would be refused afterwards all the same.
ORDER: Final = (
    Refusal.SIGN_IN,
    Refusal.UNKNOWN,
    Refusal.CLOSED,
    Refusal.BANNED,
    Refusal.SUSPENDED,
    Refusal.ACKNOWLEDGE,
    Refusal.SUBSCRIBE,
)


class Ruling(msgspec.Struct, frozen=True):
    """The outcome for one action: refused, or allowed under conditions (perhaps none)."""

    refusal: Refusal | None
    conditions: frozenset[Condition] = frozenset()


def rule_on(action: Action, state: State, restrictions: frozenset[Restriction], story: StoryState | None) -> Ruling:
    """What the tables say together. `story` is None for what is not about a story; no restriction is the same as
    NONE."""
    rows = [BY_STATE[state], *(BY_SANCTION[restriction] for restriction in restrictions)]
    if story is not None:
        rows.append(BY_STORY[story])
    refusals = {row.otherwise for row in rows if action not in row.allows}
    for refusal in ORDER:
        if refusal in refusals:
            return Ruling(refusal)
    return Ruling(None, frozenset(row.condition for row in rows if row.condition is not None and action in row.on))
