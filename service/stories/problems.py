"""The problem types of stories."""

from datetime import datetime

from service.kernel.problems import Problem


class StoryUnknown(Problem):
    """No discussion is registered under this story id, or it is not shown."""

    slug, title, status = "story-unknown", "This story is not known here", 404
    text = "problems.story_unknown"


class StoryClosed(Problem):
    """The discussion of this story takes no new or changed comments any more, since `closed_at`.

    It can still be read, voted on and reported from, and one's own comments can still be deleted.
    """

    slug, title, status = "story-closed", "The discussion is closed", 409
    text = "problems.story_closed"

    def __init__(self, detail: str = "", *, closed_at: datetime | None) -> None:
        super().__init__(detail, closed_at=closed_at)
