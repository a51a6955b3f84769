"""The problem types of comments."""

from datetime import datetime

from service.kernel.problems import Problem
from service.languages.said import said


class CommentUnknown(Problem):
    """There is no comment with this id, or it is not one that you may see."""

    slug, title, status = "comment-unknown", "This comment is not known here", 404
    text = "problems.comment_unknown"


class ParentGone(Problem):
    """The comment that this one answers was removed, or was never there. What you wrote can still be posted on its
    own."""

    slug, title, status = "parent-gone", "The comment that you answer is gone", 409
    text = "problems.parent_gone"


class EditWindowOver(Problem):
    """A comment can be changed for a short time after it was posted; that time ended at `ended_at`. It can still be
    deleted."""

    slug, title, status = "edit-window-over", "The time for changes is over", 409
    text = "problems.edit_window_over"

    def __init__(self, detail: str = "", *, ended_at: datetime) -> None:
        super().__init__(detail, ended_at=ended_at)


class CommentRefused(Problem):
    """The text goes against the rules of this site and was not posted. `reasons` are codes that say why in general
    terms, those of the check before posting; `detail` says it in the reader's language."""

    slug, title, status = "comment-refused", "The text goes against the rules", 422

    def __init__(self, *, reasons: list[str]) -> None:
        told = tuple(said(f"advice.{reason}") for reason in reasons)
        super().__init__(said("problems.comment_refused", reasons=told), reasons=reasons)


class RevisionChanged(Problem):
    """The comment was changed after you read it. Look at `current_revision`, then decide again."""

    slug, title, status = "revision-changed", "The comment was changed meanwhile", 409
    text = "problems.revision_changed"

    def __init__(self, detail: str = "", *, current_revision: int) -> None:
        super().__init__(detail, current_revision=current_revision)


class IdempotencyKeyReused(Problem):
    """This `Idempotency-Key` came with another text before. A key belongs to one comment; send a new one with a new
    comment."""

    slug, title, status = "idempotency-key-reused", "The key was used for something else", 422
    text = "problems.key_reused"


class StillInProgress(Problem):
    """The first request with this `Idempotency-Key` is still being answered. Send the same again in a moment."""

    slug, title, status = "still-in-progress", "The first try is still being answered", 409
    text = "problems.still_in_progress"
