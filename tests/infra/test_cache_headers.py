"""Freshness by the headers of RFC 9111."""

from __future__ import annotations

import pytest

from service.infra.cache_headers import fresh_for_s

DATE = "Sun, 22 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=60"}, 60),
        ({"cache-control": "public, max-age=60, must-revalidate"}, 60),
        ({"cache-control": "Public,MAX-AGE=60"}, 60),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"cache-control": "s-maxage=10, max-age=60"}, 60),
        ({"cache-control": "max-age=60", "age": "45"}, 15),
        ({"cache-control": "max-age=60", "age": "90"}, 0),
        ({"cache-control": "max-age=60", "age": "-5"}, 60),
        ({"cache-control": "max-age=60, no-cache"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=soon"}, None),
        ({"expires": "Sun, 22 Nov 2026 10:05:00 GMT", "date": DATE}, 300),
        ({"expires": "Sun, 22 Nov 2026 10:05:00 GMT", "date": DATE, "age": "60"}, 240),
        ({"expires": "Sun, 22 Nov 2026 09:00:00 GMT", "date": DATE}, 0),
        ({"expires": "0", "date": DATE}, 0),
        ({"expires": "Sun, 22 Nov 2026 10:05:00 GMT"}, None),
        ({"cache-control": "max-age=60", "expires": "Sun, 22 Nov 2026 10:05:00 GMT", "date": DATE}, 60),
    ],
)
def test_freshness_follows_the_headers(headers: dict[str, str], expected: float | None) -> None:
    assert fresh_for_s(headers) == expected
