"""Recognise trusted notebooks by the content of their code cells: they may run in the caller's process.

Code that can leave a trace needs a process that ends with it. The caller knows the cells of a trusted notebook and names
its digest. Parameter cells do not count, but may hold literals only; Markdown cells, pictures and metadata do not count.
One more code cell, or one edited line, makes another notebook.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

INJECTED = "injected-parameters"
PARAMETERS = "parameters"

Values = dict[str, Any]


def trusted_parameters(
    notebook: Any, trusted: Collection[str], known: Mapping[str, Values] | None = None
) -> dict[int, Values] | None:
    """The values of the parameter cells of a notebook whose digest is trusted, by the index of the cell.

    ``None`` for any other notebook, for parameters that are not literals, and without injected parameters: such a notebook
    may show widgets, which need a kernel.

    Args:
        notebook: the notebook with its parameters.
        trusted: digests of trusted notebooks.
        known: the values of cells by their source, from the caller who has injected them; others are parsed.
    """
    known = known or {}
    code = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if not any(_has_tag(cell, INJECTED) for _, cell in code) or digest(cell for _, cell in code) not in trusted:
        return None
    values = {index: known.get(cell.source) or _literals(cell.source) for index, cell in code if _is_parameters(cell)}
    return {index: read for index, read in values.items() if read is not None} if None not in values.values() else None


def is_trusted_file(path: Path, trusted: Collection[str]) -> bool:
    """Whether a notebook file has the code cells of a trusted notebook; its parameters are not looked at."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        code = [SimpleNamespace(**cell) for cell in cells if cell["cell_type"] == "code"]
        for cell in code:
            cell.source = "".join(cell.source)
        return digest(code) in trusted
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
