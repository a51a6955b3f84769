"""Who may take part: from what is known of a caller to a problem, or none.

The decisions are in `tables.py`, as data; `placing.py` finds a caller's rows in them; here a refusal becomes the
problem that tells the reader why and what helps. Nothing here reads the clock or a database.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from service.accounts.problems import TokenMissing
from service.entitlements.problems import SubscriptionRequired
from service.kernel.problems import Problem
from service.languages.catalogues import Words
from service.participation.problems import slow_mode
from service.participation.rules import gates
from service.participation.rules.placing import closed_since, longest, restrictions_of, state_of, story_state
from service.participation.rules.standing import Standing
from service.participation.rules.tables import Action, Condition, Refusal, Ruling, State, rule_on
from service.sanctions.problems import Banned, Suspended, WarningUnacknowledged
from service.stories.problems import StoryClosed, StoryUnknown

__all__ = ["Action", "Gate", "gate_of", "must_hold", "refuse"]


class Gate(msgspec.Struct, frozen=True):
    """What a page shows in place of the composer: the slug of the problem, its words in the reader's language, and the
    addresses that help. `until` is when a sanction ends by itself: for the page to say, in the reader's own time."""

    problem: str
    message: str
    links: dict[str, str]
    until: datetime | None


def refuse(action: Action, standing: Standing, now: datetime) -> Problem | None:
    """The problem that stands in the way of the action; None if nothing does."""
    ruling = _ruling(action, standing, now)
    if ruling.refusal is not None:
        return _PROBLEMS[ruling.refusal](standing)
    return _refuse_pace(standing, now) if Condition.PACED in ruling.conditions else None


def must_hold(action: Action, standing: Standing, now: datetime) -> bool:
    """Must what this action writes wait for a moderator, whatever screening finds?"""
    return Condition.HELD in _ruling(action, standing, now).conditions


def gate_of(standing: Standing, words: Words, now: datetime) -> Gate | None:
    """What keeps a caller from commenting on any story, or on the standing's story; None if nothing does.

    A slow story's wait is no gate: it passes while one writes.
    """
    refusal = _ruling(Action.POST, standing, now).refusal
    if refusal is None:
        return None
    problem = _PROBLEMS[refusal](standing)
    helped_by_links = refusal in (Refusal.SIGN_IN, Refusal.SUBSCRIBE)
    links = gates.links_for(state_of(standing), standing.links) if helped_by_links else {}
    return Gate(problem.slug, problem.told(words), links, problem.members.get("until"))


def _ruling(action: Action, standing: Standing, now: datetime) -> Ruling:
    story = None if standing.story is None else story_state(standing.story, now)
    return rule_on(action, state_of(standing), restrictions_of(standing), story)


def _refuse_pace(standing: Standing, now: datetime) -> Problem | None:
    story, last = standing.story, standing.last_comment_at
    if story is None or last is None:
        return None
    wait_s = math.ceil((last + timedelta(seconds=story.slow_mode_s) - now).total_seconds())
    return slow_mode(wait_s, story.slow_mode_s) if wait_s > 0 else None


def _sign_in(standing: Standing) -> Problem:
    problem = TokenMissing(gates.BY_STATE[State.ANONYMOUS].text)
    problem.members.update(gates.links_for(State.ANONYMOUS, standing.links))
    return problem


def _unknown(_: Standing) -> Problem:
    return StoryUnknown()


def _closed(standing: Standing) -> Problem:
    return StoryClosed(closed_at=closed_since(standing.story) if standing.story else None)


def _banned(standing: Standing) -> Problem:
    ban = longest(standing, "ban")
    return Banned(reason=ban.reason, until=ban.until)


def _suspended(standing: Standing) -> Problem:
    suspension = longest(standing, "suspend")
    if suspension.until is None:
        raise ValueError(f"suspension {suspension.id} has no end, which the schema forbids")
    return Suspended(until=suspension.until, reason=suspension.reason)


def _acknowledge(standing: Standing) -> Problem:
    warning = min((s for s in standing.sanctions if s.kind == "warn"), key=lambda s: s.starts_at)
    return WarningUnacknowledged(sanction_id=warning.id, reason=warning.reason)


def _subscribe(standing: Standing) -> Problem:
    state = state_of(standing)
    links = gates.links_for(state, standing.links)
    links.pop("subscribe_url", None)
    return SubscriptionRequired(
        gates.BY_STATE[state].text,
        subscribe_url=standing.links.subscribe_url,
        entitlement=standing.entitlement,
        **links,
    )


_PROBLEMS: Final[dict[Refusal, Callable[[Standing], Problem]]] = {
    Refusal.SIGN_IN: _sign_in,
    Refusal.UNKNOWN: _unknown,
    Refusal.CLOSED: _closed,
    Refusal.BANNED: _banned,
    Refusal.SUSPENDED: _suspended,
    Refusal.ACKNOWLEDGE: _acknowledge,
    Refusal.SUBSCRIBE: _subscribe,
}
