"""Cursors name a place in one list, and whatever else is sent as one is refused."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kernel.cursor import CURSOR_CHARS_MAX, pack, unpack
from service.kernel.problems import CursorInvalid


class Place(msgspec.Struct, frozen=True, array_like=True):
    at: datetime
    id: UUID


PLACE = Place(datetime(2026, 11, 22, 10, 0, tzinfo=UTC), UUID("01938f6e-0000-7000-8000-000000000001"))


def test_a_cursor_leads_back_to_its_place() -> None:
    assert unpack("roots newest", pack("roots newest", PLACE), Place) == PLACE


@pytest.mark.parametrize(("of", "place"), [("roots oldest", Place), ("roots newest", int)])
def test_a_cursor_of_another_list_or_shape_is_refused(of: str, place: type) -> None:
    with pytest.raises(CursorInvalid):
        unpack(of, pack("roots newest", PLACE), place)


def test_a_cursor_has_one_spelling() -> None:
    cursor = pack("roots", 7)
    for other in (cursor + "=", cursor + "==", cursor + "A", cursor[:-1], " " + cursor, cursor + "\n"):
        with pytest.raises(CursorInvalid):
            unpack("roots", other, int)


def test_a_cursor_is_bounded() -> None:
    with pytest.raises(CursorInvalid):
        unpack("roots", "A" * (CURSOR_CHARS_MAX + 1), int)


@given(st.text(max_size=CURSOR_CHARS_MAX + 8))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        place = unpack("roots", text, int)
    except CursorInvalid:
        return
    assert pack("roots", place) == text


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_every_number_comes_back(place: int) -> None:
    assert unpack("roots", pack("roots", place), int) == place
