"""Problem: what every refusal and failure becomes on the wire (RFC 9457).

A class is a problem type: its `slug` ends the `type` URL, and its docstring is the public text that
`/problems/<slug>` shows, so the documentation cannot fall behind. `detail` and further members belong to the instance.
The types that every feature shares are here; the rest stand beside their feature in `problems.py`.
"""

from typing import Any, ClassVar


class Problem(Exception):
    """Something went wrong with the request; `detail` says what."""

    slug: ClassVar[str] = "problem"
    title: ClassVar[str] = "Problem"
    status: ClassVar[int] = 500

    def __init__(self, detail: str = "", *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members
        self.headers = headers or {}

    def body(self, request_id: str) -> dict[str, Any]:
        """The problem document's members in the order in which people read them."""
        return {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            "request_id": request_id,
            **self.members,
        }


class InvalidRequest(Problem):
    """The request was understood but a value in it cannot be accepted. `errors` names each field and says why."""

    slug, title, status = "invalid-request", "A value in the request is not valid", 422

    @classmethod
    def of(cls, field: str, message: str) -> "InvalidRequest":
        """The refusal of one field; an empty name stands for the body as a whole."""
        return cls(f"{field}: {message}" if field else message, errors=[{"field": field, "message": message}])


class MalformedJson(Problem):
    """The body is not JSON in UTF-8, or is nested too deeply to be read."""

    slug, title, status = "malformed-json", "The body is not readable JSON", 400


class UnsupportedMediaType(Problem):
    """Bodies are sent as `Content-Type: application/json`, uncompressed."""

    slug, title, status = "unsupported-media-type", "The body must be application/json", 415


class MethodNotAllowed(Problem):
    """The address exists but does not answer this method. `Allow` lists those that it does."""

    slug, title, status = "method-not-allowed", "This address does not answer that method", 405


class NotFound(Problem):
    """Nothing is at this address. Addresses match exactly: no second spelling of one answers."""

    slug, title, status = "not-found", "Nothing is at this address", 404


class PayloadTooLarge(Problem):
    """The body is larger than the service reads. `limit_bytes` is the greatest size."""

    slug, title, status = "payload-too-large", "The body is too large", 413


class CursorInvalid(Problem):
    """The cursor is not one that this list and order gave out. Start again without a cursor."""

    slug, title, status = "cursor-invalid", "The cursor does not belong to this list", 400


class TooManyRequests(Problem):
    """Too many tries in a short time. Try again after `retry_after_s` seconds; trying earlier does not push that
    out."""

    slug, title, status = "too-many-requests", "Too many requests", 429


class Unavailable(Problem):
    """A part of the service is away for the moment. Nothing was lost; try again after `retry_after_s` seconds."""

    slug, title, status = "unavailable", "Not available for the moment", 503

    @classmethod
    def retry(cls, detail: str, after_s: int = 2) -> "Unavailable":
        return cls(detail, headers={"Retry-After": str(after_s)}, retry_after_s=after_s)


class Unexpected(Problem):
    """Something failed that should not have. The operators find it under `request_id`."""

    slug, title, status = "unexpected", "Something failed on our side", 500
