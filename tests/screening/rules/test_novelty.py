"""What in a changed text was not in the one that a moderator approved."""

from typing import Any

import msgspec
import pytest

from service.screening.rules.novelty import found_anew
from service.screening.rules.signals import Signal


def _word(matched: str, **more: Any) -> Signal:
    return Signal(check="words", kind="hold", detail="", matched=matched, what="suspect", list="insults", **more)


def _links(count: int) -> Signal:
    return Signal(check="links", kind="hold", detail="", score=count, threshold=1)


@pytest.mark.parametrize(
    ("now", "earlier", "is_new"),
    [
        ([], [_word("oaf")], False),
        ([_word("oaf")], [_word("oaf")], False),
        ([_word("OAF ")], [_word("oaf")], False),
        ([_word("oaf", start=3, end=6)], [_word("oaf", start=0, end=3)], False),
        ([_word("oaf")], [], True),
        ([_word("lout")], [_word("oaf")], True),
        ([_word("oaf"), _word("oaf")], [_word("oaf")], True),
        ([_word("oaf")], [_word("oaf"), _word("lout")], False),
        # What was only noted was not read as a reason to hold.
        ([_word("oaf")], [Signal(check="words", kind="note", detail="", matched="oaf", would="hold")], True),
        ([Signal(check="words", kind="note", detail="", matched="oaf", would="hold")], [], False),
    ],
)
def test_words_are_known_by_what_they_matched(now: list[Signal], earlier: list[Signal], is_new: bool) -> None:
    assert bool(found_anew(now, "", earlier, "")) is is_new


@pytest.mark.parametrize(
    ("text", "earlier_text", "count", "earlier_count", "is_new"),
    [
        ("See https://a.example, https://b.example", "see https://a.example https://b.example!", 2, 2, False),
        ("See https://a.example and https://evil.example", "see https://a.example https://b.example", 2, 2, True),
        ("https://a.example https://a.example", "https://a.example", 2, 1, True),
    ],
)
def test_links_are_known_by_where_they_lead_and_how_many_they_are(
    text: str, earlier_text: str, count: int, earlier_count: int, is_new: bool
) -> None:
    assert bool(found_anew([_links(count)], text, [_links(earlier_count)], earlier_text)) is is_new


@pytest.mark.parametrize("check", ["story_mode", "premoderation", "new_readers", "history", "flood", "something new"])
def test_what_says_nothing_of_the_words_holds_again(check: str) -> None:
    signal = Signal(check=check, kind="hold", detail="")
    assert found_anew([signal], "The same words", [signal], "The same words") == [signal]


@pytest.mark.parametrize("check", ["repeats", "model", "akismet", "moderation", "check"])
def test_what_judges_the_whole_text_is_known_where_that_is_nearly_the_same(check: str) -> None:
    signal = Signal(check=check, kind="hold", detail="", score=0.95)
    earlier = msgspec.structs.replace(signal, score=0.94)
    text = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fiften"
    assert found_anew([signal], text.replace("fiften", "fifteen"), [earlier], text) == []
    assert found_anew([signal], "Something else that nobody has read, of some length", [earlier], text) == [signal]
    assert found_anew([signal], text, [], text) == [signal]
