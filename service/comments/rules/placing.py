"""What a comment may name: a side and a passage of its story, and a comment that it answers."""

from collections.abc import Sequence
from typing import Any

from service.kernel.problems import InvalidRequest, Problem
from service.languages.said import said


def refuse_side(side: str | None, sides: Sequence[dict[str, Any]]) -> Problem | None:
    """A side must be one of the story's."""
    if side is None or any(known["id"] == side for known in sides):
        return None
    named = ", ".join(known["id"] for known in sides) or "none"
    return InvalidRequest.of("side", said("entries.side_gone"), cause=f"The sides of this story are: {named}.")


def refuse_about(about: str | None, anchors: Sequence[dict[str, Any]]) -> Problem | None:
    """A passage must be one that the story has now."""
    if about is None or any(known["id"] == about for known in anchors):
        return None
    return InvalidRequest.of("about", said("entries.about_gone"))


def refuse_vote(value: int, voting: str) -> Problem | None:
    """The story says which votes count."""
    if voting == "off":
        return InvalidRequest.of("value", said("entries.no_such_vote"), cause="This story has no votes.")
    if value == -1 and voting == "up":
        return InvalidRequest.of("value", said("entries.no_such_vote"), cause="This story counts votes up only.")
    return None
