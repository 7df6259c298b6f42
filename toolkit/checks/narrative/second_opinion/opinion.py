"""Say how likely the words around a figure name a quantity, and how likely a clause denies one.

In go the text and a place in it, out come probabilities. The models are linear ones over n-grams of characters (``training`` fits
them, ``make second-opinion`` writes them). They are read when they are asked first: a report without differences asks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checks.narrative.second_opinion.features import features_of

if TYPE_CHECKING:
    from toolkit.checks.narrative.second_opinion.training import Model

FIGURES, DENIALS = (Path(__file__).with_name(f"{name}.npz") for name in ("figures", "denials"))
NONE = "none"
_DENIAL = "否"  # stands for the unit in the features of a denial
_APPLICANTS = ("new.", "total.")


@cache
def class_of(name: str) -> str:
    """The class of a quantity by its name: one for a kind of applicants in either row, one for all that was handled."""
    if name.startswith(_APPLICANTS):
        column = name.partition(".")[2]
        return f"column.{'organizations' if '+' in column else column}"
    return "handled" if name == "manage" else name


@lru_cache(maxsize=512)
def figure_chances(text: str, start: int, end: int, unit: str, year: int) -> Mapping[str, float]:
    """How likely the figure at ``text[start:end]`` counts each class of quantities; together 1.

    Only the characters near the figure are looked at, so that the caller may hand in a window of the text.
    """
    return _model(FIGURES).chances(features_of(text, start, end, unit, year))


@lru_cache(maxsize=512)
def denial_chances(before: str, behind: str, year: int) -> Mapping[str, float]:
    """What a clause denies that ends between these words, with how likely it denies each; together 1."""
    return _model(DENIALS).chances(denial_features(before, behind, year))


def denial_features(before: str, behind: str, year: int) -> list[int]:
    """The features of a clause that ends between these words."""
    return features_of(before + behind, len(before), len(before), _DENIAL, year)


@cache
def _model(file: Path) -> Model:
    import numpy as np

    from toolkit.checks.narrative.second_opinion.training import Model

    with np.load(file) as data:
        return Model(tuple(str(name) for name in data["classes"]), data["features"], data["weights"], float(data["scale"]))
