"""What every subscription webhook comes to, whichever system sent it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from service.entitlements.rules import Known
from service.kernel.patterns import whole
from service.kernel.problems import InvalidRequest

_NO_CONTROLS = whole(r"[^\x00-\x1f\x7f]*")
# The publisher's own id of a reader, as in the token's `sub`.
Subscriber = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=_NO_CONTROLS)]
EventType = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_NO_CONTROLS)]
Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=_NO_CONTROLS)]
Plan = Annotated[str, msgspec.Meta(max_length=200, pattern=_NO_CONTROLS)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

# How far ahead of our clock the sender's may be: news from the future would outvote everything until then.
AHEAD_MAX = timedelta(seconds=300)
_EARLIEST, _LATEST = datetime(2000, 1, 2, tzinfo=UTC), datetime(9998, 12, 30, tzinfo=UTC)


class Call(msgspec.Struct, frozen=True):
    """A call that could be read. `news` is None for one that says nothing of a subscription."""

    type: str
    # The sender's id of the event where it stands in the body.
    id: str | None = None
    subject: str | None = None
    news: Known | None = None


def moment(field: str, value: datetime) -> datetime:
    """The moment in UTC; InvalidRequest for one that no subscription can mean (and no database can hold)."""
    try:
        in_utc = value.astimezone(UTC)
    except OverflowError:
        in_utc = None
    if in_utc is None or not _EARLIEST <= in_utc <= _LATEST:
        raise InvalidRequest.of(field, "must lie between the years 2000 and 9998")
    return in_utc


def not_ahead(field: str, as_of: datetime, now: datetime) -> datetime:
    """The moment in UTC; InvalidRequest when it is further ahead than clocks differ."""
    as_of = moment(field, as_of)
    if as_of > now + AHEAD_MAX:
        raise InvalidRequest.of(field, "lies in the future")
    return as_of
