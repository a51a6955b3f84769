"""Ids tell when they were made, and a story's id is plain."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from service.infra.clock import FixedClock, id_at
from service.kernel.ids import STORY_ID_PATTERN, made_at

MOMENT = datetime(2026, 11, 22, 10, 0, 0, 123000, tzinfo=UTC)


def test_the_moment_inside_an_id_is_the_one_it_was_made_at() -> None:
    assert made_at(id_at(MOMENT, 1)) == MOMENT


def test_an_id_of_another_version_tells_no_moment() -> None:
    with pytest.raises(ValueError, match="not a UUIDv7"):
        made_at(uuid4())


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    clock = FixedClock(MOMENT)
    made: list[UUID] = []
    for _ in range(20):
        made.append(clock.new_id())
        clock.move(milliseconds=1)
    assert made == sorted(made)
    assert {one.version for one in made} == {7}


@pytest.mark.parametrize("story", ["a", "2026:11/22"[:7], "x" * 200, "A.b_c~d-e:f"])
def test_a_story_id_is_taken(story: str) -> None:
    assert re.match(STORY_ID_PATTERN, story)


@pytest.mark.parametrize("story", ["", "x" * 201, "a b", "a/b", "ä", "a\n", "a%", "<a>", "a\0"])
def test_a_story_id_is_refused(story: str) -> None:
    assert re.fullmatch(STORY_ID_PATTERN.strip("^$"), story) is None
