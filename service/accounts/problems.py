"""The refusals that have to do with who is calling. Their words never repeat any part of a token."""

from service.kernel.problems import Problem
from service.languages.said import Said


class TokenMissing(Problem):
    """This address needs a token in the `Authorization` header, as `Bearer <token>`. No other place is looked at."""

    slug, title, status = "token-missing", "A token is needed", 401
    text = "problems.token_missing"

    def __init__(self, detail: Said | str = "", *, cause: str = "") -> None:
        super().__init__(detail, cause=cause, headers={"WWW-Authenticate": "Bearer"})

    @classmethod
    def of(cls, cause: str) -> "TokenMissing":
        return cls(cause=cause)


class TokenInvalid(Problem):
    """The token is not one that this service accepts; `cause` says why in general words.

    Operators learn more from `story-comments token check`.
    """

    slug, title, status = "token-invalid", "The token is not accepted", 401
    text = "problems.token_invalid"

    @classmethod
    def of(cls, cause: str) -> "TokenInvalid":
        return cls(cause=cause, headers={"WWW-Authenticate": _challenge("invalid_token", cause)})


class TokenExpired(Problem):
    """The token was good once and its time is over. Ask the publisher's login for a new one and try again."""

    slug, title, status = "token-expired", "The token has expired", 401
    text = "problems.token_expired"

    @classmethod
    def of(cls, cause: str) -> "TokenExpired":
        return cls(cause=cause, headers={"WWW-Authenticate": _challenge("invalid_token", cause)})


class PermissionMissing(Problem):
    """The caller is known, but this is not theirs to do."""

    slug, title, status = "permission-missing", "This is not allowed for you", 403


class AuthorUnknown(Problem):
    """No author has this id."""

    slug, title, status = "author-unknown", "There is no such author", 404
    text = "problems.author_unknown"


def _challenge(error: str, description: str) -> str:
    """RFC 6750, section 3. The description must stay within printable ASCII without quotes."""
    plain = "".join(c for c in description if " " <= c <= "~" and c not in '"\\')
    return f'Bearer error="{error}", error_description="{plain}"'
