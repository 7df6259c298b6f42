"""Run a trusted notebook in this process: its cells in a new namespace, with the executed notebook that a kernel would give.

In: papermill's manager of a run of a trusted notebook (``toolkit.engine.trusted``). Out: outputs, counts, timings
and metadata as stock papermill writes them. A cell that raises, prints or displays anything needs a kernel:
``NeedsKernel`` is raised, and the caller runs the notebook there from its beginning.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from toolkit.engine.forked_run import ForkedEngine
from toolkit.engine.trusted import Values

if TYPE_CHECKING:
    from IPython.core.formatters import DisplayFormatter

# the ways to show a value that IPython asks for beside its MIME bundle
_OTHER_WAYS = (
    "_ipython_display_",
    *(f"_repr_{name}_" for name in ("html", "markdown", "svg", "png", "pdf", "jpeg", "latex", "json", "javascript")),
)


class NeedsKernel(Exception):
    """A cell did what only a kernel can report: it raised, printed or displayed something."""


class WorkerEngine(ForkedEngine):
    """As papermill's engine, without a kernel."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, log_output: bool = False, start_timeout: int = 60,
        execution_timeout: int | None = None, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Run the cells one after the other.

        Args:
            nb_man: papermill's manager of the run.
            kernel_name: not used.
            log_output: not used: a trusted notebook prints nothing.
            start_timeout: not used.
            execution_timeout: not used: no process could be killed.
            kwargs: ``parameters``, the values of the cells of parameters by index (``toolkit.engine.trusted``).

        Raises:
            NeedsKernel: a cell needs one.
        """
        parameters: Mapping[int, Values] = kwargs["parameters"]
        namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        count = 0
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            if cell.cell_type == "code" and cell.source.strip():
                count += 1
                _run_cell(cell, count, namespace, parameters.get(index))
            nb_man.cell_complete(cell, cell_index=index)
        nb_man.nb.metadata["language_info"] = dict(language_info())
        return nb_man.nb


def _run_cell(cell: Any, count: int, namespace: dict[str, Any], parameters: Values | None) -> None:
    started = _now()
    namespace.update(parameters or {})
    value = _value(cell.source, namespace) if parameters is None else None
    cell.execution_count = count
    cell.outputs = [] if value is None else [_result(value, count)]
    ended = _now()
    cell.metadata["execution"] = {
        "iopub.status.busy": started, "iopub.execute_input": started, "iopub.status.idle": ended, "shell.execute_reply": ended,
    }  # fmt: skip


def _value(source: str, namespace: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line when that is an expression.

    Raises:
        NeedsKernel: the cell raised or printed.
    """
    statements, expression = _compiled(source)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            exec(statements, namespace)
            value = eval(expression, namespace) if expression else None
    except Exception as error:
        raise NeedsKernel(type(error).__name__) from error
    if printed.getvalue():
        raise NeedsKernel("print")
    return value


@lru_cache(maxsize=64)
def _compiled(source: str) -> tuple[CodeType, CodeType | None]:
    """The statements of a cell, and its last line when that is an expression."""
    module = ast.parse(source)
    last = module.body[-1] if module.body else None
    if not isinstance(last, ast.Expr):
        return compile(module, "<notebook>", "exec"), None
    del module.body[-1]
    return compile(module, "<notebook>", "exec"), compile(ast.Expression(last.value), "<notebook>", "eval")


def _result(value: Any, count: int) -> NotebookNode:
    data, metadata = _bundle(value)
    node = NotebookNode(output_type="execute_result", metadata=NotebookNode(metadata), data=NotebookNode(), execution_count=count)
    dict.update(node.data, data)  # not converted: a table may have thousands of cells
    return node


def _bundle(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What IPython's formatter gives: data and metadata by MIME type.

    A value that has a whole bundle and nothing else needs no IPython, whose import takes 50 ms.

    Raises:
        NeedsKernel: the value cannot be shown.
    """
    if _has_bundle_only(type(value)):
        try:
            bundle = value._repr_mimebundle_(include=None, exclude=None)
        except Exception as error:
            raise NeedsKernel(type(error).__name__) from error
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if "text/plain" in data:
            return data, metadata
    return _formatter().format(value)  # type: ignore[no-any-return, no-untyped-call]


def _has_bundle_only(kind: type) -> bool:
    return hasattr(kind, "_repr_mimebundle_") and not any(hasattr(kind, name) for name in _OTHER_WAYS)


@cache
def _formatter() -> DisplayFormatter:
    from IPython.core.formatters import DisplayFormatter

    return DisplayFormatter()


def _now() -> str:
    """The time as nbclient writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def language_info() -> dict[str, Any]:
    """The kernel's description of its language, as in ipykernel, whose import takes 0.2 s."""
    return {
        "name": "python",
        "version": ".".join(map(str, sys.version_info[:3])),
        "mimetype": "text/x-python",
        "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
        "pygments_lexer": "ipython3",
        "nbconvert_exporter": "python",
        "file_extension": ".py",
    }
