"""Which problems of the features an operation may answer with, beside those that follow from what it is.

A table, because handlers do not say it: a problem is raised by a rule three calls further down. A test finds
names here that no handler has, and problem types that no operation names.
"""

from collections.abc import Mapping

from service.accounts.problems import AuthorUnknown
from service.comments.problems import (
    CommentRefused,
    CommentUnknown,
    EditWindowOver,
    IdempotencyKeyReused,
    ParentGone,
    RevisionChanged,
    StillInProgress,
)
from service.entitlements.problems import SubscriptionRequired, WebhookRefused
from service.kernel.problems import Problem
from service.moderation.problems import AlreadyDecided, ClaimLapsed, DecisionUnknown
from service.sanctions.problems import Banned, SanctionUnknown, Suspended, WarningUnacknowledged
from service.stories.problems import StoryClosed, StoryUnknown

Problems = tuple[type[Problem], ...]

# What a path's parameter may fail to name.
BY_PARAMETER: Mapping[str, type[Problem]] = {
    "story": StoryUnknown,
    "comment": CommentUnknown,
    "author": AuthorUnknown,
    "decision": DecisionUnknown,
    "sanction": SanctionUnknown,
}

# Operations that make what their path names, and so never fail to find it.
MAKES_WHAT_IT_NAMES = frozenset({"put_story"})

# Who takes part needs a subscription, no sanction against it, and an open story.
_GATE: Problems = (SubscriptionRequired, Banned, Suspended, WarningUnacknowledged, StoryClosed)

BY_OPERATION: Mapping[str, Problems] = {
    "post_comment": (*_GATE, ParentGone, CommentRefused, IdempotencyKeyReused, StillInProgress),
    "edit_comment": (*_GATE, EditWindowOver, RevisionChanged, CommentRefused),
    "vote_on_comment": _GATE,
    "report_comment": _GATE,
    "receive_subscription_call": (WebhookRefused,),
    "make_decisions": (AlreadyDecided, RevisionChanged, ClaimLapsed),
    "undo_decision": (AlreadyDecided, RevisionChanged),
}
