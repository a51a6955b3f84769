"""What handlers do not say of themselves: which problems they may answer with, and headers that they read by hand.

Tables, because a problem is raised by a rule three calls further down. A test finds
names here that no handler has, and problem types that no operation names.
"""

from collections.abc import Mapping
from typing import Any

from service.accounts.problems import AuthorUnknown
from service.appeals.problems import (
    AlreadyAppealed,
    AlreadyRuled,
    AnotherModeratorNeeded,
    AppealNotPossible,
    AppealUnknown,
)
from service.bulk_decisions.problems import BulkDiffers, SelectionLapsed, SelectionUnknown
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
from service.kernel import limits
from service.kernel.problems import Problem
from service.moderation.problems import AlreadyDecided, AppealOpen, ClaimLapsed
from service.notices.problems import NoticeUnknown
from service.reasons.problems import DecisionUnknown
from service.records.problems import NoteUnknown
from service.sanctions.problems import Banned, SanctionUnknown, Suspended, WarningUnacknowledged
from service.screening.problems import ProposalSettled, ProposalUnknown, RulesChanged, RulesVersionUnknown
from service.stories.problems import StoryClosed, StoryUnknown

Problems = tuple[type[Problem], ...]

# What a path's parameter may fail to name.
BY_PARAMETER: Mapping[str, type[Problem]] = {
    "story": StoryUnknown,
    "comment": CommentUnknown,
    "author": AuthorUnknown,
    "decision": DecisionUnknown,
    "sanction": SanctionUnknown,
    "appeal": AppealUnknown,
    "notice": NoticeUnknown,
    "bulk": SelectionUnknown,
    "note": NoteUnknown,
    "proposal": ProposalUnknown,
    "version": RulesVersionUnknown,
}

# Operations that make what their path names, and so never fail to find it.
MAKES_WHAT_IT_NAMES = frozenset({"put_story"})

# Who takes part needs a subscription, no sanction against it, and an open story.
_GATE: Problems = (SubscriptionRequired, Banned, Suspended, WarningUnacknowledged, StoryClosed)

BY_OPERATION: Mapping[str, Problems] = {
    "post_comment": (*_GATE, ParentGone, CommentRefused, IdempotencyKeyReused, StillInProgress),
    "check_comment": (*_GATE, ParentGone),
    "edit_comment": (*_GATE, EditWindowOver, RevisionChanged, CommentRefused),
    "vote_on_comment": _GATE,
    "report_comment": _GATE,
    "receive_subscription_call": (WebhookRefused,),
    "receive_verdict": (WebhookRefused, CommentUnknown),
    "count_selection": (CommentUnknown, AuthorUnknown),
    "reject_selection": (SelectionUnknown, SelectionLapsed, BulkDiffers, AuthorUnknown),
    "make_decisions": (AlreadyDecided, RevisionChanged, ClaimLapsed, AppealOpen),
    "put_rules": (RulesChanged,),
    "roll_back_rules": (RulesChanged, RulesVersionUnknown),
    "confirm_rules_proposal": (ProposalSettled, RulesChanged),
    "reject_rules_proposal": (ProposalSettled,),
    "undo_decision": (AlreadyDecided, RevisionChanged, AppealOpen),
    "lift_sanction": (AppealOpen,),
    "give_notice": (CommentUnknown,),
    "make_appeal": (AlreadyAppealed, AppealNotPossible),
    "rule_on_appeal": (AlreadyRuled, AnotherModeratorNeeded),
}


# Operations whose answers hold sentences for readers.
IN_WORDS = frozenset(
    {
        "acknowledge_sanction",
        "check_comment",
        "get_me",
        "get_notice",
        "get_own_comments",
        "get_own_decision",
        "get_own_decisions",
        "get_own_reports",
        "get_viewer_layer",
        "give_notice",
        "make_appeal",
    }
)

HEADERS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "post_comment": (
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Text of your own, quoted or bare. The same key and body is one comment, however often.",
            "schema": {"type": "string", "minLength": 1, "maxLength": limits.idempotency_key_chars_max},
        },
    ),
    "get_notice": (
        {
            "name": "Notice-Token",
            "in": "header",
            "required": True,
            "description": "The `token` of the receipt.",
            "schema": {"type": "string"},
        },
    ),
    "follow_story": (
        {
            "name": "Last-Event-ID",
            "in": "header",
            "required": False,
            "description": "The `id` of the last message; browsers send it when they connect again.",
            "schema": {"type": "string"},
        },
    ),
}
