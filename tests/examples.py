"""How many examples of a law hypothesis tries: a few in ``make test``, many with the sweeps of ``make test-all``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

VARIABLE = "NIANBAO_TESTS_SWEEPS"  # the workers see it, too


def note_sweeps(marks: str) -> None:
    """Remember whether the tests of this run, chosen by ``-m``, are those with the sweeps."""
    if "sweep" in marks.replace("not sweep", ""):
        os.environ[VARIABLE] = "1"


def examples(few: int, many: int) -> int:
    """``few``, or ``many`` in a run with the sweeps."""
    return many if os.environ.get(VARIABLE) else few


def sampled(cases: Iterable[Any], every: int = 2) -> list[Any]:
    """Cases for ``parametrize``: one of ``every`` in ``make test``, the others with the sweeps.

    For cases that are alike: when one of them fails, the others do. A case of several arguments is a tuple.
    """
    listed = (case if isinstance(case, tuple) else (case,) for case in cases)
    return [pytest.param(*case, marks=[] if at % every == 0 else pytest.mark.sweep) for at, case in enumerate(listed)]
