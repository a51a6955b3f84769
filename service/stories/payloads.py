"""Stories as JSON, in and out."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from service.infra.config import Settings
from service.kernel import limits
from service.kernel.moments import Moment, refuse_extremes
from service.kernel.patterns import whole
from service.stories import rules
from service.stories.rules import Sort
from service.stories.store import Story as StoryRow

State = Literal["open", "closed", "hidden"]
Mode = Literal["post", "pre"]
Voting = Literal["off", "up", "up_down"]
Kind = Literal["why", "key_point", "body", "explainer", "side", "noise", "forecast", "timeline"]

PartId = Annotated[str, Meta(pattern=whole("[A-Za-z0-9._:~-]{1,100}"), description="Unique within the story's list.")]
Site = Annotated[str, Meta(pattern=whole("[A-Za-z0-9._-]{1,100}"))]
Title = Annotated[str, Meta(min_length=1, max_length=limits.title_chars_max)]
Text = Annotated[str, Meta(max_length=limits.text_chars_max)]
Url = Annotated[str, Meta(pattern=whole(r"https?://[^\s<>\"]+"), max_length=limits.url_chars_max)]
SlowMode = Annotated[int, Meta(ge=0, le=86_400)]
Language = Annotated[str, Meta(pattern=whole("[a-z]{2,3}"), description="The primary tag of BCP 47, such as `de`.")]


class Side(Struct, frozen=True, forbid_unknown_fields=True):
    """A position that comments may take."""

    id: PartId
    label: Title
    claim: Text | None = None


class Anchor(Struct, frozen=True, forbid_unknown_fields=True):
    """A passage of the story that comments may be about."""

    id: PartId
    kind: Kind
    text: Text


class Forecast(Struct, frozen=True, forbid_unknown_fields=True):
    """A question about the future that readers may answer with a probability."""

    id: PartId
    question: Text
    closes_at: Moment | None = None

    def __post_init__(self) -> None:
        refuse_extremes(self)


Sides = Annotated[list[Side], Meta(max_length=limits.sides_max)]
Anchors = Annotated[list[Anchor], Meta(max_length=limits.anchors_max)]
Forecasts = Annotated[list[Forecast], Meta(max_length=limits.forecasts_max)]


class NewStory(Struct, frozen=True, forbid_unknown_fields=True):
    """A story as the newsroom registers it; what is left out takes its default."""

    site: Site
    title: Title
    url: Url | None = None
    section: Title | None = None
    published_at: Moment | None = None
    state: State = "open"
    mode: Mode = "post"
    closes_at: Moment | None = None
    slow_mode_s: SlowMode = 0
    voting: Voting = "up_down"
    default_sort: Sort | None = None
    language: Language | None = None
    sides: Sides = msgspec.field(default_factory=list)
    anchors: Anchors = msgspec.field(default_factory=list)
    forecasts: Forecasts = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        refuse_extremes(self)


class StoryChange(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Members to replace; what is left out stays."""

    title: Title | UnsetType = UNSET
    url: Url | None | UnsetType = UNSET
    section: Title | None | UnsetType = UNSET
    published_at: Moment | None | UnsetType = UNSET
    state: State | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    closes_at: Moment | None | UnsetType = UNSET
    slow_mode_s: SlowMode | UnsetType = UNSET
    voting: Voting | UnsetType = UNSET
    default_sort: Sort | None | UnsetType = UNSET
    language: Language | None | UnsetType = UNSET
    sides: Sides | UnsetType = UNSET
    anchors: Anchors | UnsetType = UNSET
    forecasts: Forecasts | UnsetType = UNSET

    def __post_init__(self) -> None:
        refuse_extremes(self)


class Counts(Struct, frozen=True):
    """Published comments of each side and about each anchor; what nobody wrote about is left out."""

    by_side: dict[str, int]
    by_anchor: dict[str, int]


class Policy(Struct, frozen=True):
    """What a composer needs to know beforehand."""

    body_chars_max: int
    edit_window_s: int
    depth_max: int
    subscribe_url: str | None
    login_url: str | None


class Story(Struct, frozen=True, kw_only=True):
    """A story as every reader sees it."""

    id: str
    site: str
    title: str
    url: str | None
    state: str
    mode: str
    voting: str
    slow_mode_s: int
    default_sort: str
    sides: list[dict[str, Any]]
    anchors: list[dict[str, Any]]
    earlier_anchors: list[dict[str, Any]]
    forecasts: list[dict[str, Any]]
    comment_count: int
    counts: Counts
    thread_version: int
    policy: Policy


class StoryRecord(Story, frozen=True, kw_only=True):
    """A story as its newsroom sees it."""

    section: str | None
    language: str | None
    published_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class StoryCounts(Struct, frozen=True):
    """Published comments by story id; an id that is not known counts 0."""

    counts: dict[str, int]


def policy(settings: Settings) -> Policy:
    return Policy(
        body_chars_max=limits.body_chars_max,
        edit_window_s=limits.edit_window_s,
        depth_max=limits.depth_max,
        subscribe_url=settings.subscribe_url,
        login_url=settings.login_url,
    )


def _common(row: StoryRow, settings: Settings, now: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "site": row.site,
        "title": row.title,
        "url": row.url,
        "state": rules.state_at(row.state, row.closes_at, now),
        "mode": row.mode,
        "voting": row.voting,
        "slow_mode_s": row.slow_mode_s,
        "default_sort": rules.default_sort(row.default_sort, row.published_at, now),
        "sides": row.sides,
        "anchors": row.anchors,
        "earlier_anchors": row.earlier_anchors,
        "forecasts": row.forecasts,
        "comment_count": row.comment_count,
        "counts": Counts(by_side=_positive(row.by_side), by_anchor=_positive(row.by_anchor)),
        "thread_version": row.thread_version,
        "policy": policy(settings),
    }


def _positive(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def public_story(row: StoryRow, settings: Settings, now: datetime) -> Story:
    """What everyone may see."""
    return Story(**_common(row, settings, now))


def story_record(row: StoryRow, settings: Settings, now: datetime) -> StoryRecord:
    """What the newsroom sees, its settings included."""
    return StoryRecord(
        **_common(row, settings, now),
        section=row.section,
        language=row.language,
        published_at=row.published_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
