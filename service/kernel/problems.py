"""Problem: what every refusal and failure becomes on the wire (RFC 9457).

A class is a problem type: its `slug` ends the `type` URL, and its docstring is the public text that
`/problems/<slug>` shows, so the documentation cannot fall behind. `detail` and further members belong to the instance.
The types that every feature shares are here; the rest stand beside their feature in `problems.py`.

What a reader can meet is a text of the catalogues (`Said`), and its document is in the reader's language throughout.
What only newsrooms, operators and programs meet is plain text, and English.
"""

from typing import Any, ClassVar

from service.languages.catalogues import Words, english
from service.languages.said import Said, said

# Up to here people count in seconds.
_SECONDS_SAID_MOST = 120


class Problem(Exception):
    """Something went wrong with the request; `detail` says what.

    `text` of a type is what its problems say to readers where they are given nothing else to say. `cause` is what
    happened, in English, for logs and for whoever integrates the service: a member of its own where `detail` is said to
    a reader who could do nothing with it.
    """

    slug: ClassVar[str] = "problem"
    title: ClassVar[str] = "Problem"
    status: ClassVar[int] = 500
    text: ClassVar[str] = ""

    def __init__(
        self, detail: str | Said = "", *, cause: str = "", headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        if not detail and self.text:
            detail = said(self.text)
        self.said = detail if isinstance(detail, Said) else None
        self.detail = english().tell(detail) if isinstance(detail, Said) else detail
        self.cause = cause or self.detail
        super().__init__(self.cause)
        self.members = {"cause": cause, **members} if cause else members
        self.headers = headers or {}

    def in_language_of(self, words: Words) -> Words:
        """The words that this problem is told in: those asked for where they have it, else English."""
        return words if self.said is not None else english()

    def told(self, words: Words) -> str:
        """`detail` in these words."""
        return self.detail if self.said is None else words.tell(self.said)

    def body(self, request_id: str, words: Words | None = None) -> dict[str, Any]:
        """The problem document's members in the order in which people read them; in English unless asked otherwise."""
        words = self.in_language_of(words or english())
        title = words.title(self.slug) or self.title
        return {
            "type": f"/problems/{self.slug}",
            "title": title,
            "status": self.status,
            "detail": self.told(words) or title,
            "request_id": request_id,
            **self.members,
        }


class InvalidRequest(Problem):
    """The request was understood but a value in it cannot be accepted. `errors` names each field and says why."""

    slug, title, status = "invalid-request", "A value in the request is not valid", 422

    @classmethod
    def of(cls, field: str, message: str | Said, *, cause: str = "") -> "InvalidRequest":
        """The refusal of one field; an empty name stands for the body as a whole."""
        if isinstance(message, Said):
            return cls(message, cause=cause, errors=[{"field": field}])
        return cls(f"{field}: {message}" if field else message, errors=[{"field": field, "message": message}])

    def body(self, request_id: str, words: Words | None = None) -> dict[str, Any]:
        """As for every problem; what is said to a reader is said of the one field that is wrong."""
        document = super().body(request_id, words)
        if self.said is not None:
            document["errors"] = [{**error, "message": document["detail"]} for error in document["errors"]]
        return document


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
    text = "problems.payload_too_large"


class CursorInvalid(Problem):
    """The cursor is not one that this list and order gave out. Start again without a cursor."""

    slug, title, status = "cursor-invalid", "The cursor does not belong to this list", 400
    text = "problems.cursor_invalid"


class TooManyRequests(Problem):
    """Too many tries in a short time. Try again after `retry_after_s` seconds; trying earlier does not push that
    out."""

    slug, title, status = "too-many-requests", "Too many requests", 429

    @classmethod
    def after(
        cls, retry_after_s: int, headers: dict[str, str], *, slow: bool = False, **members: Any
    ) -> "TooManyRequests":
        """The refusal that says when to try again: in seconds, or in minutes where there are many. `slow`: the story
        is slow."""
        kind = "slow" if slow else "too_many"
        if retry_after_s <= _SECONDS_SAID_MOST:
            when = said(f"problems.{kind}_seconds", count=retry_after_s)
        else:
            when = said(f"problems.{kind}_minutes", count=-(-retry_after_s // 60))
        headers = {"Retry-After": str(retry_after_s), **headers}
        return cls(when, headers=headers, retry_after_s=retry_after_s, **members)


class Unavailable(Problem):
    """A part of the service is away for the moment. Nothing was lost; try again after `retry_after_s` seconds."""

    slug, title, status = "unavailable", "Not available for the moment", 503
    text = "problems.unavailable"

    @classmethod
    def retry(cls, cause: str, after_s: int = 2) -> "Unavailable":
        return cls(cause=cause, headers={"Retry-After": str(after_s)}, retry_after_s=after_s)


class Unexpected(Problem):
    """Something failed that should not have. The operators find it under `request_id`."""

    slug, title, status = "unexpected", "Something failed on our side", 500
    text = "problems.unexpected"
