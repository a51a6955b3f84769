"""Whatever a reader writes, screening has an answer, and every place that it tells lies in the text."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.screening.cases import read_cases, read_rules
from service.screening.pipeline import screen
from service.screening.rules.prints import prints_of
from service.screening.rules.ruleset import WordList
from service.screening.rules.signals import Draft, Earlier, History
from service.screening.rules.words.folding import fold, fold_with_places
from service.screening.rules.words.matcher import Matcher
from service.screening.rules.words.readings import readings_of
from service.screening.rules.words.traced import Traced

RULES = read_rules()
PARTS = [case.text for case in read_cases()] + [
    " ",
    ".",
    "*",
    "1",
    "!",
    "\n",
    "а",
    "白",
    "\u200b",
    "\u0301",
    "https://",
    "@",
    "(",
]
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PARTS), max_size=6).map("".join),
    st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=8)), max_size=6).map(" ".join),
)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
@example("İ" * 40)
@example("ﷺ" * 40)
@example("ǅ" * 40 + "ß" * 40)
def test_screening_answers(text: str) -> None:
    history = History(0, 0, 0, (text,), (1.0,), (Earlier("b", False, True, text),))
    for signal in screen(Draft(body=text, side=None, about=None, is_reply=False), history, RULES).signals:
        assert signal.detail
        if signal.start is not None and signal.end is not None:
            assert 0 <= signal.start < signal.end <= len(text)
            assert (signal.matched or "").startswith(text[signal.start : signal.end][:200])
    assert all(-(2**63) <= one < 2**63 for one in prints_of(text, 1))


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_each_reading_is_the_same_with_places(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(folded)
    for reading in readings_of(folded, spaceless=True):
        traced = reading.again(Traced(folded, places))
        assert traced.text == reading.words, reading.name
        assert traced.places is not None
        assert len(traced.places) == len(traced.text)
        assert all(0 <= place < max(1, len(text)) for place in traced.places)


@settings(deadline=None, max_examples=200)
@given(st.text(min_size=1, max_size=12), st.text(max_size=10), st.text(max_size=10))
def test_any_word_may_be_listed(word: str, before: str, after: str) -> None:
    matcher = Matcher((WordList(name="any", kind="suspect", words=(word,)),))
    for found in matcher.find(f"{before} {word} {after}"):
        assert found.word == word
