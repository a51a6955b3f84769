"""A run of equal characters is seen wherever it stands, in whatever script."""

import pytest

from service.screening.rules.runs import has_run


@pytest.mark.parametrize("letter", ["a", "é", "ж", "白", "😂", "\u0100", "\U00010000"])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("x", ""), ("", "x"), ("ц😀", "ц"), ("ab" * 100, "ba" * 100)])
def test_a_run_is_seen(letter: str, before: str, after: str) -> None:
    assert has_run(before + letter * 3 + after, 3)
    assert not has_run(before + letter * 2 + after, 3)


@pytest.mark.parametrize("text", ["", "a", "aa", "abab" * 50, "ĀāĀā" * 50, "aabbaabb" * 50, "\ud800\ud800"])
def test_no_run(text: str) -> None:
    assert not has_run(text, 3)
