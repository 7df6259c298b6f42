"""The folders of the entry form import one way: desk, session, form, start; and none is larger than one can oversee."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.core.settings import PROJECT

ENTRY = PROJECT / "toolkit" / "entry"
ORDER = ("desk", "session", "form", "start")


@pytest.mark.parametrize("folder", ORDER)
def test_a_folder_imports_only_those_before_it(folder: str) -> None:
    allowed = {*ORDER[: ORDER.index(folder) + 1], "web"}
    modules = sorted(Path(ENTRY / folder).glob("*.py"))
    assert 1 < len(modules) <= 15
    for module in modules:
        imported = set(re.findall(r"from toolkit\.entry\.(\w+)", module.read_text(encoding="utf-8")))
        assert imported <= allowed, module.name
