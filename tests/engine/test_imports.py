"""Libraries are imported without their slow optional parts, which a cell may still import."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.engine.imports import import_without

LIBRARY = """
import slow_part_of_it
try:
    import optional_part_of_it
except ImportError:
    optional_part_of_it = None
def answer(): return slow_part_of_it.ANSWER
"""
NAMES = ("library_of_parts", "slow_part_of_it", "optional_part_of_it")


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A library, a part that it imports, and one that it imports if it is there."""
    for name, text in zip(NAMES, (LIBRARY, "ANSWER = 42", ""), strict=True):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in NAMES:
        sys.modules.pop(name, None)


def test_a_part_is_hidden_only_while_the_library_is_imported() -> None:
    import_without("library_of_parts", "optional_part_of_it")
    assert sys.modules["library_of_parts"].optional_part_of_it is None
    assert importlib.import_module("optional_part_of_it")


def test_a_part_is_imported_when_it_is_used() -> None:
    import_without("library_of_parts", later=("slow_part_of_it",))
    assert "slow_part_of_it" not in sys.modules
    assert sys.modules["library_of_parts"].answer() == 42
    assert "slow_part_of_it" in sys.modules


def test_a_part_that_is_there_already_stays() -> None:
    part = importlib.import_module("optional_part_of_it")
    import_without("library_of_parts", "optional_part_of_it")
    assert sys.modules["library_of_parts"].optional_part_of_it is part


def test_a_build_imports_neither_requests_nor_formats_of_text() -> None:
    """A notebook in a folder needs none of them."""
    program = (
        "import sys; from toolkit.engine.imports import import_papermill; import_papermill(); import papermill.iorw\n"
        "print(*{'requests', 'arrow', 'webcolors', 'boto3', 'psutil'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == []
