"""Tell the notebooks that this package ships from all others, by the content of their code cells.

Isolation is owed to code that can leave a trace. The cells of a shipped notebook are calls of this package, so they
may run in the process that asks for them. Parameter cells do not count, but may hold literals only; Markdown cells,
pictures and metadata do not count. One more code cell, or one edited line, makes it another notebook.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

INJECTED = "injected-parameters"
PARAMETERS = "parameters"
# Digest of the code cells of notebooks/annual_report.ipynb, which prints the same without a kernel; a test holds it.
SHIPPED = frozenset({"113bd8a9f5c6abeae11776fde198fc2d0a46d7bbe09427050471b6b67b6543d7"})

Values = dict[str, Any]


def shipped_parameters(notebook: Any) -> dict[int, Values] | None:
    """The values of the parameter cells of a shipped notebook, by the index of the cell.

    ``None`` for any other notebook, for parameters that are not literals, and without injected parameters: the notebook
    then shows a form, which needs a kernel.
    """
    code = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if not any(_has_tag(cell, INJECTED) for _, cell in code) or digest(cell for _, cell in code) not in SHIPPED:
        return None
    values = {index: _literals(cell.source) for index, cell in code if _is_parameters(cell)}
    return {index: found for index, found in values.items() if found is not None} if None not in values.values() else None


def is_shipped_file(path: Path) -> bool:
    """Whether a notebook file has the code cells of a shipped notebook; what it is run with is not looked at."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        code = [SimpleNamespace(**cell) for cell in cells if cell["cell_type"] == "code"]
        for cell in code:
            cell.source = "".join(cell.source)
        return digest(code) in SHIPPED
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def digest(code: Iterable[Any]) -> str:
    """SHA-256 of the sources of code cells, as hexadecimal digits; cells with parameters are left out."""
    whole = hashlib.sha256()
    for cell in code:
        if not _is_parameters(cell):
            source = cell.source.encode("utf-8", "surrogatepass")
            whole.update(len(source).to_bytes(8, "big") + source)
    return whole.hexdigest()


def _is_parameters(cell: Any) -> bool:
    return _has_tag(cell, INJECTED) or _has_tag(cell, PARAMETERS)


def _has_tag(cell: Any, tag: str) -> bool:
    return tag in cell.metadata.get("tags", ())


def _literals(source: str) -> Values | None:
    """The values that a cell assigns; ``None`` when it holds anything but ``name = literal``."""
    try:
        return dict(map(_assignment, ast.parse(source).body))
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        return None


def _assignment(statement: ast.stmt) -> tuple[str, Any]:
    """Name and value of an assignment.

    Raises:
        ValueError: it is not ``name = literal``.
    """
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not isinstance(statement.targets[0], ast.Name):
        raise ValueError("not an assignment to one name")
    return statement.targets[0].id, ast.literal_eval(statement.value)
