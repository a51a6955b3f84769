"""The model that scores texts: a weight for each feature, and what counts as good enough to be used."""

import sys
from array import array
from collections.abc import Sequence
from math import exp, sqrt
from typing import Final
from zlib import compress, decompress

import msgspec

from service.screening.rules.features import BUCKETS, features
from service.screening.rules.opinions import NOTED_AT
from service.screening.rules.ruleset import Rules
from service.screening.rules.shadow import as_used
from service.screening.rules.signals import Signal

# A ranking that a coin could have made has an area of 0.5.
ROC_AUC_MIN: Final = 0.75
# So much worse than the model in use, on the same decisions, is within chance.
AVERAGE_PRECISION_LOSS_MAX: Final = 0.02


class AtThreshold(msgspec.Struct, frozen=True):
    """Of the decisions held back, those that score as much: how many there are, and how many were rejections."""

    threshold: float
    held: int
    # None where nothing scores as much.
    precision: float | None
    recall: float


class Figures(msgspec.Struct, frozen=True):
    """How a model does on decisions that it did not learn from."""

    learned_from: int
    held_back: int
    # Among those held back.
    rejected: int
    roc_auc: float
    average_precision: float
    at: tuple[AtThreshold, ...]


class Model(msgspec.Struct, frozen=True):
    """A logistic regression over `features`, each text's vector of length one."""

    version: int
    bias: float
    weights: array  # type: ignore[type-arg]

    def score(self, text: str) -> float:
        """How likely a moderator of this installation rejects the text, from 0 to 1; 0.5 is no knowledge at all."""
        found = features(text)
        if not found:
            return 0.0
        weights = self.weights
        margin = self.bias + sum([weights[bucket] for bucket in found]) / sqrt(len(found))
        return 1 / (1 + exp(-max(-30.0, min(30.0, margin))))


def signal_of_model(model: Model, text: str, rules: Rules) -> Signal | None:
    """The model's word on a text; None where it has nothing to say against it. It may ask to hold, never to refuse."""
    score = round(model.score(text), 3)
    if score < min(NOTED_AT, rules.model.hold_at):
        return None
    signal = Signal(
        check="model",
        kind="hold" if score >= rules.model.hold_at else "note",
        detail=f"like texts that moderators rejected here (model {model.version})",
        score=score,
        threshold=rules.model.hold_at,
        rule_version=rules.version,
    )
    return as_used(signal, rules.model.use)


def refuse_model(new: Figures, in_use: Figures | None) -> str | None:
    """Why a model may not be used, or None. `in_use` are the present one's figures on the same decisions."""
    if new.roc_auc < ROC_AUC_MIN:
        return f"it tells rejected from approved too badly: area {new.roc_auc:.2f} under {ROC_AUC_MIN}"
    if in_use is not None and new.average_precision < in_use.average_precision - AVERAGE_PRECISION_LOSS_MAX:
        return (
            f"the one in use does better on the same decisions: average precision {in_use.average_precision:.2f}, "
            f"this one {new.average_precision:.2f}"
        )
    return None


def packed(bias: float, weights: Sequence[float]) -> bytes:
    """Weights as they are stored: the bias, then one for each bucket, as 32-bit floats in little-endian order."""
    numbers = array("f", [bias, *weights])
    return compress(_little_endian(numbers).tobytes())


def unpacked(version: int, stored: bytes) -> Model:
    """The stored model; ValueError when it is not one of these features."""
    numbers = array("f")
    numbers.frombytes(decompress(stored))
    if len(numbers) != BUCKETS + 1:
        raise ValueError(f"model {version} has {len(numbers) - 1} weights in place of {BUCKETS}")
    numbers = _little_endian(numbers)
    return Model(version, numbers[0], numbers[1:])


def _little_endian(numbers: array) -> array:  # type: ignore[type-arg]
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
