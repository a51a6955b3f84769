import pytest

from service.kernel import limits
from service.live.fanout import frames


def test_an_event_is_one_block_with_its_version_as_id() -> None:
    assert frames.frame("counts", {"comment_count": 3}, 41) == b'id: 41\nevent: counts\ndata: {"comment_count":3}\n\n'


def test_text_with_line_breaks_stays_in_one_data_line() -> None:
    made = frames.frame("comment.published", {"body": "a\r\nb\n\nid: 9\u2028c"}, 1)
    assert made.count(b"\n") == 4
    assert b"\r" not in made


@pytest.mark.parametrize(
    ("message", "version"),
    [
        (frames.frame("counts", {}, 41), 41),
        (frames.frame("counts", {}, 41) + frames.frame("counts", {}, 42), 41),
        (frames.up_to(7), 7),
        (frames.behind(7), None),
        (b"id: 7", None),
        (b"id: x\n\n", None),
        (b"id: -1\n\n", None),
        (b"", None),
    ],
)
def test_the_version_of_a_message_is_read_from_its_first_line(message: bytes, version: int | None) -> None:
    assert frames.version_of(message) == version


def test_only_an_event_about_the_story_tells_of_it() -> None:
    assert frames.tells_of_the_story(frames.frame("story.changed", {}, 1))
    assert not frames.tells_of_the_story(frames.frame("counts", {"x": "\nevent: story.changed\n"}, 1))


def test_what_a_page_must_act_upon_does_not_count_as_received() -> None:
    """Its `Last-Event-ID` stays, so that a page that could not act is told again."""
    assert b"id:" not in frames.behind(3) + frames.REFRESH + frames.ENTITLEMENT_CHANGED


def test_pages_are_told_different_pauses() -> None:
    pauses = {frames.retry() for _ in range(50)}
    assert len(pauses) > 10
    assert all(limits.live_retry_shortest_ms <= int(each.split()[1]) <= limits.live_retry_longest_ms for each in pauses)
