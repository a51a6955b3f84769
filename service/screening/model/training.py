"""Learns from decisions: a logistic regression by scikit-learn, measured on the newest decisions, which it never saw.

Needs the extra `learn`. Learning takes seconds of a whole core, so whoever calls it gives it a process of its own.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from service.screening.rules.features import BUCKETS, features
from service.screening.rules.model import AtThreshold, Figures, Model, packed

# The newest fifth is held back: a model is for what comes, not for what was.
HELD_BACK_SHARE: Final = 0.2
THRESHOLDS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
# Stronger than the library's own choice, for texts are short and buckets are many.
_INVERSE_REGULARISATION: Final = 10.0


class Example(msgspec.Struct, frozen=True):
    """A text that a person decided about."""

    text: str
    rejected: bool


class Learned(msgspec.Struct, frozen=True):
    """A new model as it is stored, and how it and the one in use do on the decisions held back."""

    stored: bytes
    figures: Figures
    figures_in_use: Figures | None


class TooFewExamples(Exception):
    """There is not enough to learn from; the text says what there is."""


def learn(examples: Sequence[Example], in_use: Model | None, examples_min: int) -> Learned:
    """Learns from all but the newest examples, which come last. TooFewExamples under so many of either kind."""
    known, held_back = _split(examples, examples_min)
    bias, weights = _fit(known)
    stored = packed(bias, weights)
    new = Model(0, bias, weights)
    return Learned(
        stored=stored,
        figures=measure(new, held_back, len(known)),
        figures_in_use=None if in_use is None else measure(in_use, held_back, 0),
    )


def measure(model: Model, held_back: Sequence[Example], learned_from: int) -> Figures:
    """How the model does on these decisions, of which there must be some of either kind."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    truths = [example.rejected for example in held_back]
    scores = [model.score(example.text) for example in held_back]
    return Figures(
        learned_from=learned_from,
        held_back=len(held_back),
        rejected=sum(truths),
        roc_auc=round(float(roc_auc_score(truths, scores)), 4),
        average_precision=round(float(average_precision_score(truths, scores)), 4),
        at=tuple(_at(threshold, truths, scores) for threshold in THRESHOLDS),
    )


def _at(threshold: float, truths: Sequence[bool], scores: Sequence[float]) -> AtThreshold:
    held = [truth for truth, score in zip(truths, scores, strict=True) if score >= threshold]
    precision = round(sum(held) / len(held), 4) if held else None
    return AtThreshold(threshold, len(held), precision, round(sum(held) / sum(truths), 4))


def _split(examples: Sequence[Example], least: int) -> tuple[Sequence[Example], Sequence[Example]]:
    rejected = sum(example.rejected for example in examples)
    approved = len(examples) - rejected
    if min(rejected, approved) < least:
        raise TooFewExamples(f"{rejected} rejected and {approved} approved comments; {least} of either are needed")
    at = len(examples) - round(len(examples) * HELD_BACK_SHARE)
    for part in (examples[:at], examples[at:]):
        if len({example.rejected for example in part}) < 2:
            raise TooFewExamples("the newest fifth of the decisions, or the rest, are all of one kind")
    return examples[:at], examples[at:]


def _fit(examples: Sequence[Example]) -> tuple[float, Any]:
    """Bias and weights. Every vector has length one, as `Model.score` has it."""
    from array import array

    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [features(example.text) for example in examples]
    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), 1 / max(1, len(row)) ** 0.5) for row in rows])
    matrix = csr_matrix((values, np.concatenate([np.array(row, dtype=np.int32) for row in rows]), ends),
                        shape=(len(rows), BUCKETS))  # fmt: skip
    # Balanced, since moderators approve more than they reject, or the other way round; the score is then a likelihood
    # among as many of either.
    regression = LogisticRegression(C=_INVERSE_REGULARISATION, class_weight="balanced", solver="liblinear")
    regression.fit(matrix, [example.rejected for example in examples])
    return float(regression.intercept_[0]), array("f", regression.coef_[0].tolist())
