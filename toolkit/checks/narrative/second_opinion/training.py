"""Fit a model of the second opinion: in go figures or denials with the words around them and what they mean, out come weights.

The samples are the figures of reports whose text agrees with their tables, where the tables say what each counts, and of passages
whose authors do. A figure that counts nothing of the tables is a sample of ``none``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NONE = "none"
_RATE, _ROUNDS, _SEED = 0.3, 8, 0
_FEWEST = 5  # samples of a class
_KEPT = 50_000  # features kept, those with the largest weights
_BITS = 127


class Sample(NamedTuple):
    """The hashed features of a figure and the class of what it counts."""

    features: Sequence[int]
    meaning: str


class Model(NamedTuple):
    """``weights`` has a row for each of the sorted ``features`` and a column for each of ``classes``."""

    classes: tuple[str, ...]
    features: NDArray[np.uint32]
    weights: NDArray[np.int8]
    scale: float

    def chances(self, features: Sequence[int]) -> dict[str, float]:
        """How likely each of the classes is for a figure or a denial with these features; together 1."""
        scores = self.weights[places_of(self.features, features)].astype(np.float32).sum(0) * np.float32(self.scale)
        return dict(zip(self.classes, softmax(scores).tolist(), strict=True))


def train(samples: Sequence[Sample], kept: int = _KEPT) -> Model:
    """Softmax regression by adaptive gradient descent, a byte for each weight; the same samples give the same model."""
    counts = Counter(sample.meaning for sample in samples)
    classes = tuple(sorted(name for name, count in counts.items() if count >= _FEWEST))
    number = {name: at for at, name in enumerate(classes)}
    usable = [sample for sample in samples if sample.meaning in number]
    often = Counter(feature for sample in usable for feature in sample.features)
    features = np.array(sorted(feature for feature, count in often.items() if count > 1), dtype=np.uint32)
    places = [places_of(features, sample.features) for sample in usable]
    weights = _fitted(places, [number[sample.meaning] for sample in usable], (len(features), len(classes)))
    return _rounded(classes, features, weights, kept)


def places_of(features: NDArray[np.uint32], numbers: Sequence[int]) -> NDArray[Any]:
    asked = np.array(numbers, dtype=np.uint32)
    at = np.searchsorted(features, asked)
    at[at == len(features)] = 0
    matches: NDArray[Any] = at[features[at] == asked]
    return matches


def _fitted(places: Sequence[NDArray[Any]], meanings: Sequence[int], shape: tuple[int, int]) -> Floats:
    """Weights averaged over the later half of the rounds."""
    weights, later = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    steps = np.full((shape[0], 1), 1e-3, np.float32)
    order = np.random.default_rng(_SEED)
    for turn in range(_ROUNDS):
        for at in order.permutation(len(places)):
            rows = places[at]
            error = softmax(weights[rows].sum(0))
            error[meanings[at]] -= 1
            steps[rows] += np.square(error).sum()
            weights[rows] -= _RATE / np.sqrt(steps[rows]) * error
        if turn >= _ROUNDS // 2:
            later += weights
    return later / np.float32(_ROUNDS - _ROUNDS // 2)


def softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    result: Floats = powers / powers.sum()
    return result


def _rounded(classes: tuple[str, ...], features: NDArray[np.uint32], weights: Floats, kept: int) -> Model:
    weights -= weights.mean(axis=1, keepdims=True)
    best = np.sort(np.argsort(-np.square(weights).sum(1), kind="stable")[:kept])
    scale = float(np.abs(weights).max()) / _BITS
    return Model(classes, features[best], np.rint(weights[best] / scale).astype(np.int8), scale)
