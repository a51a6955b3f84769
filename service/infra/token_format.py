"""Opening a token (JWS compact serialisation, RFC 7515): what it says, before anything in it is believed.

Every byte is accounted for: three parts of unpadded base64url in their only spelling, and JSON objects inside. The
header chooses nothing: keys and addresses of keys that it carries (`jwk`, `jku`, `x5c`, `x5u`) are never looked at, and
one that asks for an extension to be understood (`crit`) is refused, because none is (RFC 8725, 3.1 to 3.3 and 3.10).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import Any, Final

import msgspec

from service.kernel import limits

_PART: Final = r"[A-Za-z0-9_-]+"
_COMPACT: Final = re.compile(rf"({_PART})\.({_PART})\.({_PART})", re.ASCII)
_KID_CHARS_MAX: Final = 200
# Other signed statements of the same issuer (events, logout tokens, proofs) are no access tokens (RFC 8725, 3.11).
_TYPES: Final = frozenset({"jwt", "at+jwt"})


class Refusal(msgspec.Struct, frozen=True):
    """Why a token is not accepted. `words` are for anybody and repeat nothing of it; `more` is for operators."""

    words: str
    more: str = ""
    expired: bool = False
    # A claim that the others depend on is missing or of no use.
    malformed: bool = False


class TokenRefused(Exception):
    """The token is not accepted; says the first reason found."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


class OpenedToken(msgspec.Struct, frozen=True):
    """A token taken apart. Nothing in it is verified."""

    algorithm: str
    kid: str | None
    claims: dict[str, Any]
    signed_part: bytes
    signature: bytes
    digest: bytes


def digest_of(token: str) -> bytes:
    """What stands for a token where the token itself must not be kept."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def open_token(token: str) -> OpenedToken:
    """The parts of a token; TokenRefused when it is not one, or asks to be treated in a way that is not supported."""
    if len(token) > limits.token_bytes_max:
        raise _refused(f"The token is longer than {limits.token_bytes_max} bytes.", f"It has {len(token)}.")
    parts = _COMPACT.fullmatch(token)
    if parts is None:
        raise _refused("The token is not a signed JWT: three parts of base64url joined by dots.", _shape_of(token))
    header = _object(_decoded(parts[1], "header"), "header")
    claims = _object(_decoded(parts[2], "claims"), "claims")
    signature = _decoded(parts[3], "signature")
    algorithm, kid = _checked(header)
    return OpenedToken(algorithm, kid, claims, f"{parts[1]}.{parts[2]}".encode("ascii"), signature, digest_of(token))


def shown(value: object, chars_max: int = 120) -> str:
    """A value of a token as operators may see it: short, on one line, printable."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8")
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return f"`{clean[:chars_max]}…`" if len(clean) > chars_max else f"`{clean}`"


def _checked(header: dict[str, Any]) -> tuple[str, str | None]:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or not algorithm:
        raise _refused("The token's header names no algorithm.")
    if "crit" in header:
        raise _refused("The token's header asks for extensions (`crit`) that are not supported.")
    if header.get("b64", True) is not True:
        raise _refused("The token's claims are not encoded (`b64`), which is not supported.")
    kid = header.get("kid")
    if "kid" in header and not (isinstance(kid, str) and len(kid) <= _KID_CHARS_MAX):
        raise _refused(f"The token's key name (`kid`) is not a string of at most {_KID_CHARS_MAX} characters.")
    if "typ" in header:
        kind = header["typ"]
        if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
            raise _refused("The token's type (`typ`) is not that of an access token.", f"It is {shown(kind)}.")
    return algorithm, kid


def _decoded(part: str, what: str) -> bytes:
    try:
        raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (Base64Error, ValueError) as error:
        raise _refused(f"The token's {what} cannot be decoded.") from error
    # Bits left over at the end could be set in several ways: each token has one spelling.
    if urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != part:
        raise _refused(f"The token's {what} cannot be decoded.")
    return raw


def _object(raw: bytes, what: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(f"The token's {what} are not a JSON object.") from error


def _shape_of(token: str) -> str:
    """What an operator can see at a glance, without the token."""
    if not token.strip():
        return "It is empty."
    if token.count(".") == 4:
        return "It has five parts, as encrypted tokens (JWE) have."
    if token.count(".") != 2:
        return f"It has {token.count('.') + 1} parts."
    if token.endswith("."):
        return "It has no signature."
    return "It holds characters that base64url does not have, or an empty part."


def _refused(words: str, more: str = "") -> TokenRefused:
    return TokenRefused(Refusal(words, more))
