"""A text as hashed numbers: the same everywhere, whatever the case and style of its letters."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from service.screening.rules.features import BUCKETS, CHARS_MAX, features


def test_case_style_and_signs_make_no_difference() -> None:
    assert features("Free COINS!") == features("free, coins") == features("ｆｒｅｅ　coins…")


def test_order_of_words_does() -> None:
    assert features("dog bites man") != features("man bites dog")


def test_a_spelling_that_differs_shares_most_pieces() -> None:
    one, other = set(features("giveaways")), set(features("giveaway"))

    assert len(one & other) >= 4


def test_every_process_finds_the_same() -> None:
    program = "from service.screening.rules.features import features; print(features('Some words, gehört'))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert told.strip() == str(features("Some words, gehört"))


@given(st.text(max_size=300))
def test_any_text_has_features_in_order_and_in_range(text: str) -> None:
    found = features(text)

    assert found == sorted(set(found))
    assert all(0 <= bucket < BUCKETS for bucket in found)


def test_what_stands_far_on_is_not_looked_at() -> None:
    text = "word " * (CHARS_MAX // 5)

    assert features(text + "another tale") == features(text)
