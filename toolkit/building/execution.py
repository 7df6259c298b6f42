"""Execute the report's notebook with papermill: a report in, the executed notebook out, the same bytes every time.

papermill's functions are called one by one instead of ``papermill.execute_notebook``, which reads and writes the notebook
as JSON in every run. Times, paths and random ids are removed from the result: ``build.jsonl`` has the duration of a run.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors, remove_error_markers
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from toolkit.building.precomputed import packed
from toolkit.building.report_engine import ENGINE
from toolkit.core.errors import NianbaoError
from toolkit.core.settings import PARAMS_FILE_VARIABLE, RunSettings
from toolkit.core.tree import full_path
from toolkit.engine.engine import RunKind, environment_of
from toolkit.engine.trusted import INJECTED
from toolkit.report.writing import report_to_values
from toolkit.sections.paper import Paper

_CLOCK = ("start_time", "end_time", "duration", "input_path", "output_path")
_ERROR_TAG = "papermill-error-cell-tag"


class CellFailed(NianbaoError):
    """A cell ended in an error, took too long or died; ``notebook`` is the half-run notebook, marked at the cell."""

    def __init__(self, message: str, notebook: Any) -> None:
        self.notebook = notebook
        super().__init__(message)


def execute(paper: Paper, params: Path, settings: RunSettings) -> tuple[Any, RunKind]:
    """Execute the notebook of a report.

    Args:
        paper: the report with its findings; a notebook of another engine computes them.
        params: the file the report was read from.
        settings: notebook, engine, limits.

    Returns:
        The executed notebook, and where it ran: in the worker, in a forked kernel, or in stock papermill's kernel.

    Raises:
        CellFailed: a cell ended in an error or took too long; carries the notebook up to there.
    """
    engine = settings.engine or None
    values = _injectable(report_to_values(paper.report))
    notebook = remove_error_markers(parameterize_notebook(_template(settings.notebook), values, engine_name=engine))
    variables = {PARAMS_FILE_VARIABLE: str(full_path(params))}
    more: dict[str, Any] = {}
    kinds: list[RunKind] = []
    if engine == ENGINE:
        limit = settings.memory_limit_mb
        payload = packed(paper, values)
        injected = {cell.source: values for cell in notebook.cells if INJECTED in cell.metadata.get("tags", ())}
        more = {"memory_limit_mb": limit, "environment": variables, "payload": payload, "kinds": kinds, "injected": injected}
    try:
        with environment_of({} if more else variables):
            papermill_engines.execute_notebook_with_engine(
                engine, notebook, kernel_name=papermill_engines.nb_kernel_name(engine, notebook), output_path=None,
                progress_bar=False, log_output=False, execution_timeout=settings.timeout_seconds, **more,
            )  # fmt: skip
        raise_for_execution_errors(notebook, None)
    except PapermillExecutionError as error:
        reason = f"内存超过 {settings.memory_limit_mb} MB 的限额" if error.ename == "MemoryError" else error.evalue
        raise CellFailed(f"笔记本第 {error.exec_count} 个代码单元格出错：{reason}", without_clock(notebook)) from error
    except CellTimeoutError as error:
        place = _mark_last(notebook)
        message = f"笔记本第 {place} 个代码单元格运行超过 {settings.timeout_seconds} 秒，已停止"
        raise CellFailed(message, without_clock(notebook)) from error
    except DeadKernelError as error:
        place = _mark_last(notebook)
        raise CellFailed(f"笔记本运行到第 {place} 个代码单元格时进程中止", without_clock(notebook)) from error
    return without_clock(notebook), kinds[0] if kinds else "stock"


@cache
def _template(path: Path) -> Any:
    """The notebook as read from its file; papermill copies it before it changes it."""
    return load_notebook_node(str(path))


def _injectable(value: Any) -> Any:
    """Values as papermill can inject them: money as text, so that no digit is lost."""
    if isinstance(value, dict):
        return {key: _injectable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_injectable(item) for item in value]
    return value if isinstance(value, int | str | bool) or value is None else str(value)


def _mark_last(notebook: Any) -> int:
    """Mark the cell that was running, as papermill marks one that raised; its number among the code cells, from 1."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun = [place for place, cell in enumerate(code, 1) if cell.metadata.papermill.get("start_time")]
    if not begun:
        return 1
    code[begun[-1] - 1].metadata.papermill.update(exception=True, status="failed")
    return begun[-1]


def without_clock(notebook: Any) -> Any:
    """Remove everything that differs between two runs of the same report; changes the notebook in place."""
    for place, cell in enumerate(notebook.cells):
        cell.metadata.pop("execution", None)
        _drop(cell.metadata.get("papermill", {}))
        tags = cell.metadata.get("tags", ())
        if INJECTED in tags or _ERROR_TAG in tags:
            cell["id"] = f"papermill-{place}"
    _drop(notebook.metadata.get("papermill", {}))
    return notebook


def _drop(metadata: Any) -> None:
    for key in _CLOCK:
        metadata.pop(key, None)


def notebook_bytes(notebook: Any) -> bytes:
    """The notebook as a file with one line per cell: nbformat's own writer indents every figure and takes 8 ms."""
    cells = ",\n".join(_line(cell) for cell in notebook["cells"])
    rest = ",\n".join(f"{_line(key)}: {_line(notebook[key])}" for key in sorted(notebook) if key != "cells")
    return f'{{"cells": [\n{cells}\n],\n{rest}\n}}\n'.encode()


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
