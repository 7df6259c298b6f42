"""The order of the tests over the workers of pytest-xdist: a browser mostly waits, so others use the processor meanwhile.

In: the tests as collected. Out: whole files for each worker. The files of ``tests/browser`` come first, in two lots for two
workers (each has a JupyterLab of its own); then the others, those with most tests first.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LOTS = 2


def sort_items(items: list[pytest.Item]) -> None:
    """Put the tests in the order in which they are given out."""
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (not _is_browser(item.nodeid), -sizes[item.path]))


class BrowserFirst(LoadScopeScheduling):
    """``--dist loadfile`` in the order of the tests, with the files that drive a browser in ``LOTS`` lots."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False
        self._lots: dict[str, int] = {}

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if not _is_browser(nodeid):
            return file
        return f"browser {self._lots.setdefault(file, len(self._lots) % LOTS)}"


def _is_browser(nodeid: str) -> bool:
    return nodeid.startswith("tests/browser/")
