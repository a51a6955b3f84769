"""Learning from decisions, measured on those that were held back."""

import pytest

from service.screening.model.training import Example, TooFewExamples, learn, measure
from service.screening.rules.features import BUCKETS
from service.screening.rules.model import unpacked
from tests.screening.model.newsroom import examples

# The library and its arrays are loaded first, which takes a moment.
pytestmark = pytest.mark.timeout(120)


def test_model_tells_what_this_newsroom_rejects_from_what_it_approves() -> None:
    learned = learn(examples(800), None, 100)

    assert learned.figures.roc_auc > 0.9
    assert (learned.figures.learned_from, learned.figures.held_back) == (640, 160)
    model = unpacked(1, learned.stored)
    assert model.score("You stupid clown, shut up") > 0.9
    assert model.score("The tram line costs too much every year, says the article") < 0.2


def test_measures_are_those_of_the_decisions_held_back() -> None:
    made = examples(800)
    learned = learn(made, None, 100)
    model = unpacked(1, learned.stored)

    again = measure(model, made[640:], 640)

    assert again == learned.figures
    at_half = again.at[0]
    held = [example for example in made[640:] if model.score(example.text) >= at_half.threshold]
    assert at_half.held == len(held)
    assert at_half.precision == pytest.approx(sum(one.rejected for one in held) / len(held), abs=1e-4)


def test_noise_teaches_nothing() -> None:
    learned = learn(examples(800, noise=0.5), None, 100)

    assert learned.figures.roc_auc < 0.65


def test_same_decisions_give_the_same_model() -> None:
    made = examples(600)

    assert learn(made, None, 100).stored == learn(made, None, 100).stored


@pytest.mark.parametrize(
    "made",
    [
        [],
        examples(100),
        [Example("fine", False)] * 500,
        # All rejections lie before the newest fifth.
        [*([Example("bad", True)] * 150), *([Example("fine", False)] * 450)],
    ],
)
def test_too_little_is_said_to_be_so(made: list[Example]) -> None:
    with pytest.raises(TooFewExamples):
        learn(made, None, 100)


def test_text_without_a_word_is_no_hindrance() -> None:
    made = [*examples(600), Example("…", False), Example("!!!", True)]

    learned = learn(made, None, 100)

    assert unpacked(1, learned.stored).score("…") == 0.0
    assert len(unpacked(1, learned.stored).weights) == BUCKETS
