"""The refusals that have to do with who is calling. Their words never repeat any part of a token."""

from service.kernel.problems import Problem


class TokenMissing(Problem):
    """This address needs a token in the `Authorization` header, as `Bearer <token>`. No other place is looked at."""

    slug, title, status = "token-missing", "A token is needed", 401

    @classmethod
    def of(cls, detail: str) -> "TokenMissing":
        return cls(detail, headers={"WWW-Authenticate": "Bearer"})


class TokenInvalid(Problem):
    """The token is not one that this service accepts; `detail` says why in general words.

    Operators learn more from `story-comments token check`.
    """

    slug, title, status = "token-invalid", "The token is not accepted", 401

    @classmethod
    def of(cls, detail: str) -> "TokenInvalid":
        return cls(detail, headers={"WWW-Authenticate": _challenge("invalid_token", detail)})


class TokenExpired(Problem):
    """The token was good once and its time is over. Ask the publisher's login for a new one and try again."""

    slug, title, status = "token-expired", "The token has expired", 401

    @classmethod
    def of(cls, detail: str) -> "TokenExpired":
        return cls(detail, headers={"WWW-Authenticate": _challenge("invalid_token", detail)})


class PermissionMissing(Problem):
    """The caller is known, but this is not theirs to do."""

    slug, title, status = "permission-missing", "This is not allowed for you", 403


class AuthorUnknown(Problem):
    """No author has this id."""

    slug, title, status = "author-unknown", "There is no such author", 404


def _challenge(error: str, description: str) -> str:
    """RFC 6750, section 3. The description must stay within printable ASCII without quotes."""
    plain = "".join(c for c in description if " " <= c <= "~" and c not in '"\\')
    return f'Bearer error="{error}", error_description="{plain}"'
