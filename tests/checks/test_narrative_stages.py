"""The reader of texts is a row of stages; each imports only from itself and from those before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

NARRATIVE = Path(__file__).parents[2] / "toolkit" / "checks" / "narrative"
STAGES = ("tokens", "figures", "candidates", "relations", "assignment")
PACKAGE = "toolkit.checks.narrative."


def _imports(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.removeprefix(PACKAGE).split(".")[0] for name in names if name.startswith(PACKAGE)} & set(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_from_those_before_it(stage: str) -> None:
    before = STAGES[: STAGES.index(stage) + 1]
    wrong = {
        (module.name, name) for module in (NARRATIVE / stage).glob("*.py") for name in _imports(module) if name not in before
    }
    assert wrong == set()


def test_a_folder_holds_at_most_fifteen_modules() -> None:
    assert all(len(list(folder.glob("*.py"))) <= 15 for folder in (NARRATIVE, *(NARRATIVE / stage for stage in STAGES)))
