"""Reading a caller's standing: the step before every decision of `rules/policy.py`."""

from datetime import datetime, timedelta

from service.accounts.rules.viewer import Reader
from service.entitlements import store as entitlements
from service.entitlements.rules import Entitlement, Known, continued, entitlement_of, token_claim, worth_keeping
from service.infra.config import Settings
from service.infra.sql import Connection
from service.kernel.ids import ReaderId, StoryId
from service.participation import store
from service.participation.rules.standing import Links, Standing, StoryStanding
from service.participation.store import StandingRow
from service.sanctions.rules import Sanction, in_force
from service.stories.problems import StoryUnknown


async def standing_of(
    conn: Connection, settings: Settings, reader: Reader, story_id: StoryId | None, now: datetime
) -> Standing:
    """What is known of the reader, and about the story where one is named: one round trip, and no cache in between.

    That is what makes a revocation or a ban count at once on every node, with Redis or without. StoryUnknown for a
    story that is not registered. A token that brings newer word of the subscription than is stored costs one more
    statement, once.
    """
    row = await store.standing_row(conn, reader.subject, story_id, now)
    if story_id is not None and row.story_id is None:
        raise StoryUnknown
    return Standing(
        viewer="reader",
        reader_id=None if row.reader_id is None else ReaderId(row.reader_id),
        entitlement=await _entitlement(conn, settings, reader, row, now),
        sanctions=tuple(in_force([Sanction(*fields) for fields in row.sanctions], row.site, now)),
        story=_story(row),
        last_comment_at=row.last_comment_at,
        links=links_of(settings),
    )


def anonymous_standing(settings: Settings) -> Standing:
    """The standing of a caller without a token."""
    return Standing(viewer="anonymous", links=links_of(settings))


def links_of(settings: Settings) -> Links:
    """The publisher's addresses, as configured."""
    return Links(settings.login_url, settings.subscribe_url, settings.renew_url)


async def _entitlement(
    conn: Connection, settings: Settings, reader: Reader, row: StandingRow, now: datetime
) -> Entitlement:
    grace = timedelta(days=settings.past_due_grace_days)
    stored = [Known(*fields) for fields in row.claims]
    earlier = next((claim for claim in stored if claim.source == "token"), None)
    own = continued(token_claim(reader), earlier)
    if settings.entitlement_source != "webhook" and worth_keeping(own, earlier, grace):
        await entitlements.keep_claim(conn, reader.subject, own)
    return entitlement_of([*stored, own], settings.entitlement_source, grace, now)


def _story(row: StandingRow) -> StoryStanding | None:
    if row.story_id is None or row.site is None or row.state is None or row.slow_mode_s is None:
        return None
    return StoryStanding(
        id=StoryId(row.story_id),
        site=row.site,
        state=row.state,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        slow_mode_s=row.slow_mode_s,
    )
