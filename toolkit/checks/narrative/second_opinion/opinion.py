"""Say how likely the words around a figure name one quantity: in go the text, a figure and the quantity, out comes a probability.

The model is a linear one over n-grams of characters (``model.npz``; ``training`` fits it, ``make second-opinion`` writes it). It
is read when the first figure differs from its cell, since a report without differences asks nothing.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checks.narrative.second_opinion.features import features_of

if TYPE_CHECKING:
    from toolkit.checks.narrative.second_opinion.training import Model

FILE = Path(__file__).with_name("model.npz")
NONE = "none"
_APPLICANTS = ("new.", "total.")


def class_of(name: str) -> str:
    """The class of a quantity by its name: one for a kind of applicants in either row, one for all that was handled."""
    if name.startswith(_APPLICANTS):
        column = name.partition(".")[2]
        return f"column.{'organizations' if '+' in column else column}"
    return "handled" if name == "manage" else name


@lru_cache(maxsize=512)
def likelihood(text: str, start: int, end: int, unit: str, year: int, name: str) -> float | None:
    """How likely the figure at ``text[start:end]`` counts this quantity, 0 to 1; ``None`` when the model has not learnt it.

    Only the characters near the figure are looked at, so that the caller may hand in a window of the text.
    """
    import numpy as np

    from toolkit.checks.narrative.second_opinion.training import places_of, softmax

    model = _model()
    meaning = class_of(name)
    if meaning not in model.classes:
        return None
    rows = places_of(model.features, features_of(text, start, end, unit, year))
    scores = model.weights[rows].astype(np.float32).sum(0) * np.float32(model.scale)
    return float(softmax(scores)[model.classes.index(meaning)])


@cache
def _model() -> Model:
    import numpy as np

    from toolkit.checks.narrative.second_opinion.training import Model

    with np.load(FILE) as data:
        return Model(tuple(str(name) for name in data["classes"]), data["features"], data["weights"], float(data["scale"]))
