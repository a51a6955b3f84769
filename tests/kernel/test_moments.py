"""Moments without a zone, or at the ends of the calendar, are refused where they come in."""

from datetime import datetime

import msgspec
import pytest

from service.kernel.moments import Moment, refuse_extremes, within_reach


class Payload(msgspec.Struct):
    at: Moment | None = None

    def __post_init__(self) -> None:
        refuse_extremes(self)


@pytest.mark.parametrize("text", ["2026-11-22T10:00:00Z", "1900-01-01T00:00:00Z", "8999-12-31T23:59:59+14:00"])
def test_a_moment_is_taken(text: str) -> None:
    at = msgspec.convert({"at": text}, Payload).at
    assert at is not None
    assert within_reach(at)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T10:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "1899-12-31T23:59:59Z",
        "9000-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
    ],
)
def test_a_moment_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"at": text}, Payload)


def test_a_moment_without_zone_is_out_of_reach() -> None:
    assert not within_reach(datetime(2026, 11, 22, 10, 0))  # noqa: DTZ001
