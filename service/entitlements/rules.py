"""What a reader's subscription lets them do here: a pure function of what is known and the time.

Two sources tell us of a subscription: the token's claim (as of its `iat`) and the subscription system's events (as of
their `timestamp`). Of each source only the newest is kept; which source counts is decided here, when it is read, so
that a changed setting needs no data to be rewritten. Nothing has to happen for a subscription to lapse: `valid_until`
is compared with `now` each time.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import msgspec

from service.accounts.rules.viewer import Reader

Source = Literal["token", "webhook"]
SourceSetting = Literal["newest", "webhook", "token"]
# What a source may say of a subscription; `none` is a source that has nothing to say (any more).
Status = Literal["active", "trialing", "past_due", "paused", "canceled", "expired", "refunded", "none"]

NEVER = datetime.min.replace(tzinfo=UTC)
ALWAYS = datetime.max.replace(tzinfo=UTC)

# Settles two claims that agree on everything else, so that the order in which they arrive cannot matter.
_GRAVITY: dict[Status, int] = {
    "none": 0, "active": 1, "trialing": 2, "past_due": 3, "canceled": 4, "paused": 5, "expired": 6, "refunded": 7,
}  # fmt: skip


class Known(msgspec.Struct, frozen=True):
    """What one source says of one subscriber, and since when it has been saying that status."""

    source: Source
    status: Status
    plan: str | None
    valid_until: datetime | None
    as_of: datetime
    # The `as_of` with which the unbroken run of this status began; None: with this very claim.
    status_since: datetime | None = None
    # The source's own id of the subscription, where a subscriber may have several.
    subscription: str = ""


class Entitlement(msgspec.Struct, frozen=True):
    """What holds at the moment asked about. `valid_until` is the source's own date."""

    status: Status
    entitled: bool
    valid_until: datetime | None
    source: Source | None
    # When it ends by itself if nothing is heard before; None: not entitled now, or no end is known.
    entitled_until: datetime | None = None


NOTHING_KNOWN = Entitlement("none", False, None, None)


def entitled_until(claim: Known, grace: timedelta) -> datetime:
    """The moment from which the claim no longer entitles: NEVER if it never did, ALWAYS if it has no end.

    Past due: the grace period runs from the end of the paid time or from the first news that payment failed,
    whichever is earlier, so that neither repeated news nor a date in the unpaid period stretches it.
    """
    match claim.status:
        case "active" | "trialing":
            return claim.valid_until or ALWAYS
        case "past_due":
            began = claim.status_since or claim.as_of
            return min(began, claim.valid_until or began) + grace
        case "canceled":
            return claim.valid_until or NEVER
        case _:
            return NEVER


def supersedes(new: Known, old: Known | None, grace: timedelta) -> bool:
    """Does `new` take the place of `old`? The newer one does; at the same instant the one that denies (sooner) does.

    A total order over everything a claim says: whatever the order of arrival, the same one is left at the end.
    """
    # Since when a status has been said depends on what arrived before, and so must not decide what is kept.
    return old is None or _weight(_bare(new), grace) > _weight(_bare(old), grace)


def _bare(claim: Known) -> Known:
    return msgspec.structs.replace(claim, status_since=None)


def _weight(claim: Known, grace: timedelta) -> tuple[datetime, timedelta, int, datetime, str]:
    """What decides between claims, the weightiest first: newer, ending sooner, then anything that tells two apart."""
    sooner = ALWAYS - entitled_until(claim, grace)
    return claim.as_of, sooner, _GRAVITY[claim.status], claim.valid_until or NEVER, claim.plan or ""


def token_claim(reader: Reader) -> Known:
    """What the reader's token says, as of its `iat`; a token without the claim is a source that has nothing to say."""
    said = reader.subscription
    if said is None:
        return Known("token", "none", None, None, reader.issued_at)
    return Known("token", said.status, said.plan, said.valid_until, reader.issued_at)


def continued(new: Known, old: Known | None) -> Known:
    """`new` with the beginning of its status: that of `old` where both say the same, else its own moment."""
    since = (old.status_since or old.as_of) if old is not None and old.status == new.status else new.as_of
    return msgspec.structs.replace(new, status_since=min(since, new.as_of))


def worth_keeping(new: Known, old: Known | None, grace: timedelta) -> bool:
    """Must a token's claim be stored? Only if it is newer than what is stored; silence only if there is something to
    hide.

    That is one write for each token that a reader uses, not one for each request.
    """
    return supersedes(new, old, grace) and not (old is None and new.status == "none")


def entitlement_of(
    claims: Sequence[Known], source_setting: SourceSetting, grace: timedelta, now: datetime
) -> Entitlement:
    """What the claims (of either source, in any order, also several of one) come to at `now`.

    Of each source the newest counts, and of the sources the newest one that says anything. A source that fell silent
    (`none`) hides its own earlier claims and never outvotes the other source.
    """
    newest: dict[tuple[Source, str], Known] = {}
    for claim in sorted(claims, key=lambda claim: _weight(claim, grace)):
        if source_setting in ("newest", claim.source):
            newest[claim.source, claim.subscription] = claim
    words = [_word_of(source, newest.values(), grace) for source in get_args(Source)]
    speaking = [word for word in words if word is not None]
    if not speaking:
        return NOTHING_KNOWN
    counts = max(speaking, key=lambda claim: _weight(claim, grace))
    end = entitled_until(counts, grace)
    entitled = now < end
    lapsed = not entitled and counts.status in ("active", "trialing")
    return Entitlement(
        status="expired" if lapsed else counts.status,
        entitled=entitled,
        valid_until=counts.valid_until,
        source=counts.source,
        entitled_until=end if entitled and end != ALWAYS else None,
    )


def _word_of(source: Source, newest: Iterable[Known], grace: timedelta) -> Known | None:
    """What a source says of the subscriber: of several subscriptions the one that entitles longest, as of its latest
    news.

    Somebody who cancels one subscription and takes another must not lose the second when the first one ends.
    """
    said = [claim for claim in newest if claim.source == source and claim.status != "none"]
    if not said:
        return None
    best = max(said, key=lambda claim: (entitled_until(claim, grace), claim.as_of, claim.subscription))
    return msgspec.structs.replace(best, as_of=max(claim.as_of for claim in said))
