"""Examine mails and pages in the process of the tests: a child takes half a second to start, and few tests are about it."""

from __future__ import annotations

import json
import threading
from importlib import import_module
from typing import Any

import pytest

from toolkit.dispatch.confinement import Frame
from toolkit.dispatch.intake import confined
from toolkit.dispatch.publication import page


class Unconfined:
    """Stands in for ``ConfinedProcess``: the same questions and answers, passed through the JSON of the pipe."""

    _one_at_a_time = threading.Lock()  # children examine side by side, and PDFium in one process must not

    def __init__(self, module: str, settings: dict[str, Any], seconds: float) -> None:
        self._answer = import_module(module).examiner(_passed(settings))

    def ask(self, question: dict[str, Any], data: bytes) -> Frame:
        with self._one_at_a_time:
            frame, raw = self._answer(_passed(question), data)
        return _passed(frame), raw

    def close(self) -> None:
        """Nothing to end."""


def examine_here(patch: pytest.MonkeyPatch) -> None:
    """From here on no child is started to examine what comes in."""
    for module in (confined, page):
        patch.setattr(module, "ConfinedProcess", Unconfined)


def _passed(frame: dict[str, Any]) -> dict[str, Any]:
    passed: dict[str, Any] = json.loads(json.dumps(frame, ensure_ascii=False))
    return passed
