"""The policy, cell by cell: every action × state × sanction × story state against an expectation of its own.

The expectation is a chain of ifs on purpose, in the words of the contract, so that it shares nothing with the tables
but names; and it goes in through `refuse`, with a standing as it is read from the database.
"""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from service.entitlements.rules import NOTHING_KNOWN, Known, Source, Status, entitlement_of
from service.kernel.ids import StoryId
from service.kernel.problems import TooManyRequests
from service.languages.catalogues import english
from service.participation.rules.placing import changes_by_itself_at
from service.participation.rules.policy import Action, gate_of, must_hold, refuse
from service.participation.rules.standing import Links, Standing, StoryStanding
from service.participation.rules.tables import BY_SANCTION, BY_STATE, BY_STORY, ORDER, Refusal
from service.sanctions.rules import Kind, Sanction

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = timedelta(days=14)
LINKS = Links("https://news.example/login", "https://news.example/subscribe", "https://news.example/renew")

ACTIONS = [
    "read", "post", "reply", "edit", "delete own", "vote", "report", "mute", "appeal", "export", "erase", "forecast",
]  # fmt: skip
# Each state as a source would say it; None: nothing is known of the reader's subscription.
STATES: dict[str, tuple[Status, datetime, datetime | None] | None] = {
    "anonymous": None,
    "registered": None,
    "trialing": ("trialing", NOW - DAY, NOW + DAY),
    "active": ("active", NOW - DAY, None),
    "past due in grace": ("past_due", NOW - 13 * DAY, None),
    "past due beyond grace": ("past_due", NOW - 15 * DAY, None),
    "paused": ("paused", NOW - DAY, NOW + DAY),
    "canceled before its end": ("canceled", NOW - DAY, NOW + DAY),
    "canceled after its end": ("canceled", NOW - DAY, NOW - timedelta(seconds=1)),
    "expired": ("active", NOW - DAY, NOW - timedelta(seconds=1)),
    "refunded": ("refunded", NOW - DAY, NOW + DAY),
}
SANCTIONS: dict[str, Kind | None] = {
    "none": None, "warned": "warn", "premoderated": "premoderate", "suspended": "suspend", "banned": "ban",
}  # fmt: skip
STORIES = ["open", "slow", "closed", "hidden"]


def standing(state: str, sanction: str, story: str | None) -> Standing:
    said, kind = STATES[state], SANCTIONS[sanction]
    claims = [] if said is None else [Known("webhook", said[0], None, said[2], said[1])]
    return Standing(
        viewer="anonymous" if state == "anonymous" else "reader",
        entitlement=entitlement_of(claims, "newest", GRACE, NOW),
        sanctions=() if kind is None else (a_sanction(kind),),
        story=None if story is None else a_story(story),
        # A second ago: too soon, where the story is slow.
        last_comment_at=NOW - timedelta(seconds=1),
        links=LINKS,
    )


def a_sanction(kind: Kind, until: datetime | None = None, number: int = 1) -> Sanction:
    until = until or (NOW + DAY if kind == "suspend" else None)
    return Sanction(UUID(int=number), None, kind, "spam", NOW - DAY, until, None, None, False)


def a_story(state: str) -> StoryStanding:
    slow = 60 if state == "slow" else 0
    return StoryStanding(
        id=StoryId("s"),
        site="main",
        state="closed" if state == "closed" else "hidden" if state == "hidden" else "open",
        closes_at=None,
        closed_at=NOW - DAY if state == "closed" else None,
        slow_mode_s=slow,
    )


def expected(action: str, state: str, sanction: str, story: str) -> str | None:
    """The slug of the problem that a reader gets, by the contract's words; None where the action goes through."""
    entitled = state in ("trialing", "active", "past due in grace", "canceled before its end")
    # Reading is open to everyone, wherever the story is shown.
    if action == "read":
        return "story-unknown" if story == "hidden" else None
    # Everything else needs somebody.
    if state == "anonymous":
        return "token-missing"
    # These never need a subscription or good conduct, and a hidden or closed story does not take them away.
    if action in ("delete own", "mute", "appeal", "export", "erase"):
        return None
    # Posting, editing, voting, reporting and forecasting need the story …
    if story == "hidden":
        return "story-unknown"
    writes = action in ("post", "reply", "edit")
    if story == "closed" and writes:
        return "story-closed"
    # … no ban or suspension …
    if sanction == "banned":
        return "banned"
    if sanction == "suspended":
        return "suspended"
    # … a warning read before the next comment …
    if sanction == "warned" and action in ("post", "reply"):
        return "warning-unacknowledged"
    # … and an entitled reader …
    if not entitled:
        return "subscription-required"
    # … who waits between comments of a slow story.
    if story == "slow" and action in ("post", "reply"):
        return "too-many-requests"
    return None


CELLS = list(product(ACTIONS, STATES, SANCTIONS, STORIES))


def test_the_table_is_as_large_as_it_is_said_to_be() -> None:
    assert [action.value for action in Action] == ACTIONS
    assert (len(BY_STATE), len(BY_SANCTION), len(BY_STORY)) == (len(STATES), len(SANCTIONS), len(STORIES))
    assert len(CELLS) == 12 * 11 * 5 * 4


@pytest.mark.parametrize("state", STATES)
def test_every_cell_is_as_expected(state: str) -> None:
    for action, _, sanction, story in product(ACTIONS, [state], SANCTIONS, STORIES):
        problem = refuse(Action(action), standing(state, sanction, story), NOW)
        found = None if problem is None else problem.slug
        assert found == expected(action, state, sanction, story), (action, state, sanction, story)


@pytest.mark.parametrize("state", STATES)
def test_without_a_story_only_the_reader_decides(state: str) -> None:
    for action, sanction in product(ACTIONS, SANCTIONS):
        problem = refuse(Action(action), standing(state, sanction, None), NOW)
        assert (problem and problem.slug) == expected(action, state, sanction, "open"), (action, state, sanction)


def test_only_what_a_premoderated_reader_writes_is_held() -> None:
    for action, sanction, story in product(ACTIONS, SANCTIONS, STORIES):
        held = must_hold(Action(action), standing("active", sanction, story), NOW)
        goes_through = expected(action, "active", sanction, story) in (None, "too-many-requests")
        assert held == (sanction == "premoderated" and action in ("post", "reply", "edit") and goes_through)


def test_an_action_that_no_row_names_is_refused() -> None:
    for row in (*BY_STATE.values(), *BY_SANCTION.values(), *BY_STORY.values()):
        assert (row.otherwise is None) == (row.allows == frozenset(Action))
        assert row.on <= row.allows
        assert bool(row.on) == (row.condition is not None)
    assert sorted(ORDER) == sorted(Refusal)


@pytest.mark.parametrize(
    ("kinds", "slug"),
    [
        (["warn", "premoderate", "suspend", "ban"], "banned"),
        (["warn", "premoderate", "suspend"], "suspended"),
        (["warn", "premoderate"], "warning-unacknowledged"),
        (["premoderate"], None),
    ],
)
def test_of_several_sanctions_the_gravest_is_told(kinds: list[Kind], slug: str | None) -> None:
    given = standing("active", "none", "open")
    many = Standing(
        viewer="reader",
        entitlement=given.entitlement,
        sanctions=tuple(a_sanction(kind, number=number) for number, kind in enumerate(kinds)),
        story=given.story,
    )
    problem = refuse(Action.POST, many, NOW)
    assert (problem and problem.slug) == slug
    assert must_hold(Action.POST, many, NOW) == (slug is None)


def with_sanctions(*sanctions: Sanction) -> Standing:
    return Standing(viewer="reader", entitlement=standing("active", "none", None).entitlement, sanctions=sanctions)


def test_a_suspension_tells_its_latest_end_and_a_ban_its_reason() -> None:
    two = with_sanctions(a_sanction("suspend", NOW + DAY), a_sanction("suspend", NOW + 3 * DAY, 2))
    suspended = refuse(Action.VOTE, two, NOW)
    assert suspended is not None
    assert suspended.members == {"until": NOW + 3 * DAY, "reason": "spam"}
    # Until when is for the page to say, in the reader's own time.
    assert "2026" not in suspended.detail
    for_good = refuse(Action.POST, with_sanctions(a_sanction("ban", NOW + DAY), a_sanction("ban", None, 2)), NOW)
    assert for_good is not None
    assert for_good.members == {"reason": "spam"}
    ending = refuse(Action.POST, with_sanctions(a_sanction("ban", NOW + DAY)), NOW)
    assert ending is not None
    assert ending.members == {"reason": "spam", "until": NOW + DAY}


def test_a_warning_names_itself_so_that_it_can_be_acknowledged() -> None:
    problem = refuse(Action.POST, with_sanctions(a_sanction("warn", number=7)), NOW)
    assert problem is not None
    assert problem.members == {"sanction_id": UUID(int=7), "reason": "spam"}


@pytest.mark.parametrize(("since_s", "wait_s"), [(0, 60), (0.5, 60), (59, 1), (59.2, 1), (60, None), (61, None)])
def test_a_slow_story_says_how_long_to_wait(since_s: float, wait_s: int | None) -> None:
    given = standing("active", "none", "slow")
    slow = Standing(
        viewer="reader",
        entitlement=given.entitlement,
        story=given.story,
        last_comment_at=NOW - timedelta(seconds=since_s),
    )
    problem = refuse(Action.REPLY, slow, NOW)
    assert (problem and problem.members["retry_after_s"]) == wait_s
    if problem is not None:
        assert isinstance(problem, TooManyRequests)
        assert problem.headers["Retry-After"] == str(wait_s)
        assert {"RateLimit", "RateLimit-Policy"} <= problem.headers.keys()


@pytest.mark.parametrize(
    ("story", "since"),
    [
        (StoryStanding(StoryId("s"), "main", "closed", None, NOW - DAY, 0), NOW - DAY),
        (StoryStanding(StoryId("s"), "main", "open", NOW, None, 0), NOW),
        (StoryStanding(StoryId("s"), "main", "open", NOW - DAY, None, 60), NOW - DAY),
        (StoryStanding(StoryId("s"), "main", "closed", NOW - 2 * DAY, NOW - DAY, 0), NOW - DAY),
        (StoryStanding(StoryId("s"), "main", "closed", None, None, 0), None),
    ],
)
def test_a_story_closes_by_itself_and_says_since_when(story: StoryStanding, since: datetime | None) -> None:
    given = Standing(viewer="reader", entitlement=standing("active", "none", None).entitlement, story=story)
    problem = refuse(Action.POST, given, NOW)
    assert problem is not None
    assert (problem.slug, problem.members) == ("story-closed", {"closed_at": since})


def test_a_story_that_closes_later_is_open_now() -> None:
    story = StoryStanding(StoryId("s"), "main", "open", NOW + timedelta(seconds=1), None, 0)
    given = Standing(viewer="reader", entitlement=standing("active", "none", None).entitlement, story=story)
    assert refuse(Action.POST, given, NOW) is None


GATES: dict[str, tuple[str, set[str]] | None] = {
    "anonymous": ("Log in", {"login_url", "subscribe_url"}),
    "registered": ("Subscribe to comment", {"subscribe_url"}),
    "trialing": None,
    "active": None,
    "past due in grace": None,
    "past due beyond grace": ("payment", {"subscribe_url", "renew_url"}),
    "paused": ("paused", {"subscribe_url", "renew_url"}),
    "canceled before its end": None,
    "canceled after its end": ("ended", {"subscribe_url", "renew_url"}),
    "expired": ("expired", {"subscribe_url", "renew_url"}),
    "refunded": ("refunded", {"subscribe_url"}),
}


@pytest.mark.parametrize(("state", "expectation"), GATES.items())
def test_each_state_has_its_gate_and_the_problem_says_the_same(
    state: str, expectation: tuple[str, set[str]] | None
) -> None:
    given = standing(state, "none", None)
    gate, problem = gate_of(given, english(), NOW), refuse(Action.POST, given, NOW)
    if expectation is None:
        assert gate is None
        assert problem is None
        return
    words, links = expectation
    assert gate is not None
    assert problem is not None
    assert words in gate.message
    assert gate.links == {name: getattr(LINKS, name) for name in links}
    assert (gate.problem, gate.message) == (problem.slug, problem.detail)
    assert gate.links.items() <= problem.members.items()


def test_renewing_leads_to_subscribing_where_no_other_page_is_configured() -> None:
    given = standing("expired", "none", None)
    plain = Standing(viewer="reader", entitlement=given.entitlement, links=Links(subscribe_url="/subscribe"))
    problem = refuse(Action.POST, plain, NOW)
    assert problem is not None
    assert problem.members["renew_url"] == problem.members["subscribe_url"] == "/subscribe"


def test_without_configured_addresses_the_problem_still_has_its_members() -> None:
    problem = refuse(Action.POST, Standing(viewer="reader"), NOW)
    assert problem is not None
    assert problem.members == {"subscribe_url": None, "entitlement": NOTHING_KNOWN}
    gate = gate_of(Standing(viewer="reader"), english(), NOW)
    assert gate is not None
    assert gate.links == {}


def test_a_sanction_is_the_gate_before_the_subscription_is() -> None:
    gate = gate_of(standing("expired", "banned", None), english(), NOW)
    assert gate is not None
    assert (gate.problem, gate.links, gate.until) == ("banned", {}, None)


def test_gate_of_a_suspension_says_until_when() -> None:
    gate = gate_of(
        with_sanctions(a_sanction("suspend", NOW + DAY), a_sanction("suspend", NOW + 3 * DAY, 2)), english(), NOW
    )
    assert gate is not None
    assert (gate.problem, gate.until) == ("suspended", NOW + 3 * DAY)


def test_what_ends_by_itself_first_is_known_beforehand() -> None:
    entitled = standing("canceled before its end", "none", None).entitlement
    suspension, warning = a_sanction("suspend", NOW + timedelta(hours=1)), a_sanction("warn", number=2)
    assert changes_by_itself_at(Standing(viewer="reader", entitlement=entitled)) == NOW + DAY
    both = Standing(viewer="reader", entitlement=entitled, sanctions=(warning, suspension))
    assert changes_by_itself_at(both) == NOW + timedelta(hours=1)
    assert changes_by_itself_at(with_sanctions(warning)) is None
    assert changes_by_itself_at(standing("expired", "none", None)) is None


def test_nobody_is_told_of_a_wait_as_a_gate() -> None:
    assert gate_of(standing("active", "premoderated", "slow"), english(), NOW) is None


def test_the_sources_own_date_is_told_with_the_refusal() -> None:
    source: Source = "webhook"
    held = entitlement_of([Known(source, "canceled", None, NOW - DAY, NOW - 2 * DAY)], "newest", GRACE, NOW)
    problem = refuse(Action.POST, Standing(viewer="reader", entitlement=held), NOW)
    assert problem is not None
    assert problem.members["entitlement"].valid_until == NOW - DAY
