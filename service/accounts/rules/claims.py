"""What the claims of a verified token say about its bearer, beyond those that every token has.

Members that are not known here are left alone, as tokens carry claims for other services too. A known one of the wrong
form refuses the token: taking it for absent would change, without a word, what somebody may do.
"""

from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec

from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Reader, Staff, SubscriptionClaim
from service.kernel import limits

_ROLES: Final = {role.value: role for role in Role}
_ROLES_MAX: Final = 50
_SITES_MAX: Final = 1_000
# A name is cut to what is shown when it is kept; this bounds the work.
_NAME_CHARS_MAX: Final = 500


class ClaimWrong(ValueError):
    """A claim is not of the form that it must have. `words` repeat nothing of the token; `more` is for operators."""

    def __init__(self, words: str, more: str = "") -> None:
        super().__init__(words)
        self.words, self.more = words, more


class _Common(msgspec.Struct, frozen=True):
    sub: str
    iat: float
    exp: float
    name: str | None = None


class _ReaderClaims(_Common, frozen=True):
    picture: str | None = None
    subscription: SubscriptionClaim | None = None


class _StaffClaims(_Common, frozen=True, kw_only=True):
    roles: list[str]
    sites: list[str] | None = None


_Claims = TypeVar("_Claims", bound=_Common)


def reader_of_claims(claims: dict[str, Any]) -> Reader:
    """The reader of a reader's token; ClaimWrong when it cannot be read so."""
    read = _read(claims, _ReaderClaims)
    return Reader(
        subject=read.sub,
        name=_name(read.name),
        picture_url=_picture(read.picture),
        issued_at=_moment(read.iat),
        expires_at=_moment(read.exp),
        subscription=_in_utc(read.subscription),
    )


def staff_of_claims(claims: dict[str, Any]) -> Staff:
    """The member of staff of a staff token; ClaimWrong when it cannot be read so.

    Roles that are not known here are of other services and carry nothing. `sites` limits; absent or null it does not.
    """
    read = _read(claims, _StaffClaims)
    if len(read.roles) > _ROLES_MAX or len(read.sites or ()) > _SITES_MAX:
        raise ClaimWrong(f"The token names more than {_ROLES_MAX} roles or {_SITES_MAX} sites.")
    return Staff(
        subject=read.sub,
        name=_name(read.name),
        roles=frozenset(_ROLES[role] for role in read.roles if role in _ROLES),
        sites=None if read.sites is None else frozenset(read.sites),
        issued_at=_moment(read.iat),
        expires_at=_moment(read.exp),
    )


def _read(claims: dict[str, Any], kind: type[_Claims]) -> _Claims:
    try:
        return msgspec.convert(claims, kind)
    except msgspec.ValidationError as error:
        # msgspec's own words end in the place, as in "Expected `str`, got `int` - at `$.name`".
        problem, _, place = str(error).partition(" - at ")
        claim = place.strip("`").removeprefix("$.") or "roles"
        words = (
            f"The token lacks the claim `{claim}`."
            if not place
            else f"The token's claim `{claim}` is not as it must be."
        )
        raise ClaimWrong(words, f"{problem}.") from error


def _name(claimed: str | None) -> str | None:
    return None if claimed is None else claimed[:_NAME_CHARS_MAX]


def _picture(claimed: str | None) -> str | None:
    """An https address; anything else is no picture, which is no reason to refuse its bearer."""
    if claimed is None or len(claimed) > limits.url_chars_max or not claimed.startswith("https://"):
        return None
    return claimed if claimed.isascii() and claimed.isprintable() and not set(claimed) & set(" \"'<>\\") else None


def _in_utc(claim: SubscriptionClaim | None) -> SubscriptionClaim | None:
    if claim is None or claim.valid_until is None:
        return claim
    if claim.valid_until.tzinfo is None:
        raise ClaimWrong("The token's claim `subscription.valid_until` does not say its time zone.")
    return SubscriptionClaim(claim.status, claim.plan, claim.valid_until.astimezone(UTC))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
