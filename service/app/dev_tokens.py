"""Tokens for development: a reader or member of staff for each part one may play, signed with the development secrets.

Outside of development nobody has a use for this: the publisher's logins sign, and this program only verifies.
"""

from datetime import datetime
from typing import Any, Final

import jwt
import msgspec

from service.accounts.rules.permissions import Role
from service.infra.config import Settings

LIFETIME_S: Final = 12 * 3600
_SUBSCRIBED_S: Final = 30 * 24 * 3600


class _Part(msgspec.Struct, frozen=True):
    """One part that a caller may play, and who plays it when nobody is named."""

    name: str
    role: Role | None = None
    # What the token says about a subscription; None when it says nothing.
    status: str | None = None


PARTS: Final[dict[str, _Part]] = {
    "reader": _Part("Robin Reader"),
    "subscriber": _Part("Sam Subscriber", status="active"),
    "lapsed": _Part("Lee Lapsed", status="expired"),
    "moderator": _Part("Morgan Moss", Role.MODERATOR),
    "editor": _Part("Eden Ellis", Role.EDITOR),
    "admin": _Part("Ash Avery", Role.ADMIN),
    "service": _Part("Newsroom CMS", Role.SERVICE),
}


class CannotMint(Exception):
    """No token can be signed with these settings; the text says why."""


def mint(
    part: str,
    settings: Settings,
    now: datetime,
    *,
    subject: str | None = None,
    name: str | None = None,
    lifetime_s: int | None = None,
    sites: tuple[str, ...] = (),
) -> str:
    """A token for one of PARTS, good from `now` on for `lifetime_s` (as long as the settings allow, 12 h at most).

    The same part is the same person each time unless `subject` says otherwise. CannotMint where only the publisher's
    login has the key.
    """
    played = PARTS[part]
    whose = "staff" if played.role else "reader"
    secret = getattr(settings, f"{whose}_secret")
    if not secret:
        raise CannotMint(
            f"{whose} tokens are checked with COMMENTS_{whose.upper()}_JWKS here, so only who has the private key can "
            f"sign one; set COMMENTS_{whose.upper()}_SECRET instead to try things out"
        )
    issued_at = int(now.timestamp())
    longest_s = settings.token_lifetime_s
    if lifetime_s is not None and lifetime_s > longest_s:
        raise CannotMint(f"a token may live for {longest_s} s at most (COMMENTS_TOKEN_LIFETIME_S)")
    claims: dict[str, Any] = {
        "iss": getattr(settings, f"{whose}_issuer"),
        "aud": getattr(settings, f"{whose}_audience"),
        "sub": subject or f"demo-{part}",
        "name": name or played.name,
        "iat": issued_at,
        "exp": issued_at + (min(LIFETIME_S, longest_s) if lifetime_s is None else lifetime_s),
    }
    if played.role:
        claims["roles"] = [played.role.value]
        if sites:
            claims["sites"] = list(sites)
    elif played.status:
        ends_s = _SUBSCRIBED_S if played.status == "active" else -_SUBSCRIBED_S
        claims["subscription"] = {
            "status": played.status,
            "plan": "digital",
            "valid_until": datetime.fromtimestamp(issued_at + ends_s, now.tzinfo).isoformat().replace("+00:00", "Z"),
        }
    return jwt.encode(claims, secret, algorithm="HS256")
