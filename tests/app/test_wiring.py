"""The table of events: everything that is ever told has its place in it, and what pages show reaches them."""

import pytest

from service.app.wiring import HANDLERS
from service.live import messages

# What the contract names for outgoing webhooks, and what lower features tell besides.
TOPICS = {
    "comment.published", "comment.held", "comment.edited", "comment.deleted", "comment.rejected", "comment.approved",
    "comment.featured", "comment.unfeatured", "comment.reported", "votes.changed", "story.changed", "story.closed",
    "entitlement.changed", "sanction.added", "sanction.lifted", "appeal.made", "appeal.ruled",
    "notice.received",
}  # fmt: skip


def test_every_topic_has_its_place() -> None:
    assert set(HANDLERS) == TOPICS


@pytest.mark.parametrize(
    "topic", sorted(TOPICS - {"comment.reported", "appeal.made", "appeal.ruled", "notice.received"})
)
def test_what_readers_could_see_reaches_their_pages(topic: str) -> None:
    assert any(handler.__module__ == messages.__name__ for handler in HANDLERS[topic])
