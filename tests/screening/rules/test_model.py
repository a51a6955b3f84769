"""The model's score as a signal, and which models may be used."""

from array import array
from typing import Any

import pytest
from msgspec.structs import replace

from service.screening.rules import ruleset
from service.screening.rules.features import BUCKETS, features
from service.screening.rules.model import Figures, Model, packed, refuse_model, signal_of_model, unpacked
from service.screening.rules.ruleset import Rules

FIGURES = Figures(learned_from=800, held_back=200, rejected=90, roc_auc=0.9, average_precision=0.85, at=())


def model(bias: float = 0.0, **weights: float) -> Model:
    """A model that knows these words alone."""
    numbers = array("f", bytes(4 * BUCKETS))
    for word, weight in weights.items():
        for bucket in features(word):
            numbers[bucket] = weight
    return Model(3, bias, numbers)


def test_score_is_a_likelihood() -> None:
    known = model(-1.0, spam=4.0, story=-4.0)

    assert known.score("spam") > 0.9
    assert known.score("story") < 0.01
    assert known.score("") == 0.0
    assert 0.0 < known.score("neither") < 0.5


@pytest.mark.parametrize(
    ("bias", "part", "expected"),
    [
        (-3.0, {"use": "on"}, None),
        (0.5, {"use": "on"}, ("note", None)),
        (3.0, {"use": "on"}, ("hold", None)),
        (3.0, {"use": "on", "hold_at": 0.99}, ("note", None)),
        (3.0, {"use": "shadow"}, ("note", "hold")),
        # However sure it is, it never refuses.
        (30.0, {"use": "on"}, ("hold", None)),
    ],
)
def test_model_may_note_or_hold(bias: float, part: dict[str, Any], expected: Any) -> None:
    rules = Rules(version=5, model=ruleset.Model(**part))

    signal = signal_of_model(model(bias), "words", rules)

    assert (signal and (signal.kind, signal.would)) == expected
    assert signal is None or (signal.check, signal.rule_version, signal.threshold) == ("model", 5, rules.model.hold_at)


@pytest.mark.parametrize(
    ("new", "in_use", "refused"),
    [
        (FIGURES, None, False),
        (replace(FIGURES, roc_auc=0.75), None, False),
        (replace(FIGURES, roc_auc=0.7499), None, True),
        (FIGURES, FIGURES, False),
        (replace(FIGURES, average_precision=0.84), FIGURES, False),
        (replace(FIGURES, average_precision=0.82), FIGURES, True),
    ],
)
def test_model_is_used_only_if_it_does_well_enough(new: Figures, in_use: Figures | None, refused: bool) -> None:
    assert (refuse_model(new, in_use) is not None) == refused


def test_weights_survive_being_stored() -> None:
    known = model(-1.25, spam=4.0)

    again = unpacked(3, packed(known.bias, known.weights))

    assert (again.bias, again.weights) == (known.bias, known.weights)


def test_weights_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="model 3"):
        unpacked(3, packed(0.0, [0.0] * 10))
