"""papermill's engine and client, with shortcuts where the result is the same.

In: a notebook and how to start its kernel. Out: as ``papermill.engines.NBClientEngine``. papermill loads
``toolkit.engine.engine`` while it is itself being imported, so the subclasses of its classes are in this module.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger

_RENAMED = ("input_path", "timeout", "startup_timeout")


class ForkedEngine(NBClientEngine):  # type: ignore[misc]
    """As papermill's engine, with the two classes below."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: Any = None, progress_bar: Any = True, log_output: bool = False,
        autosave_cell_every: int = 30, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """As ``papermill.engines.Engine.execute_notebook``."""
        manager = _Progress(nb, output_path, log_output, progress_bar, autosave_cell_every)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, log_output=log_output, **kwargs)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, log_output: bool = False, start_timeout: int = 60,
        execution_timeout: int | None = None, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """As papermill's engine."""
        more = {name: value for name, value in kwargs.items() if name not in _RENAMED}
        return _Client(
            nb_man, timeout=execution_timeout or kwargs.get("timeout"), startup_timeout=start_timeout,
            kernel_name=kernel_name, log=logger, log_output=log_output, **more,
        ).execute()  # fmt: skip


class _Progress(NotebookExecutionManager):  # type: ignore[misc]
    """papermill parses the start time of each cell with dateutil, which is slow."""

    def cell_complete(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
        times = cell.metadata.papermill
        start = times.get("start_time")
        times["start_time"] = None
        super().cell_complete(cell, cell_index, **kwargs)
        times["start_time"] = start
        if start:
            times["duration"] = (datetime.fromisoformat(times["end_time"]) - datetime.fromisoformat(start)).total_seconds()


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """nbclient validates every output and wraps each value of structured data, thousands in a table: a tenth of a report."""

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        hooked = self.clear_before_next_output or self.output_hook_stack.get(msg["parent_header"].get("msg_id"))
        if display_id or hooked or msg["msg_type"] != "execute_result" or not _is_structured(msg["content"]["data"]):
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"]
        result = NotebookNode(output_type="execute_result", metadata=NotebookNode(content["metadata"]), data=NotebookNode())
        dict.update(result.data, content["data"])
        result.execution_count = content["execution_count"]
        outs.append(result)
        return result


def _is_structured(data: dict[str, Any]) -> bool:
    """Whether a MIME bundle has a vendor's JSON type, and otherwise text only, so that it is valid for nbformat."""
    vendors = {name for name in data if name.startswith("application/vnd.") and name.endswith("+json")}
    return bool(vendors) and all(isinstance(value, str) for name, value in data.items() if name not in vendors)
